from headroom.compressors import relevance, row_answers

TEXTS = [f"order {at} of customer{at * 7 % 900}@example.com is paid" for at in range(2000)]


def test_the_same_as_the_full_ranking() -> None:
    for query in ("where is order 812?", "customer77 and customer78", "paid orders", "", "12", "nothing of that"):
        assert row_answers.hits(query, TEXTS, 8) == relevance.hits(query, TEXTS, 8)
        assert row_answers.hits(query, TEXTS[:300], 8) == relevance.hits(query, TEXTS[:300], 8)


def test_line_breaks_in_texts_do_not_shift_the_others() -> None:
    texts = ["a\nb\nc", *TEXTS, "x\ny zebra"]
    assert row_answers.hits("zebra", texts, 3) == [len(texts) - 1]
