"""Rules written into memory files of all sorts, by several processes, some of which are killed."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from headroom.agent_files import journal
from headroom.agent_files.rewriting import CannotWrite
from headroom.agent_files.section import sections
from headroom.agent_files.targets import Target
from headroom.agent_files.undoing import undo
from headroom.agent_files.writing import KEPT_ENTRIES
from headroom.learn.applying import NAME, apply, propose
from headroom.learn.rules import Found
from tests.core.learn.memory_files import FINDINGS, OPTIONS, Desk, finding, made, tree

WRITTEN = (
    "<!-- headroom:learn:begin -->\n"
    "\n"
    "## Learned from earlier sessions\n"
    "\n"
    "- Run the tests with `make test`.\n"
    "- Use `python3`, not `python`.\n"
    "\n"
    "<!-- headroom:learn:end -->\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return made(tmp_path)


def test_a_missing_file_is_made_and_git_does_not_see_it(desk: Desk) -> None:
    before = tree(desk.project)
    assert desk.propose().after == WRITTEN.encode()
    assert tree(desk.project) == before
    assert not desk.state.exists()
    assert desk.apply().after == WRITTEN.encode()
    assert desk.file.read_text() == WRITTEN
    assert desk.exclude().read_text().endswith("\n/CLAUDE.local.md\n")
    status = subprocess.run(
        ["git", "-C", str(desk.project), "status", "--short"], capture_output=True, text=True, check=True
    )
    assert status.stdout == ""
    assert not (desk.project / ".gitignore").exists()
    assert desk.undo()
    assert tree(desk.project) == before


def test_applied_twice_changes_nothing(desk: Desk) -> None:
    desk.apply()
    os.utime(desk.file, ns=(1, 1))
    before, kept = tree(desk.project), tree(desk.state)
    assert desk.apply(now=9.0).put is None
    assert tree(desk.project) == before
    assert tree(desk.state) == kept
    assert desk.file.stat().st_mtime_ns == 1


ODD = {
    "text": b"# Mine\n",
    "an empty file": b"",
    "CRLF": b"# Mine\r\ntext\r\n",
    "CR": b"# Mine\rtext\r",
    "a byte order mark": b"\xef\xbb\xbf# Mine\n",
    "no final newline": b"# Mine",
    "no UTF-8": b"caf\xe9\n",
    "a section of another's": b"a\n<!-- headroom:learn:begin -->\n- Theirs.\n<!-- headroom:learn:end -->\nb",
}


@pytest.mark.parametrize("is_shared", [False, True])
@pytest.mark.parametrize("content", ODD.values(), ids=ODD)
def test_text_outside_stays_and_undo_restores(content: bytes, is_shared: bool, desk: Desk) -> None:
    file = desk.target(is_shared=is_shared).file
    file.write_bytes(content)
    file.chmod(0o640)
    before = tree(desk.project)
    desk.apply(is_shared=is_shared)
    now = file.read_bytes()
    (section,) = sections(now, NAME)
    assert content.startswith(now[: section.start].rstrip(b"\r\n"))
    assert content.endswith(now[section.stop :])
    assert file.stat().st_mode & 0o777 == 0o640
    assert desk.undo(file)
    assert tree(desk.project) == before


REFUSED = {
    "UTF-16": ("# Mine\n".encode("utf-16"), "UTF-8"),
    "a marker in a code block": (b"```\n<!-- headroom:learn:begin -->\n```\n", "line 2"),
    "one marker": (b"<!-- headroom:learn:begin -->\n", "line 1"),
}


@pytest.mark.parametrize(("content", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_unclear_is_left_alone(content: bytes, why: str, desk: Desk) -> None:
    desk.file.write_bytes(content)
    before = tree(desk.project)
    for call in (desk.propose, desk.apply):
        with pytest.raises(CannotWrite, match=why):
            call()
    assert tree(desk.project) == before


def test_a_link_stays_one(desk: Desk, tmp_path: Path) -> None:
    real = tmp_path / "notes.md"
    real.write_text("# Mine\n")
    desk.file.symlink_to(real)
    desk.apply()
    assert desk.file.is_symlink()
    assert real.read_text() == "# Mine\n\n" + WRITTEN
    assert desk.undo()
    assert real.read_text() == "# Mine\n"


def test_a_link_to_nothing_makes_its_file(desk: Desk, tmp_path: Path) -> None:
    desk.file.symlink_to(tmp_path / "notes.md")
    desk.apply()
    assert (tmp_path / "notes.md").read_text() == WRITTEN
    assert desk.undo()
    assert desk.file.is_symlink()
    assert not (tmp_path / "notes.md").exists()


def _link_elsewhere(desk: Desk) -> None:
    (desk.project / ".bashrc").write_text("")
    desk.file.symlink_to(".bashrc")


def _read_only(desk: Desk) -> None:
    desk.file.write_text("# Mine\n")
    desk.file.chmod(0o444)


def _hard_link(desk: Desk) -> None:
    desk.file.write_text("# Mine\n")
    os.link(desk.file, desk.project / "other.md")


def _tracked(desk: Desk) -> None:
    desk.file.write_text("# Mine\n")
    subprocess.run(["git", "-C", str(desk.project), "add", "CLAUDE.local.md"], check=True)


BARRED = {
    "a link to no Markdown": (_link_elsewhere, "bashrc"),
    "a read-only file": (_read_only, "read-only"),
    "several names": (_hard_link, "hard links"),
    "a folder": (lambda desk: desk.file.mkdir(), "plain file"),
    "a pipe": (lambda desk: os.mkfifo(desk.file), "plain file"),
    "a file that git tracks": (_tracked, "--shared"),
}


@pytest.mark.parametrize(("make", "why"), BARRED.values(), ids=BARRED)
def test_what_cannot_be_written_is_said_before_and_after(make, why: str, desk: Desk) -> None:  # type: ignore[no-untyped-def]
    make(desk)
    before = tree(desk.project)
    for call in (desk.propose, desk.apply):
        with pytest.raises(CannotWrite, match=why):
            call()
    assert tree(desk.project) == before
    assert journal.everything(desk.state) == []


def test_what_git_ignores_already_is_not_excluded_again(desk: Desk) -> None:
    (desk.project / ".gitignore").write_text("*.local.md\n")
    before = tree(desk.project)
    desk.apply()
    assert "CLAUDE" not in desk.exclude().read_text()
    desk.undo()
    assert tree(desk.project) == before


def test_outside_a_repository_there_is_nothing_to_exclude(tmp_path: Path) -> None:
    desk = made(tmp_path, git=False)
    desk.apply()
    assert list(tree(desk.project)) == ["CLAUDE.local.md"]
    desk.undo()
    assert list(tree(desk.project)) == []


def test_folders_are_made_and_go_again(desk: Desk, tmp_path: Path) -> None:
    target = Target(tmp_path / "home" / ".codex" / "AGENTS.md", str(desk.project), desk.project, ("codex",))
    apply(desk.state, target, Found(FINDINGS), OPTIONS, 1.0)
    assert f"in `{desk.project}`" in target.file.read_text()
    assert undo(desk.state, NAME, target.file, target.label)
    assert not (tmp_path / "home").exists()


def test_a_project_may_have_any_name(desk: Desk, tmp_path: Path) -> None:
    label = os.fsdecode(b"/proj/\xff\n<!-- `x`")
    target = Target(tmp_path / os.fsdecode(b"a \xfe.md"), label, desk.project, ("codex",))
    target.file.write_bytes(b"mine\n")
    assert apply(desk.state, target, Found(FINDINGS), OPTIONS, 1.0).plan.added
    assert b"## Learned from earlier sessions in `/proj/ <! -- x` (for" in target.file.read_bytes()
    assert apply(desk.state, target, Found(FINDINGS), OPTIONS, 2.0).put is None
    assert undo(desk.state, NAME, target.file, label)
    assert target.file.read_bytes() == b"mine\n"


def test_projects_share_the_room_of_a_common_file(desk: Desk, tmp_path: Path) -> None:
    def applied(project: str, limit: int) -> list[str]:
        target = Target(tmp_path / "AGENTS.md", project, desk.project, ("codex",))
        done = apply(desk.state, target, Found(FINDINGS), replace(OPTIONS, limit_tokens=limit), 1.0)
        return list(done.plan.added)

    assert len(applied("/one", 60)) == 2
    assert len(applied("/two", 60)) == 2
    assert applied("/three", 60) == []


def test_what_the_user_deleted_stays_deleted_and_is_offered_when_asked(desk: Desk) -> None:
    desk.apply()
    desk.file.write_text(WRITTEN.replace("- Use `python3`, not `python`.\n", ""))
    deleted = desk.file.read_text()
    assert desk.apply().put is None
    assert desk.file.read_text() == deleted
    desk.apply((*FINDINGS, finding("Use `rg`.")))
    assert "python3" not in desk.file.read_text()
    assert "- Use `rg`.\n" in desk.file.read_text()
    desk.undo()
    assert desk.file.read_text() == deleted
    again = replace(OPTIONS, again=True)
    assert b"python3" in (propose(desk.state, desk.target(), Found(FINDINGS), again).after or b"")


def test_many_changes_are_undone_one_by_one_and_the_oldest_together(desk: Desk) -> None:
    desk.file.write_text("mine\n")
    texts = []
    for number in range(KEPT_ENTRIES + 3):
        texts.append(desk.file.read_text())
        desk.apply([finding(f"Use version {number}.", subject="it", t=float(number))])
    for number in range(KEPT_ENTRIES - 1):
        done = desk.undo()
        assert done
        assert done.left == KEPT_ENTRIES - 1 - number
        assert desk.file.read_text() == texts.pop()
    assert desk.undo()
    assert desk.file.read_text() == "mine\n"
    assert desk.undo() is None


def test_the_state_is_for_its_owner_alone(desk: Desk) -> None:
    desk.apply()
    modes = {path.stat().st_mode & 0o777 for path in desk.state.rglob("*.json")}
    assert modes == {0o600}
    assert (desk.state / "agent_files").stat().st_mode & 0o777 == 0o700


RUN = """
import os, signal, sys
from pathlib import Path
from headroom.learn.applying import apply
from headroom.agent_files.undoing import undo
from headroom.learn.rules import Found
from tests.core.learn.memory_files import FINDINGS, OPTIONS, Desk, finding
what, stop, project, state = sys.argv[1:]
desk = Desk(Path(project), Path(state))
def step(name):
    if name == stop:
        os.kill(os.getpid(), signal.SIGKILL)
