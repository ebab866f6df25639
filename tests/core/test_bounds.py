"""Where blocks stand, told by the prompts that they came with."""

from headroom.bounds import Bounds, Places
from headroom.types import Change, Decision, Usage


def change(key: str, position: float, before: int = 5000, after: int = 200, *, new: bool = True) -> Change:
    return Change(key, "Bash", Decision("short", "logs", "", False, before, after), position, new)


def test_a_block_stands_behind_the_last_prompt_and_within_its_own() -> None:
    places = Places()
    assert places.see("c", [], Usage(input=10_000)) == {}
    found = places.see("c", [change("b", 0.9), change("a", 0.8)], Usage(input=500, cache_read=10_000))
    assert found == {"a": Bounds(10_000, 10_100), "b": Bounds(10_000, 10_300)}
    old = [change("a", 0.5, new=False), change("b", 0.6, new=False), change("c", 0.9)]
    later = places.see("c", old, Usage(input=700, cache_read=10_500))
    assert later == {**found, "c": Bounds(10_500, 11_000)}


def test_of_what_was_there_before_this_process_only_the_end_is_known() -> None:
    usage = Usage(input=500, cache_read=9500)
    assert Places().see("c", [change("a", 0.1, new=False)], usage) == {"a": Bounds(0, 9800)}
    assert Places().see("c", [change("a", 0.1)], Usage()) == {"a": Bounds(0, 0)}, "no figures"


def test_the_providers_figures_go_before_our_counts() -> None:
    places = Places()
    places.see("c", [], Usage(input=10_000))
    found = places.see("c", [change("a", 0.9, after=900)], Usage(input=10_300))
    assert found == {"a": Bounds(10_000, 10_000)}


def test_conversations_are_apart() -> None:
    places = Places()
    places.see("one", [change("a", 0.5)], Usage(input=9000))
    assert places.see("two", [change("a", 0.5)], Usage(input=400)) == {"a": Bounds(0, 200)}


def test_where_history_was_taken_away_nothing_is_known() -> None:
    places = Places()
    places.see("c", [change("a", 0.5)], Usage(input=9000))
    found = places.see("c", [change("b", 0.9)], Usage(input=4000))
    assert found == {"b": Bounds(0, 3800)}


def test_an_audit_sends_what_came() -> None:
    (bounds,) = Places().see("c", [change("a", 0.5)], Usage(input=9000), is_audit=True).values()
    assert bounds == Bounds(0, 4000)


def test_only_so_many_conversations_are_remembered() -> None:
    places = Places()
    places.see("first", [], Usage(input=9000))
    for number in range(1000):
        places.see(f"{number}", [], Usage(input=1))
    assert places.see("first", [change("a", 0.9)], Usage(input=9500)) == {"a": Bounds(0, 9300)}
