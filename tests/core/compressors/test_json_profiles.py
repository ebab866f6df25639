from headroom.compressors import json_profiles
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import Number


def test_categories() -> None:
    values: Cells = ["a", "", None, True, MISSING, Number("1")] * 9
    counts = json_profiles.profile(values).counts
    assert counts == {"a": 9, '""': 9, "null": 9, "true": 9, "(missing)": 9, "1": 9}


def test_too_many_values_or_lists_are_no_categories() -> None:
    assert json_profiles.profile([f"x{at}" for at in range(50)]).counts is None
    assert json_profiles.profile([["a"]] * 50).counts is None


def test_times() -> None:
    profile = json_profiles.profile([f"2025-01-{at:02d}" for at in range(1, 20)])
    assert profile.is_time
    assert profile.series is not None
    assert profile.series[1] == profile.series[0] + 86_400  # type: ignore[operator]
    assert not json_profiles.profile([Number(str(at)) for at in range(20)]).is_time


def test_strings_that_look_like_something_else_are_counted_by_themselves() -> None:
    values: Cells = ["1", Number("1"), "true", True, "null", None, "(x)"] * 9
    counts = json_profiles.profile(values).counts
    assert counts == {'"1"': 9, "1": 9, '"true"': 9, "true": 9, '"null"': 9, "null": 9, "(x)": 9}
