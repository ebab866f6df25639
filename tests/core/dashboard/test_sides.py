import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headroom.dashboard.conversation import Listed
from headroom.dashboard.sides import sides
from headroom.dashboard.visible import visible
from headroom.session_log.events import BlockLine
from headroom.types import Decision
from tests.core.dashboard.logs import block

CAME = "\n".join(f"line {n}" for n in range(40))
SENT = "[headroom: 30 of 40 lines omitted; all of it: /x/0123456789ab.txt]\n" + "\n".join(
    f"line {n}" for n in range(10)
)


def decided(text: str | None = SENT, **more: Any) -> Decision:
    return Decision(text, "logs", "", False, 1000, 100, "0123456789ab")._replace(**more)


def listed(line: BlockLine | None = None, mode: str = "optimize") -> Listed:
    return Listed(3, 2, line or block("k"), mode)


def text_of(side: dict[str, Any] | None) -> str:
    assert side
    return "".join(text for text, _ in side["runs"])


def test_both_sides_with_what_was_left_out_marked() -> None:
    told = sides(listed(), decided(), CAME)
    assert text_of(told["original"]) == CAME
    assert text_of(told["sent"]) == SENT
    assert told["marked"]
    assert told["sent"]["runs"][0] == (SENT.partition("\n")[0] + "\n", True)
    assert [marked for _, marked in told["original"]["runs"]] == [False, True]
    assert (told["key"], told["form"], told["number"]) == ("0123456789ab", "lossy", 3)


def test_each_line_serves_once() -> None:
    told = sides(listed(), decided("same\nother"), "same\nsame\nsame\nother")
    assert told["original"]["runs"] == [("same\n", False), ("same\nsame\n", True), ("other", False)]


def test_colours_are_no_difference() -> None:
    told = sides(listed(), decided("red\ngone"), "\x1b[31mred\x1b[0m\nmore\ngone")
    assert told["original"]["runs"] == [("‹ESC›[31mred‹ESC›[0m\n", False), ("more\n", True), ("gone", False)]


def test_another_form_is_not_marked() -> None:
    told = sides(listed(), decided("id\tname\n1\ta"), json.dumps([{"id": 1, "name": "a"}], indent=1))
    assert not told["marked"]
    assert not any(marked for side in ("original", "sent") for _, marked in told[side]["runs"])


@pytest.mark.parametrize(
    ("line", "mode", "decision", "original", "sides_there", "says"),
    [
        (block("k", compressor="", reason="floor"), "optimize", None, None, "", "too short"),
        (block("k", compressor="", reason=""), "optimize", None, None, "", "no reason was logged"),
        (block("k", retrieval=True), "optimize", None, None, "", "asked for this original again"),
        (block("k"), "optimize", None, None, "", "not kept any more"),
        (block("k"), "audit", None, None, "", "Audit mode"),
        (block("k"), "optimize", decided(None), None, "", "refused"),
        (block("k"), "optimize", decided(), None, "s", "original is gone"),
        (block("k"), "optimize", decided(), CAME, "os", "kept on this machine"),
        (block("k", after=40), "optimize", decided(), CAME, "os", "rewritten"),
        (block("k"), "optimize", decided(lossless=True, original=""), None, "s", "Nothing was left out"),
        (
            block("k", compressor="reread"),
            "optimize",
            decided(compressor="reread", original=""),
            None,
            "s",
            "points back",
        ),
    ],
)
def test_what_is_missing_is_said(
    line: BlockLine, mode: str, decision: Decision | None, original: str | None, sides_there: str, says: str
) -> None:
    told = sides(listed(line, mode), decision, original)
    assert says in told["note"]
    assert "".join(name[0] for name in ("original", "sent") if told[name]) == sides_there


def test_large_texts_are_cut_and_that_is_said() -> None:
    told = sides(listed(), decided("a\n" * 300), "a\n" * 400_000)
    assert told["original"]["cut"] == 500_000
    assert told["sent"]["cut"] == 0
    assert len(text_of(told["original"])) == 300_000


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_texts_have_sides_that_json_can_hold(came: str, sent: str) -> None:
    told = sides(listed(), decided(sent), came)
    assert json.loads(json.dumps(told, ensure_ascii=False).encode())["number"] == 3
    assert text_of(told["original"]) == visible(came)
    assert text_of(told["sent"]) == visible(sent)
