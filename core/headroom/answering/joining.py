"""The rounds of one response, as far as formats share them whose messages hold arrays of blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from headroom.answering import history
from headroom.answering.base import TOOL, Asked
from headroom.answering.history import Item, Said, Wire
from headroom.answering.raw_json import add_figures, appended, array_of, array_span
from headroom.spans import splice

CUT = (
    "max_tokens",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
    "guardrail_intervened",
    "content_filtered",
    "malformed_model_output",
    "malformed_tool_use",
)
"""Reasons for which a response ends before the calls in it are meant to be answered."""


class Block(Protocol):
    """One content block, as far as it has come."""

    item: Item
    is_known: bool
    """Whether all that came of it was understood, so that it can be said again."""

    def arguments(self) -> str:
        """Return a call's input as the model wrote it."""

    def raw(self) -> bytes:
        """Return the whole block as JSON, as a request says it again."""


def is_ours(block: Block) -> bool:
    """Tell whether a block is a call of our tool."""
    return block.item.kind == "call" and block.item.name == TOOL


@dataclass(slots=True)
class Round:
    """One response, as far as it has come."""

    blocks: list[Block] = field(default_factory=list)
    usage: dict[str, object] = field(default_factory=dict)
    stop_reason: str = ""
    is_complete: bool = False
    results: list[str] = field(default_factory=list)
    """Our answers to our calls."""

    def ours(self) -> list[Block]:
        """Return the calls of our tool."""
        return [block for block in self.blocks if is_ours(block)]

    def has_others(self) -> bool:
        """Tell whether a tool of the client's is called in it."""
        return any(block.item.kind == "call" and block.item.name != TOOL for block in self.blocks)

    def asked(self) -> list[Asked]:
        """Return our calls, unless the response was cut off."""
        if not self.is_complete or self.stop_reason in CUT:
            return []
        return [Asked(block.item.key, block.arguments()) for block in self.ours()]

    def take_usage(self, figures: object) -> None:
        """Take figures that replace earlier ones."""
        if isinstance(figures, dict):
            self.usage.update({name: figure for name, figure in figures.items() if figure is not None})

    def messages(self, wire: Wire) -> list[bytes]:
        """Return the messages with which the next request says it again, and answers it.

        Raises ValueError when there is something in it that is not understood.
        """
        if not all(block.is_known for block in self.blocks):
            raise ValueError("an unknown kind of delta")
        # A text of nothing is what providers send, but do not take.
        said = [raw for raw in (block.raw() for block in self.blocks) if not _is_blank(wire.read(raw))]
        return [
            b'{"role":"assistant","content":' + array_of(said) + b"}",
            b'{"role":"user","content":' + array_of(self._results(wire)) + b"}",
        ]

    def said(self, wire: Wire) -> list[Said]:
        """Return its blocks for the record; calls of ours that were not answered are left out."""
        results = iter(self._results(wire) if self.results else ())
        found = []
        for block in self.blocks:
            if not is_ours(block):
                found.append(Said(wire.read(block.raw())))
            elif self.results:
                found.append(Said(block.item, block.raw().decode(), next(results).decode()))
        return found

    def _results(self, wire: Wire) -> list[bytes]:
        answered = zip(self.ours(), self.results, strict=True)
        return [wire.result(block.item.key, text) for block, text in answered]


class RoundsJoiner:
    """What joiners of these formats share: which round is on, what comes next, what is kept."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._rounds: list[Round] = []
        """Those that were answered, and gone on from."""
        self._round = Round()
        self._context = ""
        self._is_waiting = False
        """Whether the next round has not begun: if it never does, the end of the one before ends the message."""

    def asked(self) -> list[Asked]:
        """Return our calls in the round that has ended; none of a round that was cut off."""
        return self._round.asked()

    def has_others(self) -> bool:
        """Tell whether the client's own tools were called in the same round."""
        return self._round.has_others()

    def proceed(self, body: bytes, answers: Sequence[str]) -> bytes:
        """Return the request of the next round.

        Raises ValueError when the round cannot be said again, or the request has no messages; it can be ended.
        """
        array = array_span(body, "messages")
        if array is None:
            raise ValueError("no messages")
        if not self._rounds:
            self._context = history.context_of(body, self._wire)
        self._round.results = list(answers)
        try:
            added = self._round.messages(self._wire)
        except ValueError:
            self._round.results = []
            raise
        self._rounds.append(self._round)
        self._round = Round()
        self._is_waiting = True
        return splice(body, [appended(body, array, added)])

    def kept(self) -> Mapping[str, str]:
        """Return what later requests must have put back, by anchor."""
        rounds = self._all()
        if not any(one.results for one in rounds):
            return {}
        try:
            said = [one.said(self._wire) for one in rounds]
        except ValueError:
            return {}
        seen = [entry.item for one in said for entry in one if not entry.call]
        anchor = history.anchor(seen, self._context)
        return {anchor: history.record(said)} if anchor else {}

    def _all(self) -> list[Round]:
        return [*self._rounds, self._round]

    def _answer(self, answers: Sequence[str]) -> None:
        """Take the answers to calls that stand beside the client's own, which the client answers first."""
        if self._round.has_others() and len(answers) == len(self._round.ours()):
            self._round.results = list(answers)

    def _reason(self, reason: object) -> object:
        """Return why the joined message ended: not for a call that the client does not see."""
        return "end_turn" if reason == "tool_use" and not self._round.has_others() else reason


def added_up(rounds: Sequence[Round]) -> dict[str, object]:
    """Return the usage of all rounds together; what is counted iteration by iteration stays so."""
    total: object = None
    iterations: list[object] = []
    for one in rounds:
        listed = one.usage.get("iterations")
        iterations += listed if isinstance(listed, list) else []
        total = add_figures(total, {name: value for name, value in one.usage.items() if name != "iterations"})
    figures = total if isinstance(total, dict) else {}
    return {**figures, "iterations": iterations} if iterations else figures


def _is_blank(item: Item) -> bool:
    return item.kind == "text" and not item.text.strip()
