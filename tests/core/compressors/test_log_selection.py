from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors import log_lines, log_selection
from headroom.compressors.log_selection import GENEROUS, THRIFTIER, Selection, Thrift
from headroom.compressors.log_weights import ERROR, NOTABLE, WARNING
from tests.core.compressors.random_logs import logs

INFO = "2024-01-15 10:00:00 INFO tick {} of the clock"


def select(lines: list[str], thrift: Thrift = GENEROUS, query: str = "") -> Selection:
    return log_selection.select(log_selection.read(log_lines.read("\n".join(lines)), query), thrift)


def ticks(count: int) -> list[str]:
    return [INFO.format(at) for at in range(count)]


@settings(max_examples=150, deadline=None)
@given(logs(), st.sampled_from((GENEROUS, *THRIFTIER)), st.sampled_from(["", "why is alice rejected?"]))
def test_every_line_is_kept_or_counted_exactly_once(text: str, thrift: Thrift, query: str) -> None:
    log = log_selection.read(log_lines.read(text), query)
    selection = log_selection.select(log, thrift)
    repeated = chain.from_iterable(chain.from_iterable(repeat.again for repeat in selection.repeats))
    left = chain.from_iterable(numbers for _, numbers in selection.left)
    assert sorted([*selection.kept, *repeated, *left]) == list(range(len(log.lines)))
    assert all(set(repeat.first) <= selection.kept for repeat in selection.repeats)
    assert log.always <= selection.kept


@settings(max_examples=100, deadline=None)
@given(logs())
def test_what_matters_is_kept_or_repeats_what_is_kept(text: str) -> None:
    log = log_selection.read(log_lines.read(text), "")
    selection = log_selection.select(log, GENEROUS)
    for entry in log.heavy:
        if not set(entry) <= selection.kept:
            said = [log.bare[number] for number in entry]
            assert any([log.bare[n] for n in repeat.first] == said for repeat in selection.repeats)


@settings(max_examples=60, deadline=None)
@given(logs())
def test_thriftier_is_never_longer(text: str) -> None:
    log = log_selection.read(log_lines.read(text), "")
    kept = [len(log_selection.select(log, thrift).kept) for thrift in THRIFTIER[1::2]]
    assert kept == sorted(kept, reverse=True)


def test_an_error_stays_with_a_line_on_either_side() -> None:
    lines = ticks(40)
    lines[20] = "2024-01-15 10:00:00 ERROR boom"
    assert select(lines).kept == {*range(5), 19, 20, 21, *range(35, 40)}


def test_a_rare_template_stays() -> None:
    lines = ticks(40)
    lines[10] = lines[30] = "2024-01-15 10:00:00 INFO reloading the configuration"
    assert {10, 30} <= select(lines).kept
    lines[20] = lines[10]
    assert not {10, 20, 30} & select(lines).kept


def test_lines_with_the_users_words_stay() -> None:
    lines = ticks(200)
    lines[100] += " in the Cathedral"
    assert 100 in select(lines, query="what about the cathedral?").kept


def test_the_same_error_again_is_counted() -> None:
    lines = ticks(60)
    for at in (10, 20, 30):
        lines[at] = f"2024-01-15 10:00:{at} ERROR boom"
    (repeat,) = select(lines).repeats
    assert (repeat.first, repeat.again, repeat.is_like) == ([10], [[20], [30]], False)


TRACE = [
    "2024-01-15 10:00:00 ERROR id={} boom",
    "Traceback (most recent call last):",
    '  File "x", line 1',
    "E: {}",
]


def test_stack_traces_with_other_values_are_repeats_only_for_the_thrifty() -> None:
    lines = ticks(20)
    for at in range(4):
        lines += [line.format(at) for line in TRACE] + ticks(3)
    lines += ticks(6)
    assert select(lines).repeats == []
    (repeat,) = select(lines, Thrift(NOTABLE, 20)).repeats
    assert repeat.is_like
    assert [len(entry) for entry in (repeat.first, *repeat.again)] == [4, 4, 4, 4]


@pytest.mark.parametrize(
    ("thrift", "warnings", "errors"),
    [(GENEROUS, 40, 40), (Thrift(WARNING, 20), 20, 40), (Thrift(WARNING, 4), 4, 40), (Thrift(ERROR, 4), 4, 4)],
)
def test_thrift_thins_the_lesser_first(thrift: Thrift, warnings: int, errors: int) -> None:
    lines = ticks(10)
    for at in range(40):
        lines += [f"2024-01-15 10:00:00 WARN pool has waited {at} ms", *ticks(2)]
        lines += [f"2024-01-15 10:00:00 ERROR query has failed {at} times", *ticks(2)]
    lines += ticks(10)
    kept = select(lines, thrift).kept
    assert sum(" WARN " in lines[at] for at in kept) == warnings
    assert sum(" ERROR " in lines[at] for at in kept) == errors
    assert {10, 10 + 6 * 39, 13, 13 + 6 * 39} <= kept
