"""Files that only the user may read, for the time of one run."""

import os
import time
from contextlib import suppress
from pathlib import Path

from headroom import session_log
from headroom.system import files

_LEFT_OVER_S = 7 * 86_400


def write_private(path: Path, text: str) -> None:
    """Write a new file with mode 0600 in a folder with mode 0700. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = files.open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def remove_private(path: Path) -> None:
    """Remove the file, and those that runs which were killed have left behind.

    The session's log tells that a run has ended; where both it and its proxy were killed, nothing does for a week.
    """
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        for file in path.parent.iterdir():
            with suppress(FileNotFoundError):  # another run removes them too
                if file.lstat().st_mtime < time.time() - _LEFT_OVER_S or _has_ended(file):
                    file.unlink()


def _has_ended(file: Path) -> bool:
    """Tell whether the session of a private file is over: the two have the same name, in folders side by side."""
    try:
        return session_log.has_end(file.parent.parent / "sessions" / f"{file.stem}.jsonl")
    except OSError:
        return False
