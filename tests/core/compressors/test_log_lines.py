import asyncio
import inspect
from pathlib import Path

import pytest

from headroom.compressors import log_lines

HEADS = [
    ("2024-01-15T10:23:45.123Z INFO starting", "2024-01-15T10:23:45.123Z", "INFO"),
    ("2024-01-15 10:23:45,123 WARNING [main] com.foo.Bar - hi", "2024-01-15 10:23:45,123", "WARN"),
    ("2024-01-15 10:23:45.123  INFO 1 --- [main] c.f.B : started", "2024-01-15 10:23:45.123", "INFO"),
    ("[2024-01-15 10:23:45] production.ERROR: boom", "[2024-01-15 10:23:45]", "ERROR"),
    ("[2024-01-15T10:23:45][warn] hmm", "[2024-01-15T10:23:45]", "WARN"),
    ("2024/01/15 10:23:45 [error] 12#0: *1 connect() failed", "2024/01/15 10:23:45", "ERROR"),
    ("2024/01/15 10:23:45 main.go:12: hello", "2024/01/15 10:23:45", ""),
    ("Jan  5 10:23:45 host sshd[123]: Failed password", "Jan  5 10:23:45", ""),
    ("[Wed Oct 11 14:32:52.123456 2000] [core:error] [pid 3] x", "[Wed Oct 11 14:32:52.123456 2000]", "ERROR"),
    ('1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 200 1', "[10/Oct/2000:13:55:36 -0700]", "2xx"),
    ('::1 - bob [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.1" 404 1', "[10/Oct/2000:13:55:36 -0700]", "4xx"),
    ("I0115 10:00:00.123456       1 server.go:10] msg", "0115 10:00:00.123456", "INFO"),
    ("E0115 10:00:00.123456   12345 server.go:10] msg", "0115 10:00:00.123456", "ERROR"),
    ("Feb 10 10:00:00 host app: x", "Feb 10 10:00:00", ""),
    ("01-15 10:23:45.123  1234  1234 W Tag: msg", "01-15 10:23:45.123", "WARN"),
    ("12:M 15 Jan 2024 10:23:45.123 * Ready", "15 Jan 2024 10:23:45.123", ""),
    ("[    0.000000] Linux version", "[    0.000000]", ""),
    ("web-1  | 2024-01-15T10:23:45.123Z INFO starting", "2024-01-15T10:23:45.123Z", "INFO"),
    ("[pod/web-1/app] INFO hi there", "", "INFO"),
    ('time="2024-01-15T10:23:45Z" level=warning msg="x"', 'time="2024-01-15T10:23:45Z"', "WARN"),
    ("level=info ts=2024-01-15T10:23:45Z caller=main.go:1", "ts=2024-01-15T10:23:45Z", "INFO"),
    ("WARNING:foo.bar:hello", "", "WARN"),
    ('INFO:     127.0.0.1:1234 - "GET / HTTP/1.1" 200 OK', "", "INFO"),
    ("[info] foo", "", "INFO"),
    ("ERROR 2024-01-15 10:23:45,123 foo", "2024-01-15 10:23:45,123", "ERROR"),
    ("10:23:45.123 [main] DEBUG c.f.B - x", "10:23:45.123", "DEBUG"),
    ("2024-01-15 10:23:45.123 | CRITICAL | __main__:f:3 - hi", "2024-01-15 10:23:45.123", "FATAL"),
    ("2024-01-15T10:23:45.123Z\tINFO\tmain.go:1\tmsg", "2024-01-15T10:23:45.123Z", "INFO"),
    ("<34>1 2003-10-11T22:14:15.003Z host app - ID47 - msg", "2003-10-11T22:14:15.003Z", "FATAL"),
    ("<14>Oct 11 22:14:15 host app: msg", "Oct 11 22:14:15", "INFO"),
    ("I, [2024-01-15T10:23:45.123456 #12]  INFO -- : Started GET", "[2024-01-15T10:23:45.123456", "INFO"),
    ("E, [2024-01-15T10:23:45.123456 #12] ERROR -- : x", "[2024-01-15T10:23:45.123456", "ERROR"),
    ("10:23AM WRN slow query=3", "10:23AM", "WARN"),
    ("2024/01/15 10:23:45 ERROR x err=y", "2024/01/15 10:23:45", "ERROR"),
    ("[2024-01-15 10:23:45,123: WARNING/MainProcess] x", "[2024-01-15 10:23:45,123", "WARN"),
    ("[2024-01-15T10:23:45Z DEBUG app] x", "[2024-01-15T10:23:45Z", "DEBUG"),
    ("2024-01-15T10:23:45.123456Z 8 [Note] x", "2024-01-15T10:23:45.123456Z", "INFO"),
    ("2024-01-15T10:23:45+0000 host systemd[1]: Started x", "2024-01-15T10:23:45+0000", ""),
    ('{"level":30,"time":1700000000123,"pid":1,"msg":"x"}', '"time":1700000000123', "INFO"),
    ('{"level":"warn","ts":1700000000.123,"caller":"a.go:1","msg":"x"}', '"ts":1700000000.123', "WARN"),
    (
        '{"event": "x", "level": "error", "timestamp": "2024-01-15T10:23:45Z"}',
        '"timestamp": "2024-01-15T10:23:45Z"',
        "ERROR",
    ),
    (
        '{"log":"ERROR x\\n","stream":"stderr","time":"2024-01-15T10:23:45.1Z"}',
        '"time":"2024-01-15T10:23:45.1Z"',
        "ERROR",
    ),
]
NOT_HEADS = [
    *(
        "",
        "plain text",
        "import os",
        "    INFO = 3",
        "Error: foo",
        "# INFO: x",
        "- 2024-01-15: foo",
        "Infos are here",
    ),
    *("2024-01-15 10:23:45,foo,bar", "2024-01-15 10:23:45,123,bar", "2024-01-15 10:23:45,123", "2024-01-15,foo"),
    *("2024-01-15T10:23:45Z\tfoo\tbar", "foo.log:12:2024-01-15 10:23:45 INFO x", "+2024-01-15 10:23:45 INFO x"),
    *("     1\t2024-01-15 10:23:45 INFO x", "| 2024-01-15 10:23:45 | foo |", '{"level": "info"}'),
    *("web-1  |     at foo (bar.js:1:2)", "2024-01-15T10:23:45.1Z     at com.foo.Bar(Bar.java:1)"),
    *("2024-01-15T10:23:45.1Z Caused by: x", "2024-01-15T10:23:45.1Z \tat com.foo.Bar(Bar.java:1)"),
]


