"""What there is to say of an agent, as data. `launch` interprets it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Session:
    """One run of an agent, as far as its arguments may depend on it."""

    base_url: str
    """The proxy's, with its secret."""
    originals: Path
    """The folder of the originals, which the agent may read."""
    arguments: tuple[str, ...]
    """The user's, for the agent."""
    environ: Mapping[str, str]
    cwd: Path
    private_file: Path
    """Where the private text is, while the agent runs."""


class Arguments(NamedTuple):
    """What stands on the agent's command line."""

    argv: list[str]
    private_text: str = ""
    """What the arguments need but others must not see in a process list: put into the session's private file,
    0600, and removed at the end."""


def as_given(session: Session) -> Arguments:
    """Give the agent the user's arguments, and nothing else."""
    return Arguments(list(session.arguments))


@dataclass(frozen=True, slots=True)
class Agent:
    """One agent: how it is started, pointed at the proxy, and given leave to read originals."""

    name: str
    title: str
    command: tuple[str, ...]
    """The executable, looked up on PATH, and arguments that always stand first."""
    install: str
    """What to do when it is not there."""
    base_url: Mapping[str, str]
    """Variables that point it at the proxy; "{base_url}" stands for the proxy's URL."""
    upstream: str = ""
    """The variable in which the user may have named a provider of their own; it becomes our upstream."""
    keep_on: Mapping[str, str] = field(default_factory=dict)
    """What the agent switches off behind a base URL that is not its default, and how it is kept on. Not set
    where the user set it, or already had a base URL of their own."""
    arguments: Callable[[Session], Arguments] = as_given
    """The agent's arguments, made of the user's."""
    configured_base_url: Callable[[Mapping[str, str], Path, Sequence[str]], str] | None = None
    """(environment, working folder, arguments) -> a base URL in the agent's own settings, or empty."""
    provider: Callable[[], AbstractContextManager[str]] | None = None
    """Serves a provider of its own while the agent runs, and gives its base URL (the demo)."""
    transcripts: str = ""
    memory_file: str = ""
    notes: tuple[str, ...] = ()
