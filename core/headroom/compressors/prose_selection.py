"""Chooses the sentences of a long text that stay, and says in the place of the others how many they were.

Always kept: what speaks of a failure, and what answers the query with the sentences beside it. Then, while there
is room: what obliges or warns, what holds numbers, and what covers most of the text's words that nothing kept has
yet said (greedy coverage; Lin and Bilmes, 2011), the beginnings of paragraphs first.
"""

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import Final, NamedTuple

from headroom import tokens
from headroom.compressors import failure, prose_sentences, prose_words, relevance
from headroom.compressors.prose_sentences import Part

_OBLIGING: Final = {
    needle: re.compile(re.escape(needle) + r"(?:s|ly)?\b")
    for needle in (
        *("must", "never", "always", "require", "required", "mandatory", "warning", "caution", "danger", "beware"),
        *(
            "important",
            "deprecated",
            "removed",
            "breaking",
            "do not",
            "don't",
            "don’t",
            "may not",
            "only if",
            "unless",
        ),
        *("instead of", "not supported", "unsupported", "incompatible", "irreversible", "data loss", "security"),
        *("vulnerable", "vulnerability", "limit", "limited", "limitation", "default", "should not", "attention"),
        *("muss", "müssen", "niemals", "achtung", "warnung", "erforderlich", "veraltet"),
        *("doit", "jamais", "obligatoire", "obsolète", "debe", "nunca", "advertencia", "obligatorio", "obsoleto"),
        *("deve", "attenzione", "obbligatorio", "必须", "警告", "注意", "必須", "禁止"),
    )
}
"""What obliges or warns, in lower case, and the pattern of it as whole words."""
_NUMBER: Final = re.compile(r"(?<![\w.])[-+$€£]?\d(?:[\d.,:]*\d)?(?:\s?%|\b)")
_LIST_NUMBER: Final = re.compile(r"\s*+\(?\d{1,3}[.)]\s")
_NAME: Final = re.compile(r"(?<=[a-z,;] )[A-Z][\w-]+|\b\w+_\w+|\b[A-Z]{2,}\d*\b|`[^`\n]{1,80}`")

_LEANS: Final = re.compile(
    r"(?:This|That|These|Those|It|They|He|She|Such|However|Therefore|Thus|Otherwise|Then|So|But|And|Also"
    r"|In that case|If so|If not|Dies\w*|Das|Jedoch|Sonst|Cel?a|Ce(?:tte|s)?|Il|Est[aeo]s?|Esto|Sin embargo)\b"
)
"""How a sentence begins that says nothing without the one before it."""

_NAMES_CHARS: Final = 400
_FIRST: Final = 2
_FIRSTS_SHARE: Final = 0.2
"""So much of the room is for the first sentences under headings."""
_QUERY_HITS: Final = 10
_SAMPLES: Final = 4
_SAMPLE_CHARS: Final = 3000
_NOTE_CHARS: Final = 22
"""About what a note in the place of a gap takes."""
_SHORT_GAP_CHARS: Final = 30
_HEADING_SHARE: Final = 0.2
"""Headings are all kept if they take no more than this share of the room."""
_OBLIGING_ROOM, _NUMBERS_ROOM = 1.15, 1.0
"""How far the budget may be filled by what obliges, and by what holds numbers."""


class Fitted(NamedTuple):
    """A text of about the size that was asked for."""

    text: str
    omitted: dict[str, int]
    """What was left out, by kind (prose_sentences.KINDS); empty if nothing was."""
    total: int
    """How many parts of any kind there were."""
    chars_before: int

    @property
    def said(self) -> str:
        """What was left out, in words."""
        return ", ".join(f"{kind} {count:,}" for kind, count in self.omitted.items())


def fit(text: str, query: str, budget_tokens: int) -> Fitted:
    """Return a text of about so many tokens; a text that is no longer as it is.

    Longer than asked for where what has to stay is longer.
    """
    room = int(budget_tokens * chars_per_token(text))
    if len(text) <= room:
        return Fitted(text, {}, 0, len(text))
    parts = prose_sentences.cut(text)
    kept = _Selection(parts, query, room).choose()
    gone = Counter[str]()
    for number, part in enumerate(parts):
        if number not in kept:
            gone[part.kind] += part.size
    omitted = {kind: gone[kind] for kind in prose_sentences.KINDS if gone[kind]}
    return Fitted(write(parts, kept), omitted, sum(part.size for part in parts), len(text))


