import pytest

from headroom.compressors import relevance

ROWS = [f"order {number} shipped to warehouse {number % 7}" for number in range(100)]


@pytest.mark.parametrize("query", ["why is order 41 late?", "order 41"])
def test_a_rare_word_finds_its_row(query: str) -> None:
    assert relevance.hits(query, ROWS, 1) == [41]


@pytest.mark.parametrize("query", ["", "order shipped", "to", "nothing like it"])
def test_what_stands_everywhere_or_nowhere_finds_nothing(query: str) -> None:
    assert relevance.hits(query, ROWS, 5) == []


def test_more_of_the_words_rank_higher_and_ties_go_by_place() -> None:
    texts = ["alpha", "beta", "alpha beta", "alpha", "gamma"] + ["delta"] * 20
    assert relevance.hits("alpha beta", texts, 4) == [2, 1, 0, 3]


def test_the_limit_holds() -> None:
    assert len(relevance.hits("41 42 43", ROWS, 2)) == 2
    assert relevance.hits("41", ROWS, 0) == []
