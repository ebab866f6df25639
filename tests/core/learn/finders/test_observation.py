"""What was seen of calls, and what they cost."""

from headroom import tokens
from headroom.learn.finders.observation import cost, count, refuted, seen
from headroom.learn.finders.scene import Scene
from tests.core.learn.finders.sessions import transcript


def test_what_a_call_cost() -> None:
    one, other = Scene(
        transcript([{"run": "make a", "says": "hello"}, {"run": "make b", "says": "x"}], t=5.0)
    ).steps
    assert cost(one) == tokens.count("make a") + tokens.count("hello")
    observation = seen(other, "make", "Do.", 0.5, {"a": "b"}, one)
    assert (observation.at, observation.calls, observation.wasted) == (1, frozenset({0, 1}), cost(one, other))
    assert observation.t == 6.0
    assert refuted(one, "make").rule == ""


def test_a_long_text_is_counted_in_proportion() -> None:
    text = "one two three four\n" * 5000
    assert abs(count(text) - tokens.count(text)) < tokens.count(text) // 100
