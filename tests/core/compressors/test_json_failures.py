import pytest

from headroom.compressors import json_failures
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import Number

GOOD: Cells = ["fine"] * 9


@pytest.mark.parametrize(
    ("name", "usual", "bad"),
    [
        ("exit_code", Number("0"), Number("3")),
        ("exitCode", Number("0"), Number("-1")),
        ("error", None, "disk is full"),
        ("last.error", MISSING, {"code": "E1"}),
        ("err", "", "broke"),
        ("errors", [], ["one"]),
        ("level", "info", "WARN"),
        ("level", Number("30"), Number("50")),
        ("severity", "INFO", "critical"),
        ("status", Number("200"), Number("503")),
        ("http_status", "200", "404"),
        ("ok", True, False),
        ("success", True, False),
        ("message", "done", "could not open the file"),
    ],
)
def test_a_bad_value_is_found_by_its_column(name: str, usual: object, bad: object) -> None:
    values: Cells = [usual] * 9  # type: ignore[list-item]
    values[4] = bad  # type: ignore[call-overload]
    texts = ["could not open the file" if at == 4 and name == "message" else "x" for at in range(9)]
    assert json_failures.rows({name: values, "other": GOOD}, texts) == [4]


@pytest.mark.parametrize(
    ("name", "value"), [("error_count", Number("0")), ("error", "none"), ("status", "ok"), ("rc", Number("0"))]
)
def test_denials_are_no_failures(name: str, value: object) -> None:
    assert json_failures.rows({name: [value] * 9}, ["x"] * 9) == []  # type: ignore[list-item]


def test_what_most_rows_have_tells_nothing_but_levels_always_do() -> None:
    assert json_failures.rows({"error": ["broke"] * 9}, ["x"] * 9) == []
    assert json_failures.rows({"level": ["error"] * 9}, ["x"] * 9) == list(range(9))