if what == "apply":
    apply(desk.state, desk.target(), Found((*FINDINGS, finding("Use `rg`."))), OPTIONS, 7.0, step)
elif what == "many":
    for number in range(15):
        rule = f"Use tool {stop} in version {number}."
        apply(desk.state, desk.target(), Found([finding(rule, subject=stop, t=float(number))]), OPTIONS, 7.0)
else:
    undo(desk.state, "learn", desk.file, "", step=step)
"""
ROOT = Path(__file__).parent.parent.parent.parent


def run(desk: Desk, what: str, stop: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", RUN, what, stop, str(desk.project), str(desk.state)], cwd=ROOT)


@pytest.mark.parametrize("there", [None, b"# Mine", b"# Mine\r\n\r\n" + WRITTEN.replace("\n", "\r\n").encode()])
@pytest.mark.parametrize("what", ["apply", "undo"])
@pytest.mark.parametrize("stop", ["record", "exclude", "part", "replace", "replaced", "done"])
def test_killed_at_any_step_the_file_is_whole_and_undo_works(
    stop: str, what: str, there: bytes | None, desk: Desk
) -> None:
    if there is not None:
        desk.file.write_bytes(there)
    clean = tree(desk.project)
    if what == "undo":
        desk.apply((*FINDINGS, finding("Use `rg`.")))
    before = desk.file.read_bytes() if desk.file.exists() else None
    done = run(desk, what, stop)
    assert done.wait() in (-signal.SIGKILL, 0)  # no part is written where the file goes
    now = desk.file.read_bytes() if desk.file.exists() else None
    new = desk.apply((*FINDINGS, finding("Use `rg`."))).after
    assert now in (before, there, new)
    assert desk.undo()
    assert tree(desk.project) == clean
    assert desk.undo() is None


def test_two_at_once_lose_nothing(desk: Desk) -> None:
    desk.file.write_bytes(b"# Mine")
    before = tree(desk.project)
    runs = [run(desk, "many", name) for name in ("one", "two", "three")]
    assert [each.wait() for each in runs] == [0, 0, 0]
    text = desk.file.read_text()
    for name in ("one", "two", "three"):
        assert f"- Use tool {name} in version 14.\n" in text
    assert text.count("- Use tool") == 3
    while desk.undo():
        assert len(sections(desk.file.read_bytes(), NAME)) <= 1
    assert tree(desk.project) == before
