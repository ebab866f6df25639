"""Agents whose requests go past us, or that go on without us: what is said of it, and what is done."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from headroom_wrappers import launch
from headroom_wrappers.spec import ANTHROPIC, Agent, Arguments

SHOW = "import os, sys; print(os.environ.get('BASE', 'none'), *sys.argv[1:], file=open(os.environ['SEEN'], 'w'))"
LEAVE = """
import os, subprocess, sys, time
if sys.argv[1:] == ["left"]:
    print("there", flush=True)
    while not os.path.exists(os.environ["SEEN"] + ".end"):
        time.sleep(0.05)
else:
    left = subprocess.Popen([__file__, "left"], stdout=subprocess.PIPE, text=True, start_new_session=True)
    print(left.pid, left.stdout.readline(), file=open(os.environ["SEEN"], "w"))
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "BASE"}
    return kept | {
        "HEADROOM_HOME": str(tmp_path / "state"),
        "HEADROOM_CONFIG": str(tmp_path / "none.toml"),
        "SEEN": str(tmp_path / "seen"),
    }


def agent(folder: Path, text: str) -> Agent:
    file = folder / "agent.py"
    file.write_text(f"#!{sys.executable}\n{text}")
    file.chmod(0o755)
    return Agent(name="x", title="X", command=(str(file),), install="-", base_url={"BASE": ANTHROPIC})


def test_a_file_that_wins_over_ours_is_named_before_the_start(tmp_path: Path, environ: dict[str, str]) -> None:
    row = replace(agent(tmp_path, SHOW), overruled=lambda _environ, _cwd, user: f"/etc/{user[0]}.json")
    said: list[str] = []
    assert launch.wrap(row, ["managed"], environ, said.append).exit_code == 0
    words = "/etc/managed.json names a base URL, which wins over headroom's: X's requests go past it; "
    assert said == [f"headroom: {words}start it with --intercept"]
    assert launch.describe(row, ["managed"], environ)[0] == f"# {words}start it with --intercept"
    assert (tmp_path / "seen").read_text().startswith("http://127.0.0.1:"), "it is wrapped all the same"


def test_what_would_outlive_its_proxy_gets_none(tmp_path: Path, environ: dict[str, str]) -> None:
    row = replace(agent(tmp_path, SHOW), outlives=lambda user: "--bg" in user)
    said: list[str] = []
    ended = launch.wrap(row, ["hi", "--bg"], environ, said.append)
    assert (ended.exit_code, ended.log) == (0, None)
    assert (tmp_path / "seen").read_text() == "none hi --bg\n"
    assert len(said) == 1
    assert "X goes on in the background, where it would outlive its proxy" in said[0]
    words = said[0].removeprefix("headroom: ")
    assert launch.describe(row, ["--bg"], environ) == [f"# {words}", f"{row.command[0]} --bg"]
    assert not (tmp_path / "state").exists()
    assert launch.wrap(row, ["hi"], environ, said.append).log, "without it, it is wrapped"


def test_what_an_agent_leaves_running_without_its_proxy_is_named(tmp_path: Path, environ: dict[str, str]) -> None:
    said: list[str] = []
    try:
        assert launch.wrap(agent(tmp_path, LEAVE), [], environ, said.append).exit_code == 0
        pid = int((tmp_path / "seen").read_text().split()[0])
        left = psutil.Process(pid)
        assert len(said) == 1
        assert said[0].startswith(f"headroom: X goes on (process {pid}), but its proxy has ended: end it; ")
    finally:
        (tmp_path / "seen.end").touch()
    left.wait(30)


def test_what_a_killed_run_left_goes_when_the_next_one_begins(tmp_path: Path, environ: dict[str, str]) -> None:
    (tmp_path / "state" / "run").mkdir(parents=True)
    (tmp_path / "state" / "run" / "killed.json").write_text("secret")
    folder = str(tmp_path / "state" / "run")
    shows = f"import os; print(*os.listdir({folder!r}), file=open(os.environ['SEEN'], 'w'))"
    row = replace(agent(tmp_path, shows), arguments=lambda _session: Arguments([], "private"))
    log = launch.wrap(row, [], environ, lambda _line: None).log
    assert log
    assert (tmp_path / "seen").read_text() == f"{log.stem}.json\n"
    assert not list(Path(folder).iterdir())
