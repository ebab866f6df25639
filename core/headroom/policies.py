"""Which policy holds for a conversation: the one that held when it began (law 1), in every process."""

from collections.abc import Callable
from dataclasses import asdict, fields, replace
from typing import Any, Final

import orjson

from headroom import markers
from headroom.dialects.base import Reading
from headroom.notes import Notes
from headroom.policy import FILE, MCP, TOOL, Policy
from headroom.toin import Toin

_KIND: Final = "policy"
_MOST: Final = 100_000


class Policies:
    """The policies of conversations, kept as notes.

    Args:
        policy: holds for conversations that begin now; an older one keeps its own.
        is_held_out: whether a conversation is to be left alone, to compare others with it.
        toin: gives the advice for conversations that begin now; None for none.
    """

    def __init__(
        self,
        policy: Policy,
        notes: Notes,
        is_held_out: Callable[[str], bool] | None = None,
        toin: Toin | None = None,
    ) -> None:
        self._policy = policy
        self._notes = notes
        self._is_held_out = is_held_out
        self._toin = toin
        self._unadvised: set[str] = set()
        """Conversations whose policy could not be kept when they began: they began without advice."""
        self._known: dict[str, str] = {}
        self.hold_from_the_first = policy.retrieval == TOOL or is_held_out is not None
        """Whether a policy matters before there are blocks, so that it is fixed with the first request."""

    def of(self, reading: Reading, ours: str = "") -> str:
        """Return a conversation's policy, as text. Raises OSError when it can be neither read nor kept.

        Args:
            ours: the one that holds if none does yet; empty for that of new conversations.
        """
        conversation = reading.conversation
        if len(self._known) > _MOST:
            self._known.clear()
        if conversation not in self._known:
            self._known[conversation] = self._kept(reading, ours)
        return self._known[conversation]

    def _kept(self, reading: Reading, ours: str) -> str:
        conversation = reading.conversation
        try:
            held = self._notes.recall(_KIND, conversation, 0) if self._toin else None
            begun = held or ours or as_text(self._advised(reading))
            return held or self._notes.keep(_KIND, conversation, 0, begun)
        except OSError:
            if len(self._unadvised) > _MOST:
                self._unadvised.clear()
            self._unadvised.add(conversation)  # what is sent now is decided by `beginning`, and so stays
            raise

    def _advised(self, reading: Reading) -> Policy:
        """Return the policy of a conversation that begins now, with the advice that is in force."""
        policy = self.beginning(reading)
        if self._toin is None or not policy.enabled or reading.conversation in self._unadvised:
            return policy
        return replace(policy, toin=self._toin.begin(reading.conversation))

    def read(self, text: str, reading: Reading) -> Policy:
        """Return the policy that a text says; without one, that of a conversation that begins now."""
        return read(text) if text else self.beginning(reading)

    def beginning(self, reading: Reading) -> Policy:
        """Return the policy of a conversation that begins with this request."""
        if self._is_held_out and self._is_held_out(reading.conversation):
            return replace(self._policy, enabled=False, held_out=True)
        if self._policy.retrieval != TOOL:
            return self._policy
        if any(map(markers.is_retrieval_tool, reading.head.tool_names)):
            return replace(self._policy, retrieval=MCP)  # a server of the client's answers it
        if reading.head.tools:
            return self._policy
        if reading.head.tool_names:
            return replace(self._policy, retrieval=FILE)  # an agent whose list of tools cannot be added to
        # No tool can be called, so nothing is left out that could not be got back.
        return replace(self._policy, retrieval=FILE, lossy=False, tools=())


def as_text(policy: Policy) -> str:
    """Return a policy as it is kept."""
    return orjson.dumps(asdict(policy), option=orjson.OPT_SORT_KEYS).decode()


def read(text: str) -> Policy:
    """Read a policy, perhaps one of another version: what it does not name keeps today's default."""
    stored = orjson.loads(text)
    known = {row.name for row in fields(Policy)}
    values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in stored.items() if n in known}
    return Policy(**values)
