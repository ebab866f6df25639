"""The shapes that `learn` speaks: what agents' transcripts say in one form, and what was found in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SHELL = "shell"
READ = "read"
EDIT = "edit"
SEARCH = "search"
OTHER = "other"
KINDS = (SHELL, READ, EDIT, SEARCH, OTHER)


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call and what came back."""

    turn: int
    """Which of the user's messages it followed, from 1; 0 before any."""
    tool: str
    """As the agent names it."""
    kind: str
    """One of KINDS."""
    input: Mapping[str, object]
    output: str
    """What the model read; empty when the transcript ends before it."""
    failed: bool
    """Whether the agent or an exit code says so."""
    command: str = ""
    """The shell line."""
    path: str = ""
    """The file that is read or edited, as the model wrote it."""
    exit_code: int | None = None
    """None where it is not told."""
    t: float | None = None
    """Seconds since 1970; None where it is not told."""
    folder: str = ""
    """The folder that it ran in, where that is told."""
    denied: bool = False
    """Whether the agent's own record says that it was not permitted, by the user or by a rule."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text of the user's or the model's; none that the agent itself put in."""

    turn: int
    role: str
    """user or assistant."""
    text: str
    t: float | None = None


Entry = Call | Said


@dataclass(frozen=True, slots=True)
class Transcript:
    """One session as its agent kept it."""

    agent: str
    session: str
    """The agent's own id of it."""
    project: str
    """The folder that the agent ran in; empty where it is not told."""
    entries: Sequence[Entry]
    began: float | None = None
    """Seconds since 1970."""
    damaged: int = 0
    """Lines that could not be read."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where something was seen."""

    agent: str
    session: str
    turn: int
    t: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that went wrong, and what to do instead. Holds no secrets."""

    kind: str
    """Which finder found it, such as "missing-command"."""
    subject: str
    """What it is about: of two findings of the same kind, project and subject with different rules, the later one
    contradicts the earlier."""
    rule: str
    """One imperative sentence in one line."""
    project: str
    evidence: Sequence[Evidence]
    """Each time that it was seen, oldest first."""
    confidence: float
    """From 0 to 1."""
    wasted: int = 0
    """Tokens that it cost, o200k_base; as far as it can be told."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Short values that the rule was made of: the wrong and the right command, ..."""
