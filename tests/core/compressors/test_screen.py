import contextlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import screen
from headroom.types import PassThrough

E = "\x1b["


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{E}31mred{E}0m\n", "red\n"),
        (f"{E}38;2;1;2;3mrgb{E}m", "rgb"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;https://a.b\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;no end\ntext", "\ntext"),
        ("\x1b(Btext\x1b=\x07", "text"),
        (f"foo{E}m{E}Kbar\n{E}0Kx", "foobar\nx"),
        (f"{E}?25lhidden cursor{E}?25h", "hidden cursor"),
        ("a\x1b", "a"),
        ("N\bNA\bA _\bx", "NA x"),
        ("abc\b\bX", "aXc"),
        (f"abc\r{E}2CX\n", "abX\n"),
        (f"abc{E}2DX\n", "aXc\n"),
        (f"abcdef{E}3G{E}K\n", "ab\n"),
        (f"old{E}2K{E}1Gnew\n", "new\n"),
        (f"a\nb\nc\n{E}2A{E}2KB\n", "a\nB\nc\n"),
        (f"a\nb\nc\n{E}3F{E}Jx\n", "x\n"),
        (f"a\n{E}Ab{E}Bc", "b\n c"),
        (f"page 1\n{E}2J{E}Hpage 2\n", "page 1\npage 2\n"),
        (f"page 1\n\x1bcpage 2\n{E}9A{E}2Kpage 2 again", "page 1\npage 2 again\n"),
        ("中文\b\bX\x1b[m", "中X"),
        ("e\u0301e\u0301\b\bX\x1b[m", "Xe\u0301"),
        ("50%\r\n100%\x1b[m\r\n", "50%\n100%\n"),
    ],
)
def test_shows_what_a_terminal_shows(text: str, expected: str) -> None:
    assert screen.shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Counting:  10% (1/10)\rCounting:  20% (2/10)\rCounting: 100%, done.\n", "Counting: 100%, done.\n"),
        ("  0     0 --:--:--     0\r100  1256 --:--:-- 45678\nok\n", "100  1256 --:--:-- 45678\nok\n"),
        (" 50%|█    | 1/2\r100%|█████| 2/2\nend\n", "100%|█████| 2/2\nend\n"),
        ("tick 1\rtick 2\rtick 3\n", "tick 3\n"),
        ("Downloading a\rUnpacking b\n", "Downloading a\nUnpacking b\n"),
        ("Resolving things\r                \rDone\n", "Resolving things\nDone\n"),
        (f"Resolving things\r{E}KDone\n", "Done\n"),
        (f"Resolving things{E}2K\rDone\n", "Done\n"),
        ("foo\r", "foo\r"),
        ("a,b\r1,5%\r2,6%", "a,b\r1,5%\r2,6%"),
        ("dos\r\nlines\r\n", "dos\r\nlines\r\n"),
    ],
)
def test_of_what_is_overwritten_only_progress_goes(text: str, expected: str) -> None:
    assert screen.shown(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"{E}5;10Hq",
        f"{E}10d",
        f"\x1b7{E}1;1Hx\x1b8",
        f"{E}1Ka",
        f"{E}1J",
        f"{E}3;9r",
        f"{E}3M",
        f"{E}99999Ax",
        f"a\n{E}999C{E}999Cx",
        f"a{E}?5Ab",
    ],
)
def test_a_display_with_free_cursor_positions_passes_through(text: str) -> None:
    with pytest.raises(PassThrough):
        screen.shown(text)


@given(st.text(st.characters(exclude_characters="\x1b\x08\r")))
def test_text_without_control_characters_is_the_very_same(text: str) -> None:
    assert screen.shown(text) is text
    assert not screen.is_controlled(text)


PARTS = [
    "\x1b",
    "[",
    "]",
    "0",
    "1",
    "2",
    ";",
    "A",
    "B",
    "C",
    "D",
    "G",
    "H",
    "J",
    "K",
    "m",
    "\r",
    "\b",
    "\n",
    "x",
    "中",
]


@given(st.lists(st.sampled_from([*PARTS, f"{E}A", f"{E}2K", "\r\n", "50%"]), max_size=40).map("".join))
def test_any_mixture_is_shown_or_passed_through(text: str) -> None:
    try:
        shown = screen.shown(text)
    except PassThrough:
        return
    assert shown is text or "\x1b" not in shown
    assert screen.shown(shown) == shown or "\r" in shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n" + "b\n" * 5 + "c", "a\nb\n[the line above, 5 times in all]\nc"),
        ("b\n" * 4, "b\n" * 4),
        ("\n" * 20, "\n" * 20),
        ("⠋ go\n⠙ go\n⠹ go\n⠸ go\n⠼ go\nend", "⠋ go\n⠙ go\n⠹ go\n⠸ go\n⠼ go\nend"),
        ("- a\n* a\n+ a\n- a\n* a", "- a\n* a\n+ a\n- a\n* a"),
        ("b\n" * 9 + "[the line above, 3 times in all]", "b\n" * 9 + "[the line above, 3 times in all]"),
    ],
)
def test_long_runs_of_equal_lines_are_counted(text: str, expected: str) -> None:
    assert screen.counted(text) == expected


def test_pages_are_cut_where_the_screen_was_cleared() -> None:
    assert screen.pages("plain\n") == ["plain\n"]
    assert screen.pages(f"{E}H{E}2Jone\n{E}H{E}2Jtwo\n{E}Hthree") == ["one", "two", "three"]
    assert "\n".join(screen.pages(f"a\n{E}2J{E}Hb\nc")) == screen.shown(f"a\n{E}2J{E}Hb\nc")


def test_encodable() -> None:
    assert screen.is_encodable("é🎉")
    assert not screen.is_encodable("\ud800")


@pytest.mark.parametrize(
    "text",
    [
        f"{E}32mok{E}0m some text here that is normal\n" * 25_000,
        "".join(f"Receiving objects: {at % 100}% ({at}/30000)\r" for at in range(25_000)) + "\n",
        "x" * 300_000 + f"\n{'y' * 300_000}" + f"{E}A{E}Bz" * 40_000,
        "x" * 500_000 + f"{E}2Kb" * 100_000,
        f"{E}999Cx\n" * 100_000,
        "\x1b]" * 500_000,
        "a" + "\u0301" * 500_000 + "\r\n\x1b[Gx",
        "word \r" * 150_000 + "\n",
    ],
    ids=["colours", "progress", "far rows", "far columns", "padding", "titles", "combining", "returns"],
)
def test_takes_linear_time(text: str) -> None:
    with contextlib.suppress(PassThrough):
        screen.shown(text)


def test_the_order_of_rows_survives_random_progress() -> None:
    chance = random.Random(1)
    lines = [f"line {at}" for at in range(50)]
    text = "".join(
        "".join(f"{chance.randrange(100)}% working\r" for _ in range(3)) + f"{E}K{line}\n" for line in lines
    )
    assert screen.shown(text) == "\n".join(lines) + "\n"


@pytest.mark.parametrize("piece", ["\r", "\rx", " ", "\n", "\u00e9 ", "\x1b[1A", "\u2800 "])
def test_time_grows_no_faster_than_the_text(piece: str) -> None:
    """A hundred thousand of anything: what takes more than linear time does not end within the test."""
    text = piece * 100_000 + "x"
    for read in (screen.shown, screen.counted, screen.is_only_styled):
        with contextlib.suppress(PassThrough):
            read(text)
