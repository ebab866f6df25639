"""The shorter form of a text: its parts, the first row that has something for each, lossless first (law 5).

Pure: the same text, context and policy give the same form, whoever asks. `decision` sends it, `compress` returns
it, `explain` shows it part by part.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from typing import Final, NamedTuple

from headroom import markers, spans
from headroom.compressors import commands, json_strings, json_values, mixtures, segments
from headroom.compressors.json_strings import Content
from headroom.compressors.segments import Segment
from headroom.compressors.sources import content
from headroom.policy import Policy
from headroom.toin.advice import LOSSLESS, NONE, Advice, Told
from headroom.types import Compressed, Compressor, Context, PassThrough

_WORTH: Final = 0.95
"""A form must be at most this share of the original, or the original is sent (law 7)."""
_LOSSY_WORTH: Final = 0.7
"""A lossy form must be at most this share of the lossless one, or the lossless one is sent (law 5)."""
_MOST_CHARS_A_TOKEN: Final = 64
"""More than any real text has on average: a larger form need not be counted to be known as too large."""
_LARGE_CHARS: Final = 4000
"""A text of so many characters is counted in a thread of its own: it takes 0.5 ms, a thread 0.1."""
_MOST_PARTS: Final = 500
"""A text that would be cut into more parts stays as it is."""
_PART_CHARS: Final = 200
"""A shorter part goes as it is."""
_LEAST_LOSSY_RUN: Final = 400
"""Of a run with fewer tokens nothing is left out: its share of the budget would hold next to nothing."""

_MOST_LAYERS: Final = 3
"""So deep may JSON stand in strings of JSON."""
_STRICTNESS: Final = ("output", "data", "source")

_WHOLE: Final = Told(LOSSLESS)

Count = Callable[[str], int]


class Part(NamedTuple):
    """What became of a part of a text."""

    original: str
    text: str
    compressor: str = ""
    """The row that made the form, or several with "+" between them; empty where the part stays as it is."""
    reason: str = ""
    """Why it stays as it is."""
    lossless: bool = True
    tokens_before: int = 0
    tokens_after: int = 0
    in_string: bool = False
    """Whether it stands within a JSON string, both as it was and as it is: with the string's escapes."""


class Form(NamedTuple):
    """A text's shorter form, or the text itself where nothing shorter is worth it."""

    parts: tuple[Part, ...]
    tokens_before: int
    tokens_after: int

    @property
    def text(self) -> str:
        """The parts, put together."""
        return "".join(part.text for part in self.parts)

    @property
    def is_changed(self) -> bool:
        """Whether any part has another form."""
        return any(part.compressor for part in self.parts)

    @property
    def lossless(self) -> bool:
        """Whether nothing is left out."""
        return all(part.lossless for part in self.parts)

    @property
    def compressor(self) -> str:
        """The rows that had a hand in it, in order, each once: "json_rows+logs"."""
        return "+".join(dict.fromkeys(part.compressor for part in self.parts if part.compressor))

    @property
    def reason(self) -> str:
        """Why nothing was done; empty where something was."""
        if self.is_changed:
            return ""
        return "; ".join(dict.fromkeys(part.reason for part in self.parts if part.reason))


def budget_tokens(before: int, policy: Policy) -> int:
    """Return how many tokens a lossy form may take: it grows with the logarithm of the original's size."""
    doublings = math.log2(max(before / policy.enough_tokens, 1)) if policy.enough_tokens else 0.0
    grown = policy.enough_tokens + policy.budget_step_tokens * doublings
    return int(min(policy.enough_ratio * before, grown, policy.budget_max_tokens))


def best(
    text: str,
    context: Context,
    policy: Policy,
    count: Count,
    table: tuple[Compressor, ...],
    before: Callable[[], int] | None = None,
    advice: Advice = NONE,
) -> Form:
    """Return the form of a text that is worth sending. Raises whatever a row raises by mistake.

    Args:
        context: without a budget; each part gets its own.
        count: tokens of a text.
        before: tokens of the text, asked for as late as possible: they may still be being counted.
        advice: what earlier lookups taught; it holds for lossy forms only.
    """
    total_tokens = before or aside(count, text)
    parts = _Reader(context, policy, count, table, total_tokens, context.tool_input, advice).text(
        text, total_tokens
    )
    total = total_tokens()
    if len(parts) == 1:
        after = parts[0].tokens_after
    else:
        after = count("".join(part.text for part in parts)) if any(part.compressor for part in parts) else total
    if after > total * _WORTH:
        reasons = dict.fromkeys(part.reason or f"{part.compressor}: not smaller" for part in parts)
        return Form((Part(text, text, "", "; ".join(reasons), True, total, total),), total, total)
    return Form(tuple(parts), total, after)


