import pytest

from headroom.compressors import code_choice
from headroom.compressors.code_outline import Function
from tests.core.compressors.code_samples import parts, sample


def function(qualified: str, size: int = 10) -> Function:
    return Function(qualified.rsplit(".", 1)[-1], qualified, 0, size, 0, 1, None, False)


FUNCTIONS = [
    function(name)
    for name in ("Parser.parse", "Parser.parse_args", "Lexer.parse", "run", "Lexer.next", "Lexer.parse", "onDrop")
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("why does parse_args fail?", {1}),
        ("look at Parser.parse", {0}),
        ("look at Parser::parse() please", {0}),
        ("how does it parse the file", set()),  # three functions are called so
        ("fix parse()", {0, 2, 5}),
        ("how does it run?", {3}),
        ("self.onDrop", {6}),
        ("drop", set()),
        ("", set()),
    ],
)
def test_named(query: str, expected: set[int]) -> None:
    assert code_choice.named(query, FUNCTIONS, 1000) == expected


def test_a_plain_word_does_not_keep_half_a_file() -> None:
    assert code_choice.named("how does it run?", FUNCTIONS, 20) == set()


def test_ranked_by_the_query_and_then_by_use() -> None:
    source, _, outline = parts(sample("python"), "inventory.py")
    order = code_choice.ranked("what is missing below the minimum", outline.functions, source.data)
    named = [outline.functions[number].name for number in order]
    assert named[0] == "report"
    assert "pieces" in named


def test_within_a_budget() -> None:
    source, _, outline = parts(sample("python"), "inventory.py")
    order = list(range(len(outline.functions)))
    assert code_choice.within(0, order, outline.functions, source.data) == set()
    assert code_choice.within(10_000, order, outline.functions, source.data) == {
        number for number in order if outline.functions[number].elision
    }


def test_a_long_query_takes_no_time() -> None:
    assert code_choice.named("a." * 200_000, FUNCTIONS, 1000) == set()
