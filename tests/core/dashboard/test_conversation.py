from headroom.dashboard.conversation import MOST_BLOCKS, Conversation
from headroom.report.caching import caching
from headroom.report.growing import Growing
from headroom.session_log.events import Request, UsageLine
from tests.core.dashboard.logs import T0, block


def ask(talk: Conversation, n: int, *lines: object, **more: object) -> Request:
    request = Request(T0 + n, n, model="m", conversation="c", blocks=tuple(lines))._replace(**more)
    talk.ask(request)
    return request


def test_blocks_are_numbered_and_counted_once() -> None:
    talk = Conversation("20261121-1.x", "c", T0, T0)
    ask(talk, 1, block("a"), block("b", compressor="", reason="floor"))
    ask(talk, 2, block("a"), block("c", retrieval=True))
    assert [(listed.number, listed.n, listed.line.key) for listed in talk.blocks] == [
        (1, 1, "a"),
        (2, 1, "b"),
        (3, 2, "c"),
    ]
    assert (talk.number, talk.shortened, talk.before, talk.after) == (3, 1, 1000, 100)
    assert (talk.requests, talk.last, talk.id) == (2, T0 + 2, "20261121-1.x.c")


def test_one_that_was_rewritten_is_listed_again() -> None:
    talk = Conversation("s", "c", T0, T0)
    ask(talk, 1, block("a"))
    ask(talk, 2, block("a", after=40))
    assert [listed.line.after for listed in talk.blocks] == [100, 40]


def test_a_request_that_was_sent_again_as_it_came_has_no_blocks() -> None:
    talk = Conversation("s", "c", T0, T0)
    ask(talk, 1, block("a"), retried=True)
    assert not talk.blocks


def test_the_latest_blocks_can_be_found() -> None:
    talk = Conversation("s", "c", T0, T0)
    for n in range(MOST_BLOCKS + 5):
        ask(talk, n, block(f"k{n}"))
    assert talk.listed(5) is None
    assert talk.listed(6).line.key == "k5"
    assert talk.listed(MOST_BLOCKS + 5).line.key == f"k{MOST_BLOCKS + 4}"
    assert talk.number == MOST_BLOCKS + 5


def test_an_answer_adds_its_usage_and_what_the_cache_missed() -> None:
    talk, growing = Conversation("s", "c", T0, T0), Growing()
    for n, losses in ((1, 0), (2, 1)):
        growing.request(ask(talk, n))
        usage = UsageLine(T0 + n + 1, n, input=5, cache_write=9000)
        batch = growing.usage(usage, "m", None)
        talk.answered(usage, batch, caching([batch]))
        assert (talk.account.cache_write, talk.losses, talk.last) == (9000 * n, losses, T0 + n + 1)
