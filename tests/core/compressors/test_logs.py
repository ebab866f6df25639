import contextlib
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom import markers, tokens
from headroom.compressors import log_lines, log_masks, logs, screen
from headroom.types import Compressed, Context, PassThrough
from tests.bench.needles import Workload, survives
from tests.bench.workloads_logs import WORKLOADS
from tests.core.compressors.decode_logs import decode
from tests.core.compressors.random_logs import logs as random_logs

PATH = "/home/u/.local/state/headroom/store/0123456789ab.txt"
COUNTED = re.compile(r"([\d,]+)x (.*)")
AGAIN = re.compile(r"\[the (?:(\d+) lines|line) above ([\d,]+)x more(?:(, with other values): .*|, .*)?\]")
SILENCE = re.compile(r"\[nothing for (?:\d+h)?(?:\d+m)?(?:\d+s)?\]")
SPOT = re.compile(r"<[^<>]*>")
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}")
VALUE = re.compile(r"[0-9a-f]*\d[0-9a-f]*")


def lossy(text: str, budget: int = 500, query: str = "") -> Compressed:
    return logs.compress(text, Context(query=query, budget_tokens=budget, original=PATH))


def pattern(template: str) -> re.Pattern[str]:
    if "<other forms" in template:
        return re.compile(".*", re.DOTALL)
    return re.compile(".*?".join(map(re.escape, SPOT.split(template))), re.DOTALL)


def form(line: str) -> str:
    return VALUE.sub("#", TIME.sub("@", line))


def check_accounts(text: str, done: Compressed) -> None:
    """Check that each line is there word for word or stands for by a line, and that the counts add up."""
    source = text.removesuffix("\n").split("\n")
    marker, *shown = done.text.split("\n")
    omission = markers.parse(marker)
    assert omission
    assert (omission.total, omission.unit, omission.original) == (len(source), "lines", PATH)
    verbatim: list[str] = []
    templates: list[tuple[int, re.Pattern[str]]] = []
    repeated: set[str] = set()
    counted = 0
    for line in shown:
        template, again = COUNTED.fullmatch(line), AGAIN.fullmatch(line)
        if template:
            templates.append((int(template[1].replace(",", "")), pattern(template[2])))
            counted += templates[-1][0]
        elif again:
            size = int(again[1] or 1)
            counted += size * int(again[2].replace(",", ""))
            repeated.update(form(said) for said in verbatim[-size:])
        elif SILENCE.fullmatch(line):
            continue
        else:
            verbatim.append(line)
    assert counted + len(verbatim) == len(source)
    assert counted == omission.omitted == sum(done.omitted.values())
    assert len(verbatim) == done.kept
    missing = list((Counter(source) - Counter(verbatim)).elements())
    assert not Counter(verbatim) - Counter(source)
    assert len(missing) == counted
    for line in missing:
        assert form(line) in repeated or any(fits.fullmatch(line) for _, fits in templates), line
    for count, fitting in templates:
        assert sum(fitting.fullmatch(line) is not None for line in missing) >= count


@settings(max_examples=200, deadline=None)
@given(random_logs(), st.sampled_from([1, 100, 400, 2000]), st.sampled_from(["", "where is carol?"]))
def test_every_line_is_there_or_counted_by_one_that_matches_it(text: str, budget: int, query: str) -> None:
    try:
        done = lossy(text, budget, query)
    except PassThrough:
        return
    check_accounts(text, done)


def app(count: int, seed: int = 1) -> str:
    chance = random.Random(seed)
    lines = []
    for at in range(count):
        stamp = f"2024-01-15 {10 + at // 3600:02}:{at // 60 % 60:02}:{at % 60:02},{chance.randrange(1000):03}"
        if chance.random() < 0.004:
            lines.append(
                f"{stamp} ERROR [worker-{chance.randrange(8)}] query failed id={chance.getrandbits(64):016x}"
            )
            lines += [
                "Traceback (most recent call last):",
                '  File "/srv/db.py", line 88, in run',
                "OSError: gone",
            ]
        elif chance.random() < 0.01:
            lines.append(
                f"{stamp} WARN  [worker-{chance.randrange(8)}] pool exhausted, waited {chance.randrange(900)} ms"
            )
        else:
            lines.append(
                f"{stamp} INFO  [worker-{chance.randrange(8)}] GET /api/users/{chance.randrange(9999)} 200 "
                f"{chance.randrange(300)}ms request_id={chance.getrandbits(64):016x}"
            )
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("count", [100, 1000, 5000])
def test_a_long_log_comes_near_its_budget(count: int) -> None:
    text = app(count)
    done = lossy(text, 3000)
    check_accounts(text, done)
    assert (count == 100 and tokens.count(done.text) < 3300) or 2600 < tokens.count(done.text) < 3300
    assert not done.lossless


