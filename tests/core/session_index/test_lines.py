"""A log is read on where it was left, whole lines only, and anew when it is another one."""

import os
from pathlib import Path

import pytest

from headroom.session_index.lines import Place, is_current, read_on
from headroom.session_log import error_event
from headroom.session_log.files import append

LINE = b'{"v":1,"type":"error","t":5,"where":"a","what":"b"}\n'


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "s.jsonl"
    path.write_bytes(LINE * 2 + b"garbled\n \n")
    return path


def test_what_is_new_is_read(log: Path) -> None:
    first = read_on(log, Place())
    assert first
    assert (len(first.events), first.damaged, first.torn) == (2, 1, 0)
    assert is_current(first.place, log.stat())
    append(log, error_event("c", "d"))
    assert not is_current(first.place, log.stat())
    second = read_on(log, first.place)
    assert second
    assert (len(second.events), second.damaged) == (1, 0)


def test_the_beginning_of_a_line_is_left_until_it_is_whole(log: Path) -> None:
    place = Place()
    with log.open("ab") as file:
        file.write(LINE[:20])
        file.flush()
        first = read_on(log, place)
        assert first
        assert (len(first.events), first.damaged, first.torn) == (2, 1, 1)
        file.write(LINE[20:])
    second = read_on(log, first.place)
    assert second
    assert (len(second.events), second.damaged, second.torn) == (1, 0, 0)


def test_a_last_line_without_an_end_is_read_as_the_log_reads_it(log: Path) -> None:
    log.write_bytes(LINE + LINE[:-1])
    first = read_on(log, Place())
    assert first
    assert (len(first.events), first.torn) == (2, 0)
    with log.open("ab") as file:
        file.write(b"\n" + LINE)
    second = read_on(log, first.place)
    assert second
    assert (len(second.events), second.damaged) == (1, 0)


def test_what_makes_a_whole_line_another_one_is_no_longer_the_same_log(log: Path) -> None:
    log.write_bytes(LINE[:-1])
    first = read_on(log, Place())
    assert first
    with log.open("ab") as file:
        file.write(b" and more\n")
    assert read_on(log, first.place) is None


def shortened(log: Path) -> None:
    log.write_bytes(LINE)


def rewritten(log: Path) -> None:
    log.write_bytes(b"X" + log.read_bytes()[1:] + LINE)


def replaced(log: Path) -> None:
    other = log.with_name("other")
    other.write_bytes(log.read_bytes() + LINE)
    other.replace(log)


def touched(log: Path) -> None:
    os.utime(log, (5, 5))


@pytest.mark.parametrize("change", [shortened, rewritten, replaced, touched])
def test_another_log_of_the_same_name_is_told_from_one_that_has_grown(log: Path, change: object) -> None:
    assert callable(change)
    first = read_on(log, Place())
    assert first
    change(log)
    assert not is_current(first.place, log.stat())
    assert read_on(log, first.place) is None
    assert read_on(log, Place())
