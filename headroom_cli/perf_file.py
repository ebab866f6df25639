"""Writes the page of `headroom perf --html`: for its owner alone, whole or not at all, over nothing of others."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

from headroom_cli.fail import fail
from headroom_cli.perf_html import OURS

_BEGINNING_BYTES = 1024


def write(path: Path, text: str, *, force: bool) -> None:
    """Write a page with mode 0600. Ends the command where it cannot, or would replace what is no page of ours.

    Args:
        force: replaces any file, but no folder, device or link.
    """
    from headroom.system import files

    try:
        _check(path, force)
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = files.open_private(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            files.replace(part, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                part.unlink()
    except OSError as error:
        fail(f"--html {path}: {error.strerror or error}")


def _check(path: Path, force: bool) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        fail(f"--html {path}: there is something that is no file; name another")
    with path.open("rb") as file:
        if not force and OURS.encode() not in file.read(_BEGINNING_BYTES):
            fail(f"--html {path}: there is a file that headroom did not write; name another, or add --force")
