"""Phrases are found where a plain search of the patterns finds them, and nowhere else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.learn.finders import messages
from headroom.learn.finders.phrases import Phrases, alternatives, needed

ROWS = (
    "no such file",
    "user (?:has )?(?:rejected|denied)",
    r"os error 2\b",
    "cannot|can't open",
    "old_?string [a-z]+ x",
)
PIECES = st.sampled_from(
    [
        *[
            "no such file",
            "User has rejected",
            "denied",
            "os error 2",
            "CANNOT",
            "can't open",
            "oldString ab x",
            "old_string",
        ],
        " ",
        "\n",
        "é",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=60))
def test_the_short_cut_finds_the_same(text: str) -> None:
    plain = re.search("|".join(ROWS), text, re.IGNORECASE | re.MULTILINE)
    quick = Phrases(*ROWS).search(text)
    assert (plain and plain.span()) == (quick and quick.span())


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        ("no such file", "no such file"),
        ("user (?:has )?(?:rejected|denied)", "user "),
        (r"\u00a0?spawn (?P<name>x) ENOENT", " enoent"),
        (r"go\.mod file", "go.mod file"),
        ("[abc]+", ""),
    ],
)
def test_what_every_match_holds(pattern: str, letters: str) -> None:
    assert needed(pattern) == letters


def test_bars_in_groups_part_nothing() -> None:
    assert alternatives(r"a(?:b|c)|[|]d|\|e") == ["a(?:b|c)", "[|]d", r"\|e"]


def test_lines_are_those_that_hold_a_phrase() -> None:
    phrases = Phrases("no such file")
    assert list(phrases.lines("a\nx: No such file or directory\nb\nno such file, no such file")) == [
        "x: No such file or directory",
        "no such file, no such file",
    ]


def test_the_tables_take_the_short_cut() -> None:
    tables = [table for table in vars(messages).values() if isinstance(table, Phrases)]
    assert tables
    assert all(table.hints for table in tables)
