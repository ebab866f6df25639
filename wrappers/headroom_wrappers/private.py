"""Files that only the user may read, for the time of one run."""

import os
import time
from contextlib import suppress
from pathlib import Path

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
    """Remove the file, and those that runs which were killed have left behind a week ago."""
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        for file in path.parent.iterdir():
            with suppress(FileNotFoundError):  # another run removes them too
                if file.lstat().st_mtime < time.time() - _LEFT_OVER_S:
                    file.unlink()
