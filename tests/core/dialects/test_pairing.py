"""Calls and results are paired by id; without ids by name and order."""

from headroom.dialects.base import Call, Walk
from headroom.dialects.pairing import answered, call


def test_ids_decide_where_they_are() -> None:
    walk = Walk()
    one = call(walk, Call("a", "f", ""))
    assert answered(walk, "a", "other name") == one
    assert answered(walk, "b", "f") is None
    assert not walk.open


def test_calls_without_ids_are_answered_in_order() -> None:
    walk = Walk()
    first, other, second = (call(walk, Call("", name, "")) for name in ("f", "g", "f"))
    assert [made.id for made in (first, other, second)] == ["#0", "#1", "#2"]
    assert answered(walk, "", "f") == first
    assert answered(walk, "", "h") is None
    assert answered(walk, "", "") == other
    assert answered(walk, "", "f") == second
    assert answered(walk, "", "f") is None


def test_few_calls_wait_at_a_time() -> None:
    walk = Walk()
    for n in range(1000):
        call(walk, Call("", f"f{n}", ""))
    assert len(walk.open) == 64
    assert answered(walk, "", "f0") is None
    assert answered(walk, "", "f999") == walk.calls[-1]
