"""A text that is told becomes a fact, or one told again."""

from dataclasses import replace

import pytest

from headroom.memory import telling
from headroom.memory.facts import PROJECT, USER, Fact, Origin, Refused

HAND, MODEL = Origin("hand", project="/p"), Origin("inline", project="/p")


def plain(text: str) -> str:
    return text.replace("hunter2", "***")


def told(text: str, origin: Origin = HAND, scope: str = PROJECT, expires: float | None = None) -> Fact:
    return telling.made(text, origin, scope, expires, 10.0, plain)[0]


def test_what_is_told_is_dated_and_a_models_word_waits() -> None:
    fact = told("a\n fact", expires=11.0)
    assert (fact.text, fact.created, fact.updated, fact.expires, fact.accepted) == ("a fact", 10, 10, 11, True)
    assert not told("a fact", MODEL).accepted
    assert telling.made("the key is hunter2", HAND, USER, None, 10.0, plain)[1]


@pytest.mark.parametrize(
    ("text", "origin", "scope", "expires", "why"),
    [
        ("a fact", HAND, "team", None, "its scope"),
        ("a fact", Origin("hand"), PROJECT, None, "there is none"),
        ("a fact", HAND, USER, 10.0, "expired already"),
        ("a fact", Origin("guess"), USER, None, "how it came"),
        ("hunter2", HAND, USER, None, "a secret"),
        (" \n", HAND, USER, None, "no words"),
    ],
)
def test_what_cannot_be_kept(text: str, origin: Origin, scope: str, expires: float | None, why: str) -> None:
    with pytest.raises(Refused, match=why):
        told(text, origin, scope, expires)


def test_a_model_replaces_nothing() -> None:
    telling.check_replaces(["0"], HAND)
    telling.check_replaces([], MODEL)
    with pytest.raises(Refused):
        telling.check_replaces(["0"], MODEL)


def test_told_again() -> None:
    mine, theirs = told("mine", expires=20.0), told("Mine!", MODEL)
    assert telling.told_again(mine, theirs, 15.0) == replace(mine, updated=15.0, seen=2)
    assert telling.told_again(theirs, mine, 15.0) == replace(
        theirs, updated=15.0, seen=2, accepted=True, text="mine"
    )
    assert telling.told_again(mine, told("mine", expires=30.0), 15.0).expires == 30.0
