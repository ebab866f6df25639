from headroom.compressors import search_ranking
from headroom.compressors.search_lines import Line


def hit(text: str, path: str = "src/a.py") -> Line:
    return Line(path, f":1:{text}", True, text, "1")


def test_every_hit_is_ranked_once() -> None:
    hits = [hit(f"x = {at % 5}", f"src/{at % 7}.py") for at in range(50)]
    assert sorted(search_ranking.rank(hits, "where is x?")) == list(range(50))
    assert search_ranking.rank([], "x") == []


def test_what_answers_the_query_comes_first() -> None:
    hits = [hit(f"value_{at} = load()") for at in range(200)]
    hits[120] = hit("refund_window_days = 30")
    assert search_ranking.rank(hits, "how long is the refund window?")[0] == 120


def test_a_hit_in_a_large_result_is_found_by_a_rare_word() -> None:
    hits = [hit(f"value_{at} = load({'x' * 100})") for at in range(4000)]
    hits[3100] = hit("refund_window_days = 30")
    assert search_ranking.rank(hits, "how long is the refund window?")[0] == 3100


def test_a_failure_an_odd_file_and_an_odd_value_are_among_the_first() -> None:
    hits = [hit("timeout = 30", f"src/m{at}.py") for at in range(100)]
    hits[40] = hit("timeout = 9000", "src/m40.py")
    hits[60] = hit("raise LookupError('no such user')", "src/m60.py")
    hits[80] = hit("timeout = 30", "db/schema.sql")
    assert {40, 60, 80} <= set(search_ranking.rank(hits, "")[:5])


def test_every_beginning_is_evenly_spread() -> None:
    order = search_ranking.evenly(100)
    assert sorted(order) == list(range(100))
    assert max(order[:8]) > 80
    assert search_ranking.evenly(0) == []
    assert search_ranking.evenly(1) == [0]
