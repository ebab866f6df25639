import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.compressors import log_dates

MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
SPEAKER = r"(?P<speaker>(?:[\w.-]{1,64}+\s{0,64}+\|\s)?+)"
BEFORE = rf"(?P<before>{SPEAKER}(?:\S{{1,64}}+ \S{{1,64}}+ \S{{1,64}}+ (?=\[\d))?+\[?+)"
DATE = rf"(?P<date>\d{{4}}[-/]\d\d[-/]\d\d[T ]|(?:{MONTHS}) [ \d]\d |\d\d/(?:{MONTHS})/\d{{4}}:)"


def restored(text: str) -> str:
    """Put the dates back where the legend says they are left out."""
    legend, *lines = text.split("\n")
    assert legend == log_dates.LEGEND
    current: dict[str, str] = {}
    for number, line in enumerate(lines):
        dated = re.match(BEFORE + DATE + r"(?=\d\d:\d\d)", line)
        undated = re.match(BEFORE + r"(?=\d\d:\d\d)", line)
        if dated:
            current[dated["speaker"]] = dated["date"]
        elif undated:
            at = undated.end()
            lines[number] = line[:at] + current[undated["speaker"]] + line[at:]
    return "\n".join(lines)


DATES = st.sampled_from(
    ["2024-01-15T", "2024-01-15 ", "2024/01/16 ", "Jan 15 ", "Feb  3 ", "[2024-01-15 ", "15/Jan/2024:", ""]
)
FRONTS = st.sampled_from(["", "web-1  | ", "db | ", "1.2.3.4 - - [", " ", "a b c [", "\t"])
TIMES = st.sampled_from(["10:00:00", "10:00:00.123Z", "23:59", "x", "", "10:00:00 a b [12"])
LINES = st.tuples(FRONTS, DATES, TIMES, st.sampled_from([" INFO x", " [12] y", "]", " 2024-01-15 10:00:00"])).map(
    "".join
)


@given(st.lists(LINES, min_size=1, max_size=12).map("\n".join))
def test_every_date_can_be_put_back(text: str) -> None:
    short = log_dates.once(text)
    assert short == text or restored(short) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "2024-01-15T10:00:00Z a\n2024-01-15T10:00:01Z b\n  more\n2024-01-16T00:00:00Z c",
            "2024-01-15T10:00:00Z a\n10:00:01Z b\n  more\n2024-01-16T00:00:00Z c",
        ),
        ("Jan 15 10:00:00 h x\nJan 15 10:00:01 h y", "Jan 15 10:00:00 h x\n10:00:01 h y"),
        (
            '1.2.3.4 - - [15/Jan/2024:10:00:00 +0000] "G"\n5.6.7.8 - - [15/Jan/2024:10:00:01 +0000] "G"',
            '1.2.3.4 - - [15/Jan/2024:10:00:00 +0000] "G"\n5.6.7.8 - - [10:00:01 +0000] "G"',
        ),
        (
            "web | 2024-01-15T10:00:00 a\ndb | 2024-01-15 10:00:00 b\nweb | 2024-01-15T10:00:01 c",
            "web | 2024-01-15T10:00:00 a\ndb | 2024-01-15 10:00:00 b\nweb | 10:00:01 c",
        ),
        (
            "a | 2024-01-15T23:59:59 x\nb | 2024-01-16T00:00:00 y\na | 2024-01-15T23:59:59 z",
            "a | 2024-01-15T23:59:59 x\nb | 2024-01-16T00:00:00 y\na | 2024-01-15T23:59:59 z",
        ),
    ],
)
def test_a_date_stands_where_it_changes(text: str, expected: str) -> None:
    assert log_dates.once(text) == f"{log_dates.LEGEND}\n{expected}"


def test_a_log_with_bare_clock_times_is_left_alone() -> None:
    text = "2024-01-15 10:00:00 a\n2024-01-15 10:00:01 b\n10:00:02 c"
    assert log_dates.once(text) == text
