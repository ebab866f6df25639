import pytest

from headroom.compressors import log_levels, log_lines

LOG = "".join(f"2024-01-15 10:00:{at:02d} INFO tick {at}\n" for at in range(10))


@pytest.mark.parametrize(
    "verdict",
    [
        *("=== 3 passed in 0.10s ===", "--- PASS: TestX (0.00s)", "ok  \tpkg/x\t0.012s", "Tests:       3 passed"),
        *(
            "[INFO] Tests run: 3, Failures: 0",
            "test result: ok. 3 passed",
            "  ✓ adds (3 ms)",
            "Ran 3 tests in 0.1s",
        ),
        "tests/a.py::b FAILED [100%]",
    ],
)
def test_verdicts_of_a_test_run_are_seen(verdict: str) -> None:
    assert any(kind.is_verdict for kind in log_lines.read(LOG + verdict + "\n").kinds)
    assert not any(kind.is_verdict for kind in log_lines.read(LOG).kinds)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Traceback (most recent call last):",
            '  File "x.py", line 3, in f',
            "ValueError: x",
            "\tat a.b(C.java:1)",
        ),
        *(
            "    at handler (/app/x.js:1:2)",
            "Caused by: x",
            "panic: boom",
            "goroutine 1 [running]:",
            "java.io.IOError",
        ),
        *("thread 'main' panicked at src/main.rs:2:5:", "stack backtrace:", "   0: rust_begin_unwind"),
        'Exception in thread "main" java.lang.Error',
        "  + Exception Group Traceback (most recent call last):",
        '    |   File "a.py", line 3, in f',
        "During handling of the above exception, another exception occurred:",
        "\tSuppressed: java.io.IOException: x",
        "created by main.run in goroutine 1",
        "[signal SIGSEGV: segmentation violation code=0x1]",
        "  [cause]: Error: x",
        "\tfrom /srv/app.rb:12:in `call'",
        "#0 /srv/index.php(12): run()",
    ],
)
def test_lines_of_stack_traces(text: str) -> None:
    assert log_lines.read(text).kinds[0].is_trace
    assert log_lines.read("web-1 | " + text).kinds[0].is_trace


@pytest.mark.parametrize("text", ["2024-01-15 10:00:00 INFO at home", "Errors: 3", "  a file", "panicking", ""])
def test_other_lines_are_no_trace(text: str) -> None:
    assert not log_lines.read(text).kinds[0].is_trace


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ('1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 503 1', "5xx"),
        ("<11>1 2003-10-11T22:14:15.003Z host app - - - x", "ERROR"),
        ("<9>Oct 11 22:14:15 host app: x", "FATAL"),
    ],
)
def test_a_level_that_is_a_number_is_that_of_its_line(line: str, level: str) -> None:
    assert log_lines.read(line).levels == [level]
    assert log_lines.read(line).kinds[0].varies


def test_words_for_levels_match_as_a_whole() -> None:
    assert "WARNING|" in log_levels.WORD
    assert "|I|" not in log_levels.WORD
