"""TOIN: what sessions cost whose model keeps asking for the same, with and without what that teaches.

python -m tests.bench.toin [SESSIONS]

Each session is a conversation of its own over tool outputs of one structure. For each output the model needs some
exact texts: what does not stand in the form that was sent, it looks up, at the cost of a turn. All is billed as a
caching provider does (in tokens at the input price: write 1.25, read 0.1, output 5). A session begins each
day, and goes on past midnight. The last workload is one from which nothing may be learnt: every form must come out
as without TOIN. Exits with 1 where that is not so, or where learning makes the later half of the sessions dearer.
"""

import json
import random
import statistics
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from headroom import tokens
from headroom.answering import tool
from headroom.compressors import COMPRESSORS
from headroom.conversation import text_block
from headroom.decision import Decider
from headroom.notes import Notes
from headroom.policy import TOOL, Policy
from headroom.store import MemoryMemo, SqliteStore
from headroom.toin import Lookup, Toin, report

SESSIONS: Final = 10
OUTPUTS: Final = 6
DAY: Final = 20_000
WEEKS_END: Final = 5
"""The session that begins on the last day of a week."""
WRITE, READ, OUTPUT = 1.25, 0.1, 5.0
BEGINNING_TOKENS: Final = 20_000
"""System prompt and tools."""
ANSWER_TOKENS: Final = 120
TURNS_AFTER: Final = 12
"""Turns after the last output, in which all that was sent is read again."""


class Shown(NamedTuple):
    """An output, and what the model needs of it."""

    text: str
    needs: tuple[tuple[str, str], ...]
    """Exact texts, each with the query by which it is looked up; an empty query reads it all."""


def hidden_field(seed: int) -> Shown:
    """A listing of which the model wants a hash that is left out; the rows are there."""
    chance = random.Random(seed)
    rows = [
        {
            "parcel": f"P-{seed}-{n}",
            "status": "lost" if n % 71 == 70 else "delivered",
            "tracking_uuid": str(uuid.UUID(int=chance.getrandbits(128))),
            "grams": chance.randrange(90_000),
            "remark": f"left with {chance.choice(['neighbour', 'porter', 'shop'])} {chance.randrange(9999)} "
            + "and signed for by hand " * chance.randrange(4),
        }
        for n in range(220)
    ]
    lost = rows[70]
    return Shown(json.dumps(rows), ((str(lost["tracking_uuid"]), f"tracking_uuid {lost['parcel']}"),))


def whole_output(seed: int) -> Shown:
    """A short list of notes that the model reads to its end every time."""
    chance = random.Random(seed)
    notes = [" ".join(chance.choices(WORDS, k=60)) for _ in range(45)]
    rows = [{"note": n, "by": chance.choice(WORDS), "said": note} for n, note in enumerate(notes)]
    return Shown(json.dumps(rows), ((notes[22], ""), (notes[31], "")))


def middle_rows(seed: int) -> Shown:
    """A listing of which the model wants rows that nothing makes stand out."""
    chance = random.Random(seed)
    rows = [
        {"account": f"A{seed:03}{n:03}", "balance": chance.randrange(10**7), "city": chance.choice(WORDS)}
        | {"holder": " ".join(chance.choices(WORDS, k=12)), "opened": f"20{chance.randrange(10, 26)}"}
        for n in range(240)
    ]
    wanted = chance.sample(rows, 8)
    return Shown(json.dumps(rows), tuple((str(row["balance"]), str(row["account"])) for row in wanted))


def nothing_to_learn(seed: int) -> Shown:
    """A large log of which the model looks up a line now and then."""
    chance = random.Random(seed)
    lines = [
        f"2026-11-{seed % 28 + 1:02} 10:{n // 60 % 60:02}:{n % 60:02} INFO worker-{chance.randrange(9)} "
        f"{' '.join(chance.choices(WORDS, k=6))} id={chance.randrange(10**9)}"
        for n in range(1500)
    ]
    line = lines[chance.randrange(1500)]
    return Shown("\n".join(lines), ((line.rpartition("=")[2], line.rpartition("=")[2]),) if seed % 7 == 0 else ())


def one_odd_task(seed: int) -> Shown:
    """Listings of which a few sessions, all in one week, read everything, and none after them."""
    shown = middle_rows(seed)
    return shown if seed < 5 * OUTPUTS else shown._replace(needs=())


def hostile(seed: int) -> Shown:
    """Listings of which the first make the model look up row by row."""
    shown = middle_rows(seed)
    accounts = [str(row["account"]) for row in json.loads(shown.text)[:12]]
    return shown._replace(needs=tuple((f"nowhere {n}", n) for n in accounts) if seed < 6 else ())


def hostile_overnight(seed: int) -> Shown:
    """Listings that make the model read all again and again in one session, from one week into the next."""
    needs = tuple((f"nowhere {n}", "") for n in range(9)) if seed // OUTPUTS == WEEKS_END else ()
    return middle_rows(seed)._replace(needs=needs)


WORDS: Final = (
    *("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath"),
    *("inlet", "jetty", "knoll", "ledge", "marsh", "north", "ocean"),
)

