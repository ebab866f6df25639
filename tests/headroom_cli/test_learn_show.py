"""What `headroom learn` prints, piece by piece."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from headroom.learn.looking import Looked
from headroom.learn.types import Evidence, Finding
from headroom_cli import learn_show
from headroom_cli.page import Page

SEEN = tuple(Evidence("claude", f"0123456789-{number}", number) for number in range(1, 6))
FINDING = Finding("loop", "x", "Do not loop.", "/p", SEEN, 0.5, wasted=1234)


@pytest.fixture
def page() -> Page:
    return Page(Console(file=io.StringIO(), width=60, highlight=False, markup=False))


def printed(page: Page) -> str:
    out = page.to.file
    assert isinstance(out, io.StringIO)
    return out.getvalue()


def test_evidence_names_the_latest_places(page: Page) -> None:
    learn_show.evidence("1. Do not loop.", FINDING, page)
    assert printed(page) == (
        "1. Do not loop.\n"
        "   loop: seen 5 times in 5 sessions, confidence 0.50, 1,234\n"
        "   tokens wasted\n"
        "   claude 01234567 turn 5 · claude 01234567 turn 4 · claude\n"
        "   01234567 turn 3 · 2 more\n"
    )


def test_what_could_not_be_read_is_said(page: Page) -> None:
    seen = Looked({"codex": 1, "claude": 2}, [], frozenset(), damaged=3, unreadable=["/a: denied"])
    learn_show.looked(seen, ["claude"], "here", page)
    assert printed(page) == (
        "Looked at 2 sessions of claude and 1 session of codex here.\n"
        "3 lines of them could not be read, and were left out.\n"
        "not read: /a: denied\n"
    )


def test_a_diff_shows_line_ends_and_hidden_characters_as_text(page: Page) -> None:
    learn_show.diff("a.md", b"one\r\n", b"one\r\n\x1b[31mtwo \xff\r\n", page)
    assert printed(page) == "--- a.md\n+++ a.md\n@@ -1 +1,2 @@\n one\n+?[31mtwo \ufffd\n"


def test_a_new_file_comes_from_nowhere() -> None:
    assert learn_show.diffed("a.md", None, b"x\n")[:2] == ["--- /dev/null", "+++ a.md"]
    assert learn_show.diffed("a.md", b"x\n", None)[:2] == ["--- a.md", "+++ /dev/null"]


def test_paths_are_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/u")
    assert learn_show.short(tmp_path / "a" / "b.md") == "a/b.md"
    assert learn_show.short("/home/u/.codex/AGENTS.md") == "~/.codex/AGENTS.md"
    assert learn_show.short("/home/u") == "~"
    assert learn_show.short("/etc/x") == "/etc/x"
