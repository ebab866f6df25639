"""What follows from counts: per structure, how much room its lossy form gets and which fields it must show.

A form of S tokens costs, over the rest of its conversation, and where it is looked up q times:

    cost = S * k + q * (P * READ + O * OUTPUT + R * k)        k = WRITE + TURNS * READ

in tokens at the input price. k: it is written to the cache once and read again in each turn that follows. A lookup
is a turn more: the whole prefix of P tokens is read again, the answer that asks takes O tokens of output, and the
R tokens that come back stay in the conversation as the form does. P and O are means over the extra turns that the
ledger found (headroom.ledger.RoundTrip), or what is usual until there are enough; S, q and R are counted.

Of a level that was tried often enough, S and q are known. Of the others it is supposed that a budget f times as
large leaves 1/f of the lookups, and that the lossless form has none and may be as large as the original. The
cheapest level wins, if it is clearly cheaper than the first. It costs tokens where it is wrong, so it takes
lookups in several weeks; and some conversations go without it (headroom.toin.learner), so that it ends when
nobody asks.

A field costs no tokens, for it takes its room from within the budget: it is shown when it was asked for often
enough, and by a good share of the forms that lacked it.
"""

import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

import orjson

from headroom.toin import structures
from headroom.toin.counts import TRIPS, Tally

FACTORS: Final = (1.0, 1.5, 2.0, 4.0)
"""What the budget of a lossy form is multiplied by, level by level."""
LOSSLESS: Final = len(FACTORS)
"""The last level: nothing is left out."""

WRITE, READ, OUTPUT = 1.25, 0.1, 5.0
"""Prices in those of an input token: written to the cache, read from it, output."""
TURNS: Final = 20
"""How many turns follow on average."""
USUAL_PREFIX_TOKENS, USUAL_OUTPUT_TOKENS = 40_000, 150
"""What an extra turn reads and writes, until enough of them are counted."""
ENOUGH_TRIPS: Final = 20

MIN_FORMS: Final = 5
"""A level is known by so many forms,"""
MIN_LOOKUPS: Final = 3
"""and there is a reason to leave the first by so many lookups,"""
MIN_WEEKS: Final = 2
"""in so many weeks: a burst, of one odd task, is no habit;"""
MIN_CONVERSATIONS: Final = 3
"""nor is what one conversation asks for again and again, however long, as where an output is hostile."""
CLEARLY: Final = 0.9
MIN_ASKED: Final = 3
"""A field is shown when so many forms were asked for it,"""
ASKED_SHARE: Final = 0.2
"""and this share of those that lacked it."""
FADED: Final = 1.0
"""Evidence that weighs less, with all its age, is none any more."""
_MOST_FIELDS: Final = 12
_VERSION: Final = 1


class Told(NamedTuple):
    """The advice for one structure."""

    level: int = 0
    keep: frozenset[str] = frozenset()
    """Of an `Advice`: hashes of fields. Of a text at hand: their names."""

    @property
    def factor(self) -> float:
        """What the budget is multiplied by."""
        return FACTORS[min(self.level, LOSSLESS - 1)]

    @property
    def is_lossy(self) -> bool:
        """Whether anything may be left out."""
        return self.level < LOSSLESS


class Trip(NamedTuple):
    """What an extra turn costs, besides what it brings back."""

    prefix_tokens: float = USUAL_PREFIX_TOKENS
    output_tokens: float = USUAL_OUTPUT_TOKENS

    @property
    def cost(self) -> float:
        """In tokens at the input price."""
        return self.prefix_tokens * READ + self.output_tokens * OUTPUT


class Advice(NamedTuple):
    """All advice that holds for a conversation, by structure, with the row that each structure is read by."""

    told: Mapping[str, Told] = {}
    kinds: frozenset[str] = frozenset()

    def of(self, kind: str, tool: str, tool_input: str, text: str) -> Told:
        """Return the advice for a text, its fields by name.

        Args:
            kind: the row of COMPRESSORS that reads it.
        """
        if kind not in self.kinds:
            return Told()
        names = structures.fields(structures.rows(text))
        structure = structures.key(kind, tool, tool_input, names)
        said = self.told.get(structure)
        if said is None:
            return Told()
        return Told(
            said.level, frozenset(name for name in names if structures.field_key(structure, name) in said.keep)
        )


NONE: Final = Advice()


