"""What is remembered of a section: read as it was written, and damaged ones as nothing."""

from pathlib import Path

import pytest

from headroom.agent_files.ignoring import Excluded
from headroom.agent_files.journal import APPLIED, Entry, Record, everything, load, lock, save
from headroom.agent_files.section import Put

ALL_BYTES = bytes(range(256))
FULL = Record(
    name="learn",
    file="/p/CLAUDE.md",
    label="/p",
    project="/p",
    agents=("claude", "codex"),
    entries=(
        Entry(
            1.5,
            APPLIED,
            created=True,
            put=Put("learn", "/p", b"\r\n", ALL_BYTES, ALL_BYTES[::-1]),
            notes={"rules": [{"text": "Use a."}]},
            folders=("/p/.x",),
            excluded=Excluded("/p/.git/info/exclude", "/CLAUDE.md\n", created=False),
        ),
        Entry(2.0, APPLIED, created=False, put=Put("learn", "/p", b"", None, b"x")),
    ),
    notes={"rules": [{"text": "Use b."}], "refused": [["kind", "subject", "Use c."]]},
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    with lock(tmp_path):
        save(tmp_path, FULL)
    assert load(tmp_path, "learn", Path("/p/CLAUDE.md"), "/p") == FULL
    assert everything(tmp_path) == [FULL]
    assert load(tmp_path, "learn", Path("/p/CLAUDE.md"), "", "/q") == Record("learn", "/p/CLAUDE.md", "", "/q")
    assert load(tmp_path, "memory", Path("/p/CLAUDE.md"), "/p") == Record("memory", "/p/CLAUDE.md", "/p", "")


def test_an_empty_record_leaves_nothing(tmp_path: Path) -> None:
    with lock(tmp_path):
        save(tmp_path, FULL)
        save(tmp_path, Record(FULL.name, FULL.file, FULL.label, FULL.project, notes={"rules": []}))
    assert everything(tmp_path) == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"v": 2}', b'{"v": 1}', b'{"v": 1, "file": 3}'])
def test_a_damaged_record_is_none(content: bytes, tmp_path: Path) -> None:
    with lock(tmp_path):
        save(tmp_path, FULL)
        (path,) = (tmp_path / "agent_files").glob("*.json")
        path.write_bytes(content)
    assert load(tmp_path, FULL.name, Path(FULL.file), FULL.label) == Record(FULL.name, FULL.file, FULL.label, "")
    assert everything(tmp_path) == []


def test_the_lock_clears_what_a_killed_run_left(tmp_path: Path) -> None:
    with lock(tmp_path):
        (tmp_path / "agent_files" / ".tmp-x").write_bytes(b"")
    with lock(tmp_path):
        assert [path.name for path in (tmp_path / "agent_files").iterdir()] == ["lock"]
