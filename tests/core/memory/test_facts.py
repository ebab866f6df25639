"""What a fact may be, and how it is exported."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom.memory.facts import MOST_CHARS, Fact, Origin, Refused, checked, from_dict, one_line, to_dict
from tests.core.memory.made import NOW


def test_a_text_becomes_one_line_that_prints() -> None:
    assert one_line(" a\r\n\tb\x1b[31m \u2028c\u200b ") == "a b[31m c"
    for text in ("", " \n", "?!", "\x00"):
        with pytest.raises(Refused, match="no words"):
            one_line(text)
    for size in (MOST_CHARS + 1, 10**6):
        with pytest.raises(Refused, match=f"{size:,} characters"):
            one_line("x" * size)


texts = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
facts = st.builds(
    Fact,
    id=st.text("0123456789abcdef", min_size=8, max_size=8),
    text=texts.map(one_line),
    scope=st.sampled_from(["user", "project"]),
    origin=st.builds(Origin, st.sampled_from(["hand", "learn", "mcp", "inline"]), texts, texts, texts).map(
        checked
    ),
    created=st.floats(1, 2e9),
    updated=st.floats(1, 2e9),
    expires=st.none() | st.floats(1, 2e9),
    replaced_by=st.sampled_from(["", "0123abcd"]),
    seen=st.integers(1, 99),
)


@given(facts)
def test_what_is_exported_is_read_as_it_was(fact: Fact) -> None:
    assert from_dict(to_dict(fact)) == fact
    assert from_dict(to_dict(fact) | {"later": 1}) == fact


GOOD: dict[str, Any] = {"text": "a fact", "scope": "user"}


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ([], "no text"),
        ({"text": 3}, "no text"),
        (GOOD | {"scope": "all"}, "scope"),
        (GOOD | {"scope": "project"}, "names none"),
        (GOOD | {"how": "magic"}, "how it came"),
        (GOOD | {"id": "../../etc"}, "8 hex digits"),
        (GOOD | {"replaced_by": "0123ABCD"}, "8 hex digits"),
        (GOOD | {"created": -1}, "no time"),
        (GOOD | {"expires": True}, "no time"),
        (GOOD | {"updated": float("nan")}, "no time"),
        (GOOD | {"seen": 0}, "no number"),
        (GOOD | {"seen": True}, "no number"),
        (GOOD | {"agent": 1}, "no text"),
    ],
)
def test_what_is_no_fact_is_refused(raw: object, why: str) -> None:
    with pytest.raises(Refused, match=why):
        from_dict(raw)


def test_a_fact_holds_until_it_expires_or_is_replaced() -> None:
    fact = from_dict(GOOD | {"expires": NOW, "project": "/a"})
    assert (fact.holds(NOW - 1), fact.holds(NOW)) == (True, False)
    assert not from_dict(GOOD | {"replaced_by": "0123abcd"}).holds(0)
    of_project = from_dict(GOOD | {"scope": "project", "project": "/a"})
    assert [each.is_about(at) for each in (fact, of_project) for at in ("/a", "/b", "")] == [True] * 4 + [
        False
    ] * 2
