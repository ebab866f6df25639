"""A state folder with sessions, originals and decisions, made as the engine makes them."""

import hashlib
import os
from pathlib import Path

from headroom import session_log
from headroom.ledger import RoundTrip, Saved
from headroom.policy import Policy
from headroom.session_log import events
from headroom.store import SqliteMemo, SqliteStore
from headroom.types import Decision

NOW = 1_795_000_000.0
DAY = 86_400.0


class State:
    """Writes what sessions leave behind. Times are days before NOW."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.days = 0.0
        self.store = SqliteStore(root / "store", self._clock)

    def _clock(self) -> float:
        return NOW - self.days * DAY

    def at(self, days: float) -> "State":
        self.days = days
        return self

    def original(self, text: str) -> str:
        return self.store.put(text)

    def decide(self, name: str, original: str = "", text: str | None = "short") -> str:
        """Keep a decision, and return its key."""
        key = hashlib.sha256(name.encode()).hexdigest()[:32]
        memo = SqliteMemo(self.root / "store", clock=self._clock)
        memo.remember(
            {key: Decision(text, "logs" if text else "", "" if text else "raw", not original, 9, 3, original)}
        )
        memo.close()
        return key

    def note(self, name: str, text: str) -> str:
        key = hashlib.sha256(name.encode()).hexdigest()[:32]
        memo = SqliteMemo(self.root / "store", clock=self._clock)
        memo.remember({key: Decision(text)})
        memo.leave_alone(key, "refused")
        memo.close()
        return key

    def session(
        self, project: str, *keys: str, ended: bool = True, agent: str = "claude", hours: float = 1, saved: int = 5
    ) -> Path:
        """Write a log that begins now and has these blocks."""
        began = self._clock()
        log = session_log.new_session(
            self.root, agent=agent, cwd=project, version="0", policy=Policy(), upstream="https://h", t=began
        )
        blocks = tuple(events.BlockLine(key=key, tool="Bash") for key in keys)
        written = [
            events.Request(began + 1, n=1, dialect="anthropic", model="m", conversation="ab", blocks=blocks),
            events.UsageLine(began + 2, n=1, model="m", input=9, saved=Saved(input=saved), round_trip=RoundTrip()),
        ]
        for event in written:
            session_log.append(log, events.to_dict(event))
        if ended:
            session_log.append(log, session_log.end_event(0, 3.0, "exit", began + hours * 3600))
        os.utime(log, (began + hours * 3600,) * 2)
        return log

    def held(self) -> set[str]:
        """Return the originals that are there."""
        return {path.stem for path in (self.root / "store" / "originals").glob("*.txt")}

    def decided(self, *keys: str) -> list[bool]:
        memo = SqliteMemo(self.root / "store", clock=self._clock)
        found = memo.recall(list(keys))
        memo.close()
        return [key in found for key in keys]
