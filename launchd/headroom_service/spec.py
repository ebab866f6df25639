"""The shapes that services speak: what is to run, what keeps it running, and what that says of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

NOT_HERE = "services are for macOS and Linux; here run `headroom proxy --port 8787`"
"""What Windows is told, which has no service of ours."""


class ServiceError(RuntimeError):
    """A service could not be installed, started or asked; the message says why and what to do, in one line."""


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """What is to be kept running.

    Raises ServiceError for what no unit file or property list can hold: control characters.
    """

    argv: tuple[str, ...]
    port: int
    """On 127.0.0.1."""
    log: Path
    """Where what it prints goes; its folder exists."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """Variables that it needs and a service does not inherit."""

    def __post_init__(self) -> None:
        texts = [*self.argv, str(self.log), *self.environ, *self.environ.values()]
        wrong = next((text for text in texts if any(ord(c) < 32 or ord(c) == 127 for c in text)), None)
        if wrong is not None:
            raise ServiceError(f"{wrong!r} holds a control character, which no service file can")


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    """What it printed, to stdout and stderr."""


Run = Callable[[Sequence[str]], Done]
"""Runs a command to its end. A command that is not there is code 127."""


class Loaded(NamedTuple):
    """What the platform's manager says of the service."""

    is_installed: bool
    """Whether it starts by itself, now and at the next login."""
    told: str
    """Its state in the manager's own words; empty where it knows nothing of it."""
    holds_port: bool = False
    """Whether the manager itself listens on its port."""


class Manager(Protocol):
    """What keeps services running on one platform: launchd, or systemd's user manager."""

    def check(self) -> None:
        """Raise ServiceError where services cannot be installed, before anything is written."""

    def files(self, spec: ServiceSpec) -> Mapping[Path, bytes]:
        """Return the files that make it a service."""

    def places(self) -> Sequence[Path]:
        """Return every path that may exist because of us, links included."""

    def load(self) -> None:
        """Make it known and start it, in place of one that runs. Raises ServiceError."""

    def replace(self) -> None:
        """Have the service start a successor of what answers, by SIGHUP. Raises ServiceError."""

    def renew(self) -> None:
        """Make it known anew and start it anew, its port being the same. Raises ServiceError."""

    def unload(self) -> None:
        """Stop it and forget it; no error when it was not there."""

    def start(self) -> None:
        """Start it. Raises ServiceError."""

    def stop(self) -> None:
        """Stop it until it is started or the user logs in again. Raises ServiceError."""

    def restart(self) -> None:
        """Stop it and start it. Raises ServiceError."""

    def status(self) -> Loaded:
        """Ask the manager."""

    def outlive(self, is_on: bool) -> None:
        """Keep the user's services when the user logs out, or no longer. Raises ServiceError."""

    def lingers(self) -> bool:
        """Return whether the user's services go on when the user logs out."""

    def at_logout(self) -> str:
        """Return what becomes of it when the user logs out, and what to do about that."""
