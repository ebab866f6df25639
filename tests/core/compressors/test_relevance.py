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


def test_rare_words_are_found_in_very_many_texts() -> None:
    texts = [f"order {at} of customer{at * 7 % 900}@example.com is paid" for at in range(2000)]
    assert set(relevance.hits("where is order 812?", texts, 8)) == {812, 116, 1016, 1916}
    assert relevance.hits("paid orders", texts, 5) == []
    assert set(relevance.hits("customer77 and customer78", texts, 8)) <= {
        at for at, text in enumerate(texts) if "customer77@" in text or "customer78@" in text or at in (77, 78)
    }
    assert relevance.hits("zebra", ["a\nb\nc", *texts, "x\ny zebra"], 3) == [2001]


def test_a_word_that_is_a_part_of_others_counts_by_itself() -> None:
    texts = [f"username of {at}" for at in range(100)]
    texts[41] = "userName of nobody"
    assert relevance.telling("user", texts) == {"user": [41]}
    assert relevance.telling("user", [*texts, *["username"] * 900, "the user"]) == {"user": [1000]}
