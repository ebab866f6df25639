"""What was missed in the cache, for which cause and at which price, by hand."""

from collections.abc import Sequence

from headroom.report import Caching, Miss, overview_of
from headroom.session_log.events import Event, Head
from tests.core.report.made import DOLLARS, T, request, session, usage


def told(*events: Event, since: float | None = None) -> Caching:
    return overview_of([session(*events)], since=since).caching


def turn(n: int, *, written: int, read: int, t: float = 0.0, model: str = "claude-opus-5-5") -> Sequence[Event]:
    return request(n, t=t, model=model), usage(n, 0, written, 0, read, 5, t=t)


BEGIN = turn(1, written=20_000, read=0)


def test_each_cause_has_its_turns_tokens_and_money() -> None:
    found = told(
        *BEGIN,
        *turn(2, written=1000, read=20_000),
        *turn(3, written=22_000, read=0, t=400),
        Head(T, 4, "ab", "t", "s"),
        *turn(4, written=1000, read=22_000, t=401),
        Head(T, 5, "ab", "other", "s"),
        *turn(5, written=24_000, read=0, t=402),
    )
    assert (found.turns, found.held, found.read, found.prompt) == (5, 2, 42_000, 110_000)
    assert found.hit_percent == 100 * 42_000 / 110_000
    # claude-opus-5-5: 5 to write, 0.20 to read
    assert found.misses == {
        "new conversation": Miss(1, 20_000, 20_000 * 48 * DOLLARS // 10, 0),
        "tools changed": Miss(1, 23_000, 23_000 * 48 * DOLLARS // 10, 0),
        "pause longer than the cache's lifetime": Miss(1, 21_000, 21_000 * 48 * DOLLARS // 10, 0),
    }
    assert list(found.misses) == ["new conversation", "tools changed", "pause longer than the cache's lifetime"]


def test_a_model_of_unknown_price_is_missed_in_tokens_only() -> None:
    found = told(*turn(1, written=20_000, read=0, model="unheard-of"))
    assert found.misses == {"new conversation": Miss(1, 20_000, 0, 20_000)}


def test_what_stood_before_counts_even_when_it_is_not_asked_about() -> None:
    found = told(*BEGIN, *turn(2, written=1000, read=20_000, t=100), since=T + 50)
    assert (found.turns, found.held, found.misses) == (1, 1, {})


def test_audits_and_requests_of_no_conversation_are_left_out() -> None:
    answer = usage(1, 0, 20_000, 0, 0, 5)
    for asked in (request(1)._replace(mode="audit"), request(1)._replace(conversation="")):
        assert told(asked, answer) == Caching()
