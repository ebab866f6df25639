"""The largest results: how often each was sent, and what it cost, by hand."""

from collections.abc import Sequence

from headroom.report import Output, overview_of
from headroom.session_log import Session
from headroom.session_log.events import BlockLine, Event
from tests.core.report.made import DOLLARS, block, request, session, usage


def largest(*sessions: Session) -> list[Output]:
    return overview_of(sessions).largest


def turn(n: int, *blocks: BlockLine, written: int = 1000, read: int = 50_000, t: float = 0.0) -> Sequence[Event]:
    return request(n, *blocks, t=t), usage(n, 10, written, 0, read, 5, t=t)


BIG = block("big", 9000, 900, "logs", lossless=False)


def test_a_result_is_written_once_and_read_in_later_requests() -> None:
    found = largest(
        session(
            *turn(1, BIG, written=50_000, read=0),
            *turn(2),
            *turn(3, block("small", 100, 100)),
            request(4, status=529),
            request(5),
        )
    )
    # claude-opus-5-5: 5 to write, 0.20 to read
    assert found[0] == Output(
        key="big",
        tool="Bash",
        session="s1",
        model="claude-opus-5-5",
        compressor="logs",
        lossless=False,
        before=9000,
        after=900,
        sent=4,
        priced=3,
        cost=900 * (5 * 10 + 2 * 2) * DOLLARS // 10,
        full_cost=9000 * (5 * 10 + 2 * 2) * DOLLARS // 10,
    )
    assert (found[1].key, found[1].sent, found[1].priced, found[1].cost) == ("small", 2, 1, 100 * 5 * DOLLARS)


def test_where_the_cache_was_lost_it_is_written_again() -> None:
    (found,) = largest(session(*turn(1, BIG, written=50_000, read=0), *turn(2, written=51_000, read=0)))
    assert found.cost == 900 * (5 + 5) * DOLLARS


def test_it_is_gone_when_the_client_has_shortened_the_conversation() -> None:
    (found,) = largest(
        session(
            *turn(1, BIG, written=50_000, read=0), *turn(2), *turn(3, written=9000, read=0), *turn(4, read=9000)
        )
    )
    assert found.sent == 2


def test_another_conversation_sends_nothing_of_it() -> None:
    (found,) = largest(session(*turn(1, BIG), request(2)._replace(conversation="cd")))
    assert found.sent == 1


def test_a_session_that_lists_it_again_sends_it_too() -> None:
    (found,) = largest(session(*turn(1, BIG), *turn(2)), session(*turn(1, BIG), id="s2"))
    assert (found.session, found.sent) == ("s1", 3)


def test_ten_are_told_the_largest_first_and_none_that_was_only_audited() -> None:
    blocks = [block(f"{size:02}", size, size) for size in range(20)]
    audited = request(2, block("audited", 900, 9, "logs"))._replace(mode="audit")
    found = largest(session(request(1, *blocks), audited))
    assert [output.before for output in found] == list(range(19, 9, -1))
    assert {(output.sent, output.priced, output.cost) for output in found} == {(1, 0, 0)}
