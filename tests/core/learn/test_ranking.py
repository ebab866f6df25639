"""What would have saved most comes first."""

import pytest

from headroom.learn.ranking import ranked, worth
from headroom.learn.types import Evidence, Finding


def finding(subject: str, confidence: float, wasted: int, times: int = 1) -> Finding:
    evidence = [Evidence("claude", f"s{n}", 1) for n in range(times)]
    return Finding("loop", subject, "Do.", "/p", evidence, confidence, wasted)


def test_order_is_by_what_would_have_been_saved() -> None:
    rows = [finding("a", 0.9, 100), finding("b", 0.6, 9000), finding("c", 0.9, 100, 5), finding("d", 0.9, 9000)]
    assert [one.subject for one in ranked(rows)] == ["d", "b", "c", "a"]


def test_equals_have_one_order() -> None:
    rows = [finding(name, 0.5, 10) for name in "bca"]
    assert [one.subject for one in ranked(rows)] == ["a", "b", "c"] == [one.subject for one in ranked(rows[::-1])]


@pytest.mark.parametrize(("confidence", "wasted", "times", "tokens"), [(0.5, 1000, 1, 600.0), (1.0, 0, 3, 600.0)])
def test_worth(confidence: float, wasted: int, times: int, tokens: float) -> None:
    assert worth(finding("a", confidence, wasted, times)) == tokens
