"""Which facts are alike, and which answer a query where SQLite has no index."""

from array import array
from dataclasses import replace

from headroom.memory import likeness
from headroom.memory.facts import Fact, Origin


def fact(id_: str, text: str, updated: float = 0.0) -> Fact:
    return Fact(id_, text, "user", Origin(), 0.0, updated)


FACTS = [fact("a", "the api port is 8080"), fact("b", "use pnpm"), fact("c", "the api port is 8080 or 8081", 5.0)]


def vector(*numbers: float) -> bytes:
    return array("f", numbers).tobytes()


def test_alike_is_what_shares_half_of_its_words_the_most_first() -> None:
    assert [each.id for each in likeness.alike("the API port is 9090", FACTS)] == ["a"]
    assert [each.id for each in likeness.alike("the api port is 8080 now", FACTS)] == ["a", "c"]
    assert likeness.alike("something else", FACTS) == ()
    many = [replace(FACTS[0], id=str(number), updated=float(number)) for number in range(9)]
    assert [each.id for each in likeness.alike("the api port is 1", many)] == ["8", "7", "6"]


def test_or_what_is_close_by_its_vector() -> None:
    others = {"a": vector(0.0, 1.0), "b": vector(0.6, 0.8), "c": vector(1.0, 0.0)}
    assert [each.id for each in likeness.alike("x", FACTS, vector(1.0, 0.0), others)] == ["c"]
    assert likeness.alike("x", FACTS, vector(1.0, 0.0, 0.0), others) == ()
    assert round(likeness.cosine(others["b"], others["c"]), 6) == 0.6
    assert likeness.cosine(b"123", b"123") == likeness.cosine(b"", b"") == 0.0


def test_ranking_asks_for_phrases_and_weighs_rare_words() -> None:
    facts = [
        fact("1", "a b c"),
        fact("2", "b a"),
        fact("3", "a rare b"),
        fact("4", "parse rows"),
        fact("5", "b b b"),
    ]
    assert [each.id for each in likeness.ranked("rare b", facts)][0:2] == ["3", "5"]
    assert [each.id for each in likeness.ranked("parse_row", facts)] == ["4"]
    assert [each.id for each in likeness.ranked("rows_parse", facts)] == []
    assert likeness.ranked("", facts) == likeness.ranked("a", []) == []