class _Reader(NamedTuple):
    """Reads the parts of one text."""

    context: Context
    policy: Policy
    count: Count
    table: tuple[Compressor, ...]
    before: Callable[[], int]
    call: str
    """The input of the call whose result the whole text is."""
    advice: Advice = NONE
    layers: int = 0
    """In how many strings of JSON, one in the other, the text stands."""

    def text(self, text: str, tokens: Callable[[], int] | None = None) -> list[Part]:
        """Read a text, segment by segment."""
        pieces = segments.split(text)
        if len(pieces) > _MOST_PARTS:
            pieces = [Segment(text, verbatim=True)]
        known = tokens if len(pieces) == 1 else None
        return _joined([part for piece in pieces for part in self.segment(piece, known)])

    def segment(self, piece: Segment, tokens: Callable[[], int] | None = None) -> list[Part]:
        """Read the outputs in a segment's strings, or all of it or, where no row can, its bodies one by one."""
        tokens = tokens or cache(lambda: self.count(piece.text))
        if piece.verbatim:
            return [_unchanged(piece.text, "verbatim", tokens())]
        if piece.command and markers.is_retrieval(piece.command, ""):
            return [_unchanged(piece.text, "retrieved", tokens())]
        context = self._within(piece.command)
        carried = json_strings.contents(piece.text) if self.layers < _MOST_LAYERS else []
        found = self._replace(context=context)._strings(piece.text, carried)
        if any(part.compressor for part in found):
            return found
        source = next((each.command for each in carried if content("", each.command) == "source"), "")
        context = context._replace(tool_input=source) if source else context
        whole = self._part(piece.text, context, tokens)
        if whole.compressor:
            return [whole]
        return self._bodies(piece, context) or self._runs(piece, context) or [whole]

    def _within(self, command: str) -> Context:
        """Return the context of a part that names its own command. None makes a file's text an output (law 6)."""
        if not command:
            return self.context
        kinds = [content(self.context.tool, said) for said in (self.context.tool_input, command)]
        own, named = map(_STRICTNESS.index, kinds)
        return self.context._replace(tool_input=command) if named > own or own == 0 else self.context

    def _strings(self, text: str, carried: list[Content]) -> list[Part]:
        """Return JSON with the outputs in its strings in other forms, where they have one."""
        found: list[Part] = []
        at = 0
        for each in carried:
            found += [self._verbatim(text[at : each.start]), self._carried(text[each.start : each.end], each)]
            at = each.end
        return [*found, self._verbatim(text[at:])] if carried else []

    def _carried(self, original: str, said: Content) -> Part:
        """Return an output that stands in a JSON string, written as one again."""
        tokens = self.count(original)
        if markers.is_retrieval(said.command, ""):
            return _unchanged(original, "retrieved", tokens)._replace(in_string=True)
        reader = self._replace(context=self._within(said.command), layers=self.layers + 1)
        form = Form(tuple(reader.text(said.text)), tokens, tokens)
        text = json_values.quote(form.text)[1:-1] if form.is_changed else original
        after = self.count(text) if form.is_changed else tokens
        if after > tokens * _WORTH:
            reason = form.reason or f"{form.compressor}: not smaller"
            return _unchanged(original, reason, tokens)._replace(in_string=True)
        return Part(original, text, form.compressor, "", form.lossless, tokens, after, in_string=True)

    def _verbatim(self, text: str) -> Part:
        return _unchanged(text, "verbatim", self.count(text))._replace(in_string=True)

    def _bodies(self, piece: Segment, context: Context) -> list[Part]:
        """Return a segment with its bodies in other forms; nothing where no body has one."""
        inner = [part for part in segments.bodies(piece.text) if part.text]
        found = [self._body(part, context) for part in inner] if len(inner) > 1 else []
        return found if any(part.compressor for part in found) else []

    def _runs(self, piece: Segment, context: Context) -> list[Part]:
        """Return what several commands wrote, each run of lines for itself; nothing where no run has a form.

        Lossless where that is short enough. The commands say nothing of which run is whose, so that each is read
        for what it looks like.
        """
        if content(context.tool, context.tool_input) != "output" or not commands.runs(context.tool_input):
            return []
        inner = mixtures.runs_of_kind(piece.text)
        if len(inner) < 2:
            return []
        context = context._replace(tool_input="")
        careful = self._replace(policy=replace(self.policy, lossy=False))
        whole = [careful._body(part, context) for part in inner]
        tokens = sum(part.tokens_after for part in whole)
        if self.policy.lossy and tokens > self._enough(sum(part.tokens_before for part in whole)):
            whole = [
                self._body(run, context) if part.tokens_before >= _LEAST_LOSSY_RUN else part
                for run, part in zip(inner, whole, strict=True)
            ]
        found = self._ended(whole)
        return found if any(part.compressor for part in found) else []

    def _ended(self, parts: list[Part]) -> list[Part]:
        """Say where a form ends if lines follow that could be taken for its own."""
        found: list[Part] = []
        below = ""
        for part in reversed(parts):
            is_open = part.compressor and below and not below.startswith("[headroom:")
            found.append(self._with_end(part) if is_open else part)
            below = found[-1].text.lstrip() or below
        return found[::-1]

    def _with_end(self, part: Part) -> Part:
        """Return a form with the line that ends it, or the original where it is not worth that line."""
        said = part.text.rstrip("\n")
        text = f"{said}\n{markers.end_of_form()}{part.text[len(said) :] or chr(10)}"
        tokens = self.count(text)
        if tokens > part.tokens_before * _WORTH:
            return _unchanged(part.original, f"{part.compressor}: not smaller", part.tokens_before)
        return part._replace(text=text, tokens_after=tokens)

    def _body(self, piece: Segment, context: Context) -> Part:
        tokens = self.count(piece.text)
        if piece.verbatim:
            return _unchanged(piece.text, "verbatim", tokens)
        return self._part(piece.text, context, lambda: tokens)

    def _part(self, text: str, context: Context, tokens: Callable[[], int]) -> Part:
        """Try the rows in order; the first with something worth sending wins."""
        if len(text) < _PART_CHARS:
            return _unchanged(text, "too short", tokens())
        core = text.strip("\n")
        head, tail = text[: text.find(core)], text[text.find(core) + len(core) :]
        reasons = []
        for row in commands.rows(self.table, core, context.tool, context.tool_input):
            try:
                form, after = self._row(row, core, context, tokens)
            except PassThrough as why:
                reasons.append(f"{row.name}: {why}")
                continue
            spans.encode_text(form.text)
            return Part(text, head + form.text + tail, row.name, "", form.lossless, tokens(), after)
        return _unchanged(text, "; ".join(reasons) or "no compressor for it", tokens())

    def _row(
        self, row: Compressor, text: str, context: Context, tokens: Callable[[], int]
    ) -> tuple[Compressed, int]:
        """Return the lossless form if it is small enough, else a lossy one that is much smaller (law 5).

        Raises PassThrough when neither is worth it.
        """
        whole, why = _attempt(row, text, context)
        size = _Lazy(partial(self.count, whole.text), whole.text) if whole else None
        is_enough = (size or _Lazy(tokens, text)).is_at_most(self._enough(tokens()))
        told = self._told(row, text) if self.policy.lossy and not is_enough else _WHOLE
        if told.is_lossy:
            budget = min(int(self._budget(tokens()) * told.factor), tokens())
            short, no = _attempt(row, text, context._replace(budget_tokens=budget, keep=told.keep))
            after = self.count(short.text) if short else 0
            least = min(after / _LOSSY_WORTH, tokens() * _WORTH)
            if short and after <= tokens() * _WORTH and (size is None or size.is_at_least(least)):
                return short, after
            why = no or why
        if whole and size and size.tokens() <= tokens() * _WORTH:
            return whole, size.tokens()
        raise why

    def _told(self, row: Compressor, text: str) -> Told:
        """Return what earlier lookups taught of texts like this one; the call is that of the whole text."""
        return self.advice.of(row.name, self.context.tool, self.call, text)

    def _enough(self, tokens: int) -> float:
        """Return how many tokens the lossless form of a part may have: its share of what the text may have."""
        total = self.before()
        share = min(self.policy.enough_ratio * total, self.policy.enough_max_tokens)
        return max(share, self.policy.enough_tokens) * tokens / total

    def _budget(self, tokens: int) -> int:
        total = self.before()
        return int(budget_tokens(total, self.policy) * tokens / total)


