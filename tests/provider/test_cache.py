import json
from collections.abc import Iterable

import pytest

from tests.provider.cache import IMAGE_TOKENS, PromptCache, estimate, render
from tests.provider.clock import Clock
from tests.provider.script import Json

MARK = {"type": "ephemeral"}
HOUR = {"type": "ephemeral", "ttl": "1h"}


def cache(clock: Clock | None = None, minimum: int = 0) -> PromptCache:
    return PromptCache(clock or Clock(), count=len, minimums={"*": minimum})


def block(words: str, mark: Json | None = None) -> Json:
    return {"type": "text", "text": words} | ({"cache_control": mark} if mark else {})


def ask(*contents: Iterable[Json] | str, **more: object) -> Json:
    """A conversation of alternating roles; every block's tokens are its characters."""
    messages = [
        {"role": ("user", "assistant")[at % 2], "content": content if isinstance(content, str) else list(content)}
        for at, content in enumerate(contents)
    ]
    return {"model": "claude-sonnet-4-5", "messages": messages, **more}


def send(provider: PromptCache, request: Json) -> tuple[int, int, int]:
    """Ask and let the response begin: (read, written, uncached)."""
    found = provider.look_up(request)
    provider.begin(found)
    return figures(found.usage)


def figures(usage: Json) -> tuple[int, int, int]:
    return usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"], usage["input_tokens"]


def test_without_breakpoints_nothing_is_cached() -> None:
    provider = cache()
    assert [send(provider, ask("x" * 50)) for _ in range(2)] == [(0, 0, 50)] * 2


def test_a_growing_conversation_reads_what_it_wrote() -> None:
    provider = cache()
    system = [block("s" * 100, MARK)]
    first = ask([block("a" * 10, MARK)], system=system)
    second = ask([block("a" * 10)], "b" * 5, [block("c" * 20, MARK), block("d" * 3)], system=system)
    assert send(provider, first) == (0, 110, 0)
    assert send(provider, second) == (110, 25, 3)
    assert send(provider, second) == (135, 0, 3)


def test_the_mark_itself_the_spelling_and_a_string_content_change_nothing() -> None:
    provider = cache()
    send(provider, ask([block("é" * 10, MARK)]))
    respelled = json.loads(r'{"text": "\u00e9", "type": "text"}')["text"] * 10
    assert send(provider, ask([{"text": respelled, "type": "text", "cache_control": HOUR}])) == (10, 0, 0)
    assert send(provider, ask("é" * 10, [block("b", MARK)])) == (10, 1, 0)


@pytest.mark.parametrize(
    ("change", "read"),
    [
        ({}, 123),
        ({"model": "claude-sonnet-5"}, 0),
        ({"tools": [{"name": "Other"}]}, 0),
        ({"system": [block("S" * 100, MARK)]}, 13),
        ({"speed": "fast"}, 13),
        ({"tool_choice": {"type": "any"}}, 113),
        ({"thinking": {"type": "enabled", "budget_tokens": 9}}, 113),
    ],
)
def test_a_change_throws_away_its_level_and_those_behind_it(change: Json, read: int) -> None:
    provider = cache()
    tool = {"name": "B", "cache_control": MARK}
    original = ask([block("a" * 10, MARK)], tools=[tool], system=[block("s" * 100, MARK)])
    assert send(provider, original) == (0, len('{"name": "B"}') + 100 + 10, 0)
    assert send(provider, original | change)[0] == read


def test_the_order_of_keys_in_a_tool_input_counts() -> None:
    def call(arguments: Json) -> Json:
        return {"type": "tool_use", "id": "t", "name": "B", "input": arguments, "cache_control": MARK}

    provider = cache()
    send(provider, ask("u", [call({"a": 1, "b": 2})]))
    assert send(provider, ask("u", [call({"b": 2, "a": 1})]))[0] == 0
    assert send(provider, ask("u", [call({"a": 1, "b": 2})]))[0] > 0


@pytest.mark.parametrize(("added", "hit"), [(19, True), (20, False)])
def test_the_lookup_goes_back_twenty_positions_with_the_breakpoint_as_the_first(added: int, hit: bool) -> None:
    provider = cache()
    send(provider, ask([block("a" * 10, MARK)]))
    longer = ask([block("a" * 10), *(block("b") for _ in range(added - 1)), block("b", MARK)])
    assert send(provider, longer) == ((10, added, 0) if hit else (0, 10 + added, 0))


