"""Homes and folders of any name, in any locale: a whole session, and what reads it later."""

import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a home is HOME; Windows is seen to in ci.yml")

NAMES = {
    "spaces, accents, ideographs": "two  spaces Zoé 用户 🦊",
    "decomposed, quotes": unicodedata.normalize("NFD", "Zoé") + ' it\'s "$HOME" `x` %41 #?&;',
    "lines": "two\nlines",
}
LOCALES = {
    "utf-8": {"LC_ALL": "C.UTF-8"},
    "ascii alone": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


def run(home: Path, locale: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run `headroom` in a folder of this home, with nothing of the environment's that points elsewhere."""
    work = home / "wörk"
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    work.mkdir(exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "SSL_CERT_FILE") if name in os.environ}
    places = {"HOME": str(home), "TMPDIR": str(home / "tmp"), "XDG_STATE_HOME": str(home / "my state")}
    return subprocess.run(
        [sys.executable, "-m", "headroom_cli", *arguments],
        env=kept | places | LOCALES[locale],
        cwd=work,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=100,
    )


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_session_is_run_and_read_and_put_into_a_shell(tmp_path: Path, name: str, locale: str) -> None:
    home = tmp_path / name
    wrapped = run(home, locale, "wrap", "--json", "demo")
    assert wrapped.returncode == 0, wrapped.stderr
    assert b"cannot" not in wrapped.stderr
    perf = run(home, locale, "perf", "--json")
    assert perf.returncode == 0, perf.stderr
    tools = json.loads(perf.stdout)["tools"]
    assert sum(tool["shortened"] for tool in tools.values()) > 0
    shell = run(home, locale, "shell-init", "bash")
    assert shell.returncode == 0, shell.stderr
    checked = subprocess.run(["bash", "-n"], input=shell.stdout, capture_output=True, timeout=30)
    assert (checked.returncode, checked.stderr) == (0, b"")


def test_a_home_whose_name_is_no_text_is_left_alone(tmp_path: Path) -> None:
    """A model could not be told where an original is: the agent runs without us, and the user is told why."""
    home = tmp_path / os.fsdecode(b"caf\xe9")
    wrapped = run(home, "utf-8", "wrap", "demo")
    assert wrapped.returncode == 0
    assert b"set PYTHONUTF8=1, or HEADROOM_HOME to another folder" in wrapped.stderr


def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = 'rmdir "$PWD"; exec "$0" -P -m headroom_cli wrap demo'
    environ = os.environ | {"HEADROOM_HOME": str(tmp_path / "state")}
    done = subprocess.run(
        ["sh", "-c", script, sys.executable], cwd=gone, env=environ, capture_output=True, timeout=60
    )
    assert done.returncode == 2
    assert b"the working folder is not there any more" in done.stderr
    assert b"Traceback" not in done.stderr
