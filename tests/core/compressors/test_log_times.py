import pytest

from headroom.compressors import log_times
from headroom.compressors.log_times import burst, ends, lasting, seconds, silences, span


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("2024-01-15T10:00:00.123Z", "2024-01-15T11:00:01.5Z", 3601),
        ("2024-02-28 23:59:59", "2024-02-29 00:00:00", 1),
        ("Dec 31 10:00:00", "Dec 31 10:00:09", 9),
        ("[15/Jan/2024:10:00:00 +0000]", "[16/Jan/2024:10:00:00 +0000]", 86_400),
        ("0115 10:00:00.123456", "0116 10:00:00.123456", 86_400),
        ("01-15 10:00:00.123", "01-15 10:01:00.123", 60),
        ("[Wed Oct 11 14:32:52.1 2000]", "[Wed Oct 11 14:32:57.1 2000]", 5),
        ("10:00:00", "10:00:07", 7),
        ("11:59AM", "1:00PM", 61 * 60),
        ("   12.000001", "   15.000001", 3),
        ("time=1700000000123", "time=1700000002123", 2),
        ("ts=1700000000", "ts=1700000002", 2),
    ],
)
def test_stamps_in_seconds(first: str, second: str, apart: float) -> None:
    one, two = seconds([first, second])
    assert two - one == pytest.approx(apart)
    mixed = seconds([first, "", second])
    assert mixed == pytest.approx([one, one, two])


def test_lines_before_the_first_time_have_that() -> None:
    times = seconds(["", "10:00:00", "10:00:01"])
    assert times[0] == times[1]


@pytest.mark.parametrize("stamp", ["2024-13-45 10:00:00", "x", "Foo 15 10:00:00", "::::::", "0:00", "\u0661:00"])
def test_odd_stamps_do_no_harm(stamp: str) -> None:
    assert len(seconds([stamp, "2024-01-15 10:00:00", stamp])) == 3


def test_forms_are_told_apart() -> None:
    mixed = ["2024-01-15 10:00:00", "[15/Jan/2024:10:00:05 +0000]", "2024-01-15 10:00:09"] * 2
    times = seconds(mixed)
    assert [time - times[0] for time in times] == [0, 5, 9, 0, 5, 9]


def test_a_long_time_without_a_line_is_a_silence() -> None:
    times = [float(at) for at in range(100)] + [1000.0 + at for at in range(100)]
    assert silences(times) == [99]
    assert silences([float(at) for at in range(200)]) == []
    assert silences([1.0, 5000.0]) == []
    zones = [float(at + 3600 * (at % 50 == 7)) for at in range(200)]
    assert silences(zones) == []
    assert silences([0.0] * 100 + [1e10] * 100) == []


def test_many_lines_in_a_short_time_are_a_burst() -> None:
    times = (
        [at * 60.0 for at in range(20)]
        + [1200 + at / 10 for at in range(50)]
        + [1300 + at * 60.0 for at in range(20)]
    )
    found = burst(times, 2500.0)
    assert found is not None
    assert (found.first, found.last) == (20, 69)
    assert burst([at * 60.0 for at in range(90)], 5400.0) is None
    assert burst([1.0] * 5, 100.0) is None
    assert burst([1.0] * 50, 0.0) is None


def test_the_time_is_said_without_the_date_twice() -> None:
    assert span("2024-01-15T10:00:00Z", "2024-01-15T11:00:00Z") == "<2024-01-15T10:00:00Z..11:00:00Z>"
    assert span("2024-01-15T23:00:00Z", "2024-01-16T01:00:00Z") == "<2024-01-15T23:00:00Z..2024-01-16T01:00:00Z>"
    assert span("Jan 15 10:00:00", "Jan 15 10:00:01") == "<Jan 15 10:00:00..10:00:01>"
    assert span("10:00:00", "10:00:00") == "10:00:00"
    assert span("", "") == ""
    assert log_times.without_date("Jan 15 10:00:00", "Jan 15 09:00:00") == "10:00:00"
    assert log_times.without_date("Jan 16 10:00:00", "Jan 15 09:00:00") == "Jan 16 10:00:00"


@pytest.mark.parametrize(("duration", "words"), [(5, "5s"), (77.4, "1m17s"), (3 * 3600 + 61, "3h01m")])
def test_durations_in_words(duration: float, words: str) -> None:
    assert lasting(duration) == words


def test_ends_are_the_earliest_and_the_latest_but_for_midnight_and_other_kinds_of_times() -> None:
    day = 20_000 * 86_400.0
    assert ends([day + 5, day + 9, day + 1, day + 2]) == (2, 1)
    assert ends([86_390.0, 86_399.0, 3.0, 9.0]) == (0, 3)
    assert ends([day, 36_000.0, day + 5]) == (0, 2)
    assert ends([7.0]) == (0, 0)
