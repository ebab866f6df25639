"""Events: to and from dicts, tolerant of newer versions, strict about garbage, deaf to secrets."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.ledger import RoundTrip, Saved
from headroom.session_log.events import (
    EVENTS,
    BlockLine,
    End,
    Error,
    Event,
    Guard,
    Head,
    Malformed,
    Request,
    Retrieve,
    Start,
    UsageLine,
    from_dict,
    to_dict,
)

EXAMPLES: list[Event] = [
    Start(
        1.5, "20261121-054012-1a2b3c", "claude", "/src", {"headroom": "1"}, {"lossy": True}, "api.anthropic.com"
    ),
    Request(
        2.0, 1, "anthropic", "claude-opus-5-5", "ab12", 200, True, 900, 700, 250, 190, 3.25, 80.5, False, 4, ()
    ),
    Request(2.0, blocks=(BlockLine("k", "Bash", "logs", 900, 90, False), BlockLine("l", reason="floor"))),
    UsageLine(3.0, 1, "claude-opus-5-5", 3, 20, 10, 500, 40, Saved(1, -2, 3, 4), RoundTrip(5, 6, 7)),
    Request(2.0, mode="audit", holdout=True, upstream="openai", rounds=2),
    UsageLine(3.0, 1, output=40, reasoning=30, image=7),
    Head(3.5, 1, "ab12", "0f", "1e", ("date@120", "uuid@4000"), 5000),
    Guard(3.6, "ab12", "cache reads fell below", 12_500),
    Retrieve(4.0, "ab12ab12ab12", True, False, 0),
    Error(5.0, "request", "ValueError at spans.py:12"),
    End(6.0, 0, 61.5, "exit"),
    End(6.0, None, 61.5, "the wrapper was killed"),
]


@pytest.mark.parametrize("event", EXAMPLES)
def test_an_event_survives_the_file(event: Event) -> None:
    written = orjson.loads(orjson.dumps(to_dict(event)))
    assert (written["v"], EVENTS[written["type"]]) == (1, type(event))
    assert from_dict(written) == event


def test_every_type_has_an_example() -> None:
    assert {type(event) for event in EXAMPLES} == set(EVENTS.values())


@pytest.mark.parametrize("event", EXAMPLES)
def test_what_a_newer_version_adds_is_ignored_and_what_an_older_one_lacks_has_a_default(event: Event) -> None:
    written = to_dict(event)
    assert from_dict(written | {"v": 9, "mood": {"good": 1}}) == event
    bare = from_dict({"type": written["type"], "t": event.t})
    assert bare == type(event)(event.t)


def test_a_type_of_a_newer_version_is_no_event_and_no_damage() -> None:
    assert from_dict({"v": 2, "type": "weather", "t": 1.0}) is None


@pytest.mark.parametrize(
    "raw",
    [
        None,
        3,
        [],
        "usage",
        {},
        {"type": "usage"},
        {"t": 1.0},
        {"type": 3, "t": 1.0},
        {"type": "usage", "t": "now"},
        {"type": "usage", "t": -1},
        {"type": "usage", "t": 1e300},
        {"type": "usage", "t": True},
        {"type": "usage", "t": 1.0, "n": "1"},
        {"type": "usage", "t": 1.0, "n": True},
        {"type": "usage", "t": 1.0, "n": 1.0},
        {"type": "usage", "t": 1.0, "model": None},
        {"type": "usage", "t": 1.0, "saved": 5},
        {"type": "usage", "t": 1.0, "saved": {"input": "many"}},
        {"type": "request", "t": 1.0, "blocks": {}},
        {"type": "request", "t": 1.0, "blocks": [3]},
        {"type": "request", "t": 1.0, "blocks": [{"before": None}]},
        {"type": "request", "t": 1.0, "ms": "3"},
        {"type": "end", "t": 1.0, "exit_code": "0"},
        {"type": "session", "t": 1.0, "policy": []},
        {"type": "request", "t": 1.0, "holdout": "yes"},
        {"type": "head", "t": 1.0, "volatile": "date@120"},
        {"type": "head", "t": 1.0, "volatile": [120]},
        {"type": "guard", "t": 1.0, "lost": 1.5},
    ],
)
def test_garbage_is_told(raw: object) -> None:
    with pytest.raises(Malformed):
        from_dict(raw)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(sorted({name for cls in EVENTS.values() for name in cls._fields} | {"type", "v"}))


@settings(deadline=None)
@given(st.sampled_from(sorted(EVENTS)), st.dictionaries(names, anything, max_size=5))
def test_no_other_error_comes_of_any_line(kind: str, fields: dict[str, Any]) -> None:
    try:
        event = from_dict({"type": kind, "t": 1.0} | fields)
    except Malformed:
        return
    assert event is None or from_dict(to_dict(event)) == event
