"""Laws 4 to 7: originals are there before their marker, lossless comes first, exact things stay, never worse."""

import json
from pathlib import Path

import pytest

from headroom import markers, tokens
from headroom.compressors import COMPRESSORS
from headroom.policy import LEVELS
from headroom.types import Compressed, Compressor, Context, PassThrough
from tests.laws.conversations import OUTPUTS, conversation, log, requests, rows
from tests.laws.engines import Engine


def last(kinds: list[str]) -> bytes:
    return list(requests(conversation(kinds)))[-1]


def results(body: bytes) -> list[str]:
    blocks = [b for m in json.loads(body)["messages"] if isinstance(m["content"], list) for b in m["content"]]
    return [block["content"] for block in blocks if block["type"] == "tool_result"]


@pytest.mark.parametrize("kind", sorted(OUTPUTS))
def test_a_result_is_shorter_in_tokens_or_the_very_same(kind: str, tmp_path: Path) -> None:
    body = last([kind])
    for before, after in zip(results(body), results(Engine(tmp_path).send(body).body), strict=True):
        assert after == before or tokens.count(after) < tokens.count(before)


def test_what_cannot_be_made_smaller_is_sent_as_it_is(tmp_path: Path) -> None:
    import hashlib

    noise = "\n".join(hashlib.sha256(bytes([n % 256, n // 256])).hexdigest() for n in range(400))
    messages = conversation(["short"])
    messages[-1]["content"][0]["content"] = noise
    body = list(requests(messages))[-1]
    assert Engine(tmp_path).send(body).body is body


def test_every_marker_redeems_to_the_exact_original(tmp_path: Path) -> None:
    body = last(["log", "rows", "terminal", "log"])
    engine = Engine(tmp_path)
    outcome = engine.send(body)
    found = 0
    for before, after in zip(results(body), results(outcome.body), strict=True):
        for omission in markers.find(after):
            found += 1
            assert Path(engine.store.path(omission.key)).read_bytes().decode() == before
            assert Engine(tmp_path).store.get(omission.key) == before
    assert found >= 2


FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.mark.parametrize("level", ["balanced", "aggressive"])
def test_every_marker_of_every_row_redeems(level: str, tmp_path: Path) -> None:
    """What each fixture's form names is there, byte for byte, and in a new process too."""
    engine = Engine(tmp_path, **LEVELS[level]._asdict(), code_mode=True)
    named: dict[str, str] = {}
    for row in COMPRESSORS:
        for file in sorted((FIXTURES / row.name).glob("*.in")):
            beside = file.with_suffix(".json")
            call = json.loads(beside.read_text()) if beside.exists() else {}
            messages = conversation(["short"])
            use, answer = messages[1]["content"][1], messages[2]["content"][0]
            said = call.get("tool_input", "")
            use["name"] = call.get("tool", "Bash")
            use["input"] = json.loads(said) if said.startswith("{") else {"command": said}
            answer["content"] = file.read_bytes().decode()
            body = list(requests(messages, session=str(file)))[-1]
            (after,) = results(engine.send(body).body)
            if after != answer["content"]:
                named |= {omission.key: answer["content"] for omission in markers.find(after) if omission.key}
    assert len(named) > 50
    again = Engine(tmp_path).store
    assert all(again.get(key) == original for key, original in named.items())
    assert all(Path(engine.store.path(key)).read_bytes().decode() == original for key, original in named.items())


def test_a_retrieved_original_is_not_compressed_again(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    original = log(300)
    path = engine.store.path(engine.store.put(original))
    messages = conversation(["short"])
    messages[1]["content"][1]["input"] = {"command": f"cat {path}"}
    messages[2]["content"][0]["content"] = original
    body = list(requests(messages))[-1]
    outcome = engine.send(body)
    assert outcome.body is body
    (change,) = outcome.changes()
    assert change.retrieval
    assert change.saved_tokens == -tokens.count(original)


def test_lossless_comes_first_and_is_enough_when_it_is_small(tmp_path: Path) -> None:
    asked: list[int | None] = []

    def both(text: str, context: Context) -> Compressed:
        asked.append(context.budget_tokens)
        share = 0.3 if context.budget_tokens is None else 0.01
        return Compressed(text[: int(len(text) * share)], lossless=context.budget_tokens is None)

    body = last(["rows"])
    Engine(tmp_path, (Compressor("both", lambda _text: True, both),)).send(body)
    assert asked == [None]


def test_a_lossy_form_needs_a_reason(tmp_path: Path) -> None:
    """Slightly smaller than the lossless form is no reason to leave something out."""

    def both(text: str, context: Context) -> Compressed:
        share = 0.6 if context.budget_tokens is None else 0.5
        return Compressed(text[: int(len(text) * share)], lossless=context.budget_tokens is None)

    outcome = Engine(tmp_path, (Compressor("both", lambda _text: True, both),)).send(last(["log"]))
    assert [change.decision.lossless for change in outcome.changes()] == [True]


def test_the_first_row_that_does_not_pass_wins(tmp_path: Path) -> None:
    def no(_text: str, _context: Context) -> Compressed:
        raise PassThrough("not mine")

    def half(text: str, _context: Context) -> Compressed:
        return Compressed(text[: len(text) // 2], lossless=True)

    def yes(_text: str) -> bool:
        return True

    table = (Compressor("no", yes, no), Compressor("half", yes, half), Compressor("late", yes, half))
    outcome = Engine(tmp_path, table).send(last(["log"]))
    assert [change.decision.compressor for change in outcome.changes()] == ["half"]
    reasons = Engine(tmp_path / "b", table[:1]).send(last(["log"])).changes()
    assert [change.decision.reason for change in reasons] == ["no: not mine"]


@pytest.mark.parametrize("tool", ["Read", "Edit"])
def test_what_may_be_edited_stays_verbatim(tool: str, tmp_path: Path) -> None:
    messages = conversation(["rows"])
    messages[1]["content"][1]["name"] = tool
    body = list(requests(messages))[-1]
    assert Engine(tmp_path).send(body).body is body


def test_user_and_system_text_is_never_rewritten(tmp_path: Path) -> None:
    listing = rows(200)
    body = json.dumps(
        {"system": listing, "messages": [
            {"role": "user", "content": listing},
            {"role": "user", "content": [{"type": "text", "text": listing}]},
            {"role": "system", "content": listing},
            {"role": "assistant", "content": [{"type": "text", "text": listing}]},
        ]}
    ).encode()  # fmt: skip
    assert Engine(tmp_path).send(body).body is body
