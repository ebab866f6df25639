"""`headroom unwrap`: what runs that were killed have left in files of the user's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from headroom_wrappers.edits import Change
from headroom_wrappers.journal import Journal

HEADROOM = [sys.executable, "-m", "headroom_cli", "unwrap"]
OPEN = """
import os, sys
from pathlib import Path
from headroom_wrappers.edits import Change
from headroom_wrappers.journal import Journal
Journal(Path(sys.argv[1])).open("cline", Change(Path(sys.argv[2]), {("BASE",): "ours"}))
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def file(tmp_path: Path, state: Path) -> Path:
    """A file that a run has changed, which was killed then."""
    made = tmp_path / "providers.json"
    made.write_text('{"a": 1}')
    subprocess.run([sys.executable, "-c", OPEN, str(state), str(made)], check=False)
    assert made.read_text() == '{"a": 1,"BASE": "ours"}'
    return made


def unwrap(state: Path, *arguments: str) -> tuple[int, str, str]:
    environ = os.environ | {"HEADROOM_HOME": str(state)}
    done = subprocess.run([*HEADROOM, *arguments], env=environ, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("arguments", [(), ("cline",)])
def test_it_puts_back_and_says_what(arguments: tuple[str, ...], state: Path, file: Path) -> None:
    assert unwrap(state, "codex") == (0, "nothing to put back\n", "")
    assert unwrap(state, *arguments) == (0, f"put back: {file} (cline)\n", "")
    assert file.read_text() == '{"a": 1}'
    assert unwrap(state) == (0, "nothing to put back\n", "")


def test_what_cannot_be_put_back_is_an_error(state: Path, file: Path) -> None:
    file.write_text("{")
    code, out, err = unwrap(state)
    assert (code, out) == (1, "")
    assert str(file) in err
    assert "BASE" in err


def test_what_goes_on_stays(state: Path, tmp_path: Path) -> None:
    made = tmp_path / "other.json"
    made.write_text("{}")
    journal = Journal(state)
    entry = journal.open("cline", Change(made, {("BASE",): "ours"}))
    assert unwrap(state) == (0, f"stays until its end: {made} (cline, process {os.getpid()})\n", "")
    journal.close(entry)


def test_an_unknown_agent_is_named_and_the_one_that_was_meant(state: Path) -> None:
    code, _, err = unwrap(state, "nobody-knows")
    assert code == 2
    assert "nobody-knows" in err
    code, _, err = unwrap(state, "cluade")
    assert code == 2
    assert err.startswith("headroom: unknown agent 'cluade'; did you mean claude? Known: claude, ")
    assert "cursor" not in err
