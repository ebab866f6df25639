"""Which sessions run in a project now."""

from pathlib import Path

import pytest

from headroom.session_log.events import End, Event, Start
from headroom_cli.learn_running import live, running, told


def test_a_session_runs_while_it_has_no_end_and_its_proxy_lives(tmp_path: Path) -> None:
    here, there = str(tmp_path), str(tmp_path.parent)
    logs: list[list[Event]] = [
        [Start(100.0, agent="claude", cwd=here)],
        [Start(105.0, agent="codex", cwd=here), End(110.0)],
        [Start(106.0, agent="gemini", cwd=there)],
        [Start(500.0, agent="qwen", cwd=here)],
        [End(1.0)],
    ]
    assert live(logs, [101.0], tmp_path) == ["claude"]
    assert live(logs, [], tmp_path) == []


def test_nothing_runs(tmp_path: Path) -> None:
    assert running(tmp_path / "state", tmp_path) == []


@pytest.mark.parametrize(
    ("agents", "words"),
    [
        ([], []),
        (["claude", "codex", "claude"], ["claude, codex; what is new is read when a session begins"]),
        (["opencode"], ["opencode; what is new is read with the next request"]),
        (["opencode", "aider"], ["aider; what is new is read when", "opencode; what is new is read with"]),
    ],
)
def test_each_agent_sees_a_change_in_its_way(agents: list[str], words: list[str]) -> None:
    lines = told(agents)
    assert len(lines) == len(words)
    assert all(word in line for word, line in zip(words, lines, strict=True))
