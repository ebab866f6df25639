import json
from itertools import pairwise

import pytest

from headroom.dashboard.board import Board
from headroom.dashboard.conversation import Listed
from headroom.dashboard.view import RANGES, conversation, form, live, reason
from headroom.ledger import Saved
from headroom.session_log.events import End, Error, Event, Guard, Start
from tests.core.dashboard.logs import T0, block, exchange, session

NOW = T0 + 60


def filled(*more: Event) -> Board:
    board = Board()
    for event in session(*more):
        board.add("s1", event)
    return board


@pytest.mark.parametrize("name", RANGES)
def test_a_range_ends_with_the_step_that_is_under_way(name: str) -> None:
    told = live(filled(), name, NOW)
    assert len(told["steps"]) == RANGES[name].steps
    begins = [step["t"] for step in told["steps"]]
    assert {later - earlier for earlier, later in pairwise(begins)} == {told["step_s"]}
    assert begins[-1] <= NOW < begins[-1] + told["step_s"]
    assert told["steps"][-1]["requests"] == told["total"]["requests"] == 1
    assert told["steps"][-1]["hit_percent"] == 0.0
    assert told["steps"][0]["hit_percent"] is None


def test_what_is_older_than_the_range_is_left_out() -> None:
    told = live(filled(), "day", NOW + 2 * 86_400)
    assert (told["total"]["requests"], told["conversations"], told["tools"]) == (0, [], [])
    assert live(filled(), "week", NOW + 2 * 86_400)["total"]["requests"] == 1


def test_an_unknown_range_is_a_day() -> None:
    assert live(Board(), "year", NOW)["range"] == "day"


def test_the_figures_of_a_session() -> None:
    told = live(filled(*exchange(2, T0 + 30)), "day", NOW)
    total = told["total"]
    assert (total["requests"], total["saved"], total["billed"], total["added_ms"]) == (2, 1800, 10_034, 2.0)
    assert total["hit_percent"] == round(100 * 5000 / 10_020, 1)
    assert total["usd"] == pytest.approx(1800 * 3.75e-6)
    assert [row["tool"] for row in told["tools"]] == ["Bash"]
    (talk,) = told["conversations"]
    assert (talk["agent"], talk["project"], talk["shortened"], talk["blocks"]) == ("claude", "/home/u/shop", 1, 2)
    assert not talk["ended"]


def test_what_became_dearer_is_shown_negative() -> None:
    request, usage = exchange(2, T0 + 30)
    dearer = usage._replace(saved=Saved(input=-5000))
    total = live(filled(request, dearer), "day", NOW)["total"]
    assert total["saved"] == 1800 - 5000
    assert total["usd"] < 0


def test_a_price_that_is_not_known_is_no_money() -> None:
    request, usage = exchange(1, model="odd-1")
    board = Board()
    board.add("s1", request)
    board.add("s1", usage._replace(model="odd-1"))
    total = live(board, "day", NOW)["total"]
    assert (total["usd"], total["usd_paid"], total["unpriced"]) == (None, None, ["odd-1"])


def test_a_conversation_and_its_blocks_the_latest_first() -> None:
    later = exchange(2, T0 + 30, (block("k3", retrieval=True),))
    board = filled(*later, Guard(T0 + 40, "c1", "it cost more"), End(T0 + 50))
    talk = board.find("s1.c1")
    assert talk
    told = conversation(board, talk)
    assert [(row["number"], row["form"]) for row in told["list"]] == [(3, "retrieved"), (2, "raw"), (1, "lossy")]
    assert told["list"][1]["reason"] == "too short to be worth it"
    assert (told["hidden"], told["requests"], told["alone"], told["ended"]) == (0, 2, "it cost more", True)
    assert json.dumps(told)


@pytest.mark.parametrize(
    ("line", "mode", "expected"),
    [
        (block("k"), "optimize", "lossy"),
        (block("k", lossless=True), "optimize", "lossless"),
        (block("k"), "audit", "audited"),
        (block("k", compressor=""), "audit", "raw"),
        (block("k", compressor="", retrieval=True), "optimize", "retrieved"),
    ],
)
def test_forms(line: object, mode: str, expected: str) -> None:
    assert form(Listed(1, 1, line, mode)) == expected


def test_reasons_in_plain_words() -> None:
    assert reason("floor") == "too short to be worth it"
    assert reason("json_rows: no rows") == "json_rows: no rows"


def test_nothing_hides_in_the_names_of_a_forged_log() -> None:
    evil = "evil\u202e\x1b[31m"
    board = Board()
    lines = (block("k1", tool=evil, compressor=evil), block("k2", tool=evil, compressor="", reason=evil))
    request, usage = exchange(1, T0, lines, model=evil)
    events = [Start(T0, "s1", evil, evil), request, usage._replace(model=evil)]
    for event in (*events, Guard(T0, "c1", evil), Error(T0, evil, evil)):
        board.add("s1", event)
    talk = board.find("s1.c1")
    assert talk
    told = json.dumps([live(board, "day", NOW), conversation(board, talk)], ensure_ascii=False)
    assert "evil\u2039202E\u203a" in told
    assert "\u202e" not in told and "\\u001b" not in told


def test_many_conversations_are_cut() -> None:
    board = Board()
    for number in range(60):
        board.add(f"s{number}", exchange(1, T0 + number)[0])
    told = live(board, "day", NOW, waiting=3)
    assert (len(told["conversations"]), told["more"], told["waiting"]) == (50, 10, 3)
    assert told["conversations"][0]["session"] == "s59"
