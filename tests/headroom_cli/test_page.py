"""A page: wrapped beside its names, cut to the width, in the characters there are."""

import io

from rich.console import Console

from headroom_cli.page import Page


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
