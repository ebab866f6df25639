"""What is printed of blocks, as golden files in tests/fixtures/explain: UPDATE_GOLDEN=1 writes them anew."""

import io
import json
import os
import re
from pathlib import Path

import pytest
from rich.console import Console

from headroom.explanation import Explained
from headroom.forms import Part
from headroom.types import Block, Decision
from headroom_cli.explained import as_json, show

GOLDEN = Path(__file__).parent.parent / "fixtures" / "explain"


def block(message: int, tool: str, text: str = "as it came\n") -> Block:
    return Block(0, 0, text, "tool_result", "user", tool, "{}", "Why?", message)


def raw(message: int, tool: str, tokens: int, reason: str, why: str) -> Explained:
    return Explained(block(message, tool), Decision(None, "", reason, True, tokens, tokens), (), why)


WHOLE = Part("as it came\n", "shorter\n", "json_rows", "", True, 3390, 722)
MIXED = (
    Part("$ orders\n", "$ orders\n", "", "verbatim", True, 4, 4),
    Part("[...]", "[headroom: a table]\n", "json_rows", "", True, 5502, 1091),
    Part("log", "[headroom: omitted]\n", "logs", "", False, 1889, 613),
    Part("end", "end", "", "too short", True, 1, 1),
)
CASES = {
    "nothing": [],
    "text": [
        Explained(block(0, ""), Decision("shorter\n", "json_rows", "", True, 3390, 722), (WHOLE,), ""),
    ],
    "request": [
        raw(2, "Read", 2999, "protected", "results of Read are protected (compress.protected_tools)"),
        raw(4, "Bash", 3, "floor", "shorter than the floor of 200 tokens"),
        raw(6, "", 1100, "no compressor for it", "a file that may be edited stays verbatim: /srv/app/main.py"),
        raw(8, "mcp__a_server_with_a_long_name__list_all_issues", 812, "x", "json_rows: truncated JSON"),
        Explained(
            block(10, "Bash"),
            Decision("".join(p.text for p in MIXED), "json_rows+logs", "", False, 7396, 1709, "76da5c7c55a9"),
            MIXED,
            "",
        ),
        Explained(block(12, "Bash"), Decision("[headroom: as above]", "reread", "", True, 2999, 34), (), ""),
        raw(14, "we[bold]ird\x1b[31m\u202e", 0, "error", "error: KeyError at x.py:1"),
    ],
}  # fmt: skip


def printed(name: str, width: int = 80, *, colours: bool = False) -> str:
    to = Console(
        file=io.StringIO(), width=width, force_terminal=colours, color_system="standard" if colours else None
    )
    show(CASES[name], to, texts=True)
    assert isinstance(to.file, io.StringIO)
    return to.file.getvalue()


def assert_golden(file: Path, text: str) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_blocks_are_shown_as_their_golden_file(name: str) -> None:
    assert_golden(GOLDEN / f"{name}.txt", printed(name))


@pytest.mark.parametrize("name", CASES)
def test_blocks_are_json_as_their_golden_file(name: str) -> None:
    told = [as_json(one, texts=name == "text") for one in CASES[name]]
    assert_golden(GOLDEN / f"{name}.json", json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


@pytest.mark.parametrize("width", [70, 80, 200])
def test_no_line_is_wider_than_the_terminal_or_ends_in_blanks(width: int) -> None:
    for line in printed("request", width).splitlines():
        assert len(line) <= width
        assert line == line.rstrip()


def test_control_characters_and_markup_of_a_request_reach_nobody() -> None:
    text = printed("request", colours=True)
    assert not re.search(r"[\x00-\x09\x0b-\x1a\x1c-\x1f\u202e]|\x1b(?!\[[\d;]*m)", text)
    assert "we[bold]ird" in text
    assert re.sub(r"\x1b\[[\d;]*m", "", text) == printed("request")
