"""What is kept of events: each request once, in whatever pieces a log is read, and only what can be summed up."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.session_index.kinds import Exchange, Kinds, read
from headroom.session_index.rows import SCHEMA, TABLES, add_events, add_log, forget
from headroom.session_log.events import End, Event, Guard, Head, Retrieve, Start
from tests.core.report.made import EVENTS, T, block, request, session, usage


def rows(*parts: Sequence[Event]) -> Iterator[tuple[object, ...]]:
    """All rows of a log that is read in parts, their kinds in words."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(SCHEMA)
        log = add_log(connection, "s")
        for part in parts:
            add_events(connection, Kinds(connection), log, part, 1)
        words = dict(connection.execute("SELECT kind, said FROM kinds"))
        yield from connection.execute("SELECT agent, project, way, damaged - ?, most FROM logs", (len(parts),))
        for table in TABLES:
            found = connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in found.description]
            for row in found.fetchall():
                told = dict(zip(names, row, strict=True))
                if table != "others":
                    told["kind"] = words[told["kind"]]
                yield (table, *told.items())


@settings(deadline=None)
@given(st.lists(EVENTS, max_size=20), st.lists(st.integers(0, 20), max_size=4))
def test_rows_do_not_depend_on_how_a_log_was_cut(log: list[Event], cuts: list[int]) -> None:
    ends = sorted({0, *cuts, len(log)})
    parts = [log[begin:end] for begin, end in pairwise(ends)]
    assert list(rows(*parts)) == list(rows(log))


def test_an_event_logged_twice_counts_once() -> None:
    once: list[Event] = [request(1, block("a", 9, 5)), usage(1, 1, 2, 0, 3, 4)]
    again: list[Event] = [request(1, block("b", 9, 5), status=500, t=9), usage(1, 9, 9, 9, 9, 9)]
    assert list(rows([*once, *again])) == list(rows(once))
    assert list(rows(once, again)) == list(rows(once))


def test_blocks_of_a_request_that_went_out_as_it_came_are_not_kept() -> None:
    one = request(1, block("a", 9, 5, "logs"), block("b", 9, 5, "logs", new=False))
    assert [row[0] for row in rows([one])].count("blocks") == 1
    assert [row[0] for row in rows([one._replace(retried=True)])].count("blocks") == 0
    assert [row[0] for row in rows([one._replace(mode="simulate")])].count("blocks") == 0


def test_a_session_is_told_by_its_first_start() -> None:
    starts = [Start(T, "a", "claude", "/a", {}, {"retrieval": "mcp"}), Start(T, "b", "codex", "/b")]
    assert next(rows(starts)) == next(rows(*[[start] for start in starts])) == ("claude", "/a", "mcp", 0, 0)


@pytest.mark.parametrize(
    "event",
    [
        request(1, block("a", 2**54, 5)),
        request(-1),
        request(2**33),
        usage(1, 2**54, 0, 0, 0, 0),
        usage(1, 0, 0, 0, 0, -(2**54)),
        Guard(T, "ab", "why", 2**60),
        Retrieve(T, "ab", False, True, 2**60),
        End(T, 2**60),
        Head(T, -1),
    ],
)
def test_counts_that_nobody_can_sum_up_are_damage(event: Event) -> None:
    told = list(rows([event]))
    assert told == [(None, "", "", 1, 0)]


def test_a_log_can_be_forgotten() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(SCHEMA)
        events = session(request(1, block("a", 9, 5)), usage(1, 1, 2, 0, 3, 4), End(T)).events
        logs = [add_log(connection, name) for name in "ab"]
        for log in logs:
            add_events(connection, Kinds(connection), log, events, 0)
        forget(connection, logs[0])
        for table in ("logs", *TABLES):
            assert {log for (log,) in connection.execute(f"SELECT log FROM {table}")} == {logs[1]}


def test_a_memory_that_is_damaged_is_told_by_sqlite_s_own_error() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(SCHEMA)
        log = add_log(connection, "s")
        connection.execute("UPDATE logs SET memory = '[1'")
        with pytest.raises(sqlite3.DatabaseError):
            add_events(connection, Kinds(connection), log, [], 0)


def test_the_cause_of_a_miss_is_in_the_kind() -> None:
    log: list[Event] = [request(1), usage(1, 10, 20_000, 0, 0, 5), request(2), usage(2, 10, 21_000, 0, 0, 5)]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(SCHEMA)
        add_events(connection, Kinds(connection), add_log(connection, "s"), log, 0)
        found = [read(said) for (said,) in connection.execute("SELECT said FROM kinds ORDER BY kind")]
    causes = [kind.cause for kind in found if isinstance(kind, Exchange)]
    assert causes == ["new conversation", "unexplained"]