def test_every_error_and_warning_stands_word_for_word_when_there_is_room() -> None:
    text = app(1000)
    done = lossy(text, 20_000)
    shown = set(done.text.split("\n"))
    assert all(line in shown for line in text.split("\n") if " WARN " in line)
    errors = [line for line in text.split("\n") if " ERROR " in line]
    (again,) = [AGAIN.fullmatch(line) for line in shown if AGAIN.fullmatch(line)]
    assert again
    assert sum(line in shown for line in errors) + int(again[2]) == len(errors)


def test_the_omitted_are_counted_by_level() -> None:
    text = app(400)
    done = lossy(text, 100)
    kept = Counter(log_lines.read(line).levels[0] for line in done.text.split("\n")[1:] if not COUNTED.match(line))
    assert done.omitted["INFO"] + kept["INFO"] == text.count(" INFO ")
    assert f"INFO {done.omitted['INFO']}" in done.text.split("\n")[0]


def test_colours_do_not_hide_a_log() -> None:
    text = app(300)
    coloured = text.replace(" INFO ", " \x1b[32mINFO\x1b[0m ").replace("2024", "\x1b[2m2024")
    assert logs.looks_like(coloured)
    assert lossy(coloured).text == lossy(text).text
    assert logs.compress(coloured, Context()).text == logs.compress(text, Context()).text


def test_the_lossless_form_says_so_and_is_shorter() -> None:
    text = app(50)
    done = logs.compress(text, Context())
    assert done.lossless
    assert not done.omitted
    assert len(done.text) < 0.9 * len(text)
    assert decode(done.text) == text


@settings(max_examples=100, deadline=None)
@given(random_logs())
def test_nothing_is_lost_in_the_lossless_form(text: str) -> None:
    with contextlib.suppress(PassThrough):
        assert decode(logs.compress(text, Context()).text) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("prose\n" * 50, "do not begin"),
        ("".join(f"{line}\nprose\n" for line in app(20).splitlines()), "do not begin"),
        (app(50) + "=== 3 passed in 0.1s ===\n", "test run"),
        (app(50) + "<system-reminder>x</system-reminder>", "verbatim"),
        (app(50) + "a\x00b", "control characters"),
        (app(50) * 8000, "longer than"),
        (app(50) + "\x1b[5;5Hx", "cursor"),
        ("".join(f"10:00:00 {chr(97 + at) * (at + 3)}\n" for at in range(20)), "too little repeats"),
    ],
)
def test_what_is_no_log_or_has_nothing_to_leave_out_passes_through(text: str, reason: str) -> None:
    with pytest.raises(PassThrough, match=reason):
        lossy(text)


def test_a_log_looks_like_one() -> None:
    assert logs.looks_like(app(20))
    assert not logs.looks_like("prose\n" * 50)


@pytest.mark.parametrize("trace", ["java", "node", "go", "rust", "python"])
def test_stack_traces_stay_whole(trace: str) -> None:
    lines = {
        "java": "java.lang.Error: x\n\tat a.B.c(B.java:1)\nCaused by: d\n\t... 2 more",
        "node": "TypeError: x\n    at f (/a.js:1:2)\n    at g (/b.js:3:4)",
        "go": "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/a.go:12 +0x1d\nexit status 2",
        "rust": "thread 'main' panicked at src/main.rs:2:5:\nx\nnote: run with `RUST_BACKTRACE=1`",
        "python": 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\nValueError: x',
    }[trace]
    text = app(200, seed=5)
    cut = text.index("\n", len(text) // 2) + 1
    assert lines in lossy(text[:cut] + lines + "\n" + text[cut:]).text


def test_every_template_line_shows_the_time_it_spans() -> None:
    done = lossy(app(400))
    stamps = [line for line in done.text.split("\n") if COUNTED.match(line)]
    assert stamps
    assert all(re.match(r"[\d,]+x <2024-01-15 \d\d:\d\d:\d\d,\d{3}\.\.", line) for line in stamps)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-15 10:00:00 INFO " * 40_000,
        ("2024-01-15 10:00:00 INFO " + " " * 1000 + "x\n") * 800,
        ("=" * 900 + " \n" + "2024-01-15 10:00:00 INFO a\n" * 20) * 500,
        ("a" * 60 + " " * 60 + "x\n" + "2024-01-15 10:00:00 INFO a\n" * 4) * 3000,
        "".join(f"s{at} | 2024-01-15 10:00:00 INFO a\n" for at in range(20_000)),
        "".join(f"2024-01-15 10:00:00 ERROR {at:x} {at * 7919:x}\n" for at in range(20_000)),
    ],
    ids=["one line", "blanks", "rules", "pipes", "speakers", "errors"],
)
def test_odd_logs_take_linear_time(text: str) -> None:
    with contextlib.suppress(PassThrough):
        lossy(text, 2000)


