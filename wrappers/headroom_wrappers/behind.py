"""What an agent has left running behind it that still asks the session's proxy."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path


def left_running(command: str, base_url: str) -> list[int]:
    """Return the ids of processes of the agent's own program with the session's base URL in their environment.

    Other programs (a server that the agent has started) have it too, but mostly ask no model.

    Args:
        command: the path of the agent's executable.
        base_url: the proxy's, with its secret.
    """
    import psutil

    program = str(Path(command).resolve())
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if _runs(process.cmdline(), process.exe(), program) and _knows(process.environ().values(), base_url):
                found.append(process.pid)
    return found


def _runs(argv: Sequence[str], executable: str, program: str) -> bool:
    """Tell whether a process runs a program: as itself, or as a script of an interpreter's."""
    paths = [Path(part) for part in argv[:2]]
    return program == executable or any(str(path.resolve()) == program for path in paths if path.is_absolute())


def _knows(values: Iterable[str], base_url: str) -> bool:
    return any(value.startswith(base_url) for value in values)
