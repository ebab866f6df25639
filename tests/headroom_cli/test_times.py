"""Times as a user writes and reads them."""

from datetime import datetime

import pytest
import typer

from headroom_cli import times


def test_lengths_and_moments() -> None:
    assert [times.length(text, "--x") for text in ("30m", "12h", "30d", " 2W ")] == [
        1800,
        43_200,
        2_592_000,
        1_209_600,
    ]
    assert times.until("1h", 5.0, "--x") == 3605
    assert times.until("never", 5.0, "--x") is None
    assert times.until("2027-01-31", 5.0, "--x") == datetime(2027, 1, 31).astimezone().timestamp()
    assert times.since("1H", 5000.0, "--x") == 1400
    assert times.since("2026-11-01", 5.0, "--x") == datetime(2026, 11, 1).astimezone().timestamp()
    assert times.since("2026-11-01 10:30", 5.0, "--x") == datetime(2026, 11, 1, 10, 30).astimezone().timestamp()
    assert times.day(times.until("2027-01-31", 5.0, "--x") or 0) == "2027-01-31"


@pytest.mark.parametrize("text", ["", "30", "d", "-1d", "1y", "1.5h", "9999999d", "٣d"])
def test_what_is_no_length_is_said(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit):
        times.length(text, "--older-than")
    assert "--older-than" in capsys.readouterr().err
    with pytest.raises(typer.Exit):
        times.until(text, 0.0, "--expires")
    with pytest.raises(typer.Exit):
        times.since(text, 0.0, "--since")
    assert "--since" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0 s"), (-3, "0 s"), (61, "1 m"), (7200, "2 h"), (864_000, "10 d")]
)
def test_an_age_in_its_largest_unit(seconds: float, told: str) -> None:
    assert times.age(seconds) == told
