"""What our own session logs tell: which tools' outputs were asked for again after we had shortened them, and which
were huge.

A log names no original by what brought it back. So the original that a retrieval is charged to is the shortened
block of the same conversation, not charged yet, whose size is nearest to what came back; among none within
_NEAR of it, as when only a part was asked for, the last one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.tables import word_set
from headroom.learn.masking import mask
from headroom.learn.types import Evidence, Finding
from headroom.session_log import Session
from headroom.session_log.events import BlockLine, Request, Start

_NEAR: Final = 0.25
_LEAST: Final = 2
"""Retrievals of a tool's outputs before it is said."""
_SHARE: Final = 0.1
"""Of a tool's shortened outputs, how many have to come back: a retrieval now and then is how it is meant."""
_HUGE_TOKENS: Final = 10_000
_HUGE_TIMES: Final = 3
_GENERAL: Final = word_set(
    "bash shell exec_command local_shell run_shell_command read read_file view task agent unknown",
    "(hidden) write_stdin",
)
"""Tools that do anything: of their outputs' size nothing is to be learnt."""


@dataclass(slots=True)
class _Tool:
    shortened: int = 0
    retrieved: list[Evidence] = field(default_factory=list)
    wasted: int = 0
    compressors: dict[str, int] = field(default_factory=dict)
    huge: list[Evidence] = field(default_factory=list)
    huge_tokens: int = 0


def find(sessions: Iterable[Session]) -> list[Finding]:
    """Return what sessions' logs tell of each project's tools: too much was left out, or too much came."""
    tools: dict[tuple[str, str], _Tool] = {}
    known: set[str] = set()
    for session in sessions:
        start = next((event for event in session.events if isinstance(event, Start)), None)
        agent, project = (start.agent, start.cwd) if start else ("", "")
        conversations: dict[str, list[BlockLine]] = {}
        turns: dict[str, int] = {}
        for event in session.events:
            if not isinstance(event, Request) or event.retried or event.mode != "optimize":
                continue
            if event.rounds == 0:
                turns[event.conversation] = turns.get(event.conversation, 0) + 1
            evidence = Evidence(agent, session.id, turns.get(event.conversation, 0), event.t)
            shortened = conversations.setdefault(event.conversation, [])
            for block in event.blocks:
                if block.new and block.key not in known:
                    known.add(block.key)
                    _add(tools, project, block, shortened, evidence)
    return [finding for (project, tool), seen in tools.items() for finding in _findings(project, tool, seen)]


def _add(
    tools: dict[tuple[str, str], _Tool],
    project: str,
    block: BlockLine,
    shortened: list[BlockLine],
    evidence: Evidence,
) -> None:
    if block.retrieval:
        original = _original(shortened, block.after)
        if original is not None:
            shortened.remove(original)
            seen = tools[project, original.tool]
            seen.retrieved.append(evidence)
            seen.wasted += block.after
            seen.compressors[original.compressor] = seen.compressors.get(original.compressor, 0) + 1
        return
    seen = tools.setdefault((project, block.tool), _Tool())
    if block.compressor and not block.lossless:
        seen.shortened += 1
        shortened.append(block)
        del shortened[:-_REMEMBERED]
    if block.before >= _HUGE_TOKENS:
        seen.huge.append(evidence)
        seen.huge_tokens += block.before


_REMEMBERED: Final = 200
"""Shortened blocks of a conversation that a retrieval may be charged to."""


def _original(shortened: list[BlockLine], tokens: int) -> BlockLine | None:
    if not shortened:
        return None
    nearest = min(reversed(shortened), key=lambda block: abs(block.before - tokens))
    return nearest if abs(nearest.before - tokens) <= _NEAR * nearest.before else shortened[-1]


def _findings(project: str, tool: str, seen: _Tool) -> Iterator[Finding]:
    try:
        quoted = wording.quoted(tool)
        if len(seen.retrieved) >= _LEAST and len(seen.retrieved) >= _SHARE * seen.shortened:
            share = len(seen.retrieved) / max(seen.shortened, 1)
            setting = f'compress.tools."{tool}" = "lossless"'
            rule = (
                f"Keep the output of {quoted} whole ({wording.quoted(setting)}): {len(seen.retrieved)} of "
                f"{seen.shortened} were asked for again."
            )
            facts = {
                "tool": mask(tool),
                "setting": setting,
                "compressors": ", ".join(sorted(seen.compressors)),
                "shortened": str(seen.shortened),
                "retrieved": str(len(seen.retrieved)),
            }
            # Half for being seen at all; the rest by how much of it came back, and how often that was seen.
            certain = 1 - 0.5 ** (len(seen.retrieved) - 1)
            confidence = round(0.5 + 0.45 * min(share * 2, 1) * certain, 3)
            rule = wording.sentence(rule)
            yield Finding(
                "retrieved", mask(tool), rule, project, tuple(seen.retrieved), confidence, seen.wasted, facts
            )
        if len(seen.huge) >= _HUGE_TIMES and tool.lower() not in _GENERAL:
            tokens = round(seen.huge_tokens // len(seen.huge), -3)
            rule = f"Ask {quoted} for less: {len(seen.huge)} outputs were about {tokens:,} tokens each."
            facts = {"tool": mask(tool), "tokens": str(tokens)}
            rule = wording.sentence(rule)
            yield Finding("huge-output", mask(tool), rule, project, tuple(seen.huge), 0.6, seen.huge_tokens, facts)
    except wording.NotQuotable:
        return
