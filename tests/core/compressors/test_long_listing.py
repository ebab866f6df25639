import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import tokens
from headroom.compressors import long_listing
from headroom.types import PassThrough
from tests.core.compressors.decode_listing import decode

ROWS = st.tuples(
    st.sampled_from(["-rw-r--r--", "drwxr-xr-x", "lrwxrwxrwx", "-rwxr-xr-x", "-rw-r--r--."]),
    st.integers(1, 12).map(str),
    st.sampled_from(["root", "app", "1000"]),
    st.sampled_from(["root", "www-data", "1000"]),
    st.sampled_from(["0", "12", "4096", "1234567", "4.0K", "12M"]),
    st.sampled_from(["Jan  5 12:00", "Jan  5 12:01", "Dec 31  2024", "2024-01-05 12:00", " 5 Jan 12:00"]),
    st.sampled_from(
        [
            "a.py",
            "b c",
            "x -> y",
            ".",
            "..",
            "12",
            "Jan  5 12:00",
            "Jan  5 12:00 x",
            "total 12",
            " z",
        ]
    ),
)
MESSAGES = st.sampled_from(
    ["ls: cannot access 'x': No such file or directory", "total 9", "> x", "d????????? ? ?"]
)


def laid_out(rows: list[tuple[str, ...] | str], bsd: bool) -> list[str]:
    full = [row for row in rows if not isinstance(row, str)]
    width = [max((len(row[column]) for row in full), default=0) for column in range(5)]
    width[0] = 11 if bsd else width[0]
    gap = "  " if bsd else " "
    return [
        row
        if isinstance(row, str)
        else f"{row[0]:<{width[0]}} {row[1]:>{width[1]}} {row[2]:<{width[2]}}{gap}"
        f"{row[3]:<{width[3]}}{gap}{row[4]:>{width[4]}} {row[5]} {row[6]}"
        for row in rows
    ]


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.lists(ROWS, min_size=3, max_size=9), min_size=2, max_size=4),
    st.sampled_from(["a", "b", "x:", "y: total 3"]),
    st.lists(MESSAGES, max_size=1),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_every_long_listing_is_restored(
    groups: list[list[tuple[str, ...] | str]],
    odd: str,
    messages: list[str],
    bsd: bool,
    recursive: bool,
    ends: bool,
) -> None:
    groups[0].append(("-rw-r--r--", "1", "app", "app", "7", "Jan  5 12:00", odd))
    blocks = [
        "\n".join([*([f"./dir{at}:"] if recursive else []), f"total {at}", *laid_out([*rows, *messages], bsd)])
        for at, rows in enumerate(groups)
    ]
    text = "\n\n".join(blocks if recursive else blocks[:1]) + "\n" * ends
    with contextlib.suppress(PassThrough):
        assert decode(long_listing.lossless(text, long_listing.read(text)).text) == text


def test_what_nearly_all_rows_have_is_said_once() -> None:
    rows: list[tuple[str, ...] | str] = [
        ("-rw-r--r--", "1", "app", "staff", str(at * 37), "Jan  5 12:00", f"file{at}.py") for at in range(50)
    ]
    rows[7] = ("-rwxr-xr-x", "1", "app", "staff", "99", "Feb  7 08:30", "run.sh")
    text = "\n".join(["total 400", *laid_out(rows, False)])
    done = long_listing.lossless(text, long_listing.read(text))
    assert decode(done.text) == text
    assert "-rwxr-xr-x 1 99 Feb  7 08:30 run.sh" in done.text.split("\n")
    assert done.text.count("Jan  5 12:00") == 2
    assert tokens.count(done.text) < 0.4 * tokens.count(text)


def test_a_moved_column_has_no_lossless_form() -> None:
    text = "total 4\n" + "-rw-r--r--  1 app staff  12 Jan  5 12:00 a\n" * 5
    with pytest.raises(PassThrough, match="columns"):
        long_listing.lossless(text, long_listing.read(text))


@pytest.mark.parametrize("text", ["", "total 4\n", "a\nb\nc\nd\ne", "-rw not a row\n" * 9])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(PassThrough):
        long_listing.read(text)


def test_rows() -> None:
    assert long_listing.is_row("drwxr-xr-x@  3 ann  staff    96 Jan  5 12:00 src")
    assert long_listing.is_row("-rw-r--r-- 1 root root 1.2K 2024-01-05 12:00 a b")
    assert not long_listing.is_row("drwx")
