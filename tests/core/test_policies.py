"""A conversation keeps the policy that it began with, and the advice in it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from headroom import tokens
from headroom.dialects.base import Head, Reading, Walk
from headroom.notes import Notes
from headroom.policies import Policies, as_text, read
from headroom.policy import Policy
from headroom.store import MemoryMemo
from headroom.toin import Toin
from headroom.toin.book import Book, Form
from headroom.types import Decision

DAY = 20_000


class Busy(MemoryMemo):
    """A memo that cannot be written while it is busy."""

    is_busy = False

    def remember(self, decisions: Mapping[str, Decision]) -> dict[str, Decision]:
        if self.is_busy:
            raise OSError("busy")
        return super().remember(decisions)


def reading(conversation: str) -> Reading:
    return Reading(Walk(), Head(), conversation, 0)


def teach(folder: Path, what: str = "f:0123abcd") -> None:
    form = Form("0123456789ab", "11111111", "json_rows", 0, DAY, False, frozenset(), b"")
    Book(folder).raise_counts(DAY, [("11111111", what, 9)], [form])


def policies(folder: Path, memo: MemoryMemo, **policy: bool) -> Policies:
    notes = Notes(memo)
    toin = Toin(folder, lambda _key: None, notes, tokens.count, day=lambda: DAY)
    return Policies(Policy(**policy), notes, toin=toin)  # type: ignore[arg-type]


def test_advice_is_fixed_when_a_conversation_begins(tmp_path: Path) -> None:
    memo = MemoryMemo()
    ours = policies(tmp_path, memo)
    assert read(ours.of(reading("a"))).toin == ""
    teach(tmp_path)
    first = read(ours.of(reading("b"))).toin
    assert len(first) == 16
    teach(tmp_path, "f:11110000")
    second = read(ours.of(reading("c"))).toin
    assert len({"", first, second}) == 3
    for again in (ours, policies(tmp_path, memo)):
        assert [read(again.of(reading(name))).toin for name in "abc"] == ["", first, second]


def test_a_fork_goes_on_with_the_advice_of_what_it_shares(tmp_path: Path) -> None:
    ours = policies(tmp_path, MemoryMemo())
    begun = ours.of(reading("a"))
    teach(tmp_path)
    assert ours.of(reading("b"), begun) == begun


@pytest.mark.parametrize("enabled", [True, False])
def test_what_is_switched_off_needs_no_advice(tmp_path: Path, enabled: bool) -> None:
    teach(tmp_path)
    assert bool(read(policies(tmp_path, MemoryMemo(), enabled=enabled).of(reading("a"))).toin) is enabled


def test_what_begins_while_nothing_can_be_kept_stays_without_advice(tmp_path: Path) -> None:
    memo = Busy()
    ours = policies(tmp_path, memo)
    teach(tmp_path)
    memo.is_busy = True
    with pytest.raises(OSError, match="busy"):
        ours.of(reading("a"))
    sent_by = as_text(ours.beginning(reading("a")))
    memo.is_busy = False
    assert ours.of(reading("a")) == sent_by
    assert read(ours.of(reading("b"))).toin


def test_a_policy_of_another_version_is_read() -> None:
    assert read('{"floor_tokens": 7, "gone": 1}') == Policy(floor_tokens=7)
    assert read(as_text(Policy(toin="1" * 16, tools=("a=off",)))) == Policy(toin="1" * 16, tools=("a=off",))
