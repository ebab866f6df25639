"""Makes the corpus again: runs the real agents through the scripted sessions and keeps their transcripts.

    python -m tests.learning.make [NAME ...]        after `make agents`; without names, all sessions

Beside the transcripts it writes expected.json of each folder: what is to be learnt, by transcript.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from tests.learning import cleaning
from tests.learning.agents import AGENTS, Agent, calls
from tests.learning.planted import SESSIONS
from tests.learning.session import HOME, Fetch, Look, Session, Turn
from tests.provider.app import running_provider
from tests.provider.script import Json
from tests.provider.script import Turn as Answer
from tests.provider.view import view

HERE = Path(__file__).parent
BIN = HERE.parent.parent / ".cache" / "agents" / "node_modules" / ".bin"
_TOOLS = [
    "awk",
    "basename",
    "bash",
    "cat",
    "chmod",
    "cksum",
    "cmp",
    "cp",
    "cut",
    "date",
    "df",
    "diff",
    "dirname",
    "du",
    "echo",
    "env",
    "expr",
    "false",
    "file",
    "find",
    "git",
    "grep",
    "gzip",
    "head",
    "hostname",
    "id",
    "join",
    "jq",
    "kill",
    "ln",
    "ls",
    "make",
    "mkdir",
    "mktemp",
    "mv",
    "node",
    "nl",
    "printf",
    "ps",
    "pwd",
    "python3",
    "readlink",
    "realpath",
    "rg",
    "rm",
    "rmdir",
    "sed",
    "seq",
    "sh",
    "sleep",
    "sort",
    "stat",
    "tail",
    "tar",
    "tee",
    "test",
    "touch",
    "tr",
    "true",
    "uname",
    "uniq",
    "wc",
    "which",
    "xargs",
    "zsh",
]
_GIT = "[user]\n\tname = Ann\n\temail = ann@example.com\n[init]\n\tdefaultBranch = main\n"
_SECONDS = 180


def make(session: Session, folder: Path) -> None:
    """Run a session and write its transcript below the folder. Raises ValueError when there is none."""
    agent = AGENTS[session.agent]
    with tempfile.TemporaryDirectory(prefix="learn-") as temporary:
        base = Path(temporary).resolve()
        home, tools = base / "home", base / "bin"
        work = home / session.project
        _prepare(session, agent, home, tools)
        environ = _environ(session, home, tools)
        if session.setup:
            subprocess.run(["bash", "-ec", session.setup], cwd=work, env=environ, check=True, capture_output=True)
        for number, turn in enumerate(session.turns):
            _run(session, agent, number, turn, work, environ)
        found = sorted(home.glob(agent.transcripts))
        if len(found) != 1:
            raise ValueError(f"{session.name}: {len(found)} transcripts")
        paths = {str(home): HOME, str(tools): "/usr/bin", str(BIN): "/usr/local/bin", str(base): "/tmp/user"}
        text = cleaning.transcript(found[0], session.agent, paths)
    to = folder / session.agent / f"{session.name}.jsonl"
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text, encoding="utf-8")


def _prepare(session: Session, agent: Agent, home: Path, tools: Path) -> None:
    tools.mkdir()
    for name in _TOOLS:
        found = shutil.which(name, path="/usr/bin:/bin")
        if found:
            (tools / name).symlink_to(found)
    for name, script in session.commands.items():
        (tools / name).unlink(missing_ok=True)
        _write(tools / name, f"#!/bin/bash\n{script}\n")
        (tools / name).chmod(0o755)
    (home / session.project).mkdir(parents=True)
    _write(home / ".gitconfig", _GIT)
    # A login shell, which is what Codex runs, sets PATH anew.
    _write(home / ".bash_profile", f'export PATH="{tools}:{BIN}"\n')
    for name, text in agent.files.items():
        _write(home / name, text)
    for name, text in session.files.items():
        _write(home / session.project / name, text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _environ(session: Session, home: Path, tools: Path) -> dict[str, str]:
    environ = {"PATH": f"{tools}:{BIN}", "HOME": str(home), "TERM": "dumb", "LANG": "C.UTF-8"}
    shell = tools / ("zsh" if session.zsh and (tools / "zsh").exists() else "bash")
    return environ | {"SHELL": str(shell), "GIT_CONFIG_NOSYSTEM": "1", "TMPDIR": str(home.parent)}


def _run(session: Session, agent: Agent, number: int, turn: Turn, work: Path, environ: Mapping[str, str]) -> None:
    numbers = count()

    def answer(request: Json, _number: int) -> Answer:
        at = next(numbers)
        if at >= len(turn.steps):
            return Answer(text=turn.reply)
        step = turn.steps[at]
        return Answer(calls=calls(session.agent, _found(request) if isinstance(step, Fetch) else step, work))

    leave = agent.leave if session.arguments is None else session.arguments
    with running_provider(answer, check=False, seed=f"{session.name} {number}") as provider:
        launch = agent.launch(provider.url, turn.prompt, number > 0, leave)
        argv = _wrapped(launch.argv) if session.wrapped else launch.argv
        done = subprocess.run(
            argv,
            cwd=work,
            env={**environ, **launch.environ, **_headroom(environ["HOME"])},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    if done.returncode or next(numbers) != len(turn.steps) + 1:
        raise ValueError(f"{session.name}: exit {done.returncode}, {done.stdout[-500:]} {done.stderr[-500:]}")


def _headroom(home: str) -> dict[str, str]:
    state = f"{home}/.local/state/headroom"
    # A first block must not miss its deadline on a loaded machine.
    return {
        "HEADROOM_HOME": state,
        "HEADROOM_CONFIG": f"{state}/none.toml",
        "HEADROOM_COMPRESS_DEADLINE_MS": "20000",
    }


def _wrapped(argv: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "headroom_cli", "wrap", argv[0], "--", *argv[1:]]


_ORIGINAL = re.compile(r"/\S+/originals/[0-9a-f]{12}\.txt")


def _found(request: Json) -> Look:
    """Return the step that reads what the last omission line leads to. Raises ValueError where there is none."""
    found = _ORIGINAL.findall(view(request).results[-1].text)
    if not found:
        raise ValueError("nothing was left out of the last result")
    return Look(found[-1], start=100, lines=30)


def expectations(sessions: Sequence[Session], folder: Path) -> Iterator[Json]:
    """Return what each transcript of a folder is to give, as expected.json has it."""
    for session in sessions:
        file = folder / session.agent / f"{session.name}.jsonl"
        if file.exists():
            yield {
                "file": f"{session.agent}/{session.name}.jsonl",
                "project": f"{HOME}/{session.project}",
                "findings": [
                    {
                        "kinds": [expected.kind, *expected.also],
                        "words": list(expected.words),
                        **({"optional": True} if expected.optional else {}),
                    }
                    for expected in session.expected
                ],
            }


def main(names: Sequence[str]) -> None:
    """Make the sessions of these names; all without names."""
    for folder, sessions in SESSIONS.items():
        for session in sessions:
            if not names or session.name in names:
                make(session, HERE / folder)
                print(folder, session.agent, session.name, flush=True)
        rows = "".join(
            f"  {json.dumps(row, ensure_ascii=False)},\n" for row in expectations(sessions, HERE / folder)
        )
        (HERE / folder / "expected.json").write_text(f"[\n{rows[:-2]}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    os.umask(0o022)
    main(sys.argv[1:])
