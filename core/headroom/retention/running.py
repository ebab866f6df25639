"""Which sessions go on: a process has their log open, or may have."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

_RECENT_S: Final = 3600
"""A log without an end that was written to within this time may be of a process that we cannot see: in a container
that shares the folder, of another user. It is also the longest that a provider keeps a prompt."""
_NAMES: Final = ("python", "headroom", "pypy")


def open_logs(folder: Path) -> set[Path]:
    """Return the files of a folder that a process of this user has open, as far as the system says."""
    import psutil

    found: set[Path] = set()
    real = folder.resolve()
    for process in psutil.process_iter(["name", "cmdline"]):
        told = f"{process.info['name']} {' '.join(process.info['cmdline'] or ())}".lower()
        if not any(name in told for name in _NAMES):
            continue
        try:
            paths = [Path(each.path) for each in process.open_files()]
        except (psutil.Error, OSError):
            continue  # another user's, or gone
        found |= {folder / path.name for path in paths if path.parent in (folder, real)}
    return found


def may_go_on(last: float, is_ended: bool, now: float) -> bool:
    """Tell whether a session may go on by what its log says: it has no end, and was written to lately.

    Args:
        last: when the log was written to, in seconds since 1970.
    """
    return not is_ended and now - last < _RECENT_S


def running(logs: Iterable[tuple[Path, float, bool]], now: float) -> set[Path]:
    """Return the logs of sessions that go on.

    Args:
        logs: each with when it was written to, and whether it has an end; all in one folder.
    """
    each = list(logs)
    held = open_logs(each[0][0].parent) if each else set()
    return {path for path, last, is_ended in each if path in held or may_go_on(last, is_ended, now)}
