from headroom.compressors import json_omitted, json_profiles
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import Number


def describe(shown: list[int], **columns: Cells) -> str:
    return json_omitted.describe({name: json_profiles.profile(values) for name, values in columns.items()}, shown)


def test_categories_are_counted() -> None:
    values: Cells = ["ok"] * 20 + ["pending"] * 5
    assert describe([0, 24], status=values) == "status: ok 19, pending 4"


def test_numbers_have_a_range_in_their_own_spelling() -> None:
    values: Cells = [Number(f"{at * 37 % 100}.50") for at in range(50)]
    assert describe([0], ms=values) == "ms 2.50..99.50, median 48.5"


def test_times_and_ids_have_a_range() -> None:
    times: Cells = [f"2025-01-01T00:{at:02d}:00Z" for at in range(50)]
    assert describe([0, 49], at=times) == "at 2025-01-01T00:01:00Z..2025-01-01T00:48:00Z"
    assert describe([0], id=[Number(str(at)) for at in range(50)]) == "id 1..49"


def test_other_texts_are_counted_where_some_are_equal() -> None:
    assert describe([0], path=[f"p{at % 20}" for at in range(50)]) == "path: 20 different"
    assert describe([0], path=[f"p{at}" for at in range(50)]) == ""


def test_nothing_omitted_nothing_said() -> None:
    assert describe([0, 1], status=["ok", "ok"]) == ""
    assert describe([]) == ""


def test_the_length_is_bounded() -> None:
    columns = {f"column_{at}": list("ab" * 30) for at in range(300)}
    assert len(describe([0], **columns)) < 1000  # type: ignore[arg-type]


def test_rows_without_a_value_are_not_counted_as_different_ones() -> None:
    texts = [f"n{at} of them" for at in range(50)]
    assert describe([0], path=[*texts, MISSING, None]) == "path: 49 different, none in 2"
    mixed: Cells = [text if at % 2 else Number(str(at)) for at, text in enumerate(texts)]
    assert describe([0], path=mixed) == ""