class Judged(NamedTuple):
    """What the counts of one structure say."""

    tally: Tally
    trip: Trip

    def level(self) -> int:
        """Return the cheapest level; the first where too little is known of it."""
        ever = self.tally.ever
        is_frequent = ever.get("a0", 0) >= MIN_LOOKUPS and ever.get("w0", 0) >= MIN_CONVERSATIONS
        if not (is_frequent and self.tally.weeks >= MIN_WEEKS and self.is_known(0)):
            return 0
        costs = [self.cost(level) for level in range(LOSSLESS + 1)]
        best = min(range(LOSSLESS + 1), key=lambda level: (costs[level], level))
        return best if costs[best] < CLEARLY * costs[0] else 0

    def is_known(self, level: int) -> bool:
        """Whether a level was tried often enough, not too long ago."""
        what = f"c{level}"
        return self.tally.ever.get(what, 0) >= MIN_FORMS and self.tally.now.get(what, 0.0) >= FADED

    def cost(self, level: int) -> float:
        """Return what a form of a level costs, as far as that is known; by the module's formula."""
        held = WRITE + TURNS * READ
        size, lookups = self._expected(level)
        given = self._mean("g", "a", range(LOSSLESS))
        return size * held + lookups * (self.trip.cost + given * held)

    def _expected(self, level: int) -> tuple[float, float]:
        """Return tokens and lookups of a form."""
        whole = self._mean("b", "c", range(LOSSLESS))
        if level == LOSSLESS:
            return whole, 0.0
        base = max(at for at in range(level + 1) if self.is_known(at))
        more = FACTORS[level] / FACTORS[base]
        return min(whole, self._mean("s", "c", [base]) * more), self._mean("a", "c", [base]) / more

    def _mean(self, of: str, by: str, levels: "range | list[int]") -> float:
        count = sum(self.tally.now.get(f"{by}{level}", 0.0) for level in levels)
        return sum(self.tally.now.get(f"{of}{level}", 0.0) for level in levels) / count if count else 0.0

    def keep(self) -> frozenset[str]:
        """Return the fields that must be shown, as hashes."""
        found = []
        for what, asked in self.tally.ever.items():
            name = what.removeprefix("f:")
            lacked = max(asked, self.tally.ever.get(f"h:{name}", 0))
            if (
                name != what
                and asked >= MIN_ASKED
                and asked >= ASKED_SHARE * lacked
                and self.tally.now.get(what, 0.0) >= FADED
            ):
                found.append((-asked, name))
        return frozenset(name for _, name in sorted(found)[:_MOST_FIELDS])


def trip(tallies: Mapping[str, Tally]) -> Trip:
    """Return what an extra turn costs on average, or what is usual."""
    counted = tallies.get(TRIPS)
    if counted is None or counted.ever.get("t", 0) < ENOUGH_TRIPS or not counted.now.get("t"):
        return Trip()
    turns = counted.now["t"]
    return Trip(counted.now.get("tr", 0.0) / turns, counted.now.get("to", 0.0) / turns)


def judge(tallies: Mapping[str, Tally]) -> dict[str, Told]:
    """Return the advice that follows from counts, for the structures for which there is any."""
    usual = trip(tallies)
    found = {}
    for structure, tally in tallies.items():
        judged = Judged(tally, usual)
        told = Told(judged.level(), judged.keep())
        if structure and told != Told():
            found[structure] = told
    return found


def trial(told: Mapping[str, Told]) -> dict[str, Told]:
    """Return advice without its other budgets."""
    return {structure: Told(0, said.keep) for structure, said in told.items() if said.keep}


def as_text(told: Mapping[str, Told], kinds: Mapping[str, str]) -> str:
    """Return advice as it is kept: the same text for the same advice; empty where there is none.

    Args:
        kinds: the rows by structure; advice for a structure of an unknown one is left out.
    """
    lines = [
        [structure, kinds[structure], said.level, sorted(said.keep)]
        for structure, said in sorted(told.items())
        if structure in kinds
    ]
    return orjson.dumps([_VERSION, *lines]).decode() if lines else ""


def name_of(text: str) -> str:
    """Return the name under which an advice's text is kept: 16 hex digits of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def parse(text: str) -> Advice:
    """Read advice that was kept; none from a text of another version. Raises ValueError for any other text."""
    try:
        version, *lines = orjson.loads(text)
        if version != _VERSION:
            return Advice()
        told = {line[0]: Told(min(max(int(line[2]), 0), LOSSLESS), frozenset(line[3])) for line in lines}
        return Advice(told, frozenset(line[1] for line in lines))
    except (TypeError, IndexError, KeyError) as error:
        raise ValueError(f"not advice: {error}") from None