def _attempt(row: Compressor, text: str, context: Context) -> tuple[Compressed | None, PassThrough]:
    """Return a row's form, or why it has none."""
    try:
        return row.compress(text, context), PassThrough("not smaller")
    except PassThrough as why:
        return None, why


class _Lazy:
    """A text whose tokens are counted only if its length does not tell enough."""

    def __init__(self, count: Callable[[], int], text: str) -> None:
        self._chars = len(text)
        self.tokens = cache(count)

    def is_at_most(self, tokens: float) -> bool:
        return self._chars <= tokens * _MOST_CHARS_A_TOKEN and self.tokens() <= tokens

    def is_at_least(self, tokens: float) -> bool:
        return self._chars >= tokens * _MOST_CHARS_A_TOKEN or self.tokens() >= tokens


def aside(count: Count, text: str) -> Callable[[], int]:
    """Return a function that gives the tokens of a text; those of a large one are counted meanwhile.

    The tokenizer leaves other threads the interpreter, so that a row can read the text at the same time.
    """
    if len(text) < _LARGE_CHARS:
        return cache(lambda: count(text))
    counted: list[int] = []
    thread = threading.Thread(target=lambda: counted.append(count(text)), name="headroom-count", daemon=True)
    thread.start()

    def wait() -> int:
        thread.join()
        return counted[0] if counted else count(text)

    return wait


def _joined(parts: list[Part]) -> list[Part]:
    """Put a changed part, and what follows it, on lines of their own."""
    around = zip(
        ["", *(part.text for part in parts[:-1])], parts, [*(part.text for part in parts[1:]), ""], strict=True
    )
    return [
        part._replace(text=_line_end(above, part.text) + part.text + _line_end(part.text, below))
        if part.compressor and not part.in_string
        else part
        for above, part, below in around
    ]


def _line_end(text: str, after: str) -> str:
    """Return what must stand between two texts so that the second begins a line."""
    is_glued = text and after and not text.endswith("\n") and not after.startswith(("\n", "\r\n"))
    return "\n" if is_glued else ""


def _unchanged(text: str, reason: str, tokens: int) -> Part:
    return Part(text, text, "", reason, True, tokens, tokens)
