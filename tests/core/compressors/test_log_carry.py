import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headroom.compressors import log_carry
from tests.core.compressors.decode_logs import decode
from tests.core.compressors.random_logs import logs

DATES = st.sampled_from(
    [
        "2024-01-15T",
        "2024-01-15 ",
        "2024/01/16 ",
        "Jan 15 ",
        "Feb  3 ",
        "[2024-01-15 ",
        "15/Jan/2024:",
        "0115 ",
        "",
    ]
)
FRONTS = st.sampled_from(
    [
        "",
        "web-1  | ",
        "db | ",
        "1.2.3.4 - - [",
        " ",
        "a b c [",
        "\t",
        "I",
        "INFO ",
        'time="',
        "[pod/a/b] ",
        "10:00 b c [",
    ]
)
TIMES = st.sampled_from(["10:00:00", "10:00:00.123Z", "10:01:07", "23:59", ":05", "x", "", "10:00:00 a b [12"])
RESTS = st.sampled_from(
    [
        " INFO x",
        " INFO [main] x",
        " INFO [main] y z",
        " [12] y",
        "]",
        " 2024-01-15 10:00:00",
        ' "',
        ' " x',
        ' +0000] "GET / HTTP/1.1" 200 1 "-" "Mozilla/5.0 (X11; Linux x86_64)" 0.1',
        ' +0000] "GET / HTTP/1.1" 200 1 "-" "Mozilla/5.0 (X11; Linux x86_64)"',
        ' " "Mozilla/5.0 (X11; Linux x86_64) Chrome" "-"',
        " &1",
        ' a &1="b" 3',
        "",
    ]
)
LINES = st.tuples(FRONTS, DATES, TIMES, RESTS).map("".join)


@settings(max_examples=1000, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=14).map("\n".join))
@example("Jan 15 10:00:00 h k: [1] a\nJan 15 10:01:00 h k: [2] a\nJan 15 10:01:01 h k: [2] a")
def test_everything_left_out_can_be_put_back(text: str) -> None:
    assert decode(log_carry.carried(text)) == text


@settings(max_examples=100, deadline=None)
@given(logs())
def test_a_log_comes_back(text: str) -> None:
    assert decode(log_carry.carried(text)) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "2024-01-15T10:00:00 a\n2024-01-15T10:00:01 b\n more\n2024-01-15T10:01:01 b\n2024-01-16T00:00:00 c",
            "2024-01-15T10:00:00 a\n:01 b\n more\n10:01:01 b\n2024-01-16T00:00:00 c",
        ),
        ("Jan 15 10:00:00 h x\nJan 15 10:00:01 h y", "Jan 15 10:00:00 h x\n:01 h y"),
        (
            "I0115 10:00:00.1 1 a.go:1] x\nE0115 10:00:01.2 1 b.go:1] y",
            "I0115 10:00:00.1 1 a.go:1] x\nE:01.2 1 b.go:1] y",
        ),
        (
            '1.2.3.4 - - [15/Jan/2024:10:00:00 +0000] "G"\n5.6.7.8 - - [15/Jan/2024:10:00:01 +0000] "P"',
            '1.2.3.4 - - [15/Jan/2024:10:00:00 +0000] "G"\n5.6.7.8 - - [:01 " "P"',
        ),
        (
            "web | 2024-01-15T10:00:00 a\ndb | 2024-01-15 10:00:00 b\nweb | 2024-01-15T10:00:01 c",
            "web | 2024-01-15T10:00:00 a\ndb | 2024-01-15 10:00:00 b\nweb | :01 c",
        ),
        (
            "a | 2024-01-15T23:59:59 x\nb | 2024-01-16T00:00:00 y\na | 2024-01-15T23:59:59 z",
            "a | 2024-01-15T23:59:59 x\nb | 2024-01-16T00:00:00 y\na | 2024-01-15T23:59:59 z",
        ),
        (
            "Jan 1 10:00:00 host-1 ssh[12]: a\nJan 1 10:00:01 host-1 ssh[12]: b".replace("Jan 1", "Jan 15")
            + "\nJan 15 10:00:02 host-1 ssh[13]: b\nJan 15 10:00:03 host-1 ssh[13]: b",
            'Jan 15 10:00:00 host-1 ssh[12]: a\n:01 " b\n:02 host-1 ssh[13]: b\n:03 "',
        ),
        (
            'Jan 15 10:00:00 a "the agent of a browser/1.0" 3\nJan 15 10:00:01 b "the agent of a browser/1.0" 4',
            'Jan 15 10:00:00 a &1="the agent of a browser/1.0" 3\n:01 b &1 4',
        ),
    ],
)
def test_a_line_leaves_out_what_the_line_above_has(text: str, expected: str) -> None:
    header, _, body = log_carry.carried(text).partition("\n")
    assert body == expected
    assert re.fullmatch(r"\[headroom: \d+ lines as a log \(.*\), nothing left out\]", header)


@pytest.mark.parametrize("odd", ["10:00:02 c", ":02 c", "web | :02"])
def test_a_log_with_lines_that_look_shortened_is_left_alone(odd: str) -> None:
    text = f"2024-01-15 10:00:00 a\n2024-01-15 10:00:01 b\n{odd}"
    assert log_carry.carried(text) == text


def test_a_log_with_marks_of_its_own_has_none_of_ours() -> None:
    text = "".join(f'Jan 15 10:00:{at:02} web-host-1 sshd[12]: " {at}\n' for at in range(20))
    odd = text + 'Jan 15 10:01:00 " a\n'
    assert '\n:01 " 1' in log_carry.carried(text)
    assert ':01 web-host-1 sshd[12]: " 1' in log_carry.carried(odd)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-15 10:00:00 " + '"' * 1_000_000,
        "2024-01-15 10:00:00 " + ' "a' * 400_000,
        "2024-01-15 10:00:00 " + " &1" * 400_000,
        "a " * 1_000_000,
        "[pod/" * 300_000,
        ("a" * 64 + " ") * 30_000,
        "2024-01-15 10:00:00 " + ' "' + "1 " * 500_000,
    ],
    ids=["quotes", "texts", "names", "words", "pods", "long words", "numbers"],
)
def test_takes_linear_time(text: str) -> None:
    log_carry.carried(text + "\n" + text)
