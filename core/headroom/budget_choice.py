"""Which rounds leave when a conversation has to become shorter: the oldest, or those that are needed least.

Pure: figures in, numbers out. What a round is worth is said by its age, what later messages take from it, and
whether something failed in it; a read of a file that was read again later is worth nothing.
"""

import math
import re
from collections.abc import Callable, Sequence
from typing import Final, Literal, NamedTuple

from headroom.budget_rounds import Round
from headroom.compressors import sources
from headroom.dialects.base import Message
from headroom.spans import Cursor, decode_text

Strategy = Literal["rolling", "intelligent"]

_WORD: Final = re.compile(rb"[\w./-]{5,120}+")
_TELLING: Final = re.compile(rb"[\d./]")
"""What a word has that is a path, a file's name, an id or a hash, and not just a word."""
_SCANNED_BYTES: Final = 200_000
"""Of a longer round, only so much is searched for what later ones may mention."""
_MOST_REFERENCES: Final = 4000
_LEAST_NAME_BYTES: Final = 5
_FULL_REFERENCES: Final = 5
"""A round is as good as needed when so many of its names are mentioned later."""
_REFERENCED: Final = 1.5
_FAILED: Final = 0.75
_INPUT: Final = re.compile(rb'"(?:input|arguments|args)"\s*:\s*')
_EDITS: Final = re.compile(r"edit|write|patch|create|replace|insert|delete", re.IGNORECASE)
_FAILURE: Final = re.compile(
    rb'"is_error"\s*:\s*true|"status"\s*:\s*"error"|Traceback \(most recent|(?i:\b(?:error|fatal|panic)\b)'
    rb"|(?i:\bfailed\b|exit(?:ed with)? (?:code|status):? [1-9])|[A-Za-z]Error\b"
)
_SUPERSEDED: Final = -10.0
_UNIT_TOKENS: Final = 256
"""Sizes are weighed by how often they double this one."""


class Facts(NamedTuple):
    """What a round is judged by."""

    number: int
    """Among all rounds of the conversation."""
    tokens: int
    """What its leaving frees."""
    mentioned: int = 0
    """How many of its names later rounds, that it is not part of, mention."""
    failed: bool = False
    superseded: bool = False


def choose(facts: Sequence[Facts], excess_tokens: int, strategy: Strategy) -> list[int]:
    """Return the numbers of the rounds that leave, in order: as few as free the excess, or all where none do.

    Args:
        facts: the rounds that may leave, oldest first.
        excess_tokens: how much has to leave.
    """
    order = sorted(facts, key=lambda fact: fact.number)
    if strategy == "intelligent" and facts:
        newest = max(fact.number for fact in facts) + 1
        order.sort(key=lambda fact: (worth(fact, newest), fact.number))
    chosen = []
    for fact in order:
        if excess_tokens <= 0:
            break
        chosen.append(fact.number)
        excess_tokens -= fact.tokens
    return sorted(chosen)


def worth(fact: Facts, newest: int) -> float:
    """Return what a round is worth for each doubling of its size: the smallest leaves first.

    Args:
        newest: the number behind the newest round that may leave, so that a round's age is a share of it.
    """
    needed = fact.number / max(newest, 1) + _REFERENCED * min(fact.mentioned / _FULL_REFERENCES, 1.0)
    needed += _FAILED * fact.failed + _SUPERSEDED * fact.superseded
    doublings = math.log2(2 + fact.tokens / _UNIT_TOKENS)
    # Nothing is won by dividing what is worth less than nothing: a large one leaves before a small one.
    return needed / doublings if needed > 0 else needed * doublings


def facts(
    body: bytes,
    messages: Sequence[Message],
    every: Sequence[Round],
    free: Sequence[int],
    tokens: Callable[[Round], int],
) -> list[Facts]:
    """Judge the rounds that may leave.

    Args:
        every: all rounds of the conversation.
        free: the numbers of those that may leave, in order.
        tokens: what a round's calls and results take.
    """
    mentions = _mentions(body, messages, every)
    read = [_reads(body, messages, each) for each in every]
    last_read = {subject: number for number, subjects in enumerate(read) for subject in subjects}
    found = []
    for number in free:
        each = every[number]
        found.append(
            Facts(
                number,
                tokens(each),
                mentions[number],
                any(_failed(body[messages[at].parts[part].span]) for at, part in each.results),
                len(read[number]) == len(each.calls)
                and all(last_read[subject] > number for subject in read[number]),
            )
        )
    return found


def _mentions(body: bytes, messages: Sequence[Message], every: Sequence[Round]) -> list[int]:
    """Return for each round how many of the names that stand in it first are mentioned by the model later."""
    first_in: dict[bytes, int] = {}
    mentioned: list[set[bytes]] = [set() for _ in every]
    for number, each in enumerate(every):
        for at in each.said:
            for name in _names(body[messages[at].span]):
                owner = first_in.get(name)
                if owner is not None and owner < number:
                    mentioned[owner].add(name)
        shown = b" ".join(body[messages[at].parts[part].span][:_SCANNED_BYTES] for at, part in each.results)
        for name in _names(shown[:_SCANNED_BYTES]):
            first_in.setdefault(name, number)
    return [len(names) for names in mentioned]


def _names(text: bytes) -> set[bytes]:
    """Return what could be mentioned again: the last parts of paths, names of files, ids, hashes."""
    found: set[bytes] = set()
    for match in _WORD.finditer(text, 0, _SCANNED_BYTES):
        word = match[0].strip(b"./-")
        if _TELLING.search(word):
            name = word.rpartition(b"/")[2]
            if len(name) >= _LEAST_NAME_BYTES:
                found.add(name)
        if len(found) >= _MOST_REFERENCES:
            break
    return found


def _reads(body: bytes, messages: Sequence[Message], each: Round) -> list[tuple[str, str]]:
    """Return the calls of a round that read a file, by their tool and input: equal ones read the same lines."""
    found = []
    for at, number in each.calls:
        part = messages[at].parts[number]
        said = call_input(body[part.span])
        if not _EDITS.search(part.name) and sources.file_read(said):
            found.append((part.name, said))
    return found


def call_input(call: bytes) -> str:
    """Return the input of a tool call, as JSON text; empty where it has none.

    Args:
        call: as it stands in a request, in any dialect.

    Raises ValueError where it is not JSON.
    """
    match = _INPUT.search(call)
    if not match:
        return ""
    value = call[Cursor(call, match.end()).skip()]
    return decode_text(value) if value.startswith(b'"') else value.decode(errors="replace")


def _failed(result: bytes) -> bool:
    return bool(_FAILURE.search(result, 0, _SCANNED_BYTES))
