"""Counts on the disk: for many processes, private, bounded, and merged as counts are."""

import contextlib
import multiprocessing
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from headroom.toin.book import FILE, Asker, Book, Form
from headroom.toin.counts import KEPT_DAYS, MOST_STRUCTURES, Cell, Counts, merged
from tests.core.toin.test_counts import COUNTS

DAY = 20_020


def form(original: str = "0123456789ab", day: int = DAY) -> Form:
    return Form(original, "11111111", "json_rows", 0, day, 0, frozenset({"0123abcd"}), b"bits", "abcdabcd")


def add(folder: Path, times: int) -> None:
    for _ in range(times):
        Book(folder).raise_counts(DAY, [("11111111", "c0", 1), ("11111111", "s0", 10)], [form()])


def test_counts_and_forms_come_back(tmp_path: Path) -> None:
    book = Book(tmp_path / "toin")
    assert book.read() == ({}, {})
    assert book.form("0123456789ab") == []
    assert book.stamp() == (0, 0, 0)
    assert not (tmp_path / "toin").exists(), "to look costs nothing"
    add(book.folder, 3)
    counts, kinds = book.read()
    assert {(cell.day, cell.what): n for cell, n in counts.items()} == {(DAY, "c0"): 3, (DAY, "s0"): 30}
    assert kinds == {"11111111": "json_rows"}
    assert book.form("0123456789ab") == [form()]
    book.raise_counts(DAY, [], [form()._replace(asked=1)])
    assert book.form("0123456789ab")[0].asked == 1


def test_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    add(tmp_path / "state" / "toin", 1)
    for path in [tmp_path / "state", *(tmp_path / "state").rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0


def test_processes_add_up(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=add, args=(tmp_path / "toin", 20)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    counts = Book(tmp_path / "toin").read().counts
    assert len({cell.machine for cell in counts}) == 1
    assert sum(n for cell, n in counts.items() if cell.what == "c0") == 60


def named(counts: Counts, kind: str) -> dict[str, str]:
    return {cell.structure: kind for cell in counts if cell.structure}


@settings(max_examples=20, deadline=None)
@given(COUNTS, COUNTS)
def test_merging_in_any_order_and_twice_comes_to_the_same(one: Counts, other: Counts) -> None:
    with TemporaryDirectory() as home:
        a, b = Book(Path(home) / "a"), Book(Path(home) / "b")
        a.merge(one, named(one, "logs"), DAY)
        a.merge(other, named(other, "json_rows"), DAY)
        a.merge(one, named(one, "logs"), DAY)
        b.merge(other, named(other, "json_rows"), DAY)
        b.merge(one, named(one, "logs"), DAY)
        assert a.read() == b.read()
        assert a.read().counts == merged(one, other)


def test_a_machine_takes_in_its_own_counts_without_a_change(tmp_path: Path) -> None:
    book = Book(tmp_path)
    add(tmp_path, 2)
    before = book.read()
    book.merge(*before, DAY)
    assert book.read() == before
    book.reset()
    assert book.read() == ({}, {})
    add(tmp_path, 1)
    book.merge(*before, DAY)
    assert sum(n for cell, n in book.read().counts.items() if cell.what == "c0") == 3, "it counts anew"


def test_it_stays_small(tmp_path: Path) -> None:
    book = Book(tmp_path)
    machine = "a" * 16
    many = {Cell(machine, DAY - n % 5, f"{n:08x}", "c0"): 1 for n in range(MOST_STRUCTURES + 40)}
    old = {Cell(machine, DAY - KEPT_DAYS - 1, "ffffffff", "c0"): 1}
    ahead = {Cell(machine, 1 << 50, "eeeeeeee", "c0"): 1}
    book.merge({**many, **old, **ahead, Cell(machine, DAY, "", "t"): 1}, {"ffffffff": "logs"}, DAY)
    counts, kinds = book.read()
    kept = {cell.structure for cell in counts}
    assert (len(kept), kinds) == (MOST_STRUCTURES + 1, {})
    assert not {"ffffffff", "eeeeeeee"} & kept
    assert all(f"{n:08x}" in kept for n in range(0, MOST_STRUCTURES, 5)), "what was seen last"
    book.raise_counts(DAY, [], [form(f"{n:012x}", DAY - n % 40) for n in range(7000)])
    assert not book.form(f"{39:012x}"), "too old"
    assert not book.form(f"{30:012x}"), "too many"
    assert book.form(f"{40:012x}")


def garble(file: Path) -> None:
    file.write_bytes(b"x" * 3000)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def other(file: Path) -> None:
    file.unlink()
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE other (a)")


def link(file: Path) -> None:
    file.rename(file.with_name("else"))
    file.symlink_to(file.with_name("else"))


def run(file: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)
        connection.commit()


def no_text(file: Path) -> None:
    run(file, "UPDATE counts SET structure = CAST(x'9a9a' AS TEXT)")


def no_count(file: Path) -> None:
    run(file, "UPDATE counts SET n = x'00'")


@pytest.mark.parametrize("damage", [garble, empty, other, link, no_text, no_count])
def test_what_is_damaged_is_set_aside_and_counting_goes_on(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    add(tmp_path, 1)
    damage(tmp_path / FILE)
    book = Book(tmp_path)
    before = (tmp_path / FILE).read_bytes()
    assert book.read() == ({}, {"11111111": "json_rows"} if damage in (no_count, no_text) else {})
    add(tmp_path, 1)
    assert sorted(book.read().counts.values()) == [1, 10]
    kept = book.damaged() or [tmp_path / "else"]
    assert [file.read_bytes() for file in kept] == [before]


def test_of_damaged_files_the_latest_is_kept(tmp_path: Path) -> None:
    for number in range(4):
        add(tmp_path, 1)
        (tmp_path / FILE).write_bytes(b"%d" % number * 3000)
        assert Book(tmp_path).read() == ({}, {})
    (kept,) = Book(tmp_path).damaged()
    assert kept.read_bytes()[:1] == b"3"


@pytest.mark.parametrize(
    "older", ["DROP TABLE askers", "ALTER TABLE forms DROP COLUMN conversation", "DROP TABLE forms"]
)
def test_counts_of_a_file_of_another_version_are_taken_over(tmp_path: Path, older: str) -> None:
    add(tmp_path, 3)
    before = Book(tmp_path).read()
    run(tmp_path / FILE, older)
    add(tmp_path, 1)
    counts, kinds = Book(tmp_path).read()
    assert kinds == before.kinds
    assert before.counts.items() <= counts.items()
    assert sum(n for cell, n in counts.items() if cell.what == "c0") == 4


def test_a_conversation_that_asks_for_room_is_counted_once(tmp_path: Path) -> None:
    book = Book(tmp_path)
    for day, who in ((DAY, "a"), (DAY + 7, "a"), (DAY + 7, "b"), (DAY + 40, "a")):
        asker = Asker("11111111", 0, book.hashed(who))
        book.raise_counts(day, [], askers=[asker, asker, asker._replace(level=2)])
    found = {(cell.day, cell.what): n for cell, n in book.read().counts.items()}
    assert found == {(DAY, "w0"): 1, (DAY, "w2"): 1, (DAY + 7, "w0"): 1, (DAY + 7, "w2"): 1}


def test_what_a_conversation_is_called_tells_nothing_elsewhere(tmp_path: Path) -> None:
    one, other = Book(tmp_path / "one"), Book(tmp_path / "other")
    assert one.hashed("a") == one.hashed("a") != one.hashed("b")
    assert one.hashed("a") != other.hashed("a")
    before = one.hashed("a")
    one.reset()
    assert one.hashed("a") != before
