"""What becomes of a text that is told: a fact without secrets, or one that is there already and is told again."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from headroom.memory import facts, terms
from headroom.memory.facts import PROJECT, SCOPES, UNCONFIRMED, Fact, Origin, Refused

_LEAST_WORDS: Final = 2
"""A text with fewer words beside its secrets is not worth keeping."""


def made(
    text: str, origin: Origin, scope: str, expires: float | None, now: float, mask: Callable[[str], str]
) -> tuple[Fact, bool]:
    """Return a new fact under a new id, and whether a secret was taken out of it. Raises Refused.

    Args:
        expires: as `now`, in seconds since 1970; None for never.
    """
    plain, was_masked = without_secrets(text, mask)
    if scope not in SCOPES:
        raise Refused(f"its scope must be one of {', '.join(SCOPES)}, not {scope!r:.40}")
    where = facts.checked(origin)
    if scope == PROJECT and not where.project:
        raise Refused("its scope is a project, and there is none")
    if expires is not None and expires <= now:
        raise Refused("it would have expired already")
    fact = Fact(secrets.token_hex(4), plain, scope, where, now, now, expires)
    return replace(fact, accepted=where.how not in UNCONFIRMED), was_masked


def check_replaces(replaces: Sequence[str], origin: Origin) -> None:
    """Raise Refused where a model would put a fact in the place of others."""
    if replaces and origin.how in UNCONFIRMED:
        raise Refused("what a model tells takes the place of nothing: that is for the user to say")


def told_again(twin: Fact, fact: Fact, now: float) -> Fact:
    """Return a fact that was told once more: of two expiries, the later one holds.

    What a model tells again is counted, and changes nothing; the user's word stands in place of a model's.
    """
    again = replace(twin, updated=now, seen=twin.seen + 1)
    if not fact.accepted:
        return again
    until = None if twin.expires is None or fact.expires is None else max(twin.expires, fact.expires)
    return replace(again, expires=until, accepted=True, text=twin.text if twin.accepted else fact.text)


def without_secrets(text: str, mask: Callable[[str], str]) -> tuple[str, bool]:
    """Return a text as one line without what looks like a secret, and whether there was any. Raises Refused."""
    plain = facts.one_line(text)
    masked = mask(plain)
    left = set(terms.parts(masked)) & set(terms.parts(plain))
    if masked != plain and len(left) < _LEAST_WORDS:
        raise Refused("it is a secret, or little else; facts are kept and shown in plain text")
    return facts.one_line(masked), masked != plain
