"""The Windows half of `headroom.system`, loaded here: what can be seen of it without Windows."""

import errno
import importlib.util
import os
import socket
import subprocess
import sys
from types import ModuleType

import pytest

import headroom.system.locks

PLACE = 0x7FFF_0000
ONLY_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="by POSIX means")
HALVES = ["real", pytest.param("pretended", marks=ONLY_POSIX)]
"""This platform's half, and the one of Windows where it is not this platform's."""


class Msvcrt(ModuleType):
    """`msvcrt` as far as it locks: one byte, at the descriptor's place, for one descriptor at a time."""

    LK_UNLCK = 0
    LK_NBLCK = 2

    def locking(self, descriptor: int, mode: int, count: int) -> None:
        """Lock or unlock, or raise what the C library says."""
        import fcntl

        assert (os.lseek(descriptor, 0, os.SEEK_CUR), count) == (PLACE, 1)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_UN if mode == self.LK_UNLCK else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PermissionError(errno.EACCES, "Permission denied") from None


def load(name: str, patch: pytest.MonkeyPatch) -> ModuleType:
    """Return a module of `headroom.system` as Windows has it."""
    patch.setitem(sys.modules, "msvcrt", Msvcrt("msvcrt"))
    for flag in ("O_BINARY", "O_NOINHERIT"):
        patch.setattr(os, flag, 0, raising=False)
    patch.setattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0x200, raising=False)
    patch.setattr(subprocess, "CREATE_NO_WINDOW", 0x8000000, raising=False)
    patch.setattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR, raising=False)
    locks = _loaded("locks", patch)
    patch.setattr(headroom.system, "locks", locks)
    patch.setitem(sys.modules, "headroom.system.locks", locks)
    return locks if name == "locks" else _loaded(name, patch)


def _loaded(name: str, patch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.find_spec(f"headroom.system.{name}")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with patch.context() as meanwhile:
        meanwhile.setattr(sys, "platform", "win32")
        spec.loader.exec_module(module)
    return module
