import pytest

from headroom.compressors import run_reading, run_rows
from headroom.compressors.run_rows import Row, Tool

CAKE = Tool(
    "cake",
    (r"^cake v\d",),
    (
        Row("failure", r"burnt: (?P<name>\w+)", "block"),
        Row("verdict", r"\d+ baked", "end"),
        Row("noise", r"(?P<label>baking) (?P<name>\w+)"),
    ),
    guarded=True,
)


def test_the_first_row_that_matches_counts() -> None:
    table = run_rows.table((CAKE,))
    assert [table.find(line, False) for line in ("burnt: tart", "7 baked", "baking pie", "pie")] == [0, 1, 2, -1]


def test_in_a_block_only_its_borders_are_seen() -> None:
    table = run_rows.table((CAKE,))
    assert [table.find(line, True) for line in ("burnt: tart", "7 baked", "baking pie")] == [0, 1, -1]


def test_only_noise_of_a_guarded_tool_is_guarded() -> None:
    assert run_rows.table((CAKE,)).guarded == (False, False, True)
    assert run_rows.table((CAKE._replace(guarded=False),)).guarded == (False, False, False)


def test_a_hint_is_enough_to_read_but_not_to_recognize() -> None:
    tool = CAKE._replace(hints=(r"^oven \d",))
    assert run_rows.hints(tool).search("hello\noven 3")
    assert run_rows.hints(tool).search("cake v1")
    assert not run_rows.signs((tool,)).search("hello\noven 3")


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a/",
        "./",
        "= ",
        "::",
        "a::",
        "[1]",
        "[1] ",
        ". ",
        "(a",
        "a.b ",
        "- ",
        "|",
        " ",
        "\t",
        "/a -",
        "1:",
        "'",
        "⎯",
    ],
)
def test_no_pattern_takes_long(unit: str) -> None:
    head = (unit * 600)[:600]
    for tool in run_reading.TOOLS:
        for tail in ("", "x", " [", ":1:"):
            run_rows.table((tool,)).find(head[: 600 - len(tail)] + tail, False)
            run_rows.hints(tool).search(head * 20 + tail)


def test_signs_are_found_at_any_line() -> None:
    assert run_rows.signs((CAKE,)).search("hello\ncake v1")
    assert not run_rows.signs((CAKE,)).search("a cake v1")


def test_a_row_gives_names() -> None:
    found = run_rows.pattern(CAKE.rows[2]).match("baking pie")
    assert found
    assert found.groupdict() == {"label": "baking", "name": "pie"}
