"""What is remembered with a section of rules: ours, and those that the user wants no more. As JSON notes."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any, NamedTuple

from headroom.agent_files.journal import Notes
from headroom.learn.rules import About
from headroom.learn.types import Evidence, Finding


class Remembered(NamedTuple):
    """The rules of a section."""

    rules: Mapping[str, Finding]
    """Ours, by their text."""
    refused: Mapping[About, str]
    """What the user deleted or changed, with the rule's text."""


def read(notes: Notes) -> Remembered:
    """Read what was remembered; nothing where that cannot be read."""
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        rules = {str(one["text"]): _finding(one["finding"]) for one in notes.get("rules", ())}
        refused = {(str(kind), str(subject)): str(text) for kind, subject, text in notes.get("refused", ())}
        return Remembered(rules, refused)
    return Remembered({}, {})


def rules_note(rules: Mapping[str, Finding]) -> dict[str, Any]:
    """Return the note of rules alone, which undoing a change puts back: what was refused stays so."""
    return {"rules": [{"text": text, "finding": _plain(finding)} for text, finding in rules.items()]}


def notes(rules: Mapping[str, Finding], refused: Mapping[About, str]) -> dict[str, Any]:
    """Return what is to be remembered."""
    return rules_note(rules) | {"refused": [[*about, text] for about, text in refused.items()]}


def _plain(finding: Finding) -> dict[str, Any]:
    return asdict(finding) | {
        "evidence": [asdict(seen) for seen in finding.evidence],
        "facts": dict(finding.facts),
    }


def _finding(raw: Any) -> Finding:
    return Finding(**raw | {"evidence": tuple(Evidence(**seen) for seen in raw["evidence"])})
