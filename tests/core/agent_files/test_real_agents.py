"""Real agents read what is written for them as text: no file that it names is read in its place."""

import subprocess
from pathlib import Path

import pytest

from headroom.agent_files.targets import targets
from headroom.memory import syncing
from headroom.memory.facts import PROJECT, Fact, Origin
from tests.agents.desk import Desk, needs
from tests.core.learn.test_real_agents import LOGIN, STARTS
from tests.provider.app import running_provider
from tests.provider.script import Turn

NAMES = ("Read @{} first.", "@{}", "a ` @{}", "a ` @{} ``", "`a`@{}", "a \\` @{} `", '<a b="`"> @{} `', "```@{}")
IMPORTS = ("claude", "copilot", "gemini", "qwen")
"""Agents that read @name as a file to be included."""


@pytest.mark.parametrize("agent", STARTS)
def test_no_file_is_read_in_a_facts_place(agent: str, tmp_path: Path) -> None:
    needs(agent)
    desk = Desk.under(tmp_path)
    subprocess.run(["git", "init", "-q", str(desk.work)], check=True)
    (desk.home / ".gemini").mkdir()
    (desk.home / ".gemini" / "settings.json").write_text(LOGIN)
    (target,) = targets([agent], desk.work, {"HOME": str(desk.home)}, is_shared=True)
    (desk.work / "control.md").write_text("The control, 3141.")
    target.file.write_text("@control.md\n")
    facts = []
    for number, text in enumerate(NAMES):
        (desk.work / f"secret{number}.md").write_text("A secret, 2718.")
        told = f"Fact {number}: {text.format(f'secret{number}.md')}" if number != 1 else text.format("secret1.md")
        facts.append(Fact(f"{number:08x}", told, PROJECT, Origin(), 0.0, float(number)))
    syncing.sync(desk.home / "state", target, facts, 1.0)
    with running_provider(lambda _request, _number: Turn(text="I see.")) as provider:
        start = STARTS[agent](provider.url)
        done = desk.run(start.argv, start.environ)
        assert done.returncode == 0, done.stdout + done.stderr
        bodies = [request.body.decode("utf-8", "replace") for request in provider.requests]
    assert any("Fact 0: Read" in body for body in bodies)
    assert any("The control, 3141." in body for body in bodies) == (agent in IMPORTS)
    assert not [body for body in bodies if "A secret, 2718." in body]
