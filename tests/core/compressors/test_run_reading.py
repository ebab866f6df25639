from headroom.compressors import run_reading
from headroom.compressors.run_reading import Unit

RUST = """\
   Compiling shop v0.1.0
error[E0308]: mismatched types
 --> src/main.rs:1:26
  |
1 | let x: u32 = "one";

warning: unused variable: `y`
 --> src/main.rs:2:5

    Finished `dev` profile in 2s
"""


def read(text: str) -> run_reading.Report:
    return run_reading.read(text, run_reading.spoken(text))


def test_the_tools_that_have_spoken_are_found() -> None:
    assert [tool.name for tool in run_reading.spoken(RUST)] == ["cargo"]
    assert run_reading.spoken("Dear all,\nthe build is broken.\n") == ()


def test_a_tool_that_speaks_last_in_a_long_text_is_found() -> None:
    text = "x\n" * 400_000 + "running 3 tests\ntest result: ok. 3 passed\n"
    assert [tool.name for tool in run_reading.spoken(text)] == ["cargo test"]


def test_a_failure_is_a_unit_with_what_stands_below_it() -> None:
    assert read(RUST).units == [Unit("failure", 1, 5), Unit("warning", 6, 8)]


def test_a_finding_is_named_by_the_place_below_it() -> None:
    report = read(RUST)
    assert (report.name(1), report.rule(1)) == ("src/main.rs:1:26", "E0308")


def test_a_rule_of_mypy_may_stand_in_the_line_below() -> None:
    report = read('a.py:9: error: Unsupported operand types for + ("str" and\n"int")  [operator]\n    a + b\n')
    assert (report.name(0), report.rule(0)) == ("a.py:9", "operator")


def test_what_a_docker_step_prints_is_read_as_any_tools_output() -> None:
    text = (
        "#9 [5/7] RUN pip install flask\n#9 1.1 Collecting flask\n#9 2.0 ERROR: No matching distribution found\n"
    )
    report = read(text + "#9 3.0 Installing collected packages: a\n#9 0.1   Using cached a-1.0.tar.gz\n")
    assert "failure" in report.kinds


def test_a_line_of_noise_that_owns_a_line_below_it_stays() -> None:
    report = read("=== RUN   TestA\nsays\n--- SKIP: TestA (0.00s)\n=== RUN   TestB\n--- PASS: TestB (0.00s)")
    assert report.kinds == ["other", "other", "mild", "noise", "noise"]


def test_titles_above_ticks_are_noise_unless_they_speak_of_a_failure() -> None:
    report = read("  cart\n    totals\n      ✔ adds\n  setup failed\n      ✔ pays\n  2 passing (1ms)")
    assert report.kinds == ["noise", "noise", "noise", "other", "noise", "verdict"]


def test_indents_are_counted() -> None:
    assert [run_reading.indent(line) for line in ("", "a", "  a", "\ta")] == [0, 0, 2, 1]


def test_what_a_program_logs_of_no_weight_is_mild() -> None:
    lines = [
        "2026-03-01 10:00:01.1  INFO 7 --- [main] c.e.Shop : started",
        "2026-03-01 10:00:02 ERROR c.e.Shop : no",
    ]
    report = read("\n".join(["[INFO] Running shop.CartTest", *lines, "[INFO] Tests run: 2, Failures: 0"]))
    assert report.kinds[1:3] == ["mild", "other"]
    assert report.labels[1] == "INFO"


def test_what_a_go_test_prints_is_of_little_weight_only_where_it_passes() -> None:
    lines = [
        "=== RUN   TestGood",
        "    cart_test.go:3: total is 3",
        "    cart_test.go:4: error: connection refused, trying again",
        "=== RUN   TestBad",
        "    cart_test.go:9: total is 5",
        "    cart_test.go:10: got 5, want 6",
        "=== CONT  TestGood",
        "    cart_test.go:5: total is 4",
        "--- PASS: TestGood (0.00s)",
        "not from a test",
        "--- FAIL: TestBad (0.00s)",
        "FAIL",
    ]
    report = read("\n".join(lines))
    assert report.kinds[lines.index("=== RUN   TestBad")] == "other"
    assert [line for line, kind in zip(report.lines, report.kinds, strict=True) if kind == "mild"] == [
        "    cart_test.go:3: total is 3",
        "=== CONT  TestGood",
        "    cart_test.go:5: total is 4",
    ]
