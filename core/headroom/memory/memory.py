"""Facts for later sessions, over the agents: told, found, changed, replaced and forgotten.

Nothing is read or written until a method is called, and no file is made by asking. What a fact said before, and
facts that were replaced or have expired, stay as history until they are forgotten; then they are overwritten.
"""

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from headroom.memory import facts, likeness, rows, telling
from headroom.memory.database import facts_database
from headroom.memory.facts import PROJECT, UNCONFIRMED, USER, Added, Change, Fact, Origin, Refused
from headroom.memory.likeness import Embedder
from headroom.memory.nearby import nearby

KEEP: Final = -1.0
"""In place of an expiry: the one that there is."""
_LIMIT: Final = 10
NEW, KNOWN, FORGOTTEN = "new", "known", "forgotten"

_T = TypeVar("_T")


class Unknown(LookupError):
    """There is no such fact; the message says what there is."""


class Memory:
    """The facts below a state folder. Safe for many threads and processes at once. Methods raise OSError when the
    database cannot be used.

    Args:
        root: the state folder.
        mask: takes what looks like a secret out of a text.
        embedder: finds facts that are alike by their sense; None by their words alone.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        root: Path,
        mask: Callable[[str], str],
        embedder: Embedder | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = facts_database(root.absolute() / "memory")
        self._mask = mask
        self._embedder = embedder
        self._clock = clock

    def add(
        self,
        text: str,
        origin: Origin,
        scope: str = USER,
        expires: float | None = None,
        replaces: Sequence[str] = (),
    ) -> Added:
        """Keep a fact, unless the same one is there: then that one is told once more, and keeps its words.

        The same is a fact with the same words, but for case, blanks, the punctuation of sentences and a few words
        like "the" (see headroom.memory.terms). Facts that are only alike are told of in the answer, and stay.

        Args:
            scope: USER, or PROJECT: then `origin.project` must say which.
            expires: in seconds since 1970; None for never.
            replaces: ids (or their beginnings) of facts that no longer hold. They become history.

        Raises Refused for what cannot be kept, Unknown for an id that is none.
        """
        fact, was_masked = telling.made(text, origin, scope, expires, self._clock(), self._mask)
        telling.check_replaces(replaces, origin)
        return self._kept(fact, [self.get(each).id for each in replaces], was_masked)

    def standing(self, text: str, project: str) -> str:
        """Return what a rule that was learnt in a project would be here: NEW, KNOWN, or FORGOTTEN by the user.

        Raises Refused for what cannot be kept.
        """
        plain, _ = telling.without_secrets(text, self._mask)
        now = self._clock()

        def work(connection: sqlite3.Connection) -> str:
            places = ((USER, ""), (PROJECT, project))
            if any(rows.same(connection, plain, *place, now) for place in places):
                return KNOWN
            return FORGOTTEN if rows.is_unlearnt(connection, plain) else NEW

        return self._read(work) or NEW

    def search(
        self, query: str, project: str = "", limit: int = _LIMIT, *, history: bool = False, anywhere: bool = False
    ) -> Sequence[Fact]:
        """Return the facts with a word of a query, the best first (bm25).

        Args:
            project: the folder whose facts are looked through, besides the user's.
            history: whether those replaced and expired are, too.
            anywhere: whether those of all projects are.
        """
        found = self._found(query)
        if found is None and self._database.write(rows.reindex):
            found = self._found(query)
        if found is None:  # a SQLite without FTS5
            found = likeness.ranked(query, (self._read(rows.every) or []))
        return self._chosen(found, project, history=history, anywhere=anywhere)[:limit]

    def list(self, project: str = "", *, history: bool = False, anywhere: bool = False) -> Sequence[Fact]:
        """Return the facts of the user and of a project, the latest first; see `search`."""
        return self._chosen((self._read(rows.every) or []), project, history=history, anywhere=anywhere)

    def get(self, prefix: str) -> Fact:
        """Return the fact whose id begins so. Raises Unknown where there is none, or more than one."""
        is_id = 0 < len(prefix) <= 8 and all(char in "0123456789abcdef" for char in prefix)
        found = (self._read(lambda connection: rows.beginning_with(connection, prefix)) if is_id else None) or []
        if not found:
            raise Unknown(f"there is no fact {prefix!r:.40}; `headroom memory list --all` lists all")
        if len(found) > 1:
            raise Unknown(f"{len(found)} facts begin with {prefix}: {', '.join(fact.id for fact in found[:5])}")
        return found[0]

    def history(self, prefix: str) -> Sequence[Change]:
        """Return what happened to a fact, oldest first. Raises Unknown."""
        fact = self.get(prefix)
        return self._read(lambda connection: rows.changes(connection, fact.id)) or []

    def edit(
        self,
        prefix: str,
        origin: Origin,
        *,
        text: str | None = None,
        expires: float | None = KEEP,
        scope: str | None = None,
        replaces: Sequence[str] = (),
    ) -> Fact:
        """Change a fact; what is not given stays. What it said before stays in its history.

        Raises Refused, Unknown. The project of a fact is that of `origin` when its scope becomes PROJECT.
        """
        before = self.get(prefix)
        telling.check_replaces(replaces, origin)
        others = [self.get(each).id for each in replaces]
        if before.id in others:
            raise Refused("a fact cannot replace itself")
        place, now = before.origin, self._clock()
        if scope == PROJECT and before.scope != PROJECT:
            place = replace(place, project=origin.project)
        until = before.expires if expires == KEEP else expires
        made, _ = telling.made(
            before.text if text is None else text, place, scope or before.scope, until, now, self._mask
        )

        def work(connection: sqlite3.Connection) -> Fact:
            held = next(iter(rows.beginning_with(connection, before.id)), None)
            if held is None:
                raise Unknown(f"the fact {before.id} was forgotten meanwhile")
            is_said = text is not None or (scope is not None and origin.how in UNCONFIRMED)
            after = replace(
                held,
                text=made.text,
                scope=made.scope,
                origin=made.origin,
                expires=made.expires,
                updated=now,
                accepted=origin.how not in UNCONFIRMED if is_said else held.accepted,
            )
            twin = rows.same(connection, after.text, after.scope, after.origin.project, now)
            if twin and twin.id != after.id and after.holds(now):
                raise Refused(f"the fact {twin.id} says the same: {twin.text}")
            rows.update(connection, after)
            said = held.text if held.text != after.text else ""
            rows.note(connection, after.id, Change(now, "edited", said, facts.checked(origin)))
            rows.put_in_place(connection, after, others, now)
            return after

        return self._database.write(work)

    def accept(self, prefixes: Iterable[str], origin: Origin) -> Sequence[Fact]:
        """Take the user's word that facts hold, so that they are written where agents read them.

        Raises Unknown before any is accepted.
        """
        chosen = [self.get(prefix).id for prefix in prefixes]
        now = self._clock()

        def work(connection: sqlite3.Connection) -> list[Fact]:
            found = []
            for held in (fact for id_ in chosen for fact in rows.beginning_with(connection, id_)):
                found.append(replace(held, accepted=True))
                if not held.accepted:
                    rows.update(connection, found[-1])
                    rows.note(connection, held.id, Change(now, "accepted", "", facts.checked(origin)))
            return found

        return self._database.write(work) if chosen else []

    def forget(self, prefixes: Iterable[str]) -> Sequence[Fact]:
        """Remove facts with their history, overwritten on the disk. Raises Unknown before any is removed."""
        gone = [self.get(prefix) for prefix in prefixes]

        def work(connection: sqlite3.Connection) -> None:
            for fact in gone:
                rows.delete(connection, fact)

        if gone:
            self._database.write(work)
            self._database.settle()
        return gone

    def take(self, fact: Fact) -> Added:
        """Keep a fact that was exported, as it was, under its own id if that is free. Raises Refused."""
        text, was_masked = telling.without_secrets(fact.text, self._mask)
        return self._kept(replace(fact, text=text, id=fact.id or secrets.token_hex(4)), [], was_masked)

    def damaged(self) -> Sequence[Path]:
        """Return databases that could not be read and were moved aside."""
        return self._database.damaged()

    def close(self) -> None:
        """Close the database; the next use opens it again."""
        self._database.close()

    def _found(self, query: str) -> Sequence[Fact] | None:
        if not self._database.exists():
            return []
        return self._database.read(lambda connection: rows.found(connection, query))

    def _kept(self, fact: Fact, replaces: Sequence[str], was_masked: bool) -> Added:
        now = self._clock()
        like = nearby(self._database, fact, now, self._embedder)

        def work(connection: sqlite3.Connection) -> Added:
            held = next(iter(rows.beginning_with(connection, fact.id)), None)
            if held and held.text == fact.text:
                return Added(held, False, was_masked)  # exported once, and taken in again
            twin = rows.same(connection, fact.text, fact.scope, fact.origin.project, now)
            if twin and fact.holds(now):
                again = telling.told_again(twin, fact, now)
                rows.update(connection, again)
                rows.note(connection, again.id, Change(now, "told again", "", fact.origin))
                rows.put_in_place(connection, again, [each for each in replaces if each != again.id], now)
                return Added(again, False, was_masked)
            new = rows.insert(connection, fact)
            rows.note(connection, new.id, Change(now, "added", "", new.origin))
            rows.put_in_place(connection, new, replaces, now)
            others = tuple(each for each in like if each.id not in replaces)
            return Added(new, True, was_masked, others if new.holds(now) else ())

        return self._database.write(work)

    def _chosen(self, found: Sequence[Fact], project: str, *, history: bool, anywhere: bool) -> Sequence[Fact]:
        now = self._clock()
        return [
            fact
            for fact in found
            if (history or fact.holds(now)) and (anywhere or fact.scope == USER or fact.is_about(project))
        ]

    def _read(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """Ask the database; one that is not there has nothing to say, and is not made."""
        return self._database.read(work) if self._database.exists() else None
