"""The words of a language in which users correct an agent, each kind a pattern over one sentence."""

import re
from typing import NamedTuple


class Language(NamedTuple):
    """What begins a correction, what forbids, what prefers, what is none."""

    name: str
    lead: re.Pattern[str]
    """Begins a correction and is no part of the rule: "no, ", "I said "."""
    lasting: re.Pattern[str]
    """Says how it is always to be done."""
    forbids: re.Pattern[str]
    contrast: re.Pattern[str]
    """Prefers one thing to another."""
    imperative: re.Pattern[str]
    """Asks for something: a correction only behind a lead."""
    harmless: re.Pattern[str]
    """Looks like one of these and corrects nothing."""
    passing: re.Pattern[str]
    """Holds for the moment only."""


def language(name: str, lead: str, **patterns: tuple[str, ...]) -> Language:
    """Return a language of patterns, of which each is tried in any case."""
    joined = {key: "|".join(several) for key, several in patterns.items()}
    return Language(
        name,
        re.compile(lead, re.IGNORECASE),
        **{key: re.compile(pattern, re.IGNORECASE) for key, pattern in joined.items()},
    )