def test_marks_are_what_templates_use() -> None:
    assert log_masks.STAMP not in lossy(app(100)).text


@pytest.mark.parametrize("make", WORKLOADS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("seed", [11, 12])
def test_planted_facts_survive(make: Callable[[int], Workload], seed: int) -> None:
    work = make(seed)
    before = tokens.count(work.text)
    done = logs.compress(work.text, Context(work.query, work.tool, work.tool_input, 4200, PATH))
    check_marker(work.text, done)
    assert tokens.count(done.text) < 0.08 * before
    assert [needle for needle in work.needles if not survives(needle, done.text)] == []
    assert decode(logs.compress(work.text, Context()).text) == work.text


def check_marker(text: str, done: Compressed) -> None:
    """Check that what is kept and what is omitted add up to the whole."""
    omission = markers.parse(done.text.split("\n", 1)[0])
    assert omission
    assert omission.total == text.count("\n") == done.kept + omission.omitted
    assert sum(done.omitted.values()) == omission.omitted


def test_a_silence_is_said_where_it_is() -> None:
    text = app(120) + app(120, seed=2).replace("2024-01-15 10:", "2024-01-15 14:")
    shown = lossy(text, 2000).text.split("\n")
    at = next(number for number, line in enumerate(shown) if SILENCE.fullmatch(line))
    assert shown[at] == "[nothing for 3h58m]"
    assert " 10:01:59" in shown[at - 1]
    assert " 14:00:00" in shown[at + 1]


def test_a_burst_is_said_in_the_line_that_stands_for_it() -> None:
    crowd = "".join(
        f"2024-01-15 10:30:{at // 20:02},000 INFO accepted connection {at} from peer\n" for at in range(400)
    )
    lines = app(3000).split("\n")
    text = "\n".join([*lines[:1800], *crowd.splitlines(), *lines[1800:]])
    (said,) = [line for line in lossy(text, 1500).text.split("\n") if "accepted connection <" in line]
    assert re.match(r"\d+x <2024-01-15 10:30:00,000\.\.10:30:19,000", said)


def test_json_lines_among_others_are_a_log() -> None:
    text = "".join(
        f'{{"level":30,"time":{1700000000000 + at * 1000},"msg":"request done","ms":{at % 90}}}\n'
        if at % 3
        else f"2024-01-15 10:{at // 60:02}:{at % 60:02} INFO tick {at}\n"
        for at in range(600)
    )
    bad = '{"level":50,"time":1700000300500,"msg":"boom","err":{"stack":"Error: x\\n at y"}}'
    lines = text.splitlines()
    lines.insert(300, bad)
    assert logs.looks_like(text)
    shown = lossy("\n".join(lines), 1000).text
    assert bad in shown
    assert re.search(r"\dx \{", shown)


FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "logs").glob("*.in"))


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.stem)
def test_every_fixture_comes_back_from_its_lossless_form(file: Path) -> None:
    text = file.read_bytes().decode()
    with contextlib.suppress(PassThrough):
        assert decode(logs.compress(text, Context()).text) == screen.shown(text)


def test_repeated_lines_count_as_lines_of_the_log() -> None:
    text = "".join(f"2024-01-15 10:00:{at:02d} INFO started {at}\n" for at in range(20))
    text += "2024-01-15 10:01:00 INFO heartbeat ok\n" * 200
    result = logs.compress(text, Context())
    assert result.text.startswith("[headroom: 220 lines as a log")
    assert result.kept == 220


def test_the_time_of_lines_out_of_order_is_from_the_earliest_to_the_latest() -> None:
    minutes = [30, *range(10, 50), *range(49, 9, -1), 31] * 5
    text = "".join(f"2024-01-15T10:{minute}:00Z INFO handled {at} in 5 ms\n" for at, minute in enumerate(minutes))
    result = logs.compress(text, Context(budget_tokens=200, original=PATH))
    assert "x <2024-01-15T10:10:00Z..10:49:00Z> INFO handled" in result.text
