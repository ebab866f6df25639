import json

from headroom.compressors import run_events


def event(**fields: object) -> str:
    return json.dumps({"Time": "2026-03-01T10:00:00Z", **fields}, separators=(",", ":"))


def test_the_report_is_what_the_events_print() -> None:
    lines = [
        event(Action="run", Test="TestA"),
        event(Action="output", Test="TestA", Output="=== RUN   TestA\n"),
        "a line between",
        event(Action="output", Test="TestA", Output="--- FAIL: TestA (0.00s)\n"),
        event(Action="fail", Test="TestA", Elapsed=0.1),
    ]
    text = "\n".join(lines) + "\n"
    assert run_events.looks_like(text)
    assert run_events.read(text) == ("=== RUN   TestA\na line between\n--- FAIL: TestA (0.00s)\n", 2)


def test_other_texts_are_no_events() -> None:
    assert run_events.read('{"Time":"10:00","level":"info"}\n') is None
    assert run_events.read("=== RUN   TestA\n") is None


def test_events_that_are_cut_off_or_odd_are_left_alone() -> None:
    whole = event(Action="run")
    assert run_events.read(f"{whole}\n{whole[:20]}") is None
    assert run_events.read(event(Action="output", Output=7)) is None