@pytest.mark.parametrize(("text", "stamp", "level"), HEADS)
def test_the_head_of_an_entry(text: str, stamp: str, level: str) -> None:
    lines = log_lines.read(text)
    assert [kind.is_head for kind in lines.kinds] == [True]
    assert (lines.stamps, lines.levels) == ([stamp], [level])


@pytest.mark.parametrize("text", NOT_HEADS)
def test_other_lines_begin_no_entry(text: str) -> None:
    assert not log_lines.read(text).kinds[0].is_head


def test_lines_keep_every_character() -> None:
    text = "2024-01-15 10:23:45 a\u2028b\x0cc\r\n\n x\n"
    assert "\n".join(log_lines.read(text).texts) + "\n" == text


def test_the_speaker_is_known_with_and_without_a_time() -> None:
    lines = log_lines.read("web-1  | 2024-01-15T10:23:45Z INFO x\nweb-1  |   at y\ndb | z\n2024-01-15 10:23:45 x")
    assert lines.speakers == ["web-1  | ", "web-1  | ", "db | ", ""]


LOG = "".join(f"2024-01-15 10:00:{at:02d} INFO tick {at}\n" for at in range(10))
TRACE = "java.lang.Error: x\n" + "\tat com.foo.Bar.baz(Bar.java:1)\n" * 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (LOG, True),
        (LOG + TRACE, True),
        (
            LOG.replace("tick", 'x\nTraceback (most recent call last):\n  File "a.py", line 1\nValueError: tick'),
            True,
        ),
        ("Starting up\n\n" + LOG, True),
        (LOG[:100], False),
        (LOG + "prose line\n" * 9, False),
        ("", False),
    ],
)
def test_a_log_is_what_mostly_begins_like_one(text: str, expected: bool) -> None:
    assert log_lines.is_log(log_lines.read(text)) is expected


SOURCES = sorted(Path(inspect.getfile(asyncio)).parent.glob("*.py"))
OTHERS = {
    "markdown": "# Title\n\nSome prose about INFO levels.\n\n- a list\n- 2024-01-15: released\n\n```\ncode\n```\n"
    * 10,
    "csv": "time,level,value\n" + "".join(f"2024-01-15 10:00:{at:02d},INFO,{at}\n" for at in range(50)),
    "tsv": "".join(f"2024-01-15 10:00:{at:02d}\tabc\t{at}\n" for at in range(50)),
    "two columns": "".join(f"2024-01-15 10:00:{at:02d},{at + 100}\n" for at in range(50)),
    "diff": "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n" + LOG.replace("2024", "+2024"),
    "grep": LOG.replace("2024-", "logs/app.log:17:2024-"),
    "cat -n": "".join(f"{at:6}\t{line}\n" for at, line in enumerate(LOG.splitlines(), 1)),
    "listing": "-rw-r--r-- 1 root root 4096 2024-01-15 10:23 file\n" * 30,
    "subtitles": "1\n00:00:01,000 --> 00:00:02,000\nHello there.\n\n" * 30,
    "pytest": "tests/test_a.py::test_b PASSED [ 10%]\n" * 30 + "=== 30 passed in 0.10s ===\n",
    "git log": "commit 0123456789abcdef\nAuthor: A <a@b.c>\nDate:   Mon Jan 15 10:23:45 2024 +0100\n\n    x\n\n"
    * 20,
    "json lines": '{"id": 7, "created": "2024-01-15T10:23:45Z", "name": "info"}\n' * 30,
    "gcc": "main.c:3:5: warning: unused variable 'x' [-Wunused-variable]\n    3 | int x;\n      |     ^\n" * 10,
}


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_source_code_is_no_log(file: Path) -> None:
    assert not log_lines.is_log(log_lines.read(file.read_text()))


@pytest.mark.parametrize("name", OTHERS)
def test_other_tool_output_is_no_log(name: str) -> None:
    assert not log_lines.is_log(log_lines.read(OTHERS[name]))


def test_some_lines_are_taken_from_everywhere() -> None:
    text = "\n".join(map(str, range(5000)))
    some = log_lines.sample(text).split("\n")
    assert 400 < len(some) < 1001
    assert int(some[-1]) > 4900
    assert log_lines.sample("a\nb") == "a\nb"
