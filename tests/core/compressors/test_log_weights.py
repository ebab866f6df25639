import pytest

from headroom.compressors import log_lines, log_weights
from headroom.compressors.log_weights import ERROR, NOTABLE, PLAIN, WARNING

HEAD = "2024-01-15 10:00:00 "


def weights(text: str) -> list[int]:
    lines = log_lines.read(text)
    return log_weights.weigh(lines, log_weights.entries(lines))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INFO all well", PLAIN),
        ("DEBUG x", PLAIN),
        ("WARN x", WARNING),
        ("ERROR x", ERROR),
        ("CRITICAL x", ERROR),
        ("FATAL x", ERROR),
        ("INFO connection refused by peer", NOTABLE),
        ("INFO Login FAILED for bob", NOTABLE),
        ("INFO java.lang.IllegalStateException thrown", NOTABLE),
        ("INFO request timed out", NOTABLE),
        ("INFO upstream timeout", NOTABLE),
        ("INFO permission denied", NOTABLE),
        ("INFO process exited with code 137", NOTABLE),
        ("INFO exit status 2", NOTABLE),
        ("INFO exit code: 1", NOTABLE),
        ("INFO GET /x HTTP/1.1 404 12", NOTABLE),
        ('INFO "POST /x" 500', NOTABLE),
        ('INFO 10.0.0.1:80 - "GET / HTTP/1.1" 503', NOTABLE),
        ("INFO done status=502 in 3ms", NOTABLE),
        ('INFO {"status_code": 404}', NOTABLE),
        ("INFO job done, errors=0 failed: 0", PLAIN),
        ("INFO error=null exception=none", PLAIN),
        ('INFO error="" failure=<nil> rejected=false', PLAIN),
        ("INFO no errors found, 0 failed", PLAIN),
        ("INFO error_rate=0.00", PLAIN),
        ("INFO error_rate=0.02", NOTABLE),
        ("INFO failed=10", NOTABLE),
        ("INFO client timeout=30s", PLAIN),
        ("INFO cache invalidated", PLAIN),
        ("INFO invalid token", NOTABLE),
        ("INFO process exited with code 0", PLAIN),
        ("INFO done status=200 in 404ms", PLAIN),
        ("INFO GET /x HTTP/1.1 200 500", PLAIN),
        ("INFO GET /item/404 200", PLAIN),
    ],
)
def test_what_a_line_says_decides_its_weight(text: str, expected: int) -> None:
    assert weights(HEAD + text) == [expected]


@pytest.mark.parametrize(
    ("status", "expected"), [("200", PLAIN), ("302", PLAIN), ("404", WARNING), ("500", ERROR)]
)
def test_a_web_servers_status_is_its_level(status: str, expected: int) -> None:
    assert weights(f'1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" {status} 9') == [expected]


def test_nothing_matches_across_lines() -> None:
    assert weights(f"{HEAD}INFO error\n{HEAD}INFO 0\n=0\n") == [NOTABLE, PLAIN, PLAIN]
    assert weights(f"{HEAD}INFO status\n404\n") == [PLAIN, PLAIN]


def test_a_stack_trace_weighs_as_a_whole_with_its_head() -> None:
    trace = 'Traceback (most recent call last):\n  File "x", line 1\nValueError: c'
    assert weights(f"{HEAD}INFO a\n{HEAD}INFO b\n{trace}\n{HEAD}INFO d") == [
        PLAIN,
        ERROR,
        ERROR,
        ERROR,
        ERROR,
        PLAIN,
    ]


def test_what_hangs_on_an_error_weighs_as_much() -> None:
    assert weights(f"{HEAD}WARN a\n  detail\n{HEAD}INFO b\n  detail") == [WARNING, WARNING, PLAIN, PLAIN]


def test_mixed_logs_are_told_apart() -> None:
    text = (
        f"web | {HEAD}INFO a\ndb | {HEAD}INFO x\nweb |     at f (a.js:1:2)\ndb | {HEAD}INFO y\nweb | {HEAD}INFO b"
    )
    assert weights(text) == [ERROR, PLAIN, ERROR, PLAIN, PLAIN]
    lines = log_lines.read(text)
    assert sorted(log_weights.entries(lines)) == [[0, 2], [1], [3], [4]]


@pytest.mark.parametrize(
    "text", ["error=0 " * 120_000, "timeout=1" * 100_000, "exit " * 200_000, "get /x" * 150_000]
)
def test_takes_linear_time(text: str) -> None:
    lines = log_lines.read(HEAD + text)
    log_weights.weigh(lines, log_weights.entries(lines))
