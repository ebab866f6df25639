import pytest

from headroom.compressors import run_choice, run_reading
from headroom.compressors.run_choice import THRIFTS, Thrift
from headroom.compressors.run_reading import Report


def read(text: str) -> Report:
    return run_reading.read(text, run_reading.spoken(text))


def kept(report: Report, thrift: Thrift) -> list[str]:
    choice = run_choice.choose(report, thrift, set())
    return [line for line, keep in zip(report.lines, choice.keep, strict=True) if keep]


FINDINGS = read(
    "\n".join(
        [
            *(
                f"a.ts({n},1): error TS2322: Type 'string' is not assignable to type 'number'."
                for n in range(1, 6)
            ),
            *(
                f"b.ts({n},1): error TS2304: Cannot find name '{name}'."
                for n, name in enumerate(("x", "y", "z", "w"), 1)
            ),
        ]
    )
)


def test_noise_goes_first() -> None:
    report = read("running 2 tests\ntest a ... ok\ntest b ... ignored\ntest result: ok. 1 passed")
    assert kept(report, THRIFTS[0]) == ["running 2 tests", "test b ... ignored", "test result: ok. 1 passed"]


def test_mild_lines_go_when_there_are_many() -> None:
    report = read("\n".join(["running 9 tests", *(f"test {n} ... ignored" for n in range(9))]))
    assert kept(report, Thrift(mild=True)) == ["running 9 tests", "test 0 ... ignored", "test 1 ... ignored"]


def test_findings_that_differ_in_place_only_are_alike() -> None:
    choice = run_choice.choose(FINDINGS, THRIFTS[1], set())
    assert choice.again == dict.fromkeys((2, 3, 4), "like a.ts(1,1)")


def test_findings_that_break_the_same_rule_go_last() -> None:
    choice = run_choice.choose(FINDINGS, THRIFTS[4], set())
    assert choice.again == {**dict.fromkeys((1, 2, 3, 4), "like a.ts(1,1)"), 7: "TS2304", 8: "TS2304"}


def test_what_a_finding_says_is_told_while_it_is_new() -> None:
    choice = run_choice.choose(FINDINGS, THRIFTS[3], set())
    told = {7: "error TS2304: Cannot find name 'z'.", 8: "error TS2304: Cannot find name 'w'."}
    assert choice.again == {**dict.fromkeys((1, 2, 3, 4), "like a.ts(1,1)"), **told}
    assert [run_choice.is_message(choice.again[n]) for n in (1, 7)] == [False, True]


def test_a_message_may_end_in_the_line_below() -> None:
    names = ("ship", "mail", "cart")
    report = read(
        "\n".join(
            f'a.py:{n}: error: Name "{name}" is not defined \n[name-defined]\n    return {name}()\n           ^~~~'
            for n, name in enumerate(names, 3)
        )
    )
    choice = run_choice.choose(report, THRIFTS[3], set())
    assert choice.again == {8: 'error: Name "cart" is not defined [name-defined]'}


def test_odd_lines_stay_and_large_classes_have_samples() -> None:
    lines = [f"cc -O2 -Wall -c -o b/f{n}.o s/f{n}.c" for n in range(400)]
    lines[200:200] = ["cc -O0 -g -Wall -c -o b/odd.o s/odd.c"]
    report = read("\n".join(["make: Entering directory '/srv/app'", *lines]))
    assert 201 in run_choice.always(report, "")
    choice = run_choice.choose(report, THRIFTS[0], set())
    assert len(run_choice.spread(report, choice)) == 3


def test_what_says_something_new_is_restored_first_and_an_answer_before_all() -> None:
    choice = run_choice.choose(FINDINGS, THRIFTS[4], set())
    assert [unit.start for unit in run_choice.restorable(FINDINGS, choice, "")] == [7, 8]
    answered = run_choice.restorable(FINDINGS, choice, "fix a.ts(5,1)")
    assert answered[0].start == 4


def test_the_middle_of_a_long_failure_goes_but_not_what_it_says() -> None:
    frames = [f"    line {'ab' * (n % 9)} of the code" for n in range(40)]
    lines = [
        "=== FAILURES ===",
        "____ test_a ____",
        *frames,
        "E   assert 1 == 2",
        *frames,
        "tests/test_a.py:3: AssertionError",
    ]
    stay = kept(read("\n".join([*lines, "1 failed in 0.1s"])), THRIFTS[2])
    assert {"____ test_a ____", "E   assert 1 == 2", "tests/test_a.py:3: AssertionError"} <= set(stay)
    assert len(stay) < 25


def test_runs_of_unknown_lines_that_differ_in_numbers_are_shown_in_part() -> None:
    report = read("\n".join(["running 1 test", *(f"reading block {n}" for n in range(50)), "reading failed at 7"]))
    assert kept(report, THRIFTS[1]) == [
        *("running 1 test", "reading block 0", "reading block 1", "reading block 49", "reading failed at 7"),
    ]


def test_rare_slow_and_asked_for_noise_stays() -> None:
    lines = [f"test a{n} ... ok" for n in range(40)]
    report = read("\n".join(["running 41 tests", *lines, "test refund ... ok", "   Compiling shop v1.0.0"]))
    assert 41 in run_choice.always(report, "the refund")
    assert 5 not in run_choice.always(report, "the refund")
    slow = read("\n".join([*(f"--- PASS: T{n} (0.01s)" for n in range(40)), "--- PASS: TestSlow (61.20s)"]))
    assert run_choice.always(slow, "") == {40}


def test_blank_lines_between_what_goes_go_too() -> None:
    report = read("running 2 tests\ntest a ... ok\n\n\ntest b ... ok\n\nend")
    assert kept(report, THRIFTS[0]) == ["running 2 tests", "", "end"]


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("tests/test_a.py::test_{name} FAILED     [ 82%]", "FAILED"),
        ("FAIL\texample.com/{name}\t0.004s", "FAIL"),
        ("test_{name} (app.A.test_{name}) ... FAIL", "FAIL"),
        ("FAILED tests/test_a.py::test_{name} - KeyError: 'a'", "like tests/test_a.py::test_one"),
    ],
)
def test_tests_that_are_only_said_to_fail_are_not_said_to_fail_alike(line: str, status: str) -> None:
    names = ("one", "two", "three", "four", "five")
    text = "\n".join(line.format(name=name) for name in names)
    report = run_reading.read(text, run_reading.spoken(text))
    choice = run_choice.choose(report, run_choice.THRIFTS[1], ())
    assert set(choice.again.values()) == {status}
    assert sorted(choice.again) == [2, 3, 4]
