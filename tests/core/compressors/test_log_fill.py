from itertools import chain, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors import log_fill, log_lines, log_selection
from headroom.compressors.log_selection import GENEROUS, Selection
from tests.core.compressors.random_logs import logs

INFO = "2024-01-15 10:{:02}:{:02} INFO tick {} of the clock"


def ticks(count: int) -> list[str]:
    return [INFO.format(at // 60, at % 60, at) for at in range(count)]


def fill(lines: list[str], chars: int, query: str = "") -> Selection:
    log = log_selection.read(log_lines.read("\n".join(lines)), query, 500)
    return log_fill.filled(log, log_selection.select(log, GENEROUS), chars)


@settings(max_examples=150, deadline=None)
@given(logs(), st.sampled_from([10, 500, 3000, 20_000]), st.sampled_from(["", "why is alice rejected?"]))
def test_every_line_is_kept_or_counted_exactly_once(text: str, chars: int, query: str) -> None:
    log = log_selection.read(log_lines.read(text), query, chars // 2)
    must = log_selection.select(log, GENEROUS)
    selection = log_fill.filled(log, must, chars)
    repeated = chain.from_iterable(chain.from_iterable(repeat.again for repeat in selection.repeats))
    left = chain.from_iterable(numbers for _, numbers in selection.left)
    assert sorted([*selection.kept, *repeated, *left]) == list(range(len(log.lines.texts)))
    assert log.always <= selection.kept
    heavy = {number for entry in log.heavy for number in entry}
    assert must.kept & heavy <= selection.kept


@pytest.mark.parametrize("chars", [2000, 5000, 20_000])
def test_what_room_there_is_is_used(chars: int) -> None:
    lines = ticks(2000)
    selection = fill(lines, chars)
    assert 0.9 * chars < selection.chars(lines) < 1.1 * chars


def test_the_neighbours_of_an_error_come_first() -> None:
    lines = ticks(200)
    lines[100] = "2024-01-15 10:01:40 ERROR boom"
    assert {97, 98, 99, 100, 101, 102, 103} <= fill(lines, 1000).kept


def test_what_is_added_is_spread_over_the_log() -> None:
    kept = sorted(fill(ticks(3000), 8000).kept)
    gaps = [after - before for before, after in pairwise(kept[5:-5])]
    assert max(gaps) < 60


def test_edges_of_a_burst_are_shown() -> None:
    lines = ticks(2000)
    crowd = [f"2024-01-15 10:20:{at // 10:02} INFO connection {at} accepted" for at in range(90)]
    lines[1200:1200] = crowd
    kept = fill(lines, 1500).kept
    assert {1200, 1289} <= kept


def test_forms_that_are_too_many_are_counted_together() -> None:
    lines = [
        f"2024-01-15 10:00:00 INFO {chr(97 + at % 26) * (at // 26 + 1)} {'z' * (at % 7)}" for at in range(500)
    ]
    selection = fill(lines, 3000)
    others = [numbers for template, numbers in selection.left if not template.words]
    assert sum(map(len, others)) > 300
    assert selection.chars(lines) < 4500
