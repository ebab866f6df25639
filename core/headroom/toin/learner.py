"""TOIN: what is looked up again teaches what to show. Takes note beside the requests, and gives advice.

Advice holds for conversations that begin after it: a conversation's policy names the advice that was in force when
it began, and that advice is kept under its name beside the policy, for as long as the conversation is (law 1).
Whatever fails here costs the advice, never a request.
"""

import errno
import queue
import threading
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from headroom import markers
from headroom.notes import Notes
from headroom.toin import advice, asked, counts, shown, structures
from headroom.toin.advice import NONE, Advice
from headroom.toin.book import Asker, Book, Form, today
from headroom.types import Block, PassThrough

_NOTE: Final = "toin"
_MOST_WAITING: Final = 200
"""What happens while so much waits to be written is not counted."""
_MOST_PARSED: Final = 16
_READ_WAIT_MS: Final = 250
_AT_ONCE_BYTES: Final = 128 << 10
"""A smaller book is read by who begins, in some 5 ms; the thread reads a larger one."""
_MOST_LOOKUPS: Final = 8
"""Of one form that are counted: one output that is looked at again and again does not speak for the others."""
_TRIALS: Final = 6
"""One in so many conversations begins with the usual budgets: advice that was wrong, or is now, shows itself."""
_FAILURES: Final = (
    *(ArithmeticError, AttributeError, LookupError, OSError, PassThrough, RecursionError, TypeError),
    ValueError,
)


class Made(Protocol):
    """A part of a text, as headroom.forms.Part says it."""

    @property
    def original(self) -> str:
        """The part as it was."""

    @property
    def text(self) -> str:
        """What is sent for it."""

    @property
    def compressor(self) -> str:
        """The row that made it."""

    @property
    def lossless(self) -> bool:
        """Whether nothing is left out."""

    @property
    def tokens_before(self) -> int:
        """Tokens of the original."""

    @property
    def tokens_after(self) -> int:
        """Tokens of what is sent."""


class _Current(NamedTuple):
    """The advice in force."""

    stamp: object = None
    """Of what it follows from."""
    text: str = ""
    trial: str = ""
    """The same without other budgets: only fields to be shown, which cost nothing."""


class Lookup(NamedTuple):
    """An original that was asked for again."""

    original: str
    """Its key in the store."""
    said: str
    """The query, or the input of the tool call, as JSON or as it is."""
    answer: str = ""
    """What came back."""
    is_part: bool = False
    """Whether that is a part of the original's file, so that it says more than `said` does."""


