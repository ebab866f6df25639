"""What our own session logs tell: which tools' outputs were asked for again after we had shortened them, and which
were huge.

A lookup names its original, and so does the line of the block that was shortened: each output counts once, however
often it is looked up, and whichever session, sub-agent or command asks for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from headroom.learn.finders import wording
from headroom.learn.finders.tables import word_set
from headroom.learn.types import Evidence, Finding
from headroom.masking import mask
from headroom.session_log import Session
from headroom.session_log.events import BlockLine, Request, Retrieve, Start

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
    compressors: set[str] = field(default_factory=set)
    huge: list[Evidence] = field(default_factory=list)
    huge_tokens: int = 0


@dataclass(slots=True)
class _Outputs:
    """What is known of all outputs so far."""

    tools: dict[tuple[str, str], _Tool] = field(default_factory=dict)
    """By project and tool."""
    known: set[str] = field(default_factory=set)
    """Keys of the blocks that were seen: a resumed session lists them again."""
    shortened: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    """Project, tool and compressor by original."""
    asked: set[str] = field(default_factory=set)

    def add(self, project: str, block: BlockLine, evidence: Evidence) -> None:
        """Take note of a block that is listed for the first time."""
        if block.retrieval:
            self.ask(block.original, block.after, evidence)
            return
        seen = self.tools.setdefault((project, block.tool), _Tool())
        if block.compressor and not block.lossless:
            seen.shortened += block.original not in self.shortened
            self.shortened.setdefault(block.original or block.key, (project, block.tool, block.compressor))
        if block.before >= _HUGE_TOKENS:
            seen.huge.append(evidence)
            seen.huge_tokens += block.before

    def ask(self, original: str, tokens: int, evidence: Evidence) -> None:
        """Charge a lookup to the tool that gave the original, once; one of unknown origin is nobody's."""
        if original in self.asked or original not in self.shortened:
            return
        self.asked.add(original)
        project, tool, compressor = self.shortened[original]
        seen = self.tools[project, tool]
        seen.retrieved.append(evidence)
        seen.wasted += tokens
        seen.compressors.add(compressor)


def find(sessions: Iterable[Session]) -> list[Finding]:
    """Return what sessions' logs tell of each project's tools: too much was left out, or too much came."""
    outputs = _Outputs()
    for session in sessions:
        start = next((event for event in session.events if isinstance(event, Start)), None)
        agent, project = (start.agent, start.cwd) if start else ("", "")
        turns: dict[str, int] = {}
        for event in session.events:
            if isinstance(event, Retrieve) and event.hit:
                outputs.ask(event.hash, event.tokens, Evidence(agent, session.id, 0, event.t))
            if not isinstance(event, Request) or event.retried or event.mode != "optimize":
                continue
            if event.rounds == 0:
                turns[event.conversation] = turns.get(event.conversation, 0) + 1
            evidence = Evidence(agent, session.id, turns.get(event.conversation, 0), event.t)
            for block in event.blocks:
                if block.new and block.key not in outputs.known:
                    outputs.known.add(block.key)
                    outputs.add(project, block, evidence)
    return [
        finding for (project, tool), seen in outputs.tools.items() for finding in _findings(project, tool, seen)
    ]


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
