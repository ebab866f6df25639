"""Logs are read for what they are about, and go by age and size; never one that is written."""

import os
from pathlib import Path

from headroom import session_log
from headroom.retention import logs
from headroom.retention.logs import Pruned
from tests.core.retention.made import DAY, NOW, State


def test_a_log_says_what_its_session_was_about(tmp_path: Path) -> None:
    state = State(tmp_path).at(2)
    path = state.session("/proj/a", "ab" * 16, hours=2, saved=-7)
    session_log.append(path, session_log.retrieve_event("0" * 12, query=False, hit=True, tokens=4))
    os.utime(path, (NOW, NOW))
    (log,) = logs.look(tmp_path, NOW)
    assert (log.agent, log.project, log.requests, log.saved) == ("claude", "/proj/a", 1, -7)
    assert (log.ended, log.runs, log.began, log.last) == (True, False, NOW - 2 * DAY, NOW)
    assert (log.decisions, log.retrieved) == ({"ab" * 16}, {"0" * 12})
    assert log.bytes == path.stat().st_size


def test_a_log_without_an_end_goes_on_for_an_hour_or_while_it_is_open(tmp_path: Path) -> None:
    state = State(tmp_path)
    killed = state.at(3).session("/proj/a", ended=False, hours=0)
    assert [log.runs for log in logs.look(tmp_path, NOW)] == [False]
    assert [log.runs for log in logs.look(tmp_path, NOW - 3 * DAY + 1800)] == [True]
    with session_log.SessionLog(killed):
        assert [log.runs for log in logs.look(tmp_path, NOW)] == [True]
        assert logs.remove([killed], NOW) == Pruned(0, 0)
    assert logs.remove([killed], NOW).logs == 1
    assert logs.remove([killed], NOW) == Pruned(0, 0)


def test_the_oldest_go_first_by_age_and_by_size() -> None:
    found = [(Path(name), size, float(last)) for name, size, last in (("a", 10, 1), ("b", 10, 2), ("c", 10, 3))]
    for before, most, gone in (
        (0, 99, ""),
        (2, 99, "a"),
        (0, 25, "a"),
        (0, 20, "a"),
        (0, 0, "abc"),
        (9, 99, "abc"),
    ):
        assert "".join(path.name for path in logs.doomed(found[::-1], before, most)) == gone


def test_prune_leaves_what_goes_on_and_asks_nobody_when_nothing_is_old(tmp_path: Path) -> None:
    state = State(tmp_path)
    old = state.at(400).session("/proj/a")
    open_one = state.at(300).session("/proj/a", ended=False)
    young = state.at(2).session("/proj/b")
    assert logs.prune(tmp_path, NOW, 500 * DAY, 1 << 20) == Pruned(0, 0)
    with session_log.SessionLog(open_one):
        size = old.stat().st_size
        assert logs.prune(tmp_path, NOW, 30 * DAY, 1 << 20) == Pruned(1, size)
    assert sorted(tmp_path.glob("sessions/*")) == sorted([open_one, young])
    assert logs.prune(tmp_path / "nowhere", NOW, 0, 0) == Pruned(0, 0)
