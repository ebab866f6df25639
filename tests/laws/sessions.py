"""Agents' sessions as data: what happens, step by step, whichever API the agent speaks.

A pattern is a line of words, one for each request of the agent, gone through again and again:

    rows             a tool is called, and gives rows (a kind of output)
    log+short        two tools are called at once
    say              the model answers in words, and the user says something new
    a:source         a sub-agent does it: same tools and system prompt, other first message; new in each round

What happens before some of the requests is named beside it, by the share of the session that has passed then.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import Final, NamedTuple

from tests.laws.conversations import OUTPUTS, coloured, dense, log, rows, source

SAY: Final = "say"
MAIN: Final = ""

HAPPENINGS: Final = (
    "pause 400",
    "pause 4000",
    "restart",
    "compact",
    "model",
    "fork",
    "reload",
    "deadline",
)
"""Seconds without a request; the proxy is restarted; the client puts a summary in its history's place; it goes on
with another model; it goes back some steps and takes another way; the settings change, for new conversations; the
time for a request is up after its first block."""


class Output(NamedTuple):
    """What a tool gives."""

    tool: str
    command: str
    text: str


class Step(NamedTuple):
    """One request of an agent."""

    gives: tuple[str, ...]
    """Kinds of output, of tools that were called at once; empty where the user says something."""
    thread: str
    """The agent's name; MAIN, or a sub-agent's."""
    before: tuple[str, ...]
    """What happens before it, of HAPPENINGS."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session, of any length."""

    pattern: str
    happenings: Mapping[float, str] = field(default_factory=dict)
    """By the share of the session that has passed."""
    processes: int = 1
    """How many proxies over one state folder take turns."""
    apart_s: float = 20
    """From one request to the next."""
    words: int = 12
    """How much the model says in each answer."""
    prompt: str | None = None
    """The system prompt; None for the one that all have."""
    sub_prompt: str | None = None
    """Sub-agents' system prompt, who are then asked what the main agent is asked; None for sub-agents as usual."""

    def steps(self, count: int) -> Iterator[Step]:
        """Yield the steps of a session of so many requests."""
        words = self.pattern.split()
        due = sorted((int(share * count), what) for share, what in self.happenings.items())
        for number, word in zip(range(count), cycle(words), strict=False):
            thread, _, gives = word.rpartition(":")
            before = tuple(what for at, what in due if at == number)
            kinds = () if gives == SAY else tuple(gives.split("+"))
            yield Step(kinds, f"{thread}{number // len(words)}" if thread else MAIN, before)


def output(kind: str, number: int) -> Output:
    """Return what a tool gives at a call."""
    if kind in LARGE:
        return Output("Bash", f"show --all {number}", LARGE[kind](number))
    tool = OUTPUTS[kind][0]
    make: Callable[[int], str] = OUTPUTS[kind][1]
    return Output(tool, "run" if kind == "edited" else f"run --step {number}", make(number))


LARGE: Final[Mapping[str, Callable[[int], str]]] = {
    "huge log": lambda seed: log(1500, seed),
    "huge rows": lambda seed: rows(900, seed),
    "huge terminal": lambda seed: coloured(900, seed),
    "long source": lambda seed: source(900, seed),
    "dense": lambda seed: dense(700, seed),
}
_LONG_PROMPT: Final = " ".join(
    f"When somebody asks for a change, read what stands there before you begin ({n}), and explain it afterwards."
    for n in range(400)
)
"""Prose has many bytes to the token."""

_EVERY: Final = " ".join(
    f"{kind.replace(' ', '_')}{' say' if number % 4 == 3 else ''}" for number, kind in enumerate(sorted(OUTPUTS))
)
_CODING: Final = "source rows short again log source+few_rows edited say"

SESSIONS: Final[Mapping[str, Session]] = {
    "steady": Session(_CODING),
    "every kind": Session(_EVERY),
    "every kind, pauses": Session(_EVERY, {0.17: "pause 400", 0.4: "pause 4000"}),
    "every kind, restarts": Session(_EVERY, {0.1: "restart", 0.14: "restart", 0.3: "restart"}),
    "small outputs": Session("short few_rows short say short odd"),
    "huge outputs": Session("huge_log source huge_rows short huge_terminal long_source"),
    "dense outputs": Session("dense short short say short source short", prompt=_LONG_PROMPT),
    "parallel tools": Session(
        "rows+log+source short+few_rows mixed+terminal say same_rows+same_rows+edited"
    ),
    "sub-agents": Session("rows a:source a:log b:rows b:source+log a:short short b:mixed say"),
    "forks": Session("log rows source short edited say", {0.3: "fork", 0.55: "fork", 0.8: "fork"}),
    "pause of minutes": Session(_CODING, {0.35: "pause 400", 0.7: "pause 400"}),
    "pause of hours": Session(_CODING, {0.5: "pause 4000"}),
    "compaction": Session("rows log again source mixed say", {0.4: "compact", 0.75: "compact"}),
    "another model": Session(_CODING, {0.4: "model", 0.7: "model"}),
    "restarts": Session("rows log source edited again say", {0.15: "restart", 0.45: "restart", 0.7: "restart"}),
    "restart after a pause": Session(_CODING, {0.5: "pause 400", 0.501: "restart"}),
    "two processes": Session("rows log edited same_rows source say", processes=2),
    "new settings": Session("rows a:log again b:rows+log edited say", {0.3: "reload", 0.6: "fork"}),
    "deadline": Session(
        "rows+log+terminal short edited+same_rows source say", {0.0: "deadline", 0.4: "deadline", 0.6: "restart"}
    ),
    "everything": Session(
        "rows a:log+source again b:mixed edited+same_rows huge_log short say",
        {0.15: "deadline", 0.25: "model", 0.35: "pause 400", 0.45: "restart", 0.55: "fork", 0.65: "reload",
         0.75: "compact", 0.85: "pause 4000"},
        processes=2,
    ),
}  # fmt: skip