def test_a_second_breakpoint_looks_back_from_where_it_stands() -> None:
    provider = cache()
    send(provider, ask([block("a" * 10, MARK)]))
    longer = ask([block("a" * 10, MARK), *(block("b") for _ in range(30)), block("b", MARK)])
    assert send(provider, longer) == (10, 31, 0)


def test_a_prefix_below_the_minimum_is_silently_not_cached() -> None:
    provider = cache(minimum=100)
    assert send(provider, ask([block("a" * 99, MARK), block("b")])) == (0, 0, 100)
    assert send(provider, ask([block("a" * 99, MARK), block("b", MARK)])) == (0, 100, 0)
    assert send(provider, ask([block("a" * 99, MARK), block("b", MARK)])) == (100, 0, 0)


@pytest.mark.parametrize(
    ("model", "minimum"),
    [
        ("claude-opus-5", 512),
        ("claude-opus-4-8", 1024),
        ("claude-opus-4-7", 2048),
        ("claude-haiku-4-5-20251001", 4096),
        ("claude-3-5-haiku-20241022", 2048),
        ("an-unknown-model", 1024),
    ],
)
def test_the_minimum_follows_the_model(model: str, minimum: int) -> None:
    provider = PromptCache(Clock(), count=len)
    assert send(provider, ask([block("a" * (minimum - 1), MARK)]) | {"model": model}) == (0, 0, minimum - 1)
    assert send(provider, ask([block("a" * minimum, MARK)]) | {"model": model}) == (0, minimum, 0)


@pytest.mark.parametrize(("mark", "lifetime_s"), [(MARK, 300), (HOUR, 3600)])
def test_an_entry_lives_from_its_last_use(mark: Json, lifetime_s: int) -> None:
    clock = Clock()
    provider = cache(clock)
    request = ask([block("a" * 10, mark)])
    send(provider, request)
    for _ in range(3):
        clock.advance(lifetime_s - 1)
        assert send(provider, request) == (10, 0, 0)
    clock.advance(lifetime_s)
    assert send(provider, request) == (0, 10, 0)


def test_a_hit_further_back_keeps_the_earlier_breakpoints_of_the_request_alive() -> None:
    clock = Clock()
    provider = cache(clock)
    system = [block("s" * 100, MARK)]
    for words in ("a", "ab", "abc"):
        send(provider, ask([*(block(word) for word in words[:-1]), block(words[-1], MARK)], system=system))
        clock.advance(200)
    assert send(provider, ask([block("other", MARK)], system=system)) == (100, 5, 0)


def test_writes_are_billed_by_lifetime() -> None:
    provider = cache()
    found = provider.look_up(ask([block("a" * 10, MARK)], system=[block("s" * 100, HOUR)]))
    assert found.usage["cache_creation"] == {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 100}
    assert found.usage["cache_creation_input_tokens"] == 110


def test_an_entry_is_readable_only_once_its_response_has_begun() -> None:
    provider = cache()
    request = ask([block("a" * 10, MARK)])
    first, second = provider.look_up(request), provider.look_up(request)
    assert figures(first.usage) == figures(second.usage) == (0, 10, 0)
    provider.begin(first)
    assert figures(provider.look_up(request).usage) == (10, 0, 0)


def test_an_automatic_breakpoint_stands_on_the_last_block_that_may_bear_one() -> None:
    provider = cache()
    thinking = {"type": "thinking", "thinking": "t" * 7, "signature": "s"}
    assert send(provider, ask("a" * 10, [block("b" * 5), thinking], cache_control=MARK)) == (0, 15, 7)
    marked = ask([block("c" * 10, HOUR)], cache_control=MARK)
    assert provider.look_up(marked).usage["cache_creation"]["ephemeral_1h_input_tokens"] == 10
    assert send(cache(), {"model": "m", "messages": [], "cache_control": MARK}) == (0, 0, 0)


def test_a_tool_result_is_one_block_whatever_is_in_it() -> None:
    parts = [block("one"), {"type": "image", "source": {}}, block("two", HOUR)]
    (piece,) = render(ask([{"type": "tool_result", "tool_use_id": "t", "content": parts}]), len)
    assert (piece.tokens, piece.ttl) == (6 + IMAGE_TOKENS, "1h")
    bare = {"type": "tool_result", "tool_use_id": "t", "content": "12345"}
    assert [piece.tokens for piece in render(ask([bare, {**bare, "content": None}]), len)] == [5, 0]


def test_the_default_estimate_is_a_quarter_of_the_bytes() -> None:
    assert (estimate(""), estimate("abcd"), estimate("éé\ud800")) == (1, 2, 2)
