"""Facts in the files that agents read: written, kept in step, and taken out byte for byte."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from headroom.agent_files import journal
from headroom.agent_files.rewriting import CannotWrite
from headroom.agent_files.targets import Target, targets
from headroom.memory import syncing
from headroom.memory.facts import PROJECT, USER, Fact, Origin


def fact(text: str, scope: str = PROJECT) -> Fact:
    return Fact(f"{len(text):08x}", text, scope, Origin(project="/proj/app"), 0.0, 0.0)


FACTS = [fact("Tests run with make test."), fact("Answer in English.", USER)]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def target(project: Path, agent: str = "claude", *, shared: bool = False) -> Target:
    (one,) = targets([agent], project, {"HOME": str(project.parent)}, is_shared=shared)
    return one


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"/"
        for path in folder.rglob("*")
        if "/.git/" not in f"{path}/" or path.name == "exclude"
    }


def everything(state: Path, at: Target, facts: list[Fact]) -> list[syncing.Synced]:
    return [syncing.sync(state, where, each, 5.0) for where, each in syncing.parts(at, facts)]


@pytest.mark.parametrize("before", [None, b"", b"own text", b"\xef\xbb\xbfa\r\nb\r\n", b"caf\xe9\n\n"])
@pytest.mark.parametrize("agent", ["claude", "codex"])
def test_what_is_written_is_taken_out_without_a_trace(
    tmp_path: Path, project: Path, agent: str, before: bytes | None
) -> None:
    state, at = tmp_path / "state", target(project, agent)
    if before is not None:
        at.file.parent.mkdir(exist_ok=True)
        at.file.write_bytes(before)
    was = tree(tmp_path)
    everything(state, at, FACTS)
    content = at.file.read_bytes()
    assert content.startswith(before or b"")
    assert (content.count(b"make test"), content.count(b"English")) == (1, 1)
    everything(state, at, FACTS)
    assert at.file.read_bytes() == content
    everything(state, at, [fact("Another one.")])
    assert b"make test" not in at.file.read_bytes()
    assert all(known.file == str(at.file) for known in journal.everything(state))
    everything(state, at, [])
    assert {name: data for name, data in tree(tmp_path).items() if not name.startswith("state")} == was
    assert journal.everything(state) == []


def test_git_does_not_see_a_personal_file_and_a_tracked_one_is_left_alone(tmp_path: Path, project: Path) -> None:
    at = target(project)
    everything(tmp_path / "state", at, FACTS)
    status = ["git", "-C", str(project), "status", "--short"]
    assert subprocess.run(status, capture_output=True, check=True).stdout == b""
    subprocess.run(["git", "-C", str(project), "add", "-f", at.file.name], check=True)
    content = at.file.read_bytes()
    with pytest.raises(CannotWrite, match="tracked by git"):
        everything(tmp_path / "state", at, [fact("Another one.")])
    assert at.file.read_bytes() == content


def test_a_team_gets_what_holds_in_the_project_alone(tmp_path: Path, project: Path) -> None:
    at = target(project, shared=True)
    everything(tmp_path / "state", at, FACTS)
    content = (project / "CLAUDE.md").read_bytes()
    assert (b"make test" in content, b"English" in content) == (True, False)


def test_what_holds_in_one_project_stands_under_its_name_where_all_read_it(project: Path) -> None:
    at = target(project, "codex")
    assert syncing.parts(at, FACTS) == [(replace(at, label=""), [FACTS[1]]), (at, [FACTS[0]])]
    assert at.label == str(project)
    assert syncing.parts(target(project), FACTS) == [(target(project), [FACTS[1], FACTS[0]])]


def test_what_nobody_accepted_is_written_nowhere(project: Path) -> None:
    told = [replace(each, accepted=False) for each in FACTS]
    for at in (target(project), target(project, "codex"), target(project, shared=True)):
        assert not any(facts for _, facts in syncing.parts(at, told))


def test_a_section_that_was_changed_by_hand_is_left_alone(tmp_path: Path, project: Path) -> None:
    state, at = tmp_path / "state", target(project)
    everything(state, at, FACTS)
    changed = at.file.read_bytes().replace(b"make test", b"make check")
    at.file.write_bytes(changed)
    for facts in (FACTS, []):
        with pytest.raises(CannotWrite, match="was changed since"):
            everything(state, at, facts)
        assert at.file.read_bytes() == changed
    at.file.write_bytes(b"the section is gone")
    everything(state, at, [])
    assert at.file.read_bytes() == b"the section is gone"


def test_text_that_the_user_added_since_stays(tmp_path: Path, project: Path) -> None:
    state, at = tmp_path / "state", target(project)
    everything(state, at, FACTS)
    at.file.write_bytes(b"above\n\n" + at.file.read_bytes() + b"below\n")
    everything(state, at, [])
    assert at.file.read_bytes() == b"above\n\nbelow\n"


def test_a_dry_run_writes_nothing(tmp_path: Path, project: Path) -> None:
    was = tree(project)
    synced = syncing.sync(tmp_path / "state", target(project), FACTS, 5.0, dry=True)
    assert (synced.is_changed, synced.before, synced.facts) == (True, None, tuple(FACTS))
    assert tree(project) == was
    assert journal.everything(tmp_path / "state") == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anything")
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, project: Path) -> None:
    project.chmod(0o500)
    with pytest.raises(CannotWrite):
        everything(tmp_path / "state", target(project), FACTS)
    project.chmod(0o700)


def test_a_dry_run_says_that_the_section_would_go(tmp_path: Path, project: Path) -> None:
    state, at = tmp_path / "state", target(project)
    everything(state, at, FACTS)
    was = tree(tmp_path)
    synced = syncing.take_out(state, at, dry=True)
    assert (synced.is_changed, synced.after) == (True, None)
    assert tree(tmp_path) == was


def test_blank_lines_that_a_program_moved_are_nobodys_change(tmp_path: Path, project: Path) -> None:
    state, at = tmp_path / "state", target(project)
    everything(state, at, FACTS)
    at.file.write_bytes(at.file.read_bytes().replace(b"\n\n", b"\n"))
    tidied = at.file.read_bytes()
    assert not everything(state, at, FACTS)[0].is_changed
    assert at.file.read_bytes() == tidied
    assert everything(state, at, FACTS[:1])[0].is_changed
    everything(state, at, [])
    assert not at.file.exists()


def test_a_section_that_the_user_deleted_is_put_in_anew_and_still_leaves_no_trace(
    tmp_path: Path, project: Path
) -> None:
    state, at = tmp_path / "state", target(project)
    was = tree(project)
    everything(state, at, FACTS)
    at.file.unlink()
    everything(state, at, FACTS)
    assert b"make test" in at.file.read_bytes()
    everything(state, at, [])
    assert tree(project) == was


def test_what_is_said_by_a_rule_is_not_said_again(tmp_path: Path, project: Path) -> None:
    state, at = tmp_path / "state", target(project)
    at.file.write_bytes(b"- tests run with `make test`\n")
    (done,) = everything(state, at, FACTS)
    assert [each.text for each in done.facts] == ["Answer in English."]
    assert b"Tests run" not in at.file.read_bytes()
    (project / "CLAUDE.md").write_bytes(b"Answer in English\n")
    everything(state, at, FACTS)
    assert at.file.read_bytes() == b"- tests run with `make test`\n"
