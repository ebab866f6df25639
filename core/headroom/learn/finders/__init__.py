"""What `learn` finds in transcripts and in our own session logs."""

from collections.abc import Iterable
from typing import Final

from headroom.learn.finders import (
    correction,
    denied,
    fetched_again,
    huge_output,
    inexact_edit,
    loop,
    missing_command,
    missing_flag,
    missing_subcommand,
    reread,
    retrieved,
    test_command,
    wrong_folder,
    wrong_path,
)
from headroom.learn.finders.observation import Finder, Observation
from headroom.learn.finders.scene import Scene
from headroom.learn.merging import Merging, Seen
from headroom.learn.ranking import ranked
from headroom.learn.types import Evidence, Finding, Transcript
from headroom.session_log import Session

__all__ = ["FINDERS", "THRESHOLD", "compressions", "find"]

FINDERS: Final = (
    Finder("correction", correction.find),
    Finder("missing-command", missing_command.find),
    Finder("missing-command", missing_subcommand.find),
    Finder("test-command", test_command.find),
    Finder("missing-flag", missing_flag.find),
    Finder("wrong-path", wrong_folder.find),
    Finder("wrong-path", wrong_path.find),
    Finder("inexact-edit", inexact_edit.find),
    Finder("denied", denied.find),
    Finder("loop", loop.find),
    Finder("retrieved", fetched_again.find),
    Finder("huge-output", huge_output.find),
    Finder("reread", reread.find),
)
"""In order: what one has explained, with what to do about it, none after it explains once more."""

THRESHOLD: Final = 0.5
"""Findings less sure than this are left out: see `merging` for how it is reckoned."""


def find(transcripts: Iterable[Transcript]) -> list[Finding]:
    """Return what is to be learnt from sessions, merged over all of them, the most worth first."""
    merging = Merging()
    for transcript in transcripts:
        scene = Scene(transcript)
        explained: set[int] = set()
        for kind, find_all in FINDERS:
            for one in find_all(scene):
                if one.calls and one.calls <= explained:
                    continue
                if one.confidence >= THRESHOLD:
                    explained |= one.calls
                merging.add(_seen(transcript, kind, one))
    return ranked(finding for finding in merging.findings() if finding.confidence >= THRESHOLD)


def _seen(transcript: Transcript, kind: str, one: Observation) -> Seen:
    t = one.t if one.t is not None else transcript.began
    where = Evidence(transcript.agent, transcript.session, one.turn, t)
    return Seen(
        kind, one.subject, one.rule, transcript.project, where, one.at, one.confidence, one.wasted, one.facts
    )


def compressions(sessions: Iterable[Session]) -> list[Finding]:
    """Return what our own logs tell: tools whose outputs were asked for again, or are huge."""
    return ranked(retrieved.find(sessions))
