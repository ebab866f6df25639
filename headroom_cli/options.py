"""Options that several commands have, and what their values are checked for."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from headroom_cli.fail import fail

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Project = Annotated[
    Path | None, typer.Option("--project", help="The project's folder; else the one you are in.", metavar="DIR")
]

Mode = Annotated[
    str | None,
    typer.Option("--mode", help="optimize, audit (change nothing) or simulate (send nothing).", metavar="MODE"),
]
Backend = Annotated[
    str | None,
    typer.Option("--backend", help="bedrock: AWS Bedrock answers requests to Anthropic.", metavar="BACKEND"),
]
Region = Annotated[str | None, typer.Option("--region", help="The AWS region of Bedrock.", metavar="REGION")]

LENGTH = "30m, 12h, 7d, 2w"
"""Lengths of time as help texts show them; see headroom_cli.times for what reads them."""
WHEN = f"{LENGTH} or 2026-11-01"
"""Moments in the past: so long ago, or a date."""

_NEWEST = 3
"""So many sessions are named where another one was asked for."""


def root(project: Path | None) -> Path:
    """Return the repository that a command is about, or the folder: that was named, or that the user is in.

    Ends with exit code 2 where there is none.
    """
    from headroom import settings
    from headroom.agent_files.projects import root_of

    folder = project or settings.working_folder()
    if folder is None:
        fail("the folder that you are in is gone: name one with --project DIR")
    if not folder.is_dir():
        fail(f"--project {folder}: there is no such folder")
    return root_of(folder)


def agents(asked: Sequence[str] | None) -> list[str]:
    """Return the agents that were named, each once. Ends with exit code 2 for one whose files are not known."""
    from headroom.agent_files.targets import MEMORIES

    for name in asked or ():
        if name not in MEMORIES:
            fail(f"--agent {name!r} is unknown; {meant(name, MEMORIES)}")
    return list(dict.fromkeys(asked or ()))


def wrapped() -> list[str]:
    """Return the names of the agents that can be wrapped."""
    from headroom_wrappers import AGENTS

    return [name for name, agent in AGENTS.items() if not agent.refused]


def meant(name: str, known: Iterable[str]) -> str:
    """Return what to say of a name that is not known: which was meant, if one is near, and all there are."""
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(name, names, 1)
    return (f"did you mean {near[0]}? Known" if near else "known") + f": {', '.join(names)}"


def session(asked: str, ids: Sequence[str]) -> str:
    """Return the session's id that was meant, by all of it or its beginning. Else ends with exit code 2.

    Args:
        ids: those that there are, oldest first.
    """
    found = [one for one in ids if one == asked] or [one for one in ids if asked and one.startswith(asked)]
    if not found:
        fail(f"no session {asked!r}; " + (f"the newest: {_newest(ids)}" if ids else "there are none yet"))
    if len(found) > 1:
        fail(f"{len(found)} sessions begin with {asked!r}: {_newest(found)}")
    return found[0]


def _newest(ids: Sequence[str]) -> str:
    return ", ".join(reversed(ids[-_NEWEST:])) + (", ..." if len(ids) > _NEWEST else "")


@contextmanager
def explained() -> Iterator[None]:
    """End with exit code 2 when a setting, or a file of the state folder, cannot be used."""
    from headroom.settings import SettingError, state_dir

    try:
        yield
    except SettingError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or state_dir()}: {error.strerror or error}")
