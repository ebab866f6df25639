"""A search finds the part of an original that is meant, and says on which lines it stands."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from headroom import retrieval
from headroom.retrieval import Page

LOG = "\n".join(
    [
        f"12:00:{second:02} INFO worker.{second % 7} handled item {second} in {second % 5} ms"
        for second in range(60)
    ]
    + [
        "12:01:00 ERROR worker.3 connection refused",
        "  File a.py, line 3",
        "    raise ConnectionRefused",
        "12:01:01 INFO end",
    ]
)
ROWS = [
    {"id": number, "status": "pending" if number == 7 else "ok", "userName": f"user{number}"}
    for number in range(50)
]
CODE = """import os


def read_config(path):
    return open(path).read()


class HttpServer:
    def start(self):
        self.running = True

    def stop(self):
        self.running = False
"""
PROSE = "Storing is lasting.\nIt waits for the disk.\n\nReading is quick.\nIt waits for nobody.\n"


def first(text: str, query: str) -> tuple[int, int, str]:
    hit = retrieval.search(text, query, 1)[0]
    return hit.first_line, hit.last_line, hit.text


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        (LOG, "item 42", (43, 43, LOG.split("\n")[42])),
        (LOG, "connection refused", (61, 63, "\n".join(LOG.split("\n")[60:63]))),
        (LOG, "refused worker connection", (61, 63, "\n".join(LOG.split("\n")[60:63]))),
        (LOG, "CONNECTIONREFUSED", (61, 63, "\n".join(LOG.split("\n")[60:63]))),
        (json.dumps(ROWS), "pending", (1, 1, json.dumps(ROWS[7]))),
        (json.dumps(ROWS), "user 33", (1, 1, json.dumps(ROWS[33]))),
        (
            json.dumps(ROWS, indent=1),
            '"id": 12,',
            (62, 66, json.dumps(ROWS[12], indent=1).replace("\n", "\n ")),
        ),
        (CODE, "config", (4, 5, "def read_config(path):\n    return open(path).read()")),
        (CODE, "http server", (8, 10, "class HttpServer:\n    def start(self):\n        self.running = True")),
        (PROSE, "disk lasting", (1, 2, "Storing is lasting.\nIt waits for the disk.")),
        (PROSE, "nobody", (4, 5, "Reading is quick.\nIt waits for nobody.")),
        ("a\r\nneedle\r\n", "needle", (1, 2, "a\r\nneedle")),
    ],
)
def test_the_part_that_is_meant_comes_first(text: str, query: str, expected: tuple[int, int, str]) -> None:
    assert first(text, query) == expected


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("getUserName", "user name"),
        ("get_user_name", "user name"),
        ("HTTPServer2Start", "server"),
        ("pkg.module.ClassName", "module class"),
        ("/srv/data/2024/file.csv", "2024 csv"),
        ("retry=30s", "30"),
        ("ÜberGröße", "übergröße"),
        ("user_name", "user_name"),
    ],
)
def test_identifiers_are_found_by_their_parts(written: str, asked: str) -> None:
    text = "\n\n".join(["something else", f"x {written} y", "and more"])
    assert first(text, asked)[2] == f"x {written} y"


def test_exact_pieces_come_before_words_however_often_these_stand() -> None:
    text = "error timeout error timeout\n\n" + "x " * 200 + "TIMEOUT ERROR! y\n\nother"
    assert [hit.first_line for hit in retrieval.search(text, "timeout error!", 5)] == [3, 1]


def test_more_of_the_words_and_rarer_ones_rank_higher() -> None:
    text = "alpha\n\nalpha beta\n\nalpha beta gamma\n\nalpha\n\ndelta"
    assert [hit.text for hit in retrieval.search(text, "gamma alpha beta", 3)] == [
        "alpha beta gamma",
        "alpha beta",
        "alpha",
    ]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_word_that_is_everywhere_does_not_turn_the_ranking(count: int) -> None:
    text = "\n\n".join(["both words here"] + ["words"] * count)
    assert retrieval.search(text, "both words", 9)[0].text == "both words here"


def test_equal_hits_come_in_the_order_of_the_text() -> None:
    text = "\n\n".join(["same line"] * 30)
    hits = retrieval.search(text, "same", 30)
    assert [hit.first_line for hit in hits] == list(range(1, 60, 2))
    assert {hit.score for hit in hits} == {hits[0].score}


@pytest.mark.parametrize(
    ("text", "query", "line"),
    [
        ("one two\n\nthree four", "two\n\nthree", 1),
        ("a" * 3990 + " a needle in a haystack " + "a" * 5000, "needle in a haystack", 1),
        (json.dumps(ROWS[:3]), '}, {"id": 2', 1),
    ],
)
def test_an_exact_piece_is_found_across_the_borders_of_chunks(text: str, query: str, line: int) -> None:
    hit = retrieval.search(text, query, 1)[0]
    assert query in hit.text
    assert hit.first_line == line
    assert len(hit.text) < 1000


@pytest.mark.parametrize(
    ("text", "query", "limit"),
    [
        ("", "x", 5),
        ("text", "", 5),
        ("text", "  ", 5),
        ("text", "other", 5),
        ("text", "text", 0),
        ("...", "!", 5),
        ("[]", "x", 5),
    ],
)
def test_nothing_is_found_where_nothing_is(text: str, query: str, limit: int) -> None:
    assert retrieval.search(text, query, limit) == []


@pytest.mark.parametrize(
    "broken", ['[{"a": "needle"}', '[{"a": "needle"} x', '[{"a": "needle"},]', "[{" * 100_000 + "needle"]
)
def test_what_only_looks_like_rows_is_searched_by_lines(broken: str) -> None:
    assert "needle" in retrieval.search(broken, "needle", 1)[0].text


def test_hits_are_bounded() -> None:
    text = "needle\n" * 3 + " deep needle\n" * 5000 + "needle " * 5000
    assert all(len(hit.text) <= 4000 for hit in retrieval.search(text, "needle", 10_000))


@given(
    st.text(st.sampled_from('ab \n\t{}[]:,"1')), st.text(st.sampled_from("ab 1\n"), max_size=4), st.integers(1, 5)
)
@hypothesis_settings(max_examples=200, deadline=None)
def test_every_hit_stands_where_it_says_and_exact_pieces_are_always_found(
    text: str, query: str, limit: int
) -> None:
    hits = retrieval.search(text, query, limit)
    assert len(hits) <= limit
    lines = text.split("\n")
    for hit in hits:
        assert hit.text in "\n".join(lines[hit.first_line - 1 : hit.last_line])
        assert hit.score >= 0
    if query.strip() and query.strip() in text:
        assert query.strip() in hits[0].text
    assert retrieval.search(text, query, limit) == hits


def test_numpy_is_loaded_only_by_a_search() -> None:
    script = (
        "import sys; from headroom import retrieval; retrieval.page('a', 1, 1); print('numpy' in sys.modules);"
        "retrieval.search('a', 'a', 1); print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        (1, None, Page(1, 3, 3, "a\r\n\u2028b\nc")),
        (2, 1, Page(2, 2, 3, "\u2028b\n")),
        (2, 9, Page(2, 3, 3, "\u2028b\nc")),
        (3, None, Page(3, 3, 3, "c")),
        (4, None, Page(4, 3, 3, "")),
        (1, 0, Page(1, 0, 3, "")),
        (0, 1, Page(1, 1, 3, "a\r\n")),
    ],
)
def test_pages_are_lines_as_they_stand(start: int, limit: int | None, expected: Page) -> None:
    assert retrieval.page("a\r\n\u2028b\nc", start, limit) == expected


@given(st.text(), st.integers(1, 5))
def test_pages_together_are_the_original(text: str, limit: int) -> None:
    total = retrieval.page(text, 1, 0).total_lines
    assert "".join(retrieval.page(text, start, limit).text for start in range(1, total + 1, limit)) == text
