"""Keeps a worker at a listening socket: started again when it dies, replaced without a request lost.

The keeper never takes a connection, it only holds the socket, so what arrives while no worker is there waits. A
worker says on its standard output, in one line, "ready VERSION" when it answers; "wrong WHY" when a setting keeps
it from that, or "failed WHY"; and on its standard input it is told LEAVE or END. The end of that pipe is LEAVE
too: requests outlive a keeper that was killed. These lines stay as they are in all versions, since a keeper and a
worker may be of two.
"""

import asyncio
import socket
import subprocess
import time
from asyncio.subprocess import Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

READY, WRONG, FAILED = "ready", "wrong", "failed"
LEAVE, END = b"leave\n", b"end\n"
_READY_S = 25.0
_END_S = 8.0
_MOST_DEATHS = 5
_DEATHS_WITHIN_S = 60.0
_MOST_PAUSE_S = 300.0


class Refused(RuntimeError):
    """A worker could not start; the message says why. `is_final` where another start would end the same."""

    def __init__(self, why: str, *, is_final: bool = False) -> None:
        super().__init__(why)
        self.is_final = is_final


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that answers."""

    process: Process
    version: str


@dataclass(frozen=True, slots=True)
class Owner:
    """What a keeper tells, and asks, of the world around it."""

    announce: Callable[[str], None]
    """Is told the version that answers now. May raise OSError the first time."""
    refused: Callable[[str], None]
    """Is told why a worker's successor could not start; the worker goes on."""
    say: Callable[[str], None]
    """Takes a line for the log."""
    installed: Callable[[], str]
    """Returns the version that is installed; empty while none is."""


class Keeper:
    """Keeps one worker answering.

    Args:
        argv: starts a worker; the number of its socket's descriptor is added.
        sock: where it listens; it stays open.
        owner: whom to tell.
        look_s: how often it is looked whether another version is installed, in seconds.
        pause_s: before a worker that died is started again: none at first, then doubled with each death.
    """

    def __init__(
        self, argv: Sequence[str], sock: socket.socket, owner: Owner, look_s: float = 5.0, pause_s: float = 0.2
    ) -> None:
        self._argv = argv
        self._sock = sock
        self._owner = owner
        self._look_s = look_s
        self._pause_s = pause_s
        self._processes: set[Process] = set()
        self._deaths: list[float] = []
        self._again = asyncio.Event()

    def replace(self) -> None:
        """Start a successor of the worker. To be called in the loop."""
        self._again.set()

    async def run(self) -> NoReturn:
        """Keep until cancelled; requests that are open get a moment then.

        Raises Refused when a worker cannot start, or dies too often, and OSError when the first is not announced.
        """
        try:
            worker = await self._start()
            self._owner.announce(worker.version)
            while True:
                worker = await self._next(worker)
        finally:
            await self._end()

    async def _next(self, worker: Worker) -> Worker:
        """Wait until a worker has a successor, and return that."""
        tried, pause_s = worker.version, self._look_s
        again_at = 0.0
        while worker.process.returncode is None:
            await self._wait(worker)
            found = self._owner.installed()
            is_new = found not in ("", worker.version) and (found != tried or time.monotonic() >= again_at)
            if worker.process.returncode is not None or not (is_new or self._again.is_set()):
                continue
            self._again.clear()
            try:
                successor = await self._start()
            except Refused as error:
                self._owner.refused(str(error))
                tried, again_at = found, time.monotonic() + pause_s
                pause_s = min(pause_s * 2, _MOST_PAUSE_S)  # an upgrade may be half done
                continue
            _tell(worker.process, LEAVE)
            self._owner.announce(successor.version)
            return successor
        return await self._resume(worker)

    async def _wait(self, worker: Worker) -> None:
        """Wait for a worker's end, for the wish to replace it, and no longer than until the next look."""
        waits = [asyncio.ensure_future(wait) for wait in (worker.process.wait(), self._again.wait())]
        try:
            await asyncio.wait(waits, timeout=self._look_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _resume(self, dead: Worker) -> Worker:
        """Start a worker in place of one that died."""
        now = time.monotonic()
        self._deaths = [at for at in self._deaths if now - at < _DEATHS_WITHIN_S]
        code = dead.process.returncode
        if len(self._deaths) >= _MOST_DEATHS:
            raise Refused(f"a worker ended too often, at last with {code}")
        self._owner.say(f"process {dead.process.pid} ended with {code}, another is started")
        await asyncio.sleep(self._pause_s * (2 ** len(self._deaths) - 1))
        self._deaths.append(now)
        worker = await self._start()
        self._owner.announce(worker.version)
        return worker

    async def _start(self) -> Worker:
        fd = self._sock.fileno()
        process = await asyncio.create_subprocess_exec(
            *self._argv,
            str(fd),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(fd,),
            start_new_session=True,  # launchd ends what is in the group of a job that died
        )
        self._processes = {one for one in self._processes if one.returncode is None} | {process}
        assert process.stdout
        try:
            line = await asyncio.wait_for(process.stdout.readline(), _READY_S)
        except TimeoutError:
            await _kill(process)
            raise Refused(f"no answer within {_READY_S:.0f} s") from None
        word, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
        if word == READY:
            return Worker(process, rest)
        await _kill(process)
        why = rest if word in (WRONG, FAILED) else "it ended at once"
        raise Refused(why, is_final=word == WRONG)

    async def _end(self) -> None:
        """End all workers, those too that make way."""
        alive = [process for process in self._processes if process.returncode is None]
        for process in alive:
            _tell(process, END)
        if alive:
            await asyncio.wait([asyncio.ensure_future(process.wait()) for process in alive], timeout=_END_S)
        for process in alive:
            await _kill(process)


def _tell(process: Process, line: bytes) -> None:
    assert process.stdin
    with suppress(OSError, RuntimeError):  # it is dead
        process.stdin.write(line)


async def _kill(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    await process.wait()
