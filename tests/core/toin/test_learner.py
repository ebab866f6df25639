"""What is noted of forms and lookups, and how advice is given and kept. Conversations: tests/laws/test_toin.py."""

import errno
import json
import random
import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from headroom import tokens
from headroom.compressors import COMPRESSORS
from headroom.conversation import text_block
from headroom.decision import Decider
from headroom.notes import Notes
from headroom.policy import MCP, TOOL, Policy
from headroom.store import MemoryMemo, SqliteStore
from headroom.toin import NONE, Lookup, Row, Toin, learner, report, today
from headroom.toin.advice import LOSSLESS
from headroom.toin.book import Book, Kept
from headroom.toin.learner import is_trial
from headroom.types import Decision

CHANCE = random.Random(2)
ROWS = [
    {"n": n, "uuid": str(uuid.UUID(int=CHANCE.getrandbits(128))), "said": " ".join(CHANCE.choices("abcdef", k=40))}
    for n in range(300)
]
TEXT = json.dumps(ROWS)
DAY = 20_000


class Desk:
    """A decider that learns, over a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = SqliteStore(root / "store")
        self.notes = Notes(MemoryMemo())
        self.day = DAY
        self.said: list[str] = []
        self.toin = Toin(
            root / "toin", self.store.get, self.notes, tokens.count, self.said.append, lambda: self.day
        )
        self.decider = Decider(self.store, tokens.count, str(self.store.originals), COMPRESSORS, self.toin)

    def decide(self, text: str, tool: str = "list", said: str = "{}", **policy: object) -> Decision:
        settled = replace(Policy(), **policy)  # type: ignore[arg-type]
        return self.decider.decide(text_block(text, tool, said), settled, None)

    def rows(self) -> list[Row]:
        self.toin.flush()
        return report(self.root, self.day)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_lossy_form_is_counted_and_a_lossless_one_is_not(desk: Desk) -> None:
    decision = desk.decide(TEXT)
    desk.decide(json.dumps(ROWS[:9]))
    desk.decide("short")
    (row,) = desk.rows()
    assert (row.kind, row.forms, row.looked_up) == ("json_rows", 1, 0)
    assert (row.tokens_before, row.tokens_after) == (decision.tokens_before, decision.tokens_after)


def by_file(desk: Desk, key: str) -> None:
    desk.decide("0f0f", "Bash", json.dumps({"command": f"jq '.[3].uuid' {desk.store.path(key)}"}))


def by_tool(desk: Desk, key: str) -> None:
    desk.toin.retrieved(Lookup(key, json.dumps({"hash": key, "query": "uuid"}), "0f0f"))


def by_server(desk: Desk, key: str) -> None:
    said = json.dumps({"hash": key, "query": "uuid"})
    desk.decide("0f0f", "mcp__headroom__headroom_retrieve", said, retrieval=MCP)


def by_command(desk: Desk, key: str) -> None:
    desk.toin.learn(Lookup(key, "uuid", "0f0f"))


@pytest.mark.parametrize("look_up", [by_file, by_tool, by_server, by_command])
def test_a_lookup_is_counted_whatever_its_way(desk: Desk, look_up: Callable[[Desk, str], None]) -> None:
    key = desk.decide(TEXT).original
    desk.toin.flush()
    look_up(desk, key)
    (row,) = desk.rows()
    assert (row.looked_up, row.lookups, list(row.fields_asked.values())) == (1, 0, [1])
    look_up(desk, key)
    (row,) = desk.rows()
    assert (row.looked_up, list(row.fields_asked.values())) == (1, [2]), "one form, asked twice"


def test_what_tells_itself_is_not_counted_twice(desk: Desk) -> None:
    key = desk.decide(TEXT, retrieval=TOOL).original
    desk.toin.flush()
    desk.decide("0f", "Bash", json.dumps({"command": f"headroom retrieve {key} uuid"}))
    desk.decide("0f", "headroom_retrieve", json.dumps({"hash": key, "query": "uuid"}), retrieval=TOOL)
    assert [row.looked_up for row in desk.rows()] == [0]


def test_a_lookup_that_names_no_field_asks_for_room(desk: Desk) -> None:
    key = desk.decide(TEXT).original
    desk.toin.flush()
    desk.toin.retrieved(Lookup(key, "", TEXT))
    (row,) = desk.rows()
    assert (row.lookups, row.fields_asked) == (1, {})
    assert row.tokens_back == tokens.count(TEXT)


@pytest.mark.parametrize("key", ["", "0123456789ab"])
def test_lookups_of_what_we_do_not_know_are_nothing(desk: Desk, key: str) -> None:
    desk.toin.learn(Lookup(key, "uuid", "x"))
    assert desk.rows() == []
    assert not (desk.root / "toin").exists()


def test_an_original_that_is_gone_teaches_nothing(desk: Desk) -> None:
    key = desk.decide(TEXT).original
    desk.toin.flush()
    Path(desk.store.path(key)).unlink()
    desk.toin.learn(Lookup(key, "uuid", "x"))
    assert [row.looked_up for row in desk.rows()] == [0]


def test_advice_begins_is_kept_and_fades(desk: Desk) -> None:
    assert desk.toin.begin() == ""
    key = desk.decide(TEXT).original
    desk.toin.flush()
    assert desk.toin.begin() == ""
    for _ in range(3):
        by_command(desk, key)
    name = desk.toin.begin()
    assert len(name) == 16
    assert desk.toin.begin() == name
    advice = desk.toin.advice(name)
    assert advice.kinds == {"json_rows"}
    shown = desk.decide(TEXT, toin=name).text or ""
    assert all(str(row["uuid"]) in shown for row in (ROWS[0], ROWS[299]))
    other = Toin(desk.root / "toin", desk.store.get, desk.notes, tokens.count, day=lambda: DAY)
    assert other.advice(name) == advice, "another process"
    desk.toin.flush()
    desk.day += 80
    assert desk.toin.begin() == "", "it has faded"
    assert desk.toin.advice(name) == advice, "and holds where it held"


def test_a_large_book_is_read_behind_who_begins(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    key = desk.decide(TEXT).original
    desk.toin.flush()
    for _ in range(3):
        by_command(desk, key)
    reads: list[str] = []
    read = Book.read

    def seen(book: Book) -> Kept:
        reads.append(threading.current_thread().name)
        return read(book)

    monkeypatch.setattr(learner, "_AT_ONCE_BYTES", 0)
    monkeypatch.setattr(Book, "read", seen)
    desk.toin.begin()
    desk.toin.flush()
    name = desk.toin.begin()
    assert len(name) == 16
    assert set(reads) == {"headroom-toin"}
    fresh = Toin(desk.root / "toin", desk.store.get, desk.notes, tokens.count, day=lambda: DAY)
    fresh.flush()
    assert fresh.begin() == name, "it is read as soon as there is a proxy"


def level_of(desk: Desk, name: str) -> int:
    return max((told.level for told in desk.toin.advice(name).told.values()), default=0)


def test_an_output_that_is_looked_up_again_and_again_does_not_speak_for_the_others(desk: Desk) -> None:
    """As where a hostile output makes a model ask for it without end."""
    for n in range(30):
        key = desk.decide(json.dumps([row | {"n": n} for row in ROWS])).original
        desk.toin.flush()
    for _ in range(50):
        desk.toin.learn(Lookup(key, "", TEXT))
    (row,) = desk.rows()
    assert (row.lookups, row.looked_up) == (8, 1)
    assert level_of(desk, desk.toin.begin()) == 0


@pytest.mark.parametrize(("conversations", "level"), [(1, 0), (2, 0), (3, LOSSLESS), (9, LOSSLESS)])
def test_one_conversation_does_not_speak_for_the_others(desk: Desk, conversations: int, level: int) -> None:
    """As where an agent loops for days over outputs that make it ask for more."""
    for n in range(18):
        desk.day = DAY - 7 + n // 2
        text = json.dumps([row | {"n": n} for row in ROWS])
        form = desk.decider.form(text_block(text, "list", "{}"), Policy())
        block, key = text_block(text, "list", "{}"), desk.store.put(text)
        desk.toin.compressed(block, key, form.parts, "", f"conversation {n % conversations}")
        desk.toin.flush()
        for _ in range(2):
            desk.toin.learn(Lookup(key, "", text))
    assert level_of(desk, desk.toin.begin()) == level


def test_one_conversation_in_six_has_the_usual_budgets() -> None:
    share = sum(map(is_trial, (f"{n:012x}" for n in range(8000)))) / 8000
    assert 0.15 < share < 0.19
    assert not is_trial("")


def test_what_is_not_looked_up_any_more_is_left_out_again(desk: Desk) -> None:
    """Where all is sent there is nothing to look up: only the conversations that go without show that."""
    for n in range(10):
        desk.day = DAY - 7 + n  # in two weeks
        key = desk.decide(json.dumps([row | {"n": n} for row in ROWS])).original
        desk.toin.flush()
        for _ in range(3):
            desk.toin.learn(Lookup(key, "", TEXT))
    on_trial = next(f"{n:012x}" for n in range(99) if is_trial(f"{n:012x}"))
    assert level_of(desk, desk.toin.begin("0" * 12)) == LOSSLESS
    assert level_of(desk, desk.toin.begin(on_trial)) == 0
    days = 0
    while level_of(desk, desk.toin.begin("0" * 12)) == LOSSLESS:
        days += 1
        desk.day += 1
        for n in range(6):
            text = json.dumps([row | {"n": 1000 * days + n} for row in ROWS])
            desk.decide(text, toin=desk.toin.begin(on_trial))
        desk.toin.flush()
        assert days < 60


def test_what_is_switched_off_counts_nothing_and_goes_on_with_what_has_begun(desk: Desk) -> None:
    key = desk.decide(TEXT).original
    desk.toin.flush()
    for _ in range(3):
        by_command(desk, key)
    name = desk.toin.begin()
    off = Toin(desk.root / "toin", desk.store.get, desk.notes, tokens.count, day=lambda: DAY, learns=False)
    before = desk.rows()
    desk.toin = off
    by_tool(desk, key)
    off.trip(1, 2)
    assert desk.rows() == before
    assert off.begin() == ""
    assert off.advice(name).told


def test_advice_that_is_gone_or_garbled_is_none(desk: Desk) -> None:
    assert desk.toin.advice("") == desk.toin.advice("0" * 16) == NONE
    desk.notes.keep("toin", "1" * 16, 0, "garbled")
    assert desk.toin.advice("1" * 16) == NONE


def test_what_an_extra_turn_costs_is_counted(desk: Desk) -> None:
    desk.decide(TEXT)
    for _ in range(3):
        desk.toin.trip(1000, 20)
    desk.toin.flush()
    assert len(desk.rows()) == 1
    assert not desk.said


def test_days_are_counted_from_1970() -> None:
    assert 20_700 < today() < 40_000


def test_a_book_that_another_writes_in_is_no_failure(tmp_path: Path) -> None:
    said: list[str] = []
    toin = Toin(tmp_path, lambda _key: None, Notes(MemoryMemo()), len, said.append)
    toin._failed(OSError(errno.EBUSY, "another process holds the database too long"))
    assert said == []
    toin._failed(OSError(errno.ENOSPC, "the disk is full"))
    assert said == ["no advice: OSError"]
