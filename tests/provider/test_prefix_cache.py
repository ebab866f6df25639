import pytest

from tests.provider.clock import Clock
from tests.provider.prefix_cache import Part, PrefixCache, Prompt, Rule, bounds, stepped

STEPPED = Rule(minimum=100, step=10, idle_s=300, longest_s=3600)
MARKED = Rule(minimum=100, step=0, idle_s=1800, longest_s=86400)


def prompt(*texts: str, rule: Rule = STEPPED, group: str = "m", marked: int = -1) -> Prompt:
    """Every character is a token."""
    parts = [Part(text, len(text), at == marked) for at, text in enumerate(texts)]
    return Prompt(group, parts, rule)


def send(cache: PrefixCache, asked: Prompt) -> tuple[int, int]:
    """Ask and let the response begin: (read, written)."""
    found = cache.look_up(asked)
    cache.begin(found)
    assert found.total == sum(part.tokens for part in asked.parts)
    return found.read, found.written


def test_the_longest_common_prefix_is_read_in_whole_steps() -> None:
    cache = PrefixCache(Clock())
    assert send(cache, prompt("a" * 105, "b" * 50)) == (0, 0)
    assert send(cache, prompt("a" * 105, "b" * 50, "c" * 9)) == (150, 0)
    assert send(cache, prompt("a" * 105, "x" * 50)) == (100, 0)
    assert send(cache, prompt("x" * 105, "b" * 50)) == (0, 0)


@pytest.mark.parametrize(("size", "read"), [(99, 0), (100, 100), (109, 100), (110, 110)])
def test_below_the_minimum_nothing_is_cached(size: int, read: int) -> None:
    cache = PrefixCache(Clock())
    send(cache, prompt("a" * size))
    assert send(cache, prompt("a" * size)) == (read, 0)


def test_another_model_or_key_has_another_cache() -> None:
    cache = PrefixCache(Clock())
    send(cache, prompt("a" * 200))
    assert send(cache, prompt("a" * 200, group="other")) == (0, 0)


def test_an_entry_lives_from_its_last_use_but_not_for_ever() -> None:
    clock = Clock()
    cache = PrefixCache(clock)
    send(cache, prompt("a" * 200))
    for _ in range(12):
        clock.advance(299)
        assert send(cache, prompt("a" * 200)) == (200, 0)
    clock.advance(299)
    assert send(cache, prompt("a" * 200)) == (0, 0)
    clock.advance(300)
    assert send(cache, prompt("a" * 200)) == (0, 0)


def test_it_is_readable_only_once_the_response_has_begun() -> None:
    cache = PrefixCache(Clock())
    found = cache.look_up(prompt("a" * 200))
    assert cache.look_up(prompt("a" * 200)).read == 0
    cache.begin(found)
    assert cache.look_up(prompt("a" * 200)).read == 200


def test_where_writes_are_paid_a_growing_prompt_pays_for_what_is_new() -> None:
    cache = PrefixCache(Clock())
    assert send(cache, prompt("a" * 150, rule=MARKED)) == (0, 150)
    assert send(cache, prompt("a" * 150, "b" * 33, rule=MARKED)) == (150, 33)
    assert send(cache, prompt("a" * 150, "b" * 33, rule=MARKED)) == (183, 0)


def test_where_writes_are_paid_a_shorter_unmarked_prefix_is_no_hit() -> None:
    cache = PrefixCache(Clock())
    assert send(cache, prompt("a" * 150, "b" * 20, rule=MARKED)) == (0, 170)
    assert send(cache, prompt("a" * 150, "c" * 20, rule=MARKED)) == (0, 170)


def test_an_explicit_breakpoint_is_written_and_read() -> None:
    cache = PrefixCache(Clock())
    assert send(cache, prompt("a" * 150, "b" * 20, rule=MARKED, marked=0)) == (0, 170)
    assert send(cache, prompt("a" * 150, "c" * 20, rule=MARKED, marked=0)) == (150, 20)
    explicit = Rule(minimum=100, step=0, implicit=False)
    assert send(PrefixCache(Clock()), prompt("a" * 150, "b" * 20, rule=explicit, marked=0)) == (0, 150)
    assert send(PrefixCache(Clock()), prompt("a" * 150, rule=explicit)) == (0, 0)


def test_only_the_latest_eighty_breakpoints_are_looked_at() -> None:
    cache = PrefixCache(Clock())
    send(cache, prompt("a" * 150, rule=MARKED))
    for number in range(79):
        send(cache, prompt(f"{number:150}", rule=MARKED))
    assert cache.look_up(prompt("a" * 150, rule=MARKED)).read == 150
    send(cache, prompt("z" * 150, rule=MARKED))
    assert cache.look_up(prompt("a" * 150, rule=MARKED)).read == 0


def test_where_a_prefix_ends() -> None:
    parts = [Part("ab", 2), Part("", 0), Part("cdefgh", 6)]
    assert [size for size, _ in stepped(parts, 3)] == [3, 6]
    assert [size for size, _ in bounds(parts)] == [2, 2, 8]
    assert len({digest for _, digest in bounds(parts)}) == 3
