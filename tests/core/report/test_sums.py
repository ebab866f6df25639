"""Summaries: every figure by hand on small sessions, and what must not change it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from headroom import session_log
from headroom.ledger import Saved
from headroom.report import Overview, overview, overview_of, summarise
from headroom.session_log import Session, events
from headroom.session_log.events import End, Error, Event, Guard, Retrieve
from tests.core.report.made import T, block, request, session, summary_of, usage

DAY_S = 86_400


def test_nothing_happened() -> None:
    for summary in (summarise([]), summary_of(), summary_of(End(T + 9, 0, 9.0, "exit"))):
        assert not summary.had_traffic
        assert (summary.total.saved_percent, summary.total.net_saved, summary.added.p95) == (0, 0, 0)
        assert summary.total.cache_hit_percent == summary.blocks.saved_percent == 0


def test_what_was_not_sent_is_only_counted() -> None:
    summary = summary_of(request(1, block("a", 900, 90, "logs"), status=0)._replace(mode="simulate"))
    assert (summary.simulated, summary.total.requests, summary.failed, summary.blocks.seen) == (1, 0, 0, 0)
    assert summary.had_traffic


def test_a_conversation_left_alone_counts_once() -> None:
    guards = [Guard(T, "ab", "cache reads fell", 1500), Guard(T, "cd", "cache reads fell", 1000)]
    summary = summarise([session(*guards), session(guards[0], id="s2")])
    assert (dict(summary.guards), summary.guards_lost) == ({"cache reads fell": 2}, 2.5)


def test_rounds_of_ours_are_counted() -> None:
    assert summary_of(request(1), request(2)._replace(rounds=1), request(3)._replace(rounds=2)).rounds == 2


def test_what_is_logged_twice_counts_once() -> None:
    once: Sequence[Event] = [
        request(1, block("a", 900, 90, "logs")),
        usage(1, 5, 0, 0, 0, 7, saved=Saved(input=3)),
        request(2, block("b", 500, 500, reason="floor")),
    ]
    twice = [*once, *once, once[1]]
    assert summary_of(*once) == summary_of(*twice)


def test_troubles_are_counted() -> None:
    summary = summary_of(
        request(1, status=529),
        request(2, status=0),
        request(3, status=201),
        Error(T, "request", "ValueError"),
        Retrieve(T, "ab", False, True, 900),
        Retrieve(T, "ab", True, False, 0),
        damaged=3,
    )
    assert (summary.failed, summary.lookups, summary.misses, summary.damaged) == (2, 2, 1, 3)
    assert dict(summary.errors) == {"request: ValueError": 1}
    assert (summary.total.requests, summary.total.with_usage) == (3, 0)


@pytest.mark.parametrize(
    ("times", "median", "most"),
    [([5], 5, 5), ([1, 2], 1, 2), ([3, 1, 2], 2, 3), (range(1, 101), 50, 95), (range(1, 21), 10, 19)],
)
def test_percentiles_are_times_that_were_measured(times: Sequence[int], median: int, most: int) -> None:
    summary = summary_of(*(request(n, ms=ms) for n, ms in enumerate(times)))
    assert (summary.added.p50, summary.added.p95) == (median, most)


def test_many_sessions_are_one_sum_by_agent() -> None:
    summary = summarise(
        [
            session(request(1), usage(1, 100, 0, 0, 0, 0), id="a"),
            session(request(1), usage(1, 200, 0, 0, 0, 0), id="b", damaged=1),
            session(request(1), agent="demo", id="c"),
            Session("d", [], 2),
        ]
    )
    assert summary.ids == ["a", "b", "c", "d"]
    assert dict(summary.sessions_by_agent) == {"claude": 2, "demo": 1, "unknown": 1}
    assert {name: (a.requests, a.input) for name, a in summary.by_agent.items()} == {
        "claude": (2, 300),
        "demo": (1, 0),
    }
    assert (summary.total.input, summary.damaged) == (300, 3)


def test_what_was_before_is_left_out() -> None:
    events = (request(1), usage(1, 100, 0, 0, 0, 0), request(10), usage(10, 30, 0, 0, 0, 0))
    summary = summarise([session(*events)], since=T + 5)
    assert (summary.total.requests, summary.total.input, summary.began) == (1, 30, T + 10)
    assert list(summary.by_agent) == ["claude"]


def test_times_are_told_by_percentiles() -> None:
    events = [request(n, ms=float(n)) for n in range(1, 101)]
    failed = request(101, status=529, ms=500.0)
    found = overview_of([session(*events, failed)])
    assert (found.added.count, found.added.p50, found.added.p99, found.added.most) == (101, 51, 100, 500)
    assert (found.first_byte.count, found.first_byte.p95) == (100, 80.0)


def write(folder: Path, name: str, found: Session) -> None:
    folder.mkdir(exist_ok=True, parents=True)
    log = folder / f"{name}.jsonl"
    log.touch()
    for event in found.events:
        session_log.append(log, events.to_dict(event))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, agent, cwd in (("1", "claude", "/a/shop"), ("2", "codex", "/b/shop"), ("3", "", "/b/web")):
        made = session(request(1), usage(1, 10, 0, 0, 0, 0), agent=agent, id=name, cwd=cwd)
        write(tmp_path / "sessions", name, made)
    return tmp_path


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, ["1", "2", "3"]),
        ({"session": "2"}, ["2"]),
        ({"session": "x"}, []),
        ({"agent": "codex"}, ["2"]),
        ({"agent": "unknown"}, ["3"]),
        ({"project": "shop"}, ["1", "2"]),
        ({"project": "/b/shop/"}, ["2"]),
        ({"project": "/b/shop", "agent": "claude"}, []),
    ],
)
def test_the_overview_is_of_the_sessions_asked_about(root: Path, asked: dict[str, str], ids: list[str]) -> None:
    found = overview(root, **asked)  # type: ignore[arg-type]
    assert found.summary.ids == ids
    assert found.summary.total.requests == len(ids)


def test_projects_are_told_by_their_folder(root: Path) -> None:
    found = overview(root).by_project
    assert {path: (one.name, one.sessions, one.account.input) for path, one in found.items()} == {
        "/a/shop": ("shop", 1, 10),
        "/b/shop": ("shop", 1, 10),
        "/b/web": ("web", 1, 10),
    }


def test_of_no_logs_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert overview(tmp_path) == overview_of([]) == Overview()
