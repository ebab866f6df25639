import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from headroom.learn.transcripts import READERS
from headroom.learn.transcripts.locating import locate, of_project
from headroom_wrappers import AGENTS

ROWS = {agent.name: [agent.transcripts.on("linux")] for agent in AGENTS.values() if agent.name in READERS}
PLACES = {
    "claude": ".claude/projects/-p/s.jsonl",
    "codex": ".codex/sessions/2026/05/04/rollout-2026-05-04T09-00-00-i.jsonl",
    "copilot": ".copilot/session-state/i/events.jsonl",
    "gemini": ".gemini/tmp/p/chats/session-2026-05-04T09-00-i.jsonl",
    "opencode": ".local/share/opencode/opencode.db",
    "qwen": ".qwen/projects/-p/chats/i.jsonl",
}


def put(path: Path, t: float = 1000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("", encoding="utf-8")
    os.utime(path, (t, t))
    return path


def test_the_wrapper_table_leads_to_what_each_agent_writes(tmp_path: Path) -> None:
    assert set(ROWS) == set(PLACES) == set(READERS)
    for number, place in enumerate(PLACES.values()):
        put(tmp_path / place, 1000 + number)
    assert [one.agent for one in locate(ROWS, tmp_path, {})] == list(PLACES)
    assert [one.agent for one in locate(ROWS, tmp_path, {}, since=1004)] == ["opencode", "qwen"]


@pytest.mark.parametrize(
    ("agent", "variable", "below"),
    [
        ("claude", "CLAUDE_CONFIG_DIR", "projects/-p/s.jsonl"),
        ("codex", "CODEX_HOME", "sessions/2026/05/04/rollout-x.jsonl"),
        ("copilot", "COPILOT_HOME", "session-state/i/events.jsonl"),
        ("gemini", "GEMINI_CLI_HOME", ".gemini/tmp/p/chats/session-x.jsonl"),
        ("opencode", "XDG_DATA_HOME", "opencode/opencode.db"),
        ("opencode", "XDG_DATA_HOME", "opencode/storage/session/p/ses_1.json"),
        ("qwen", "QWEN_HOME", "projects/-p/chats/i.jsonl"),
        ("qwen", "QWEN_RUNTIME_DIR", "projects/-p/chats/i.jsonl"),
    ],
)
def test_the_agents_own_variables(agent: str, variable: str, below: str, tmp_path: Path) -> None:
    put(tmp_path / "home" / PLACES[agent])
    moved = put(tmp_path / "elsewhere" / below)
    environ = {variable: str(tmp_path / "elsewhere")}
    assert [one.path for one in locate({agent: ROWS[agent]}, tmp_path / "home", environ)] == [moved]


def test_a_database_of_ones_own(tmp_path: Path) -> None:
    own = put(tmp_path / "own.db")
    put(tmp_path / "own.db-wal", 5000)
    (found,) = locate({"opencode": ROWS["opencode"]}, tmp_path / "home", {"OPENCODE_DB": str(own)})
    assert (found.path, found.modified) == (own, 5000)


@pytest.mark.parametrize("environ", [{"CODEX_HOME": ""}, {"CODEX_HOME": "relative"}])
def test_a_variable_without_a_place_is_as_if_not_set(environ: Mapping[str, str], tmp_path: Path) -> None:
    here = put(tmp_path / PLACES["codex"])
    assert [one.path for one in locate({"codex": ROWS["codex"]}, tmp_path, environ)] == [here]


def test_variables_within_a_glob_and_globs_that_lead_nowhere(tmp_path: Path) -> None:
    put(tmp_path / "data" / "x" / "a.jsonl")
    rows = {
        "a": ["%LOCALAPPDATA%\\x\\*.jsonl"],
        "b": ["%UNSET%\\*.jsonl"],
        "c": ["", ".relative"],
        "d": ["/none/*/*"],
    }
    found = locate(rows, tmp_path, {"LOCALAPPDATA": str(tmp_path / "data")})
    assert [one.agent for one in found] == ["a"]


def test_links_lead_to_a_file_once_and_loops_to_nothing(tmp_path: Path) -> None:
    file = put(tmp_path / PLACES["claude"])
    projects = file.parent.parent
    (projects / "again").symlink_to(file.parent, target_is_directory=True)
    (projects / "loop").symlink_to(projects / "loop")
    (projects / "up").symlink_to(projects, target_is_directory=True)
    (file.parent / "dangling.jsonl").symlink_to(file.parent / "none")
    (file.parent / "folder.jsonl").mkdir()
    assert len(locate({"claude": ROWS["claude"]}, tmp_path, {})) == 1


def test_another_projects_folder_is_left_out_where_it_tells(tmp_path: Path) -> None:
    for place in ("-home-u-shop", "-home-u-shop-web", "-home-u-other"):
        put(tmp_path / ".claude/projects" / place / "s.jsonl")
        put(tmp_path / ".qwen/projects" / place / "chats" / "i.jsonl")
        put(tmp_path / ".claude/projects" / place / "s" / "subagents" / "agent-a.jsonl")
    put(tmp_path / PLACES["codex"])
    found = locate(ROWS, tmp_path, {}, project="/home/u/shop/")
    assert sorted(one.agent for one in found) == [*["claude"] * 4, "codex", "qwen", "qwen"]


@pytest.mark.parametrize(
    ("folder", "belongs"),
    [("/p", True), ("/p/", True), ("/p/web", True), ("/pq", False), ("/", False), ("", False)],
)
def test_of_project(folder: str, belongs: bool) -> None:
    assert of_project(folder, "/p/") == belongs
