"""The place that a denial names: outside of the project, or the project itself."""

import pytest

from headroom.learn.finders.denied_places import place, written
from headroom.learn.finders.scene import Scene
from tests.core.learn.finders.sessions import transcript


def found(line: str, says: str, reason: str = "system") -> tuple[str, bool] | None:
    scene = Scene(transcript([{"run": line, "says": says, "exit": 1}]))
    step = scene.steps[0]
    where = place(scene, step, reason, step.commands[-1])
    return None if where is None else (where.path, where.is_written)


@pytest.mark.parametrize(
    ("line", "says", "where"),
    [
        ("mkdir -p /var/x", "mkdir: cannot create directory '/var/x': Read-only file system", ("/var/x", True)),
        ("echo a > /etc/a", "/bin/bash: line 1: /etc/a: Permission denied", ("/etc/a", True)),
        ("date > NOTE", "/bin/bash: line 1: NOTE: Read-only file system", ("", True)),
        ("touch /p/a", "touch: cannot touch '/p/a': Read-only file system", ("", True)),
        ("cd /srv && touch a", "touch: cannot touch 'a': Read-only file system", ("/srv/a", True)),
        ("cat /etc/shadow", "cat: /etc/shadow: Permission denied", None),
        ("mktemp -d", "mktemp: '/tmp/tmp.Xk29': Read-only file system", ("/tmp", True)),
        ("docker ps", "permission denied: unix:///var/run/docker.sock", None),
    ],
)
def test_of_the_system(line: str, says: str, where: tuple[str, bool] | None) -> None:
    assert found(line, says) == where


def test_of_a_policy() -> None:
    says = "Output redirection to '/etc/a' was blocked. For security, Claude Code may only write to files in"
    assert found("echo a > /etc/a", says, "policy") == ("/etc/a", True)
    assert found("cat .env", "Permission to use Bash has been denied.", "policy") == (".env", False)
    assert found("npm publish", "This command requires approval", "policy") is None


def test_what_a_call_writes() -> None:
    entries = [{"run": "cd a && cp x b && echo 1 > c 2>/dev/null && cat d"}, {"edit": "/p/e.py"}]
    steps = Scene(transcript(entries)).steps
    assert [written(step) for step in steps] == [{"a/x", "a/b", "a/c"}, {"e.py"}]
