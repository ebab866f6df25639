"""A page: wrapped beside its names, cut to the width, in the characters there are."""

import io
import sys

import pytest
from rich.console import Console

from headroom_cli.page import Page, has_unicode, is_live, live


def page(width: int = 40) -> tuple[Page, io.StringIO]:
    out = io.StringIO()
    return Page(Console(file=out, width=width)), out


def test_rows_wrap_beside_their_names() -> None:
    on, out = page(30)
    on.rows([("a", ("one two three four five six seven", "")), ("long", ("x", "red"))])
    assert out.getvalue().splitlines() == [
        " a     one two three four five",
        "       six seven",
        " long  x",
    ]


def test_a_line_wraps_below_where_it_begins() -> None:
    on, out = page(20)
    on.line((" one two three four five six", ""))
    on.line(("one two three four five six", ""))
    assert out.getvalue().splitlines() == [" one two three four", " five six", "one two three four", "five six"]


def test_a_tab_is_room_and_what_acts_on_a_terminal_is_a_mark() -> None:
    on, out = page(40)
    on.line(("a\tbc\td\x1b[2J", ""))
    assert out.getvalue() == "a       bc      d?[2J\n"


def test_a_table_gives_its_figures_room_and_cuts_names() -> None:
    on, out = page(44)
    on.table(("tool", "n", "share"), [(("a_name_that_is_far_too_long_for_it", "1,200,300", "9 %"), "")])
    assert out.getvalue().splitlines() == [
        "",
        " tool                             n    share",
        " a_name_that_is_far_too_… 1,200,300      9 %",
    ]


def test_wide_characters_take_two_cells() -> None:
    on, out = page(44)
    on.table(("tool", "n"), [(("漢字漢字漢字漢字漢字漢字漢字", "1"), ""), (("a", "2"), "")])
    assert [line[-1] for line in out.getvalue().splitlines()[1:]] == ["n", "1", "2"]


def test_an_empty_table_is_nothing() -> None:
    on, out = page()
    on.table(("tool", "n"), [])
    assert out.getvalue() == ""


def test_other_encodings_get_ascii() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="latin-1", errors="strict")
    Page(Console(file=out, width=40)).line((" █░ a · b → ≈ 漢 \x1b[31m", ""))
    out.flush()
    assert raw.getvalue() == b" #. a | b > ~ ? ?[31m\n"


def test_a_table_has_bars_where_there_is_room_for_them() -> None:
    rows = [(("a", "12"), ""), (("b", "-6"), "red"), (("c", "-"), ""), (("d", "0"), "")]
    for width, bars in (
        (60, ["█" * 30, "▒" * 15 + " dearer", "", ""]),
        (42, ["█" * 20, "▒" * 10 + " dearer", "", ""]),
    ):
        on, out = page(width)
        on.table(("x", "net"), rows, bars=[12.0, -6.0, None, 0.0], widest=3)
        lines = out.getvalue().splitlines()[2:]
        assert [line[13:].strip() for line in lines] == [bar[: width - 15] for bar in bars]
        assert all(len(line) <= width for line in lines)
    on, out = page(26)
    on.table(("x", "net"), rows, bars=[12.0, -6.0, None, 0.0], widest=3)
    assert "█" not in out.getvalue()


def test_texts_stand_to_the_left_and_figures_to_the_right() -> None:
    on, out = page(60)
    on.table(("tool", "model", "n"), [(("Bash", "opus", "1"), "")], left=[1], widest=4)
    assert out.getvalue().splitlines()[1:] == [" tool model           n", " Bash opus            1"]


@pytest.mark.parametrize(
    ("environ", "encoding", "known"),
    [
        ({}, "utf-8", True),
        ({"LANG": "C.UTF-8"}, "utf-8", True),
        ({"LANG": "C"}, "utf-8", False),
        ({"LANG": "C", "LC_ALL": "de_DE.UTF-8"}, "utf-8", True),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "POSIX"}, "utf-8", False),
        ({"LANG": "C", "PYTHONIOENCODING": "utf-8"}, "utf-8", True),
        ({"LANG": "de_DE.UTF-8"}, "ascii", False),
    ],
)
def test_a_locale_of_ascii_is_believed(
    environ: dict[str, str], encoding: str, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANG", "LC_ALL", "PYTHONIOENCODING"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    assert has_unicode(Console()) == known


def test_what_is_drawn_over_is_drawn_whole_and_the_terminal_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = io.StringIO()
    to = Console(file=out, width=30, height=5, force_terminal=True)
    assert is_live(to)
    with live(to) as draw:
        draw(lambda page: page.line(("first", "red")))
        draw(lambda page: page.line(("second", "")))
    text = out.getvalue()
    assert text.index("\x1b[?1049h") < text.index("first") < text.index("second") < text.index("\x1b[?1049l")
    assert text.rindex("\x1b[?25h") > text.index("second"), "the cursor is shown again"


def test_files_and_dumb_terminals_are_not_drawn_over(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_live(Console(file=io.StringIO()))
    monkeypatch.setenv("TERM", "dumb")
    assert not is_live(Console(file=io.StringIO(), force_terminal=True))
