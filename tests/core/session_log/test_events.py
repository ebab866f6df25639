"""Events: to and from dicts, tolerant of newer versions, strict about garbage, deaf to secrets."""

from typing import Any

import orjson
import pytest
from hypothesis import given
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
    digest,
    from_dict,
    label,
    to_dict,
    words,
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


@given(st.sampled_from(sorted(EVENTS)), st.dictionaries(names, anything, max_size=5))
def test_no_other_error_comes_of_any_line(kind: str, fields: dict[str, Any]) -> None:
    try:
        event = from_dict({"type": kind, "t": 1.0} | fields)
    except Malformed:
        return
    assert event is None or from_dict(to_dict(event)) == event


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Bash",
        "mcp__github__list_issues",
        "claude-opus-5-5-20260901",
        "claude-opus-5-5[1m]",
        "us.anthropic.claude-opus-4-5-20251101-v1:0",
        "anthropic/claude-opus-4.5",
        "claude-sonnet-4-5@20250929",
        "task-management-search-everything",
        "skill_create_from_template",
        "ghost_write_and_publish_everything",
        "mcp__6f9619ff-8b86-d011-b42d-00c04fc964ff__run",
    ],
)
def test_names_are_kept(name: str) -> None:
    assert label(name) == name


@pytest.mark.parametrize(
    "text",
    [
        "please delete the database",
        "line\nbreak",
        "sk-ant-api03-abcdefghijklmnop",
        "x-sk-ant-oat01-abcdefghijklmnop",
        "ghp_abcdefghijklmnop1234",
        "Bearer_abcdefghijklmnop",
        "AKIAIOSFODNN7EXAMPLE",
        "3f2a" * 10,
        "a" * 129,
        "\ud800",
        "\x1b[31mred",
    ],
)
def test_what_is_no_name_is_hidden(text: str) -> None:
    assert label(text) == "(hidden)"


def test_a_digest_is_hex() -> None:
    assert digest("0123456789ab") == "0123456789ab"
    assert digest("my password") == digest("A" * 12) == digest("a" * 65) == "(hidden)"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "floor",
        "no compressor for it",
        "error: UnicodeDecodeError at json_rows.py:120",
        "left alone: the provider refused a changed request",
        "json_rows: not smaller; terminal: no escapes",
        "role 'assistant'",
        "provider answered 400 to a changed request",
        "longer than 500 ms (95% of 2.5 MB)",
        "headroom.compressors.logs fail-open",
    ],
)
def test_our_own_words_are_kept(text: str) -> None:
    assert words(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("no field hunter2 in row", "no field … in row"),
        ("bad token sk-ant-api03-abcdefghijklmnop, sorry", "bad token … sorry"),
        ("cannot open /home/ada/.ssh/id_rsa", "cannot open …"),
        ("connect to https://ada:secret@host:99/x", "connect to …"),
        ("key=value", "…"),
        ("two\nlines", "two lines"),
        ("\udcff", "…"),
        ("word " * 100, " ".join(["word"] * 40)),
    ],
)
def test_values_in_them_are_not(text: str, kept: str) -> None:
    assert words(text) == kept