def chars_per_token(text: str) -> float:
    """Return how many characters of a text make a token, by samples of it."""
    step = max(1, (len(text) - _SAMPLE_CHARS) // max(1, _SAMPLES - 1))
    samples = [text[start : start + _SAMPLE_CHARS] for start in range(0, len(text), step)][:_SAMPLES]
    counted = sum(tokens.count(sample) for sample in samples)
    return max(0.3, sum(map(len, samples)) / max(counted, 1))


def write(parts: list[Part], kept: set[int]) -> str:
    """Return the parts that stay, in order, with a note in the place of each gap."""
    lines: list[str] = []
    before: Part | None = None
    fence = ""
    for is_kept, run in groupby(enumerate(parts), key=lambda numbered: numbered[0] in kept):
        if not is_kept:
            if fence:
                lines.append(_closing(fence))
                fence = ""
            lines.append(_gap_note([part for _, part in run]))
            before = None
            continue
        for _, part in run:
            is_same = before is not None and before.paragraph == part.paragraph
            if fence and not (is_same and part.fence):
                lines.append(_closing(fence))
                fence = ""
            if is_same and part.kind == "sentences":
                lines[-1] += " " + part.text.strip()
            else:
                _open(lines, before, part, is_same)
                if part.fence and not fence:
                    fence = part.fence
                    lines.append(fence)
                lines.append(part.text)
            before = part
    if fence:
        lines.append(_closing(fence))
    return "\n".join(lines)


def _open(lines: list[str], before: Part | None, part: Part, is_same: bool) -> None:
    """Put a blank line where a new paragraph begins, but not between the items of a list."""
    tight = ("list items", "lines")
    if before is not None and not is_same and not (part.kind in tight and before.kind == part.kind):
        lines.append("")


def _closing(fence: str) -> str:
    mark = fence[0]
    return mark * (len(fence) - len(fence.lstrip(mark)))


def _gap_note(gone: list[Part]) -> str:
    counts = Counter[str]()
    for part in gone:
        counts[part.kind] += part.size
    said = (
        f"{counts[kind]:,} {kind if counts[kind] > 1 else kind[:-1]}"
        for kind in prose_sentences.KINDS
        if counts[kind]
    )
    return f"[… {', '.join(said)}]"


class _Selection:
    def __init__(self, parts: list[Part], query: str, room: int) -> None:
        self._parts = parts
        self._room = room
        self._used = 0
        self._kept: set[int] = set()
        texts = [part.text for part in parts]
        search = failure.Search(texts)
        self._failures = search.failures()
        self._obliging = {at for needle, here in _OBLIGING.items() for at in search.lines_with(needle, here)}
        self._hits = relevance.hits(query, texts, _QUERY_HITS)
        self._bonuses: dict[int, float] = {}
        self._words = list(map(prose_words.telling, texts))
        said = Counter(word for telling in self._words for word in telling)
        self._weights = {word: math.log1p(count) for word, count in said.items()}
        self._said: set[str] = set()

    def choose(self) -> set[int]:
        """Return the numbers of the parts that stay."""
        parts = self._parts
        headings = [number for number, part in enumerate(parts) if part.kind == "headings"]
        if sum(len(parts[number].text) for number in headings) <= _HEADING_SHARE * self._room:
            self._keep(headings)
        self._keep(range(min(_FIRST, len(parts))))
        self._keep(sorted(self._failures))
        self._fill(
            [number for number in self._firsts() if number not in self._kept],
            self._used + _FIRSTS_SHARE * self._room,
        )
        self._keep(self._hits)
        for number in self._hits:
            self._keep(other for other in (number - 1, number + 1) if self._is_beside(number, other))
        self._fill(sorted(self._obliging), self._room * _OBLIGING_ROOM)
        counted = [number for number, part in enumerate(parts) if _numbers(part.text)]
        self._fill(counted, self._room * _NUMBERS_ROOM)
        self._fill(range(len(parts)), self._room)
        self._close_gaps()
        return self._kept

    def _firsts(self) -> list[int]:
        """Return the first sentence under each heading."""
        seen: dict[int, int] = {}
        for number, part in enumerate(self._parts):
            if part.kind == "sentences":
                seen.setdefault(part.section, number)
        return list(seen.values())

    def _keep(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            at, is_leaning = number, True
            while at >= 0 and at not in self._kept:
                self._used += self._cost(at)
                self._kept.add(at)
                self._said |= self._words[at]
                part = self._parts[at]
                if is_leaning and not part.is_first and _LEANS.match(part.text):
                    # One step back only: a chain of such sentences would be the whole paragraph.
                    self._lean_on(at - 1)
                    is_leaning = False
                at = part.owner

    def _lean_on(self, number: int) -> None:
        if number >= 0 and number not in self._kept:
            self._used += self._cost(number)
            self._kept.add(number)
            self._said |= self._words[number]

    def _is_beside(self, number: int, other: int) -> bool:
        return 0 <= other < len(self._parts) and self._parts[other].paragraph == self._parts[number].paragraph

    def _cost(self, number: int) -> int:
        alone = number - 1 not in self._kept and number + 1 not in self._kept
        return len(self._parts[number].text) + 1 + (_NOTE_CHARS if alone else 0)

    def _gain(self, number: int) -> float:
        """Return what a part adds that is not yet said, for each character that it takes."""
        part = self._parts[number]
        new = sum(self._weights[word] for word in sorted(self._words[number] - self._said))
        bonus = self._bonuses.get(number)
        if bonus is None:
            names = min(3, len(_NAME.findall(part.text, 0, _NAMES_CHARS)))
            bonus = 1.0 + 0.5 * part.is_first + 0.5 * (part.section <= 1) + 0.2 * names
            self._bonuses[number] = bonus = bonus + 0.5 * _numbers(part.text)
        return round(new * bonus / (len(part.text) + 60), 9)

    def _fill(self, candidates: Iterable[int], room: float) -> None:
        """Take candidates by what they add, until the room is full. Gains only fall, so the heap may be lazy."""
        heap = [(-self._gain(number), number) for number in candidates if number not in self._kept]
        heapq.heapify(heap)
        while heap and self._used < room:
            _, number = heapq.heappop(heap)
            now = -self._gain(number)
            if heap and now > heap[0][0]:
                heapq.heappush(heap, (now, number))
            elif self._used + self._cost(number) <= room:
                self._keep([number])

    def _close_gaps(self) -> None:
        """Keep what stands alone in a gap and is no longer than the note that would stand for it."""
        for number, part in enumerate(self._parts):
            alone = number not in self._kept and {number - 1, number + 1} <= self._kept
            if alone and len(part.text) <= _SHORT_GAP_CHARS:
                self._kept.add(number)


def _numbers(text: str) -> bool:
    match = _LIST_NUMBER.match(text)
    return _NUMBER.search(text, match.end() if match else 0) is not None
