import pytest

from headroom.compressors import json_shared
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_values import Number


@pytest.mark.parametrize(
    ("values", "prefix", "suffix"),
    [
        ([f"https://host.example.com/a/{at}" for at in range(9)], "https://host.example.com/a/", ""),
        ([f"2025-03-18T1{at}:30:0{at}Z" for at in range(9)], "2025-03-18T", "Z"),
        ([f"someone.{at}@example.com" for at in range(9)], "", "@example.com"),
        ([f"1.8.{at}" for at in range(9)], "", ""),
        ([f"10.1.2.{at}" for at in range(9)], "", ""),
        ([f"file_{at}.py" for at in range(9)], "", ""),
        ([f"ord-{at:05d}" for at in range(9)], "", ""),
        (
            [f"metrics.production.frankfurt.cart-{at}" for at in range(9)],
            "metrics.production.frankfurt.cart-",
            "",
        ),
        ([f"word{at}" for at in range(9)], "", ""),
        ([f"You said {at} " + "and so on " * 9 + f"{at}." for at in range(9)], "", ""),
        (["same/"] * 9, "same/", ""),
    ],
)
def test_what_is_shared(values: Cells, prefix: str, suffix: str) -> None:
    shared = json_shared.share(values)
    assert (shared.prefix, shared.suffix) == (prefix, suffix)
    assert [prefix + text + suffix for text in shared.texts] == values


def test_missing_strings_are_empty() -> None:
    shared = json_shared.share([f"https://host.example.com/{at}" for at in range(8)] + [MISSING])
    assert shared.texts[-1] == ""


def test_a_selection_asks_for_more() -> None:
    values: Cells = [f"file_{at}" for at in range(9)]
    assert json_shared.share(values, least=6).prefix == ""


def test_columns_of_text() -> None:
    assert json_shared.is_text(["a", "b", MISSING, "c"])
    assert not json_shared.is_text(["a", "b"])
    assert not json_shared.is_text(["a", "b", Number("1"), "c"])


def test_a_sample_is_spread_and_bounded() -> None:
    assert json_shared.sample(["a", "b"]) == ["a", "b"]
    assert len(json_shared.sample([str(at) for at in range(10_000)])) < 60
