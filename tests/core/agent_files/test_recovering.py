"""What a killed process left: the file says how far it came, and the record follows."""

from dataclasses import replace
from pathlib import Path

import pytest

from headroom.agent_files import journal
from headroom.agent_files.journal import APPLIED, APPLYING, UNDOING, Entry, Record
from headroom.agent_files.recovering import clean_up, recover, settled
from headroom.agent_files.section import put
from tests.core.learn.memory_files import made

ABOVE = b"mine\n"
FIRST, PUT = put(ABOVE, [b"- a"], "learn")
SECOND, AGAIN = put(FIRST, [b"- b"], "learn")
NEW = Entry(1.0, APPLIED, created=False, put=PUT, notes={"lines": []})
CHANGED = Entry(2.0, APPLIED, created=False, put=AGAIN, notes={"lines": ["a"]})
KNOWN = Record("learn", "/p/a.md", "", "/p", (), (NEW, CHANGED), {"lines": ["b"], "refused": ["c"]})
EARLIER = replace(KNOWN, entries=(NEW,), notes={"lines": ["a"], "refused": ["c"]})

CASES = {
    "nothing was under way": (APPLIED, FIRST, KNOWN),
    "killed before the file was written": (APPLYING, FIRST, EARLIER),
    "killed after it": (APPLYING, SECOND, KNOWN),
    "killed before it was put back": (UNDOING, SECOND, KNOWN),
    "killed after that": (UNDOING, FIRST, EARLIER),
    "markers that make no sense now": (APPLYING, b"<!-- headroom:learn:begin -->\n", EARLIER),
}


@pytest.mark.parametrize(("state", "content", "after"), CASES.values(), ids=CASES)
def test_the_file_says_what_was_done(state: str, content: bytes, after: Record) -> None:
    killed = replace(KNOWN, entries=(NEW, replace(CHANGED, state=state)))
    assert settled(killed, content) == after
    assert settled(after, content) == after


def test_what_was_written_in_part_goes(tmp_path: Path) -> None:
    desk = made(tmp_path)
    part = desk.file.with_name(".CLAUDE.local.md.headroom-part")
    part.write_text("half")
    known = replace(KNOWN, file=str(desk.file), entries=(NEW, replace(CHANGED, state=APPLYING)))
    with journal.lock(desk.state):
        journal.save(desk.state, known)
        assert recover(desk.state, known, FIRST).entries == (NEW,)
    (kept,) = journal.everything(desk.state)
    assert kept.entries == (NEW,)
    assert not part.exists()


def test_folders_of_ours_go_when_they_are_empty(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    entry = replace(NEW, folders=(str(inner), str(inner.parent)))
    (inner.parent / "theirs").write_text("")
    clean_up(tmp_path / "state", KNOWN, entry)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "theirs"]
