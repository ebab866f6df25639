"""What a running service leaves in the state folder for others: where it is, its secret, and a lock.

`running` is one line, "PID URL VERSION", that a shell can read without help. The URL holds the secret.
"""

import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from headroom_service.footprint import write
from headroom_service.spec import NOT_HERE, ServiceError

_FOLDER, _RUNNING, _SECRET, _LOCK, _LOG, _REFUSED = "service", "running", "secret", "lock", "log", "refused"
_MAX_LOG_BYTES = 1 << 20
_KEPT_LOG_BYTES = 1 << 16


class Running(NamedTuple):
    """A service as it announces itself."""

    pid: int
    url: str
    version: str


def folder(root: Path) -> Path:
    """Return the service's folder below the state folder `root`."""
    return root / _FOLDER


def running_file(root: Path) -> Path:
    """Return the file that tells where the service is."""
    return folder(root) / _RUNNING


def log_file(root: Path) -> Path:
    """Return the file that takes what the service prints."""
    return folder(root) / _LOG


def secret(root: Path) -> str:
    """Return the secret of the service's URL: made once, kept for its owner only. Raises OSError.

    It lasts, where that of `headroom wrap` is new in each run: shells that are open keep their URL.
    """
    file = folder(root) / _SECRET
    with suppress(FileNotFoundError):
        kept = file.read_text(encoding="ascii").strip()
        if len(kept) == 32 and kept.isalnum():
            return kept
    made = secrets.token_hex(16)
    write(file, made.encode() + b"\n")
    return made


def take_lock(root: Path) -> int:
    """Hold the service's lock until this process ends, and return its descriptor.

    Raises ServiceError while another service of the same state folder runs, OSError when there is no folder.
    """
    if sys.platform == "win32":
        raise ServiceError(NOT_HERE)
    import fcntl

    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(folder(root) / _LOCK, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise ServiceError("the service is running already: headroom service status") from None
    return descriptor


def announce(root: Path, running: Running) -> None:
    """Say where the service is, for its owner only. Raises OSError."""
    write(running_file(root), f"{running.pid} {running.url} {running.version}\n".encode())


def withdraw(root: Path) -> None:
    """Take back what is announced: by us, or by one before that was killed, whose process id is free for others.

    For who holds the lock.
    """
    with suppress(OSError):
        running_file(root).unlink()


def read(root: Path) -> Running | None:
    """Return what a service announced last, whether it lives or not; None for nothing of use."""
    try:
        pid, url, version = running_file(root).read_text(encoding="utf-8").split()
        return Running(int(pid), url, version)
    except (OSError, ValueError):
        return None


def note_refusal(root: Path, why: str) -> None:
    """Keep why a successor of the service could not start; nothing where that cannot be written."""
    with suppress(OSError):
        write(folder(root) / _REFUSED, why.encode("utf-8", "replace") + b"\n")


def forget_refusal(root: Path) -> None:
    """Take back what `note_refusal` has noted."""
    with suppress(OSError):
        (folder(root) / _REFUSED).unlink()


def refusal(root: Path) -> str:
    """Return why the service's successor could not start; empty where none was refused."""
    try:
        return (folder(root) / _REFUSED).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def last_lines(root: Path, count: int) -> list[str]:
    """Return the last lines of the log that are not empty; none where there is no log."""
    try:
        text = log_file(root).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-count:]


def open_log(root: Path) -> None:
    """Make the log private before a manager opens it, and cut one that grew large to its end. Raises OSError.

    In place, since the manager has it open: to append, so that its next line follows those.
    """
    if sys.platform == "win32":
        raise ServiceError(NOT_HERE)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(log_file(root), flags, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
        size = os.fstat(descriptor).st_size
        if size > _MAX_LOG_BYTES:
            kept = os.pread(descriptor, _KEPT_LOG_BYTES, size - _KEPT_LOG_BYTES)
            os.ftruncate(descriptor, 0)
            os.write(descriptor, kept.partition(b"\n")[2])
    finally:
        os.close(descriptor)
