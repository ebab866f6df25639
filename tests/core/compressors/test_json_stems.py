from headroom.compressors import json_stems

PATHS = [f"services/{area}/internal/handlers/{at}.go" for area in ("checkout", "catalog") for at in range(9)]


def test_stems_and_rests() -> None:
    parts = json_stems.split(PATHS)
    assert parts is not None
    assert parts.separator == "/"
    assert [stem + rest for stem, rest in zip(parts.stems, parts.rests, strict=True)] == PATHS
    assert parts.saved_by_sections > 0


def test_dates_end_before_the_time() -> None:
    parts = json_stems.split([f"2025-01-0{1 + at // 5}T1{at}:00:00Z" for at in range(9)])
    assert parts is not None
    assert parts.stems[0] == "2025-01-01T"


def test_what_has_no_stems_in_common() -> None:
    assert json_stems.split([f"{at}/x" for at in range(600)]) is None
    assert json_stems.split([f"word {at}" for at in range(9)]) is None
    assert json_stems.split(["a/b"] * 3) is None


def test_ditto() -> None:
    parts = json_stems.split(PATHS)
    assert parts is not None
    cells = json_stems.ditto(parts)
    assert cells[:2] == [PATHS[0], "~1.go"]
    assert cells[9] == PATHS[9]


def test_ditto_leaves_odd_rests_alone() -> None:
    parts = json_stems.Stems("/", ["a/", "a/", "a/"], ["x", " y", ""], 1, 1)
    assert json_stems.ditto(parts) == ["a/x", "a/ y", "~"]


def test_values_that_come_often_get_numbers() -> None:
    said = "the upstream server closed the connection before it sent a header"
    cells, values = json_stems.number_values([said, "other"] * 20, None, 3)
    assert values == [said]
    assert cells[:2] == ["$3", "other"]


def test_short_or_single_values_get_none() -> None:
    for cells in (
        ["open", "closed"] * 20,
        [f"the upstream server {at} closed the connection" for at in range(40)],
    ):
        assert json_stems.number_values(cells, None, 1) == (cells, [])
