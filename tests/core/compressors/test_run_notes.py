from collections import Counter

from headroom.compressors import run_choice, run_notes, run_reading
from headroom.compressors.run_choice import THRIFTS


def account(text: str, thrift: int = 1) -> run_notes.Account:
    report = run_reading.read(text, run_reading.spoken(text))
    return run_notes.account(report, run_choice.choose(report, THRIFTS[thrift], set()))


def test_names_share_what_they_have_in_common() -> None:
    assert (
        run_notes.short_names(["t.py::a[1]", "t.py::a[2]", "t.py::b", "t.py::c"]) == "t.py::a[1] [2] t.py::b ::c"
    )
    assert run_notes.short_names(["a.ts(1,2)", "a.ts(3,4)", "b.ts(3,4)"]) == "a.ts(1,2) (3,4) b.ts(3,4)"
    assert run_notes.short_names(["a.py:1:2", "a.py:3:4"], "; ") == "a.py:1:2; :3:4"


def test_a_note_stands_where_lines_were() -> None:
    lines = run_notes.write(
        account("running 30 tests\n" + "test long::name::of_a_test ... ok\n" * 30 + "test b ... FAILED")
    )
    assert lines == ["running 30 tests", "[... 30 lines: ok 30]", "test b ... FAILED"]


def test_lines_that_take_no_more_room_than_their_note_stay() -> None:
    out = account("running 1 test\ntest a ... ok\ntest b ... FAILED")
    assert run_notes.write(out) == ["running 1 test", "test a ... ok", "test b ... FAILED"]
    assert run_notes.counts(out) == Counter()


def test_failures_that_are_left_out_are_named() -> None:
    text = "\n".join(
        f"src/long/path.ts({n},1): error TS2322: Type 'string' is not assignable to 'number'." for n in range(1, 9)
    )
    assert run_notes.write(account(text))[-1] == (
        "[... 6 lines: 6 like src/long/path.ts(1,1): src/long/path.ts(3,1) (4,1) (5,1) (6,1) (7,1) (8,1)]"
    )


def test_a_name_that_comes_again_is_given_once() -> None:
    blocks = "\n".join(
        f"____ test_a[{n}] ____\nE   assert {n} == 7\n\ntests/t.py:6: AssertionError" for n in range(9)
    )
    summary = "\n".join(f"FAILED tests/t.py::test_a[{n}] - assert {n} == 7" for n in range(9))
    lines = run_notes.write(account(f"=== FAILURES ===\n{blocks}\n=== short test summary info ===\n{summary}"))
    notes = [line for line in lines if line.startswith("[... ")]
    assert notes == [
        "[... 28 lines: 7 like test_a[0] (named below)]",
        "[... 7 lines: 7 like tests/t.py::test_a[0]: tests/t.py::test_a[2] [3] [4] [5] [6] [7] [8]]",
    ]


def test_small_classes_are_counted_together() -> None:
    assert run_notes.listed(Counter({"PASSED": 1200, "ok": 3})) == "PASSED 1,200, ok 3"
    many = Counter({f"c{n}": 20 - n for n in range(12)})
    assert run_notes.listed(many).endswith("c7 13, 4 other classes 42")