class Toin:
    """Counts what is left out and what is asked for again; keeps the advice that follows.

    Args:
        folder: where the counts lie, a folder of its own.
        get: the store's; None for an original that is gone.
        notes: where advice is kept beside the policies of conversations.
        count: tokens of a text.
        say: takes a line for the log; our own words.
        day: today, in days since 1970.
        learns: whether anything is counted, and conversations begin with advice; those that have it go on with it
            in any case.
    """

    def __init__(
        self,
        folder: Path,
        get: Callable[[str], str | None],
        notes: Notes,
        count: Callable[[str], int],
        say: Callable[[str], None] = lambda _line: None,
        day: Callable[[], int] = today,
        learns: bool = True,
    ) -> None:
        self._book = Book(folder)
        self._glance = Book(folder, _READ_WAIT_MS)
        self._get = get
        self._notes = notes
        self._count = count
        self._say = say
        self._day = day
        self._learns = learns
        self._has_said = False
        self._current = _Current()
        self._parsed: dict[str, Advice] = {}
        self._waiting: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._begins = threading.Lock()
        self._thread: threading.Thread | None = None
        if learns and self._book.file.exists():
            self._later(self._refresh)

    def begin(self, conversation: str = "") -> str:
        """Return the name of the advice for a conversation that begins now, kept; empty where there is none.

        Args:
            conversation: its name; one in six is told of no other budgets, so that these prove themselves.
        """
        said = self._in_force() if self._learns else _Current()
        text = said.trial if is_trial(conversation) else said.text
        if not text:
            return ""
        name = advice.name_of(text)
        try:
            held = self._notes.recall(_NOTE, name, 0) or self._notes.keep(_NOTE, name, 0, text)
        except OSError:
            return ""  # what cannot be kept cannot be followed to the conversation's end
        return name if held == text else ""

    def advice(self, name: str) -> Advice:
        """Return the advice of a name that `begin` gave; none where it is gone."""
        if not name:
            return NONE
        try:
            text = self._notes.recall(_NOTE, name, 0)  # each time, so that it stays as long as it is used
            if text and name not in self._parsed:
                if len(self._parsed) >= _MOST_PARSED:
                    self._parsed.clear()
                self._parsed[name] = advice.parse(text)
            return self._parsed.get(name, NONE)
        except (OSError, ValueError):
            return NONE

    def compressed(
        self, block: Block, original: str, parts: Sequence[Made], name: str, conversation: str = ""
    ) -> None:
        """Take note of a form that leaves something out; the work is done later.

        Args:
            original: the original's key in the store.
            name: of the advice that it was made by; empty for none.
            conversation: its name; where it is not known, each day counts for one.
        """
        made = [part for part in parts if not part.lossless and part.compressor]
        if made:
            note = partial(self._note_forms, block.tool, block.tool_input, original, made, self.advice(name))
            self._later(partial(note, conversation))

    def read_again(self, block: Block) -> None:
        """Take note of a tool result that is an original, or a part of it; the work is done later."""
        is_ours = markers.is_retrieval_tool(block.tool)
        key = asked.hash_in(block.tool_input) if is_ours else asked.file_in(block.tool_input)
        if key:
            self.retrieved(Lookup(key, block.tool_input, block.text, not is_ours))

    def retrieved(self, lookup: Lookup) -> None:
        """Take note of a lookup; the work is done later."""
        self._later(partial(self._learn, lookup))

    def trip(self, cache_read: int, output: int) -> None:
        """Take note of what an extra turn cost, by the ledger; the work is done later."""
        said = [(counts.TRIPS, "t", 1), (counts.TRIPS, "tr", cache_read), (counts.TRIPS, "to", output)]
        self._later(lambda: self._book.raise_counts(self._day(), said))

    def learn(self, lookup: Lookup) -> None:
        """Take note of a lookup at once, as far as that can be done."""
        self._attempt(lambda: self._learn(lookup))

    def _learn(self, lookup: Lookup) -> None:
        forms = self._book.form(lookup.original)
        text = self._get(lookup.original) if forms else None
        if text is None:
            return
        rows = structures.rows(text)
        names = structures.fields(rows)
        said: list[tuple[str, str, int]] = []
        askers: list[Asker] = []
        tokens = self._count(lookup.answer)
        given = lookup.answer if lookup.is_part else ""
        for form in (form for form in forms if form.asked < _MOST_LOOKUPS):
            lacking = {n for n in names if structures.field_key(form.structure, n) in form.lacking}
            found = asked.read(text, lookup.said, given, lacking, shown.unpack(form.units), rows)
            said += _counted(form, found, tokens)
            if not found.fields:
                askers.append(Asker(form.structure, form.level, form.conversation))
        again = [form._replace(asked=form.asked + 1) for form in forms]
        self._book.raise_counts(self._day(), said, again, askers)

    def flush(self, timeout_s: float = 2.0) -> None:
        """Wait until what waits is written."""
        done = threading.Event()
        self._later(done.set)
        if self._learns:
            done.wait(timeout_s)

    def _in_force(self) -> _Current:
        """Return the advice that follows from what is counted, or a little earlier did where that is much."""
        try:
            stamp = self._stamp()
            if stamp != self._current.stamp:
                if stamp[0][2] < _AT_ONCE_BYTES:
                    self._refresh()
                else:
                    self._later(self._refresh)
        except _FAILURES as error:
            self._failed(error)  # the latest known holds, if there is one
        return self._current

    def _stamp(self) -> tuple[tuple[int, int, int], int]:
        return self._glance.stamp(), self._day()

    def _refresh(self) -> None:
        stamp = self._stamp()
        if stamp != self._current.stamp:
            kept = self._glance.read()
            told = advice.judge(counts.tallies(kept.counts, self._day()))
            text, trial = (advice.as_text(each, kept.kinds) for each in (told, advice.trial(told)))
            self._current = _Current(stamp, text, trial)

    def _note_forms(
        self, tool: str, tool_input: str, original: str, parts: Sequence[Made], said: Advice, conversation: str
    ) -> None:
        day = self._day()
        where = self._book.hashed(conversation or f"day {day}")
        raised: list[tuple[str, str, int]] = []
        forms = {}
        for part in parts:
            rows = structures.rows(part.original)
            names = structures.fields(rows)
            structure = structures.key(part.compressor, tool, tool_input, names)
            level = min(said.told[structure].level if structure in said.told else 0, advice.LOSSLESS - 1)
            seen = shown.read(part.text, part.original, rows)
            lacking = frozenset(structures.field_key(structure, name) for name in seen.lacking)
            raised += [
                (structure, f"c{level}", 1),
                (structure, f"b{level}", part.tokens_before),
                (structure, f"s{level}", part.tokens_after),
                *((structure, f"h:{field}", 1) for field in lacking),
            ]
            units = shown.pack(seen.units)
            forms[structure] = Form(original, structure, part.compressor, level, day, 0, lacking, units, where)
        self._book.raise_counts(day, raised, forms.values())

    def _later(self, work: Callable[[], None]) -> None:
        """Have something done by a thread of ours; an abandoned caller leaves nothing held."""
        if not self._learns or self._waiting.qsize() >= _MOST_WAITING:
            return
        self._waiting.put(work)
        with self._begins:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="headroom-toin", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            self._attempt(self._waiting.get())

    def _attempt(self, work: Callable[[], None]) -> None:
        try:
            work()
        except _FAILURES as error:
            self._failed(error)

    def _failed(self, error: Exception) -> None:
        # Another process that writes just now is no failure: what was known last holds.
        is_busy = isinstance(error, OSError) and error.errno == errno.EBUSY
        if not self._has_said and not is_busy:
            self._has_said = True
            self._say(f"no advice: {type(error).__name__}")


def is_trial(conversation: str) -> bool:
    """Whether a conversation begins with the usual budgets; a function of its name alone."""
    return bool(conversation) and zlib.crc32(conversation.encode(errors="replace")) % _TRIALS == 0


def _counted(form: Form, found: asked.Asked, tokens: int) -> list[tuple[str, str, int]]:
    """Return what a lookup adds to the counts: fields that were lacking, or else room that was."""
    structure, level = form.structure, form.level
    said = [(structure, what, n) for what, n in found.rows.items()]
    if not form.asked:
        said.append((structure, f"x{level}", 1))
    if found.fields:
        said += [(structure, f"f:{structures.field_key(structure, name)}", 1) for name in found.fields]
    else:
        said += [(structure, f"a{level}", 1), (structure, f"g{level}", tokens)]
    return said