WORKLOADS: Final[Mapping[str, Callable[[int], Shown]]] = {
    "hidden field": hidden_field,
    "whole output": whole_output,
    "middle rows": middle_rows,
    "one odd task": one_odd_task,
    "hostile output": hostile,
    "hostile overnight": hostile_overnight,
    "nothing to learn": nothing_to_learn,
}
IDLE: Final = "nothing to learn"
"""The workload in which TOIN must do nothing."""


class Bill(NamedTuple):
    """What a session cost."""

    price: float
    """In tokens at the input price."""
    tokens: int
    """Of all tool results that were sent, and of all that was looked up."""
    lookups: int
    forms: tuple[str, ...]


@dataclass(slots=True)
class Meter:
    """A conversation's bill under way."""

    prefix: int = BEGINNING_TOKENS
    price: float = 0.0

    def turn(self, new: int) -> None:
        """Bill a request: its beginning is read from the cache, what is new is written to it."""
        self.price += READ * self.prefix + WRITE * new + OUTPUT * ANSWER_TOKENS
        self.prefix += new + ANSWER_TOKENS


class Side:
    """Headroom over a folder, learning or not; or no headroom at all."""

    def __init__(self, root: Path, way: str) -> None:
        self.root, self.way, self.day = root, way, DAY
        self.store = SqliteStore(root / "store")
        notes = Notes(MemoryMemo())
        self.toin = Toin(root / "toin", self.store.get, notes, tokens.count, day=lambda: self.day)
        learner = self.toin if way == "toin" else None
        self.decider = Decider(self.store, tokens.count, str(self.store.originals), COMPRESSORS, learner)

    def session(self, number: int, make: Callable[[int], Shown]) -> Bill:
        """Play a session."""
        self.day = DAY + number
        policy = Policy(retrieval=TOOL, enabled=self.way != "direct", toin=self._advice())
        meter, sent, lookups, forms = Meter(), 0, 0, []
        for at in range(OUTPUTS):
            self.day = DAY + number + 2 * at // OUTPUTS
            shown = make(number * OUTPUTS + at)
            decision = self.decider.decide(text_block(shown.text, "mcp__desk__show", "{}"), policy, None)
            known = decision.text or shown.text
            forms.append(known)
            spent = [tokens.count(known)]
            for need, query in shown.needs:
                if need not in known:
                    known += (answer := self._look_up(decision.original, query))
                    spent.append(tokens.count(answer))
                    lookups += 1
            for new in spent:
                meter.turn(new)
            sent += sum(spent)
        for _ in range(TURNS_AFTER):
            meter.turn(0)
        self.toin.flush()
        return Bill(meter.price, sent, lookups, tuple(forms))

    def _advice(self) -> str:
        return self.toin.begin() if self.way == "toin" else ""

    def _look_up(self, key: str, query: str) -> str:
        self.toin.flush()
        arguments = json.dumps({"hash": key} | ({"query": query} if query else {}))
        answer = tool.answer(arguments, self.store.get, 7).text
        if self.way == "toin":
            self.toin.learn(Lookup(key, arguments, answer))
        return answer


def play(way: str, make: Callable[[int], Shown], count: int) -> tuple[list[Bill], str]:
    """Play sessions one after the other; return their bills, and the advice at the end."""
    with TemporaryDirectory() as home:
        side = Side(Path(home), way)
        bills = [side.session(number, make) for number in range(count)]
        advice = "; ".join(f"{row.kind}: {row.advice}" for row in report(Path(home), side.day) if row.advice)
        return bills, advice


def main(arguments: Sequence[str]) -> int:
    """Print what the workloads cost; return the exit code."""
    count = int(arguments[0]) if arguments else SESSIONS
    wrong = []
    print(f"{count} sessions, {OUTPUTS} outputs each; price in thousands of tokens at the input price, medians")
    print(
        f"{'workload':18} {'later half of the sessions':32} {'price':>8} {'tokens':>8} {'lookups':>8} {'ratio':>7}"
    )
    for name, make in WORKLOADS.items():
        sides = {way: play(way, make, count) for way in ("direct", "headroom", "toin")}
        base = statistics.median(bill.price for bill in sides["headroom"][0][count // 2 :])
        for way, (bills, advice) in sides.items():
            later = bills[count // 2 :]
            price, sent, lookups = (
                statistics.median(getattr(bill, what) for bill in later) for what in ("price", "tokens", "lookups")
            )
            label = {"direct": "without headroom", "headroom": "headroom, no TOIN", "toin": "headroom, TOIN"}[way]
            row = f"{price / 1000:8.1f} {sent:8.0f} {lookups:8.1f} {price / base:7.3f}"
            print(f"{name if way == 'direct' else '':18} {label:32} {row}  {advice}")
        learnt, plain = (sides[way][0] for way in ("toin", "headroom"))
        told = [round(one.price / other.price, 2) for one, other in zip(learnt, plain, strict=True)]
        print(f"{'':18} TOIN / no TOIN, session by session: {' '.join(f'{ratio:.2f}' for ratio in told)}")
        if name == IDLE and [bill.forms for bill in learnt] != [bill.forms for bill in plain]:
            wrong.append(f"{name}: forms differ")
        if statistics.median(told[count // 2 :]) > 1.0:
            wrong.append(f"{name}: dearer with TOIN")
    print("\n".join(wrong) if wrong else "nothing is dearer, and where nothing is to be learnt nothing changes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
