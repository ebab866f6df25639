"""The first decision for a block wins: in every process, after a restart, and until it is overruled."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from headroom.store import SqliteMemo, SqliteStore
from headroom.store.database import FILE
from headroom.types import Decision

DAY = 86_400
FULL = Decision("short", "logs", "", False, 900, 90, "0123456789ab")
RAW = Decision(None, reason="floor", tokens_before=12, tokens_after=12)


@pytest.fixture
def memo(tmp_path: Path) -> Iterator[SqliteMemo]:
    with closing(SqliteMemo(tmp_path)) as opened:
        yield opened


@pytest.fixture
def other(tmp_path: Path) -> Iterator[SqliteMemo]:
    """The memo as a process sees it that starts later."""
    with closing(SqliteMemo(tmp_path)) as opened:
        yield opened


def test_nothing_is_known_at_first(memo: SqliteMemo) -> None:
    assert memo.recall([]) == {}
    assert memo.recall(["a", "b"]) == {}
    assert memo.remember({}) == {}


def test_decisions_are_recalled_by_all(memo: SqliteMemo, other: SqliteMemo) -> None:
    assert memo.remember({"a": FULL, "b": RAW}) == {"a": FULL, "b": RAW}
    for later in (memo, other):
        assert later.recall(["b", "x", "a", "b"]) == {"a": FULL, "b": RAW}


def test_the_first_decision_wins(memo: SqliteMemo, other: SqliteMemo) -> None:
    memo.remember({"a": FULL})
    assert other.remember({"a": RAW, "b": RAW}) == {"a": FULL, "b": RAW}
    assert memo.remember({"b": FULL}) == {"b": RAW}
    assert memo.recall(["a", "b"]) == other.recall(["a", "b"]) == {"a": FULL, "b": RAW}


def test_many_decisions_at_once(memo: SqliteMemo, other: SqliteMemo) -> None:
    decisions = {str(number): Decision(f"text {number}") for number in range(1700)}
    memo.remember(decisions)
    assert other.recall(list(decisions)) == decisions


def test_any_decision_comes_back(tmp_path: Path) -> None:
    count = st.integers(0, 2**40)
    texts = st.text(st.characters(codec=None))
    decisions = st.builds(
        Decision,
        st.none() | texts,
        st.text("abc_"),
        st.text("abc :;"),
        st.booleans(),
        count,
        count,
        st.text("0af"),
    )
    keys = iter(range(10**9))

    @given(decisions)
    @hypothesis_settings(max_examples=60, deadline=None)
    def holds(decision: Decision) -> None:
        key = str(next(keys))
        with closing(SqliteMemo(tmp_path)) as memo, closing(SqliteMemo(tmp_path)) as other:
            memo.remember({key: decision})
            assert other.recall([key]) == {key: decision}

    holds()


def test_a_reason_without_utf8_form_is_kept_as_well_as_it_can_be(memo: SqliteMemo, other: SqliteMemo) -> None:
    memo.remember({"a": Decision(None, reason="bad \ud800")})
    memo.leave_alone("conversation", "bad \ud800")
    assert other.recall(["a"])["a"].reason == other.left_alone("conversation") == "bad ?"


RACER = """
import sys
from pathlib import Path
from headroom.store import SqliteMemo
from headroom.types import Decision
memo = SqliteMemo(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(50):
    held = memo.remember({str(number): Decision(f"decided by {sys.argv[2]}")})
    print(number, held[str(number)].text, flush=True)
"""


def test_the_first_decision_wins_in_eight_processes_at_once(tmp_path: Path) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, tmp_path, str(name)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in range(8)
    ]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("\n")
        racer.stdin.flush()
    answers = {racer.communicate(timeout=30)[0] for racer in racers}
    assert [racer.returncode for racer in racers] == [0] * 8
    assert len(answers) == 1
    assert len(answers.pop().splitlines()) == 50


def test_threads_share_a_memo(memo: SqliteMemo) -> None:
    wrong: list[object] = []

    def work(name: int) -> None:
        for number in range(30):
            held = memo.remember({str(number): Decision(str(name))})
            if memo.recall([str(number)]) != held:
                wrong.append(held)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_overruled_decision_sends_the_original(memo: SqliteMemo, other: SqliteMemo) -> None:
    memo.remember({"a": FULL, "b": FULL})
    memo.overrule(["a", "never decided"], "400")
    raw = {"a": Decision(None, reason="400", tokens_before=900, tokens_after=900), "b": FULL}
    assert memo.recall(["a", "b"]) == raw
    assert other.recall(["a", "b"]) == raw
    assert other.recall(["never decided"]) == {"never decided": Decision(None, reason="400")}
    assert other.remember({"a": FULL, "never decided": FULL})["a"].text is None


def test_who_holds_a_decision_in_memory_keeps_what_it_sent(memo: SqliteMemo, other: SqliteMemo) -> None:
    memo.remember({"a": FULL})
    other.recall(["a"])
    memo.overrule(["a"], "400")
    assert other.recall(["a"]) == {"a": FULL}


def test_a_conversation_is_left_alone_by_all(memo: SqliteMemo, other: SqliteMemo) -> None:
    assert memo.left_alone("one") is None
    memo.leave_alone("one", "400")
    memo.leave_alone("one", "later")
    assert memo.left_alone("one") == other.left_alone("one") == "400"
    assert other.left_alone("two") is None


def test_memory_is_bounded(tmp_path: Path) -> None:
    with closing(SqliteMemo(tmp_path, max_memory_bytes=20_000)) as memo:
        memo.remember({str(number): Decision("x" * 4000) for number in range(10)})
        assert len(memo.recall([str(number) for number in range(10)])) == 10
        (tmp_path / FILE).unlink()
        assert len(memo.recall([str(number) for number in range(10)])) == 4


def test_a_decision_larger_than_the_memory_is_kept_on_disk(tmp_path: Path) -> None:
    with closing(SqliteMemo(tmp_path, max_memory_bytes=1000)) as memo:
        memo.remember({"a": Decision("x" * 4000), "b": RAW})
        assert memo.recall(["a", "b"]) == {"a": Decision("x" * 4000), "b": RAW}


@pytest.mark.parametrize("in_memory", [True, False])
def test_age_is_renewed_once_a_day(tmp_path: Path, in_memory: bool) -> None:
    now = 1_000_000_000.0

    def age() -> list[float]:
        with closing(sqlite3.connect(tmp_path / FILE)) as connection:
            rows = connection.execute(
                "SELECT used FROM decisions UNION ALL SELECT used FROM left_alone"
            ).fetchall()
            return [now - used for (used,) in rows]

    def clock() -> float:
        return now

    first = SqliteMemo(tmp_path, clock=clock)
    first.remember({"a": FULL})
    first.leave_alone("c", "400")
    memo = first if in_memory else SqliteMemo(tmp_path, clock=clock)
    now += DAY - 1
    assert memo.recall(["a"]) == {"a": FULL}
    assert age()[0] == DAY - 1
    now += 2
    assert memo.recall(["a"]) == {"a": FULL}
    assert SqliteMemo(tmp_path, clock=clock).left_alone("c") == "400"
    assert age() == [0, 0]
    now += 2
    memo.recall(["a"])
    assert age()[0] == 2


def test_a_decision_removed_while_in_memory_is_written_anew(tmp_path: Path) -> None:
    now = 1_000_000_000.0
    with closing(SqliteMemo(tmp_path, clock=lambda: now)) as memo:
        memo.remember({"a": FULL})
        now += 8 * DAY
        SqliteStore(tmp_path).prune(now, 7 * DAY, 0)
        assert memo.recall(["a"]) == {"a": FULL}
        assert SqliteMemo(tmp_path, clock=lambda: now).recall(["a"]) == {"a": FULL}


def test_a_row_that_cannot_be_read_counts_as_damage(tmp_path: Path, memo: SqliteMemo, other: SqliteMemo) -> None:
    memo.remember({"a": FULL})
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        connection.execute("UPDATE decisions SET text = x'00112233'")
    assert other.recall(["a"]) == {}
    assert other.remember({"a": RAW}) == {"a": RAW}


def test_a_database_that_is_locked_is_an_error_and_memory_stays_true_to_it(tmp_path: Path) -> None:
    memo = SqliteMemo(tmp_path, wait_ms=100)
    memo.remember({"a": FULL})
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(OSError, match="another process holds the database"):
            memo.remember({"b": FULL})
        assert memo.recall(["a", "b"]) == {"a": FULL}
        with pytest.raises(OSError, match="another process holds the database"):
            memo.overrule(["a"], "400")
        assert memo.recall(["a"])["a"].text is None
        with pytest.raises(OSError, match="another process holds the database"):
            memo.leave_alone("conversation", "400")
        assert memo.left_alone("conversation") == "400"
