"""Figures of usage are numbers of zero or more, or what was known before."""

import pytest

from headroom.dialects.figures import figure


@pytest.mark.parametrize(
    ("figures", "path", "expected"),
    [
        ({"a": 3}, ["a"], 3), ({"a": 0}, ["a"], 0), ({}, ["a"], 9), ({"a": None}, ["a"], 9),
        ({"a": True}, ["a"], 9),
        ({"a": "3"}, ["a"], 9), ({"a": -1}, ["a"], 9), ({"a": {"b": 4}}, ["a", "b"], 4), ({"a": 4}, ["a", "b"], 9),
        ({"a": [4]}, ["a", "b"], 9), ({"a": 2.0}, ["a"], 9),
    ],
)  # fmt: skip
def test_figure(figures: dict[str, object], path: list[str], expected: int) -> None:
    assert figure(figures, *path, known=9) == expected
