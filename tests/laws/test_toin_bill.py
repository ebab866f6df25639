"""What lookups teach, whatever they teach and whenever, makes no session dearer than without headroom."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import pytest

from headroom.toin import exchange, folder, report, today
from headroom.toin.book import FILE, Book
from tests.laws.bills import APIS, Player, Sent
from tests.laws.engines import Engine
from tests.laws.sessions import SESSIONS, Step
from tests.laws.test_the_bill import is_frozen, is_monotone
from tests.laws.toin_desk import COUNTS, lacking
from tests.provider import invoice

STEPS = 24


def teach(root: Path, chance: random.Random) -> None:
    """Count so many lookups that other advice follows, of each structure another."""
    book = Book(folder(root))
    for row in report(root):
        said = [(row.structure, what, n) for what, n in COUNTS[chance.randrange(3)].items()]
        said += [(row.structure, f"f:{name}", 9) for name in lacking(book, row.structure) if chance.random() < 0.5]
        book.raise_counts(today() - 7, said)
        book.raise_counts(today(), said)


def forget(root: Path, _chance: random.Random) -> None:
    Book(folder(root)).reset()


def take_in(root: Path, chance: random.Random) -> None:
    """Another machine's counts."""
    book = Book(folder(root))
    kept = exchange.read(exchange.write(book.read()))
    theirs = {cell._replace(machine=f"{chance.getrandbits(64):016x}"): n for cell, n in kept.counts.items()}
    book.merge(theirs, kept.kinds, today())


def damage(root: Path, chance: random.Random) -> None:
    file = folder(root) / FILE
    if file.exists():
        data = bytearray(file.read_bytes())
        for _ in range(200):
            data[chance.randrange(len(data))] ^= 0xFF
        file.write_bytes(data[: chance.randrange(len(data))])


def hinder(root: Path, _chance: random.Random) -> None:
    """As if the disk were full, or the folder another's."""
    folder(root).chmod(0o500)


def permit(root: Path, _chance: random.Random) -> None:
    folder(root).chmod(0o700)


ACTS: tuple[Callable[[Path, random.Random], None], ...] = (teach, teach, teach, forget, take_in, damage, hinder)


@dataclass
class Taught(Player):
    """A client whose proxies learn something else before each step."""

    chance: random.Random = field(default_factory=random.Random)

    def _begin(self) -> None:
        super()._begin()
        self._engines = [Engine(self.folder, learns=True, **self.policy) for _ in self._engines]

    def _happen(self, number: int, step: Step) -> float:
        for engine in self._engines:
            assert engine.toin
            engine.toin.flush()
        if folder(self.folder).exists():
            permit(self.folder, self.chance)
            self.act()
        return super()._happen(number, step)

    def act(self) -> None:
        """Let one thing happen to the counts; what it did before may stand in its way."""
        try:
            self.chance.choice(ACTS)(self.folder, self.chance)
        except OSError:
            (folder(self.folder) / FILE).unlink(missing_ok=True)


@pytest.mark.parametrize("api", ["anthropic", "responses, paid writes"])
@pytest.mark.parametrize("session", ["every kind", "forks", "sub-agents", "two processes", "everything"])
def test_whatever_is_learnt_nothing_moves_and_nothing_is_dearer(session: str, api: str, tmp_path: Path) -> None:
    dialect = APIS[api].dialect
    chance = random.Random(f"{session} {api}")
    before: dict[tuple[str, str], Sent] = {}
    direct, ours = [], []
    try:
        for sent in Taught(APIS[api], tmp_path, SESSIONS[session], chance=chance).play(STEPS):
            direct.append(invoice.weight([sent.direct]))
            ours.append(invoice.weight([sent.ours]))
            thread = sent.thread, sent.model
            assert thread not in before or is_monotone(dialect, before[thread], sent)
            assert is_frozen(dialect, sent)
            before[thread] = sent
    finally:
        permit(tmp_path, chance)
    assert all(with_us <= without for without, with_us in zip(accumulate(direct), accumulate(ours), strict=True))
