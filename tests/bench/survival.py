"""What a level makes of an input, and which of its needles survive: directly, and after one retrieval.

A needle survives in a part that is sent losslessly (the decoders are tested elsewhere), and where it can be read
off a lossy form. What does not survive is asked for once, as `headroom retrieve HASH QUERY` does it: five chunks
of the original, by the needle's own words, as one who knows what is missing would ask; query needles also by the
words of the user alone.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from headroom import forms, retrieval, tokens
from headroom.compressors import COMPRESSORS
from headroom.policy import Policy
from headroom.types import Context
from tests.bench import real_outputs
from tests.bench.needles import Needle, Workload, line_survives, survives
from tests.bench.real_outputs import ORIGINAL
from tests.bench.workloads import WORKLOADS

HITS: Final = 5
"""What one retrieval brings: so many chunks."""
TARGETS: Final = {"error": 1.0, "outlier": 0.99, "rare": 0.99, "query": 0.98}
"""Balanced: the share of needles that must survive directly; all must after one retrieval."""

Seen = Callable[[Needle], bool]


class Input(NamedTuple):
    """A text to compress, and what must be readable afterwards."""

    family: str
    name: str
    text: str
    context: Context
    needles: tuple[Needle, ...]
    real: bool = False
    """Whether its needles are messages of a real output."""


class Measured(NamedTuple):
    """An input at one level."""

    input: Input
    form: forms.Form
    found: tuple[Needle, ...]
    """Needles that survive."""
    readable: int
    """Needles that can be read off the form as it is, lossless or not."""
    brought: tuple[Needle, ...]
    """Of the others, those that one retrieval with their own words brings back."""
    answered: tuple[Needle, ...]
    """Of the others, query needles that one retrieval with the user's words brings back."""

    @property
    def missing(self) -> list[Needle]:
        """Needles that do not survive directly."""
        return [needle for needle in self.input.needles if needle not in self.found]


def inputs(seeds: int) -> Iterator[Input]:
    """Yield all inputs: every workload for so many seeds, and every real output."""
    for name, make in WORKLOADS.items():
        for seed in range(seeds):
            yield planted(name, make(seed))
    for real in real_outputs.outputs():
        needles = tuple(Needle("error", line) for line in real.errors)
        yield Input(
            f"real: {real.name.partition('/')[0]}", f"real: {real.name}", real.text, real.context, needles, True
        )


def planted(name: str, work: Workload) -> Input:
    """Return a workload as an input; sources are read in code mode."""
    context = Context(work.query, work.tool, work.tool_input, None, ORIGINAL, name.startswith("code/"))
    family = name if name.startswith("planted/") else name.partition("/")[0]
    return Input(family, name, work.text, context, work.needles)


def compressed(of: Input, level: str) -> forms.Form:
    """Return the form that a level gives an input."""
    return forms.best(of.text, of.context, Policy.at(level), tokens.count, COMPRESSORS)


def measure(of: Input, level: str) -> Measured:
    """Compress an input and look for its needles."""
    form = compressed(of, level)
    can_be_read = _reader(of, form.text)
    is_sent = _original_reader(of, "\n".join(part.original for part in form.parts if part.lossless))
    readable = [needle for needle in of.needles if can_be_read(needle)]
    found = tuple(needle for needle in of.needles if needle in readable or is_sent(needle))
    missing = [needle for needle in of.needles if needle not in found]
    brought = tuple(needle for needle in missing if _brings(of, needle, needle.text.replace("\t", " ")))
    answered = tuple(n for n in missing if n.kind == "query" and _brings(of, n, of.context.query))
    return Measured(of, form, found, len(readable), brought, answered)


def count(needles: Iterator[Needle] | list[Needle]) -> Counter[str]:
    """Count needles by kind."""
    return Counter(needle.kind for needle in needles)


def _reader(of: Input, output: str) -> Seen:
    """Return what tells whether a needle can be read off an output."""
    if not of.real:
        return lambda needle: survives(needle, output)
    lines = real_outputs.lines(output)
    return lambda needle: line_survives(needle.text, lines)


def _original_reader(of: Input, text: str) -> Seen:
    """Return what tells whether a needle stands in a piece of the original, over several lines or in one."""
    if of.real:
        messages = {*real_outputs.lines(text), *real_outputs.errors(text)}
        return lambda needle: needle.text in messages
    return lambda needle: all(part in text for part in _parts(needle.text))


def _parts(said: str) -> list[str]:
    """Return a needle's parts. "pkg 1.0 -> 1.1" is how a form may say what the original has in three places."""
    return [part for part in said.split() if part != "->"] if " -> " in said else said.split("\t")


def _brings(of: Input, needle: Needle, words: str) -> bool:
    return any(_original_reader(of, hit.text)(needle) for hit in retrieval.search(of.text, words, HITS))
