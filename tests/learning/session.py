"""What a session of the corpus is: what is asked, what the model does, and what is to be learnt from it.

The expectation stands beside the script: it is written down before any finder sees the transcript.
"""

from collections.abc import Mapping
from typing import NamedTuple

HOME = "/home/user"
"""What stands in a transcript for the home that it was made in."""


class Run(NamedTuple):
    """The model runs a command."""

    command: str


class Look(NamedTuple):
    """The model reads a file, or `lines` lines of it from line `start` on."""

    path: str
    start: int = 0
    lines: int = 0


class Change(NamedTuple):
    """The model replaces a text in a file."""

    path: str
    old: str
    new: str


class Write(NamedTuple):
    """The model writes a file."""

    path: str
    text: str


class Fetch(NamedTuple):
    """The model reads the original that the last omission line leads to."""


class Together(NamedTuple):
    """The model runs commands in one answer."""

    commands: tuple[str, ...]


Step = Run | Look | Change | Write | Fetch | Together


class Turn(NamedTuple):
    """What the user says, and what the model does about it."""

    prompt: str
    steps: tuple[Step, ...] = ()
    reply: str = "Done."


class Expected(NamedTuple):
    """A finding that a session must give."""

    kind: str
    words: tuple[str, ...]
    """All of them stand in the rule, in whatever case."""
    also: tuple[str, ...] = ()
    """Further kinds that it may come as."""
    optional: bool = False
    """Whether it is right but need not be found."""


class Session(NamedTuple):
    """One session of one agent. A session that expects nothing is healthy: no rule may come of it."""

    name: str
    agent: str
    project: str
    turns: tuple[Turn, ...]
    expected: tuple[Expected, ...] = ()
    files: Mapping[str, str] = {}
    commands: Mapping[str, str] = {}
    """Scripts for the shell, by the name that they are called by: what the machine has beside the usual tools."""
    setup: str = ""
    """What is run in the project beforehand."""
    arguments: tuple[str, ...] | None = None
    """Instead of those that let the agent do everything."""
    zsh: bool = False
    """Whether the user's shell is zsh."""
    wrapped: bool = False
    """Whether the agent runs under `headroom wrap`."""


def lines(count: int, pattern: str) -> str:
    """Return a script that prints the pattern, with %d for the number, so many times."""
    return f"seq 1 {count} | while read n; do printf '{pattern}\\n' \"$n\"; done"
