"""Which file an agent reads its rules from."""

import json
from pathlib import Path

import pytest

from headroom.agent_files.targets import MEMORIES, targets
from headroom.learn.transcripts import READERS
from headroom_wrappers import AGENTS


def test_the_tables_agree() -> None:
    assert set(MEMORIES) == set(READERS)
    assert {name: memory.shared[0] for name, memory in MEMORIES.items()} == {
        name: AGENTS[name].memory_file for name in MEMORIES
    }


def placed(agent: str, tmp_path: Path, *, is_shared: bool = False, **environ: str) -> str:
    project = tmp_path / "work"
    project.mkdir(exist_ok=True)
    variables = {"HOME": str(tmp_path / "home"), **environ}
    (found,) = targets([agent], project, variables, is_shared=is_shared)
    assert bool(found.label) == (not is_shared and found.label == str(project))
    return found.file.relative_to(tmp_path).as_posix()


def write(file: Path, text: str = "x") -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


PERSONAL = {
    "claude": "work/CLAUDE.local.md",
    "codex": "home/.codex/AGENTS.md",
    "copilot": "home/.copilot/copilot-instructions.md",
    "gemini": "home/.gemini/GEMINI.md",
    "opencode": "home/.config/opencode/AGENTS.md",
    "qwen": "home/.qwen/QWEN.md",
}


@pytest.mark.parametrize(("agent", "file"), PERSONAL.items())
def test_the_personal_file(agent: str, file: str, tmp_path: Path) -> None:
    assert placed(agent, tmp_path) == file


@pytest.mark.parametrize("agent", MEMORIES)
def test_the_shared_file(agent: str, tmp_path: Path) -> None:
    assert placed(agent, tmp_path, is_shared=True) == f"work/{MEMORIES[agent].shared[0]}"


def test_the_file_that_is_there_is_the_one_that_is_read(tmp_path: Path) -> None:
    write(tmp_path / "work" / ".claude" / "CLAUDE.md")
    assert placed("claude", tmp_path, is_shared=True) == "work/.claude/CLAUDE.md"
    write(tmp_path / "work" / "CLAUDE.md")
    assert placed("opencode", tmp_path, is_shared=True) == "work/CLAUDE.md"
    write(tmp_path / "home" / ".claude" / "CLAUDE.md")
    assert placed("opencode", tmp_path) == "home/.claude/CLAUDE.md"
    write(tmp_path / "home" / ".codex" / "AGENTS.override.md", "")
    assert placed("codex", tmp_path) == "home/.codex/AGENTS.md"
    write(tmp_path / "home" / ".codex" / "AGENTS.override.md")
    assert placed("codex", tmp_path) == "home/.codex/AGENTS.override.md"


def test_a_folder_of_the_agents_own_may_be_elsewhere(tmp_path: Path) -> None:
    assert placed("codex", tmp_path, CODEX_HOME=str(tmp_path / "c")) == "c/AGENTS.md"
    assert placed("gemini", tmp_path, GEMINI_CLI_HOME=str(tmp_path / "g")) == "g/.gemini/GEMINI.md"


def test_gemini_has_a_file_for_a_project_that_it_knows(tmp_path: Path) -> None:
    registry = tmp_path / "home" / ".gemini" / "projects.json"
    write(registry, json.dumps({"projects": {str(tmp_path / "work"): "work-1"}}))
    assert placed("gemini", tmp_path) == "home/.gemini/tmp/work-1/memory/MEMORY.md"
    for odd in ("{", "[]", '{"projects": []}', json.dumps({"projects": {str(tmp_path / "work"): "../../x"}})):
        registry.write_text(odd)
        assert placed("gemini", tmp_path) == "home/.gemini/GEMINI.md"


def test_a_file_that_several_read_is_one_target(tmp_path: Path) -> None:
    found = targets(["codex", "opencode", "claude"], tmp_path, {"HOME": "/nowhere"}, is_shared=True)
    assert [(one.file.name, one.agents) for one in found] == [
        ("AGENTS.md", ("codex", "opencode")),
        ("CLAUDE.md", ("claude",)),
    ]
    (tmp_path / "CLAUDE.md").write_text("x")
    (tmp_path / "AGENTS.md").symlink_to("CLAUDE.md")
    (one,) = targets(["codex", "claude"], tmp_path, {"HOME": "/nowhere"}, is_shared=True)
    assert one.agents == ("codex", "claude")
    (tmp_path / "AGENTS.md").unlink()
    (tmp_path / "AGENTS.override.md").write_text("x")
    (hidden, _) = targets(["codex", "claude"], tmp_path, {"HOME": "/nowhere"}, is_shared=True)
    assert "AGENTS.override.md" in hidden.note
