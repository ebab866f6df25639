"""A worker at a socket is kept, and replaced, without a connection lost; by workers of a few lines."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from headroom_service.keeper import Keeper, Owner, Refused

# Sends its process id to whoever connects, and keeps the connection until that closes it.
WORKER = """
import os, select, socket, sys
said = open(sys.argv[1]).read()
print(said, flush=True)
if not said.startswith("ready"):
    sys.exit(2)
sock = socket.socket(fileno=int(sys.argv[2]))
sock.setblocking(False)
listening, clients = [sock, sys.stdin], []
while sock in listening or clients:
    for one in select.select(listening + clients, [], [])[0]:
        if one is sock:
            try:
                client = sock.accept()[0]
            except BlockingIOError:
                continue
            client.sendall(b"%d\\n" % os.getpid())
            clients.append(client)
        elif one is sys.stdin:
            told = os.read(0, 100)
            if b"end" in told:
                sys.exit(0)
            listening = [sys.stdin] if told else []
        else:
            clients.remove(one)
            one.close()
"""


@dataclass
class World:
    """What a keeper is told, and what its workers will say."""

    says: Path
    port: int = 0
    versions: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    installed: str = "1"

    def set(self, says: str) -> None:
        part = self.says.with_suffix(".part")
        part.write_text(says)
        part.replace(self.says)

    def keeper(self, sock: socket.socket) -> Keeper:
        self.port = sock.getsockname()[1]
        owner = Owner(self.versions.append, self.refusals.append, self.lines.append, lambda: self.installed)
        argv = [sys.executable, "-S", "-E", "-c", WORKER, str(self.says)]
        return Keeper(argv, sock, owner, look_s=0.02, pause_s=0.001)

    async def ask(self) -> int:
        async with self.connected() as pid:
            return pid

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[int]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield int(await reader.readline())
        finally:
            writer.close()


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path / "says")
    made.set("ready 1")
    return made


@asynccontextmanager
async def kept(world: World) -> AsyncIterator[tuple[Keeper, "asyncio.Task[None]"]]:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        keeper = world.keeper(sock)
        task: asyncio.Task[None] = asyncio.create_task(keeper.run())
        try:
            await until(lambda: world.versions or task.done())
            yield keeper, task
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, Refused):
                await task


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.005)


def has(things: list[str], count: int) -> bool:
    return len(things) == count


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def test_what_dies_is_started_again_and_who_asks_meanwhile_waits(world: World) -> None:
    async with kept(world):
        first = await world.ask()
        os.kill(first, signal.SIGKILL)
        await until(lambda: not is_alive(first))
        assert await world.ask() not in (first, 0)
        await until(lambda: world.versions == ["1", "1"])
    assert "ended with -9" in world.lines[0]


async def test_a_successor_takes_over_and_the_one_before_answers_what_it_has_taken(world: World) -> None:
    async with kept(world) as (keeper, _), world.connected() as first:
        keeper.replace()
        await until(lambda: len(world.versions) == 2)
        second = await world.ask()
        while second == first:  # taken the moment before it was told
            second = await world.ask()
        assert is_alive(first)
        async with world.connected() as third:
            assert third == second
    await until(lambda: not is_alive(first) and not is_alive(second))


async def test_another_version_takes_over_by_itself(world: World) -> None:
    async with kept(world):
        first = await world.ask()
        world.installed = ""  # in the midst of an upgrade
        world.set("ready 2")
        await asyncio.sleep(0)
        assert world.versions == ["1"]
        world.installed = "2"
        await until(lambda: world.versions == ["1", "2"])
        await until(lambda: not is_alive(first))
        assert await world.ask() != first


async def test_one_that_cannot_start_leaves_the_one_before_and_is_tried_again(world: World) -> None:
    async with kept(world) as (keeper, _):
        first = await world.ask()
        world.set("wrong no such setting")
        keeper.replace()
        await until(lambda: world.refusals == ["no such setting"])
        assert await world.ask() == first
        world.set("nonsense")
        world.installed = "2"  # half of it, as yet
        await until(lambda: len(world.refusals) == 3)
        assert world.refusals[1:] == ["it ended at once"] * 2
        assert await world.ask() == first
        world.set("ready 2")
        await until(lambda: world.versions == ["1", "2"])


@pytest.mark.parametrize(
    ("says", "why", "is_final"),
    [
        ("wrong no such setting", "no such setting", True),
        ("failed disk full", "disk full", False),
        ("nonsense", "it ended at once", False),
    ],
)
async def test_a_first_one_that_cannot_start_is_the_end(world: World, says: str, why: str, is_final: bool) -> None:
    world.set(says)
    async with kept(world) as (_, task):
        with pytest.raises(Refused, match=why) as refused:
            await task
    assert refused.value.is_final == is_final
    assert not world.versions


async def test_one_that_dies_again_and_again_is_given_up(world: World) -> None:
    async with kept(world) as (_, task):
        for n in range(1, 7):
            await until(partial(has, world.versions, n))
            os.kill(await world.ask(), signal.SIGKILL)
        with pytest.raises(Refused, match="too often, at last with -9"):
            await task


async def test_nothing_is_left_when_it_ends(world: World) -> None:
    async with kept(world) as (keeper, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", world.port)
        first = int(await reader.readline())
        keeper.replace()
        await until(lambda: len(world.versions) == 2)
        second = await world.ask()
    assert not is_alive(first)
    assert not is_alive(second)
    writer.close()
