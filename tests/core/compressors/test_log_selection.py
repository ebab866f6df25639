from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.compressors import log_lines, log_selection
from headroom.compressors.log_selection import GENEROUS, THRIFTIER, Selection, Thrift
from headroom.compressors.log_weights import ERROR, WARNING
from tests.core.compressors.random_logs import logs

INFO = "2024-01-15 10:00:00 INFO tick {} of the clock"


def select(lines: list[str], thrift: Thrift = GENEROUS, query: str = "") -> Selection:
    return log_selection.select(log_selection.read(log_lines.read("\n".join(lines)), query, 3000), thrift)


def ticks(count: int) -> list[str]:
    return [INFO.format(at) for at in range(count)]


@settings(max_examples=150, deadline=None)
@given(logs(), st.sampled_from((GENEROUS, *THRIFTIER)), st.sampled_from(["", "why is alice rejected?"]))
def test_every_line_is_kept_or_counted_exactly_once(text: str, thrift: Thrift, query: str) -> None:
    log = log_selection.read(log_lines.read(text), query, 3000)
    selection = log_selection.select(log, thrift)
    repeated = chain.from_iterable(chain.from_iterable(repeat.again for repeat in selection.repeats))
    left = chain.from_iterable(numbers for _, numbers in selection.left)
    assert sorted([*selection.kept, *repeated, *left]) == list(range(len(log.lines.texts)))
    assert all(set(repeat.first) <= selection.kept for repeat in selection.repeats)
    assert log.always <= selection.kept


@settings(max_examples=100, deadline=None)
@given(logs())
def test_what_matters_is_kept_or_repeats_what_is_kept(text: str) -> None:
    log = log_selection.read(log_lines.read(text), "", 3000)
    selection = log_selection.select(log, GENEROUS)
    repeated = [entry for repeat in log.repeats for entry in repeat.again]
    for entry in log.heavy:
        assert set(entry) <= selection.kept or entry in repeated
    for repeat in log.repeats:
        for entry in repeat.again:
            assert [log.lines.masks[n] for n in entry] == [log.lines.masks[n] for n in repeat.first]


@settings(max_examples=60, deadline=None)
@given(logs())
def test_thriftier_is_never_longer(text: str) -> None:
    log = log_selection.read(log_lines.read(text), "", 3000)
    kept = [len(log_selection.select(log, thrift).kept) for thrift in (GENEROUS, *THRIFTIER[2::3])]
    assert kept == sorted(kept, reverse=True)


def test_an_error_and_the_ends_stay() -> None:
    lines = ticks(40)
    lines[20] = "2024-01-15 10:00:00 ERROR boom"
    # There is no tick 20: the next one stays, too.
    assert select(lines).kept == {0, 1, 2, 20, 21, 37, 38, 39}


def test_an_unusual_value_stays() -> None:
    lines = [
        f"2024-01-15 10:00:00 INFO done in {20 + at * 7 % 31} ms with {('a', 'b')[at % 2]}" for at in range(60)
    ]
    lines[25] = "2024-01-15 10:00:00 INFO done in 9514 ms with a"
    lines[35] = "2024-01-15 10:00:00 INFO done in 25 ms with zebra"
    assert {25, 35} <= select(lines).kept


def test_both_sides_of_a_silence_stay() -> None:
    lines = [f"2024-01-15 {10 + at // 30}:00:{at % 30:02} INFO tick {at} of the clock" for at in range(60)]
    assert {29, 30} <= select(lines).kept


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
        lines[at] = f"2024-01-15 10:00:0{at // 10} ERROR boom"
    (repeat,) = select(lines).repeats
    assert (repeat.first, repeat.again, repeat.is_like) == ([10], [[20], [30]], False)


TRACE = [
    "2024-01-15 10:00:00 ERROR id={} boom",
    "Traceback (most recent call last):",
    '  File "x", line 1',
    "E: {}",
]


def test_stack_traces_with_other_values_are_repeats() -> None:
    lines = ticks(20)
    for at in range(4):
        lines += [line.format(at) for line in TRACE] + ticks(3)
    lines += ticks(6)
    (repeat,) = select([line.replace("E: ", "see ") for line in lines]).repeats
    assert repeat.is_like
    assert [len(entry) for entry in (repeat.first, *repeat.again)] == [4, 4, 4, 4]


def test_stack_traces_from_another_place_are_no_repeats() -> None:
    lines = ticks(20)
    for at in (1, 1, 2):
        lines += [line.replace("line 1", f"line {at}").format(0) for line in TRACE] + ticks(3)
    (repeat,) = select(lines).repeats
    assert len(repeat.again) == 1
    assert '  File "x", line 2' in [lines[at] for at in select(lines).kept]


@pytest.mark.parametrize(
    ("thrift", "warnings", "errors"),
    [
        (GENEROUS, 40, 40),
        (Thrift(WARNING, 20), 20, 40),
        (Thrift(WARNING, 4), 4, 40),
        (Thrift(ERROR, 4), 4, 4),
        (Thrift(ERROR, 1), 1, 1),
    ],
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
    assert {10, 13} <= kept
    assert thrift.samples == 1 or {10 + 6 * 39, 13 + 6 * 39} <= kept
