"""Proxies that learn, their conversations, and what may happen between two requests: for the laws of TOIN."""

import contextlib
import json
import random
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from hypothesis import strategies as st

from headroom import tokens
from headroom.dialects import anthropic
from headroom.notes import Notes
from headroom.pipeline import Pipeline
from headroom.plans import Outcome
from headroom.policy import Policy
from headroom.store import SqliteMemo, SqliteStore
from headroom.toin import Lookup, Toin, folder, report
from headroom.toin.book import Book
from headroom.toin.counts import Cell
from tests.laws.conversations import Message, log, requests

DAY = 20_000
TOOL = "mcp__depot__list"


def parcels(seed: int, count: int = 220) -> str:
    """A listing whose hashes are not shown where rows are left out."""
    chance = random.Random(seed)
    return json.dumps(
        [
            {
                "number": f"P-{seed}-{n}",
                "status": "lost" if n % 71 == 70 else "delivered",
                "tracking_uuid": str(uuid.UUID(int=chance.getrandbits(128))),
                "grams": chance.randrange(90_000),
                "remark": f"left with {chance.choice(['neighbour', 'porter', 'shop'])} {chance.randrange(9999)} "
                + "and signed for by hand " * chance.randrange(4),
            }
            for n in range(count)
        ]
    )


MAKES: dict[str, tuple[str, Callable[[int], str]]] = {
    "parcels": (TOOL, parcels),
    "log": ("Bash", lambda seed: log(900, seed)),
}


class Proxy:
    """The pipeline as the proxy builds it; another one over the same folder is the same after a restart."""

    def __init__(self, root: Path, day: int = DAY, learns: bool = True) -> None:
        self.root = root
        self.store, self.memo = SqliteStore(root / "store"), SqliteMemo(root / "store")
        self.said: list[str] = []
        self.toin = Toin(
            folder(root), self.store.get, Notes(self.memo), tokens.count, self.said.append, lambda: day, learns
        )
        originals = str(self.store.originals)
        self.pipeline = Pipeline(Policy(), self.store, self.memo, tokens.count, originals, toin=self.toin)

    def send(self, body: bytes) -> Outcome:
        return self.pipeline.transform(body, anthropic)

    def teach(self, level: int = 0, does_keep: bool = True) -> None:
        """Count so many lookups of every structure that advice follows."""
        self.toin.flush()
        book = Book(folder(self.root))
        for row in report(self.root, DAY):
            said = [(row.structure, what, n) for what, n in COUNTS[level].items()]
            if does_keep:
                said += [(row.structure, f"f:{field}", 9) for field in lacking(book, row.structure)]
            book.raise_counts(DAY - 7, said)
            book.raise_counts(DAY, said)


COUNTS: dict[int, dict[str, int]] = {
    0: {},
    1: {"c0": 1000, "a0": 1000, "w0": 9, "b0": 2_000_000, "s0": 1_500_000, "g0": 900_000},
    2: {"c0": 1000, "a0": 1000, "w0": 9, "b0": 99_000_000, "s0": 200_000, "g0": 90_000_000},
}
"""Counts from which another level follows: leave nothing out, and more room."""


def lacking(book: Book, structure: str) -> set[str]:
    found: set[str] = set()
    for file in (book.folder.parent / "store" / "originals").glob("*.txt"):
        for form in book.form(file.stem):
            found |= form.lacking if form.structure == structure else set()
    return found


def conversation(kinds: list[str], seed: int = 0) -> list[Message]:
    messages: list[Message] = [{"role": "user", "content": [{"type": "text", "text": "Where are the parcels?"}]}]
    for n, kind in enumerate(kinds):
        tool, make = MAKES[kind]
        call = {"type": "tool_use", "id": f"t{n}", "name": tool, "input": {"page": seed * 100 + n}}
        text = make(seed * 100 + n)
        result = {"type": "tool_result", "tool_use_id": f"t{n}", "content": text}
        messages += [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    return messages


def last(messages: list[Message], session: str) -> bytes:
    return list(requests(messages, session))[-1]


def texts(body: bytes) -> list[str]:
    return [
        block["content"]
        for message in json.loads(body)["messages"]
        for block in message["content"]
        if block["type"] == "tool_result"
    ]


def look_up(proxy: Proxy) -> None:
    proxy.toin.flush()
    for file in sorted(proxy.store.originals.glob("*.txt")):
        proxy.toin.retrieved(Lookup(file.stem, "tracking_uuid P-1-7", "x"))


def take_in(proxy: Proxy) -> None:
    """What another machine has learnt of the same structures, and of others."""
    kept = Book(folder(proxy.root)).read()
    theirs = {
        Cell("f" * 16, DAY - 7 * n, each.structure, what): 900
        for each in kept.counts
        for n in range(2)
        for what in ("c0", "a0", "w0", "g0", "s0", "b0")
    }
    Book(folder(proxy.root)).merge(theirs, kept.kinds, DAY)


def damage(proxy: Proxy) -> None:
    if Book(folder(proxy.root)).file.exists():
        Book(folder(proxy.root)).file.write_bytes(b"no database" * 900)


def age(proxy: Proxy) -> None:
    """The file of an older version, which knows no conversations."""
    if Book(folder(proxy.root)).file.exists():
        with contextlib.closing(sqlite3.connect(Book(folder(proxy.root)).file)) as connection:
            connection.execute("DROP TABLE IF EXISTS askers")


ACTS: dict[str, Callable[[Proxy], object]] = {
    "nothing": lambda _proxy: None,
    "room": lambda proxy: proxy.teach(2, does_keep=False),
    "all": lambda proxy: proxy.teach(1),
    "fields": lambda proxy: proxy.teach(0),
    "look up": look_up,
    "take in": take_in,
    "reset": lambda proxy: Book(folder(proxy.root)).reset(),
    "damage": damage,
    "age": age,
    "other": lambda proxy: proxy.send(last(conversation(["parcels"], 50), "other")),
}
"""What happens between the turns of a conversation."""
STARTS: dict[str, tuple[int, bool]] = {"restart": (DAY, True), "days": (DAY + 90, True), "off": (DAY, False)}
"""Other proxies that take over: on which day, and whether they learn."""


def steps(data: st.DataObject, proxy: Proxy, count: int) -> Iterator[Proxy]:
    """Yield who takes the next request: of two proxies, of which either is started anew now and then."""
    proxies = [proxy, Proxy(proxy.root)]
    for _ in range(count):
        at = data.draw(st.integers(0, 1))
        act = data.draw(st.sampled_from([*ACTS, *STARTS]))
        if act in ACTS:
            with contextlib.suppress(OSError, sqlite3.Error):  # of a file that was just damaged
                ACTS[act](proxies[at])
        else:
            proxies[at].toin.flush()
            proxies[at] = Proxy(proxy.root, *STARTS[act])
        yield proxies[data.draw(st.integers(0, 1))]
