"""How many tokens a request takes, at most and counted."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import budget_tokens, tokens
from headroom.budget_tokens import Counter
from headroom.windows import Window


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"max_tokens": 100}, 100),
        ({"max_completion_tokens": 100, "max_tokens": 50}, 100),
        ({"max_output_tokens": 7}, 7),
        ({"generationConfig": {"temperature": 1, "maxOutputTokens": 9}}, 9),
        ({"inferenceConfig": {"maxTokens": 8}}, 8),
        ({"max_tokens": None}, 0),
        ({"max_tokens": "5"}, 0),
        ({"max_tokens": -5}, 0),
        ({"max_tokens": 10**30}, 0),
        ({"generationConfig": None}, 0),
        ({"messages": [{"max_tokens": 100}], "metadata": {"max_tokens": 9}}, 0),
    ],
)
def test_room_that_a_request_asks_for_its_answer(body: object, answer: int) -> None:
    assert budget_tokens.answer_tokens(json.dumps(body).encode()) == answer


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(ValueError, match="expected"):
        budget_tokens.answer_tokens(b"[1]")


TEXTS = [
    "plain words in English, and some more of them",
    "def f(x): return x + 1\n\n",
    "漢字かな交じり文",
    "Où est-ce ? ",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_never_has_more_tokens_than_its_size_says(text: str) -> None:
    body = json.dumps({"text": text * 50}, ensure_ascii=False)
    assert Counter(tokens.count).value(body.encode()) <= budget_tokens.at_most(len(body.encode()), 1.0)


def test_the_least_room() -> None:
    assert budget_tokens.least_room(Window(200_000)) == 50_000
    assert budget_tokens.least_room(Window(None, 1_000_000)) == 250_000


@given(st.lists(st.sampled_from(['{"a":"b"}', '"x\\ny"', "[1,2]"]), max_size=6))
def test_a_piece_is_counted_once(pieces: list[str]) -> None:
    asked: list[str] = []
    counter = Counter(lambda text: asked.append(text) or len(text))  # type: ignore[func-returns-value]
    body = f"[{','.join(pieces)}]".encode()
    starts = [1 + sum(len(piece) + 1 for piece in pieces[:n]) for n in range(len(pieces))]
    spans = [slice(start, start + len(piece)) for start, piece in zip(starts, pieces, strict=True)]
    first = counter.request(body, spans)
    count = len(asked)
    assert counter.request(body, spans) == first
    assert len(asked) == count


def test_escapes_are_read_and_images_are_not_words() -> None:
    seen: list[str] = []
    counter = Counter(lambda text: seen.append(text) or 10)  # type: ignore[func-returns-value]
    image = "iVBORw0KGgo" * 1000
    assert counter.value(json.dumps({"data": image}).encode()) == 10 + 1600
    assert counter.value(rb'"a\n\"b\"\tc"') == 10
    assert seen == ['{"}', '"a\n"b"\tc"']
    assert counter.value(json.dumps({"text": image}).encode()) == 10
