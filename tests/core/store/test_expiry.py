"""Originals go away by their last use: after their time, and the longest unused first when there are too many."""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from headroom.store import Pruned, SqliteMemo, SqliteStore, expiry
from headroom.store.database import DAMAGED
from headroom.types import Decision

DAY = 86_400
MUCH = 10**12


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 1_000_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[SqliteStore]:
    with closing(SqliteStore(tmp_path, clock)) as opened:
        yield opened


def texts(store: SqliteStore) -> set[str]:
    """Return what is there, without using it."""
    return {(store.originals / f"{key}.txt").read_text() for key in store.matches("")}


def fill(store: SqliteStore, clock: Clock, names: str) -> dict[str, str]:
    """Put one original of 10 bytes a day."""
    keys = {}
    for name in names:
        keys[name] = store.put(name * 10)
        clock.now += DAY
    return keys


def test_nothing_goes_while_it_is_young_and_there_is_room(store: SqliteStore, clock: Clock) -> None:
    fill(store, clock, "abc")
    assert store.prune(clock.now, 7 * DAY, 30) == Pruned(originals=0, bytes=0, decisions=0, strays=0)
    assert texts(store) == {"a" * 10, "b" * 10, "c" * 10}


def test_what_was_not_used_in_its_time_goes(store: SqliteStore, clock: Clock) -> None:
    fill(store, clock, "abcd")
    assert store.prune(clock.now, 2.5 * DAY, MUCH) == Pruned(originals=2, bytes=20, decisions=0, strays=0)
    assert texts(store) == {"c" * 10, "d" * 10}
    assert store.stats()[:2] == (2, 20)


def test_the_longest_unused_goes_first_until_the_rest_fits(store: SqliteStore, clock: Clock) -> None:
    keys = fill(store, clock, "abcde")
    store.get(keys["a"])
    clock.now += DAY
    store.put("b" * 10)
    clock.now += DAY
    assert store.prune(clock.now, 100 * DAY, 29).originals == 3
    assert texts(store) == {"a" * 10, "b" * 10}


def test_what_an_agent_reads_with_its_own_tools_counts_as_used(store: SqliteStore, clock: Clock) -> None:
    keys = fill(store, clock, "ab")
    file = Path(store.path(keys["a"]))
    # A disk mounted with noatime would not tell, so the reading is done by hand.
    os.utime(file, (clock.now, file.stat().st_mtime))
    store.prune(clock.now + DAY, 100 * DAY, 10)
    assert [path.read_text() for path in store.originals.iterdir()] == ["a" * 10]


def test_what_is_wanted_again_after_it_was_chosen_stays(store: SqliteStore, clock: Clock) -> None:
    keys = fill(store, clock, "ab")
    chosen = list(expiry.scan(store.originals))
    store.put("a" * 10)
    assert set(expiry._remove(store.originals, chosen)) == {keys["b"]}
    assert texts(store) == {"a" * 10}


def test_decisions_and_conversations_age_like_originals(tmp_path: Path, store: SqliteStore, clock: Clock) -> None:
    with closing(SqliteMemo(tmp_path, clock=clock)) as memo:
        memo.remember({f"old {number}": Decision(None) for number in range(450)})
        memo.leave_alone("old", "refused")
        clock.now += 5 * DAY
        memo.remember({"young": Decision(None)})
    assert store.prune(clock.now, 3 * DAY, MUCH) == Pruned(originals=0, bytes=0, decisions=451, strays=0)
    with closing(SqliteMemo(tmp_path, clock=clock)) as memo:
        assert memo.recall(["old 7", "young"]) == {"young": Decision(None)}
        assert memo.left_alone("old") is None


def test_what_killed_writers_left_goes_and_the_files_of_others_stay(tmp_path: Path, store: SqliteStore) -> None:
    now = time.time()
    ages = {
        "originals/.tmp-dead": 2 * 3600,
        "originals/.tmp-alive": 60,
        "originals/notes.txt": 100 * DAY,
        ".tmp-dead": 2 * 3600,
        ".tmp-dead-wal": 2 * 3600,
        f"{DAMAGED}old": 8 * DAY,
        f"{DAMAGED}new": 6 * DAY,
        "notes": 100 * DAY,
    }
    store.originals.mkdir()
    for name, age_s in ages.items():
        (tmp_path / name).write_text("")
        os.utime(tmp_path / name, (now - age_s, now - age_s))
    assert store.prune(now, 7 * DAY, MUCH).strays == 4
    left = {name for name in ages if (tmp_path / name).exists()}
    assert left == {"originals/.tmp-alive", "originals/notes.txt", f"{DAMAGED}new", "notes"}


def test_what_somebody_else_put_there_is_no_obstacle_and_is_not_followed(
    tmp_path: Path, store: SqliteStore
) -> None:
    outside = tmp_path.with_name(f"{tmp_path.name}-outside")
    outside.mkdir()
    (outside / "mine.txt").write_text("mine")
    store.originals.mkdir()
    (store.originals / ".tmp-folder").mkdir()
    (tmp_path / f"{DAMAGED}folder").mkdir()
    for name in (".tmp-link", f"{DAMAGED}link", f"originals/{'a' * 12}.txt", "originals/.tmp-link"):
        (tmp_path / name).symlink_to(outside / "mine.txt")
    (store.originals / f"{'b' * 12}.txt").hardlink_to(outside / "mine.txt")
    (store.originals / f"{'c' * 12}.txt").mkdir()
    gone = store.prune(time.time() + 30 * DAY, 7 * DAY, MUCH)
    assert (gone.originals, gone.bytes, gone.strays) == (1, 4, 3)
    assert (outside / "mine.txt").read_text() == "mine"


def test_a_clock_that_was_wrong_for_once_costs_nothing(store: SqliteStore, clock: Clock) -> None:
    """Neither one that was ahead when originals were used, nor one that was behind when the old ones went."""
    clock.now += 3650 * DAY
    fill(store, clock, "ab")
    clock.now -= 3650 * DAY
    fill(store, clock, "c")
    clock.now -= 10_000 * DAY
    assert store.prune(clock.now, 7 * DAY, MUCH).originals == 0
    clock.now += 10_000 * DAY
    assert store.prune(clock.now, 7 * DAY, MUCH).originals == 0
    assert texts(store) == {"a" * 10, "b" * 10, "c" * 10}


def test_the_index_follows_the_files(store: SqliteStore, clock: Clock) -> None:
    keys = fill(store, clock, "abc")
    Path(store.path(keys["a"])).unlink()
    store.close()
    assert store.stats()[:2] == (3, 30)
    store.prune(clock.now, 7 * DAY, MUCH)
    assert store.stats()[:2] == (2, 20)
    for file in store.originals.parent.glob("index*"):
        file.unlink()
    assert store.stats()[:2] == (0, 0)
    store.prune(clock.now, 7 * DAY, MUCH)
    assert store.stats()[:2] == (2, 20)


def test_an_empty_store_is_pruned_to_nothing(store: SqliteStore, clock: Clock) -> None:
    assert store.prune(clock.now, 7 * DAY, 0) == Pruned(0, 0, 0, 0)
