"""Words for search, and which texts are the same fact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.memory import terms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("parse_rows parseRows HTTPServer2", ["parse", "rows", "parse", "rows", "http", "server", "2"]),
        ("测试用 make", ["测", "试", "用", "make"]),
        ("テスト한국어 ไทย", ["テ", "ス", "ト", "한국어", "ไ", "ท", "ย"]),
        ("Ｆｕｌｌ width café --no-cache", ["full", "width", "café", "no", "cache"]),
        ("src/a.py:12", ["src", "a", "py", "12"]),
        ("!?", []),
    ],
)
def test_a_text_is_cut_into_words(text: str, words: list[str]) -> None:
    assert terms.parts(text) == words


SAME = [
    ("The tests run with `make test`.", "the tests  run with make test"),
    ("use pnpm, not npm", "Use pnpm not npm!"),
    ("Ｕｓｅ ｐｎｐｍ", "use pnpm"),
    ("The port is 8080", "port 8080"),
    ("「テスト」", "「テスト」。"),
]
DIFFERENT = [
    ("use npm, not yarn", "use yarn, not npm"),
    ("run pytest -v", "run pytest -V"),
    ("use --no-cache", "use no cache"),
    ("the port is 8080", "the port is 9090"),
    ("copy to a", "copy from a"),
    ("keep .env", "keep env"),
    ("use C", "use C++"),
    ("call parseRows", "call parserows"),
    ("do commit", "do not commit"),
    ("version 1.5", "version 15"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_in_other_letters(one: str, other: str) -> None:
    assert terms.content(one) == terms.content(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_a_value_makes_a_difference(one: str, other: str) -> None:
    assert terms.content(one) != terms.content(other)


def test_the_overlap_is_what_both_share_of_all_their_words() -> None:
    assert terms.overlap("the api port is 8080", "the api port is 9090") == 0.5
    assert terms.overlap("use yarn", "yarn, use it!") == 1.0
    assert terms.overlap("", "a") == 0.0


def test_a_query_asks_for_phrases_and_beginnings() -> None:
    assert terms.match('parse_ro 测试 x" OR') == '"parse ro" * OR "测 试" * OR "x" OR "or"'
    assert terms.match("fixtures") == '"fixtures" *'
    assert terms.match("... !") == ""
    assert terms.match("word " * 99).count("OR") == 31


@given(st.text(max_size=60))
def test_any_text_is_found_by_each_of_its_words(text: str) -> None:
    assert set(terms.parts(text)) <= set(terms.indexed(text))
    assert terms.normal(terms.normal(text)) == terms.normal(text) or not text.isascii()


@pytest.mark.parametrize("piece", ["a", "aB", "_", "测", '"', "a.", "é"])
def test_hostile_texts_end(piece: str) -> None:
    text = piece * 200_000
    assert terms.overlap(text, text) in (0.0, 1.0)
    terms.indexed(text)
    terms.content(text)
