"""What an agent has left running behind it."""

import os
import subprocess
import sys
from pathlib import Path

from headroom_wrappers.behind import left_running

SLEEPS = "import sys\nprint('there', flush=True)\nsys.stdin.read()\n"
OURS = "http://127.0.0.1:9/s/secret-of-this-test"


def test_only_the_agents_own_program_with_the_sessions_base_url_is_named(tmp_path: Path) -> None:
    agent, other = tmp_path / "agent", tmp_path / "other"
    for file in (agent, other):
        file.write_text(f"#!{sys.executable}\n{SLEEPS}")
        file.chmod(0o755)
    (tmp_path / "link").symlink_to(agent)
    cases = [
        ([str(agent)], OURS + "/v1"),
        ([str(tmp_path / "link")], OURS),
        ([str(other)], OURS),
        ([str(agent)], "http://127.0.0.1:9/s/another"),
    ]
    running = []
    for argv, url in cases:
        environ = os.environ | {"OPENAI_BASE_URL": url}
        running.append(
            subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ)
        )
        assert running[-1].stdout
        assert running[-1].stdout.readline() == "there\n"
    first, second, *_ = running
    assert sorted(left_running(str(tmp_path / "link"), OURS)) == sorted([first.pid, second.pid])
    for process in running:
        process.communicate()
    assert left_running(str(agent), OURS) == []
