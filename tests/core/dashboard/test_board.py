"""The board against the reports that read whole logs: the same figures, however the events come in."""

import random
from collections import Counter
from pathlib import Path

import pytest

from headroom import session_log
from headroom.dashboard.board import HOUR_S, Board
from headroom.ledger import Saved
from headroom.report import Account, Caching, overview_of, summarise
from headroom.session_log.events import End, Error, Guard, Retrieve
from tests.core.dashboard.logs import T0, block, exchange, session

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "show").glob("*/*.jsonl"))


def whole(board: Board) -> Account:
    account = Account()
    for hour in board.hours.values():
        account.include(hour.account)
    return account


@pytest.mark.parametrize("logs", [[case] for case in CASES] + [CASES], ids=lambda logs: logs[0].parent.name)
def test_its_sums_are_those_of_the_reports(logs: list[Path]) -> None:
    read = [session_log.read(log) for log in logs]
    board = Board()
    for one in read:
        for event in one.events:
            board.add(one.id, event)
    summary = summarise(read)
    assert whole(board) == summary.total
    hours = board.hours.values()
    assert sum(hour.lookups for hour in hours) == summary.lookups
    assert sum(hour.misses for hour in hours) == summary.misses
    assert sum((hour.errors for hour in hours), Counter()) == summary.errors
    assert sum(hour.would_save for hour in hours) == summary.audited.saved
    told = {
        tool: sum(hour.by_tool[tool].before - hour.by_tool[tool].after for hour in hours if tool in hour.by_tool)
        for tool in {tool for hour in hours for tool in hour.by_tool}
    }
    assert told == {tool: blocks.before - blocks.after for tool, blocks in summary.by_tool.items()}
    cached = Caching()
    for hour in hours:
        cached.include(hour.caching)
    assert cached == overview_of(read).caching
    assert sorted(ms for hour in hours for ms in hour.ms) == summary.ms
    assert sum(hour.guards for hour in hours) == summary.guards.total()


def test_sessions_come_in_any_order() -> None:
    read = [session_log.read(case) for case in CASES]
    events = [(one.id, event) for one in read for event in one.events]
    order = random.Random(7)
    mixed: dict[str, list[object]] = {}
    for name, event in events:
        mixed.setdefault(name, []).append(event)
    straight, shuffled = Board(), Board()
    for name, event in events:
        straight.add(name, event)
    while mixed:
        name = order.choice(sorted(mixed))
        shuffled.add(name, mixed[name].pop(0))
        if not mixed[name]:
            del mixed[name]
    assert whole(shuffled) == whole(straight)
    assert {talk.id for talk in shuffled.conversations.values()} == {
        talk.id for talk in straight.conversations.values()
    }


def test_an_event_that_is_logged_twice_counts_once() -> None:
    once, twice = Board(), Board()
    for event in session():
        once.add("s1", event)
        twice.add("s1", event)
        twice.add("s1", event)
    assert whole(once) == whole(twice)
    assert once.find("s1.c1").requests == twice.find("s1.c1").requests == 1


def test_a_cache_that_is_lost_has_a_cause() -> None:
    board = Board()
    late = exchange(2, T0 + 400)
    late[1] = late[1]._replace(cache_read=0, cache_write=5000)
    for event in session(*late):
        board.add("s1", event)
    (hour,) = board.hours.values()
    assert list(hour.caching.misses) == ["new conversation", "pause longer than the cache's lifetime"]
    assert board.find("s1.c1").losses == 1


def test_what_was_audited_or_simulated_is_in_no_sum() -> None:
    board = Board()
    for n, mode in ((2, "audit"), (3, "simulate")):
        request, usage = exchange(n, blocks=(block(f"k{n}"),), mode=mode)
        board.add("s2", request)
        board.add("s2", usage._replace(saved=Saved(input=900)))
    assert whole(board) == Account()
    assert [hour.would_save for hour in board.hours.values()] == [900]
    assert not any(hour.by_tool for hour in board.hours.values())


def test_a_request_and_its_answer_are_one_thing_of_the_time_of_the_request() -> None:
    board = Board()
    for event in exchange(1, HOUR_S * 500_000 - 0.5):
        board.add("s1", event)
    assert {hour: it.account.with_usage for hour, it in board.hours.items()} == {499_999: 1}


def test_a_block_that_was_audited_first_counts_once_more_when_it_is_shortened() -> None:
    board = Board()
    for n, mode in ((1, "audit"), (2, "optimize"), (3, "optimize")):
        board.add("s1", exchange(n, blocks=(block("k1"),), mode=mode)[0])
    (hour,) = board.hours.values()
    assert hour.by_tool["Bash"].shortened == 1


def test_a_conversation_is_left_alone_once() -> None:
    board = Board()
    for session_id in ("s1", "s2"):
        board.add(session_id, Guard(T0, "c1", "it cost more", 1000))
    assert [hour.guards for hour in board.hours.values()] == [1]


def test_other_events() -> None:
    board = Board()
    for event in session(
        Guard(T0 + 2, "c1", "it cost more", 1000),
        Retrieve(T0 + 2, "ab", False, False),
        Error(T0 + 2, "Bash", "ValueError"),
        End(T0 + 3, 0, 3.0, "exit"),
    ):
        board.add("s1", event)
    (hour,) = board.hours.values()
    assert (hour.guards, hour.lookups, hour.misses, dict(hour.errors)) == (1, 1, 1, {"Bash: ValueError": 1})
    assert board.sessions["s1"].ended == T0 + 3
    talk = board.find("s1.c1")
    assert talk
    assert talk.left_alone == "it cost more"
    assert board.find("s1.c2") is None
    assert board.find("") is None


def test_old_conversations_give_way() -> None:
    board = Board()
    for number in range(320):
        board.add(f"s{number}", exchange(1, T0 + number)[0])
    assert len(board.conversations) == 300
    assert board.find("s0.c1") is None
    assert board.find("s319.c1") is not None
