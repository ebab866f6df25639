"""Workloads with planted facts: what the benchmarks compress, and what must still be readable afterwards."""

from typing import Literal, NamedTuple

Kind = Literal["error", "outlier", "rare", "query"]


class Needle(NamedTuple):
    """A fact in a workload's text that a model must be able to read off the compressed form."""

    kind: Kind
    text: str
    """What must stand there; several parts, between tabs, must stand in one line, in any order."""


class Workload(NamedTuple):
    """A tool's output as an agent would get it."""

    name: str
    text: str
    tool: str
    tool_input: str
    """The call's input as JSON text."""
    query: str
    """The last user text before the call."""
    needles: tuple[Needle, ...]


def survives(needle: Needle, output: str) -> bool:
    """Whether a needle can be read off an output: all its parts in one line, or its text anywhere."""
    if needle.text in output:
        return True
    parts = needle.text.split("\t")
    return any(all(part in line for part in parts) for line in output.split("\n") if parts[0] in line)
