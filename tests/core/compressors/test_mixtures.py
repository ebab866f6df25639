"""What several commands wrote is cut where the kind of its lines changes; nothing is lost, nothing else is cut."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headroom import forms, markers, tokens
from headroom.compressors import COMPRESSORS, mixtures
from headroom.policy import Policy
from headroom.types import Context

ENTRIES = "total 96\n" + "".join(
    f"-rw-r--r-- 1 shop shop {1000 + 7 * n:4} Nov 21 10:{n:02} handler_{n}.py\n" for n in range(30)
)
COMMITS = "".join(f"{n:02}a4f{n:02}c Fix the order form, part {n}\n" for n in range(12, 36))
HITS = "".join(f"src/shop/orders/api_{n // 5}.py:{n * 7 + 1}:    total = price_of(order_{n})\n" for n in range(30))
PATHS = "".join(f"./src/shop/views/page_{n}.html\n" for n in range(30))
STATES = "".join(f" M src/shop/models/model_{n}.py\n" for n in range(12))
SIZES = "".join(f"{n * 4}\t./src/shop/static/image_{n}.png\n" for n in range(12))
STAMPS = "".join(f"2026-01-05 10:00:{n:02} INFO started worker {n}\n" for n in range(20))
PROSE = "The shop has orders, and each order has a price that is shown to who made it.\nIt may change.\n"
SOURCE = "def price(o):\n    total = 0\n    for line in o:\n        total += line.price\n    return total\n\n"
VARIED = "".join(f"step_{n * 31 % 97} = make({n * 7}, of={n % 9})\n" for n in range(70))
COMPLAINTS = "".join(f"src/app.c:{n}:5: error: 'x{n}' undeclared\n" for n in range(1, 20))
ALL = (ENTRIES, COMMITS, HITS, PATHS, STATES, SIZES, STAMPS)
CONTEXT = Context(
    query="",
    tool="Bash",
    tool_input='{"command": "./show_all; ./show_more"}',
    original="/srv/originals/0123456789ab.txt",
)


def cut(text: str) -> list[str]:
    return [part.text for part in mixtures.runs_of_kind(text)]


def form(text: str, level: str = "lossless", command: str = "") -> forms.Form:
    context = CONTEXT._replace(tool_input=json.dumps({"command": command})) if command else CONTEXT
    return forms.best(text, context, Policy.at(level), tokens.count, COMPRESSORS)


@given(
    st.lists(
        st.sampled_from(
            [*ALL, PROSE, SOURCE, COMPLAINTS, "\n", "total 8\n", "--\n", "x", "\r\n", "\x0b", "\u2028", "\x1b[31m"]
        ),
        max_size=10,
    )
)
def test_nothing_is_lost(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert "".join(cut(text)) == text
    assert len(cut(text)) <= 101


@given(st.text())
def test_no_text_is_changed(text: str) -> None:
    assert "".join(cut(text)) == text


@pytest.mark.parametrize("first", ALL)
@pytest.mark.parametrize("second", ALL)
def test_runs_of_two_kinds_are_parted(first: str, second: str) -> None:
    if first is not second:
        assert cut(f"Python 3.11\n{first}{second}done\n") == ["Python 3.11\n", first, second, "done\n"]


def test_a_heading_and_a_new_total_part_runs_of_one_kind() -> None:
    assert cut(f"{PATHS}--- more\n{PATHS}") == [PATHS, "--- more\n", PATHS]
    assert cut(ENTRIES + ENTRIES) == [ENTRIES, ENTRIES]


def test_a_folder_of_a_recursive_listing_goes_on() -> None:
    assert cut(f"{ENTRIES}\n./views:\n{ENTRIES}") == [f"{ENTRIES}\n./views:\n{ENTRIES}"]


def test_gaps_are_short() -> None:
    assert cut(f"{PATHS}a b\nc d\n{PATHS}") == [f"{PATHS}a b\nc d\n{PATHS}"]
    assert cut(f"{PATHS}a b\nc d\ne f\n{PATHS}") == [PATHS, "a b\nc d\ne f\n", PATHS]


@pytest.mark.parametrize(
    "text",
    [
        "",
        PROSE * 30,
        SOURCE * 30,
        COMPLAINTS,
        PROSE + "".join(PATHS.splitlines(keepends=True)[:7]) + PROSE,
        "1. First do this: see src/app.py.\n2. Then that/this.\n" * 20,
        "    if a: b\n" * 40,
        "x = {\n" + "    'a/b': 1,\n" * 40 + "}\n",
        "10 apples and/or pears\n" * 40,
        f"diff --git a/x b/x\n@@ -1,30 +1,30 @@\n+{HITS.replace(chr(10), chr(10) + '+')}\n",
    ],
)
def test_prose_source_and_messages_are_not_cut(text: str) -> None:
    assert "".join(cut(text)) == text
    assert len(cut(text)) == 1


def test_kinds_that_take_turns_are_not_cut() -> None:
    text = (PATHS + STATES) * 60
    assert cut(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a/" * 2_500_000,
            "a:1" * 1_500_000,
            "-1" * 2_500_000,
            "0" * 5_000_000,
            "\x00" * 5_000_000,
            "\x1b[" * 10**6,
        ),
        *("\n" * 1_000_000, "a/b\n" * 300_000, "[" * 100_000, "a/b\n\n\n\n" * 100_000, "\ud800a/b\r\n" * 100_000),
        *("* | " * 500_000, "12345678" * 100_000 + " x\n", ("x:" + "1" * 300 + "\n") * 10_000),
    ],
)
def test_hostile_texts_take_no_long_time(text: str) -> None:
    assert "".join(cut(text)) == text


@pytest.mark.parametrize("level", ["lossless", "balanced"])
def test_lines_below_a_form_are_not_taken_for_its_own(level: str) -> None:
    raw = "  998 cookies.py\n  184 forms.py\n 1182 total\n"
    found = form(ENTRIES + raw + PATHS, level)
    assert f"{markers.end_of_form()}\n{raw}[headroom: " in found.text
    assert found.text.count(markers.end_of_form()) == 1
    assert "".join(part.original for part in found.parts) == ENTRIES + raw + PATHS


def test_no_end_is_said_where_nothing_or_a_header_follows() -> None:
    for text in (f"pwd\n{ENTRIES}", f"{ENTRIES}\n{PATHS}\n\n"):
        assert form(text).is_changed
        assert markers.end_of_form() not in form(text).text


def test_nothing_is_left_out_where_the_lossless_form_is_short() -> None:
    text = f"/srv/shop\n{COMMITS}{ENTRIES}{HITS}"
    assert form(text, "balanced").lossless


def test_what_is_left_out_is_counted() -> None:
    hits = "".join(f"src/shop/part_{n % 40}.py:{n}:    check({n * 7919 % 1000}, 'rule {n}')\n" for n in range(300))
    found = form(f"Python 3.11\n{VARIED}{hits}\n{ENTRIES}done\n", "balanced")
    assert not found.lossless
    assert found.text.startswith("Python 3.11\n")
    assert found.text.endswith("done\n")
    omitted = [part for part in found.parts if not part.lossless]
    assert len(omitted) == len(markers.find(found.text)) == 1
    assert markers.find(found.text)[0].total == 30


@pytest.mark.parametrize("command", ["cat app.py; ls -la", "cat app.log; ls -la"])
def test_text_of_files_is_not_cut(command: str) -> None:
    text = f"{VARIED}{ENTRIES}done\n"
    assert form(text, "balanced", command).text == text


def test_only_what_commands_wrote_is_cut() -> None:
    context = CONTEXT._replace(tool="fetch", tool_input='{"url": "https://example.com"}')
    text = f"{VARIED}{ENTRIES}done\n"
    assert form(text).is_changed
    assert forms.best(text, context, Policy.at("balanced"), tokens.count, COMPRESSORS).text == text
