"""Keeps the facts that models write into their answers: from a copy of the stream, behind the requests' back.

Nothing here is on a request's way: while an answer passes, its events are put on a list; when it has ended, a
thread of its own reads them. Without `memory.inline` none of it is made.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from headroom.memory import answers, inline
from headroom.memory.facts import INLINE, PROJECT, Origin, Refused
from headroom.memory.memory import Memory

_MOST_BYTES: Final = 4 << 20
"""A longer answer is not looked into."""
_MOST_WAITING: Final = 64
"""Answers that come faster than they are read are not looked into either."""


class Hearing:
    """One answer under way."""

    def __init__(self, dialect: str, take: Callable[["Hearing"], None]) -> None:
        self.dialect = dialect
        self.events: list[bytes] = []
        self._bytes = 0
        self._take = take

    def see(self, event: bytes) -> None:
        """Take an event of the stream, or a whole answer, as JSON. Never raises."""
        self._bytes += len(event)
        if self._bytes <= _MOST_BYTES:
            self.events.append(event)

    def end(self) -> None:
        """Take note that the answer has ended, or was broken off. Never raises, never waits."""
        if 0 < self._bytes <= _MOST_BYTES:
            self._take(self)
        self._bytes = 0


class Listener:
    """Reads answers when they have ended.

    Args:
        memory: where facts are kept; used by one thread only.
        origin: of the facts; `how` is set here. Without a project, only facts of the user's scope are kept.
        say: takes what went wrong, for the log: where, and what, in our own words. From another thread.
    """

    def __init__(self, memory: Memory, origin: Origin, say: Callable[[str, str], None]) -> None:
        self._memory = memory
        self._origin = replace(origin, how=INLINE)
        self._say = say
        self._ended: queue.Queue[Hearing | None] = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None

    def begin(self, dialect: str) -> Hearing:
        """Return what is to see the events of an answer in a dialect."""
        return Hearing(dialect, self._take)

    def close(self, wait_s: float = 2.0) -> None:
        """Read what is waiting, and end; give up after so many seconds."""
        if self._thread is None:
            return
        try:
            self._ended.put(None, timeout=wait_s)
        except queue.Full:
            return
        self._thread.join(wait_s)

    def _take(self, hearing: Hearing) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="headroom-memory", daemon=True)
            self._thread.start()
        try:
            self._ended.put_nowait(hearing)
        except queue.Full:
            self._say("memory", "answers come too fast to be read for facts")

    def _run(self) -> None:
        while (hearing := self._ended.get()) is not None:
            try:
                self._keep(hearing)
            except (OSError, ValueError) as error:  # of a damaged database, too: the next answer is read again
                self._say("memory", f"a fact was not kept: {type(error).__name__}")
        self._memory.close()

    def _keep(self, hearing: Hearing) -> None:
        for text in answers.texts(hearing.dialect, hearing.events):
            for told in inline.told(text):
                if told.scope == PROJECT and not self._origin.project:
                    # Where clients of several projects are served, one's facts must not become the others'.
                    self._say("memory", "a fact in an answer is of no known project")
                    continue
                try:
                    self._memory.add(told.text, self._origin, told.scope)
                except Refused:  # no words, or a secret and little else
                    self._say("memory", "a fact in an answer was refused")
