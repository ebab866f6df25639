"""Opens the memory for a command: by the settings, with what is wrong said in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from headroom_cli.fail import fail
from headroom_cli.options import explained

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
        with explained():
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
    except NoModel as error:
        fail(str(error))


def _embedder() -> "Embedder | None":
    """Return the local model that is set; None for none. Raises NoModel, SettingError."""
    from headroom import settings
    from headroom.memory.embedding import LocalModel

    folder = str(settings.load(folder=settings.working_folder())["memory.model"])
    if not folder:
        return None

    return LocalModel(Path(folder).expanduser())


def _say_damaged(held: "Memory") -> None:
    for file in held.damaged():
        typer.echo(
            f"headroom: the memory's database was damaged and moved aside; what could be read of it is in the new "
            f"one. When nothing is missing, delete {file}",
            err=True,
        )
