"""Opens the memory for a command: by the settings, with what is wrong said in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail

Project = Annotated[
    Path | None, typer.Option("--project", help="The project's folder; else the working folder's.", metavar="DIR")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

if TYPE_CHECKING:
    from headroom.memory import Embedder, Memory


@contextmanager
def opened(*, adds: bool = False) -> Iterator["Memory"]:
    """Give the memory to a block. Whatever it raises for a reason that a user can do something about ends with
    exit code 2.

    Args:
        adds: whether facts are to be compared by a local model, where one is set.
    """
    from headroom import memory, settings
    from headroom.memory.embedding import NoModel

    try:
        held = memory.open(settings.state_dir(), _embedder() if adds else None)
        try:
            yield held
        finally:
            held.close()
        _say_damaged(held)
    except memory.Refused as error:
        fail(f"not kept: {error}")
    except memory.Unknown as error:
        fail(str(error.args[0]))
    except (NoModel, settings.SettingError) as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or settings.state_dir() / 'memory'}: {error.strerror or error}")


def project(folder: Path | None) -> str:
    """Return the project that a command is about: of the folder that was named, or of the working folder."""
    from headroom.memory.projects import project_of

    if folder is not None and not folder.is_dir():
        fail(f"--project {folder}: there is no such folder")
    try:
        return project_of(folder or Path.cwd())
    except OSError as error:
        fail(f"the working folder is gone ({error.strerror}): name one with --project")


def setting(name: str, default: object) -> object:
    """Return a setting, or the default where the table does not have it. Raises SettingError."""
    from headroom import settings

    values = settings.load(folder=settings.working_folder())
    return values[name] if name in settings.ROWS else default


def _embedder() -> "Embedder | None":
    """Return the local model that is set; None for none. Raises NoModel, SettingError."""
    folder = str(setting("memory.model", ""))
    if not folder:
        return None
    from headroom.memory.embedding import LocalModel

    return LocalModel(Path(folder).expanduser())


def _say_damaged(held: "Memory") -> None:
    for file in held.damaged():
        typer.echo(
            f"headroom: the memory's database was damaged and moved aside; what could be read of it is in the new "
            f"one. When nothing is missing, delete {file}",
            err=True,
        )
