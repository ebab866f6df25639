"""The laws of the short forms, on real and on random reports."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import markers, tokens
from headroom.compressors import builds, run_events, run_forms, run_reading, screen, tests
from headroom.types import Compressed, Context, PassThrough
from tests.bench.needles import Workload, survives
from tests.bench.workloads_runs import WORKLOADS
from tests.core.compressors import decode_runs, random_runs

NEUTRAL: tuple[str, ...] = (
    "blank",
    "titles",
    "progress",
    "rules",
    "details",
    "like others",
    "events without output",
    "begun",
    "npm http",
)
NEUTRAL += ("steps", "fetched", "YAML marks", "Subtest", "duration_ms", "example titles")
VERDICT = re.compile(r"pass|ok|success|fail|✓|✔|error", re.IGNORECASE)


def form(text: str, budget_tokens: int | None, query: str = "") -> Compressed | None:
    context = Context(query=query, budget_tokens=budget_tokens, original="/srv/state/originals/0123456789ab.txt")
    try:
        return run_forms.compress(text, context, run_reading.TOOLS)
    except PassThrough:
        return None


def shown_lines(text: str) -> list[str]:
    shown = screen.shown(text).replace("\r\n", "\n")
    events = run_events.read(shown)
    return (events.output if events else shown).split("\n")


def check_absence_is_true(text: str, result: Compressed) -> None:
    lines = shown_lines(text)
    gaps = decode_runs.gaps(result.text, lines)
    omitted = markers.parse(result.text.partition("\n")[0])
    assert omitted is not None
    gone = sum(len(run) for _, run in gaps)
    assert sum(result.omitted.values()) == omitted.omitted == gone + result.omitted.get("events without output", 0)
    for said, run in gaps:
        for label, count in re.findall(r"(?:^|, )([^,;:]+?) ([\d,]+)(?=,|;|$)", said.partition(" like ")[0]):
            if VERDICT.search(label) and label not in NEUTRAL and "other classes" not in label:
                assert sum(label in line for line in run) >= int(count.replace(",", "")), (label, run)


@pytest.mark.parametrize("data", random_runs.REAL)
@pytest.mark.parametrize("budget_tokens", [300, 1000, 3000])
def test_what_is_missing_of_real_reports_is_counted_where_it_stood(data: bytes, budget_tokens: int) -> None:
    text = data.decode()
    result = form(text, budget_tokens)
    if result:
        check_absence_is_true(text, result)


@pytest.mark.parametrize("data", random_runs.REAL)
def test_the_lossless_form_of_real_reports_is_lossless(data: bytes) -> None:
    text = data.decode()
    result = form(text, None)
    if result:
        assert result.lossless
        assert decode_runs.decode(result.text) == screen.shown(text)


@given(random_runs.texts())
def test_the_lossless_form_is_lossless(text: str) -> None:
    result = form(text, None)
    if result:
        assert decode_runs.decode(result.text) == screen.shown(text)


@given(random_runs.texts(), st.sampled_from([0, 300, 1000]), st.sampled_from(["", "is test_b slow?"]))
def test_what_is_missing_is_counted_where_it_stood(text: str, budget_tokens: int, query: str) -> None:
    result = form(text, budget_tokens, query)
    if result and "[... 3 lines: PASSED 3]" not in text and "\r" not in text:
        check_absence_is_true(text, result)


@given(random_runs.texts())
def test_the_same_text_has_the_same_form(text: str) -> None:
    assert form(text, 300) == form(text, 300)


@given(random_runs.texts())
def test_failures_stay_word_for_word_while_there_is_room(text: str) -> None:
    result = form(text, 100_000)
    if result:
        report = run_reading.read("\n".join(shown_lines(text)), run_reading.spoken("\n".join(shown_lines(text))))
        kept = result.text.split("\n")
        assert all(report.lines[n] in kept for n, kind in enumerate(report.kinds) if kind not in ("noise", "mild"))


def test_output_that_was_cut_off_says_nothing_of_how_it_ended() -> None:
    lines = [f"tests/test_a.py::test_{n} PASSED [{n // 10:3d}%]" for n in range(500)]
    result = form("\n".join(["=== test session starts ===", *lines]), 600)
    assert result
    shown = result.text.split("\n")[1:]
    assert shown[0] == "=== test session starts ==="
    assert all(line in lines or re.fullmatch(r"\[\.\.\. \d+ lines: PASSED \d+\]", line) for line in shown[1:])
    assert len(shown) == 8


def test_every_failing_test_is_named_when_thousands_fail_alike() -> None:
    blocks = [
        f"____ test_many[{n}] ____\n\nE   assert {n} == 7\n\ntests/test_a.py:6: AssertionError"
        for n in range(2000)
    ]
    summary = [f"FAILED tests/test_a.py::test_many[{n}] - assert {n} == 7" for n in range(2000)]
    text = "\n".join(
        ["=== FAILURES ===", *blocks, "=== short test summary info ===", *summary, "2000 failed in 9.12s", ""]
    )
    result = form(text, 4000)
    assert result
    named = re.findall(r"\[(\d+)\]", result.text)
    assert set(map(int, named)) == set(range(2000))
    assert "E   assert 0 == 7" in result.text
    assert "2000 failed in 9.12s" in result.text
    assert len(result.text) < 0.1 * len(text)


def test_rare_slow_and_asked_for_lines_stay() -> None:
    lines = [f"    ✓ counts {n} apples ({n % 7} ms)" for n in range(300)]
    lines[150] = "    ✓ waits for the database (48210 ms)"
    lines[200] = "    ✓ refunds a voucher (2 ms)"
    text = "\n".join(["PASS test/cart.test.js", *lines, "", "Tests:       300 passed, 300 total", ""])
    result = form(text, 600, "Does the voucher refund work?")
    assert result
    assert "waits for the database (48210 ms)" in result.text
    assert "refunds a voucher" in result.text
    assert len(result.text) < 0.1 * len(text)


@pytest.mark.parametrize("make", WORKLOADS, ids=lambda make: make.__name__)
def test_what_was_planted_survives_in_much_less_room(make: Callable[[int], Workload]) -> None:
    workload = make(11)
    assert tests.looks_like(workload.text) or builds.looks_like(workload.text)
    before = tokens.count(workload.text)
    result = form(workload.text, int(min(0.4 * before, 4000)), workload.query)
    assert result
    assert [needle.text for needle in workload.needles if not survives(needle, result.text)] == []
    assert tokens.count(result.text) < (0.45 if workload.name == "tsc" else 0.15) * before


def test_what_a_screen_does_not_show_is_declared() -> None:
    lines = [f"\rDownloading {n}%\r   Compiling some-crate{n} v1.{n}.0" for n in range(60)]
    result = form("\n".join([*lines, "error[E0308]: mismatched types", " --> src/main.rs:1:26", ""]), 600)
    assert result
    assert re.search(r"[\d,]+ characters overwritten or erased on the screen", result.text.partition("\n")[0])
    assert "error[E0308]: mismatched types" in result.text


def test_unknown_lines_stay() -> None:
    lines = [
        line
        for n in range(60)
        for line in (f"test cart::adds_{n} ... ok", f"note {n * n % 97}: {'odd' * (n % 5)} thing")
    ]
    text = "\n".join(["running 60 tests", *lines, "", "test result: ok. 60 passed; 0 failed", ""])
    result = form(text, 300)
    assert result is None or all(line in result.text for line in lines[1::2])


def test_a_noisy_line_that_speaks_of_a_failure_stays_in_a_build() -> None:
    text = "\n".join([*(f"   Compiling a{n} v1.0.0" for n in range(50)), "   Compiling failed for b v2"])
    result = form(text, 300)
    assert result
    assert "   Compiling failed for b v2" in result.text


@pytest.mark.parametrize(
    "text",
    [
        "running 3 tests " + "a" * 5_000_000,
        "tests/a.py::x[" * 400_000,
        "test a ... ok\n" + "[" * 100_000 + "\n" + "(" * 100_000,
        "=" * 2_000_000 + "\n" + "_" * 1_000_000,
        "ok 1 - " + ":: " * 200_000 + "\nok 2 - x",
        "test a ... ok\n" * 200_000,
        "a.c:1:2: error: x\n" * 50_000,
        "--- FAIL: T (0.00s)\n\x00\x00\n" * 1000,
        "make: Entering directory\r\nmake: *** [all] Error 1\r\n" * 300,
        '{"Time":"x","Action":"run"}\n' + "{" * 100_000,
        '{"Action":"output","Output":' + "[" * 100_000,
        "#1 0.1 " * 300_000,
        "src/" * 300_000 + ":1:2: error: x",
    ],
    ids=range(13),
)
def test_hostile_texts_take_linear_time(text: str) -> None:
    for budget_tokens in (None, 500):
        form(text, budget_tokens)
    tests.looks_like(text)
    builds.looks_like(text)


@pytest.mark.parametrize(
    "text", ["", "\n", "\x00", "\ud800 ok 1 - x\nok 2 - y", "Dear all,\n\nthe build is broken.\n"]
)
def test_small_and_odd_texts_pass_through(text: str) -> None:
    assert form(text, None) is None
    assert form(text, 500) is None
