"""No file of the folder that headroom is started in is run by it: a project may be anybody's."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import headroom.proxy.server  # noqa: F401 - so that sys.modules names what a proxy imports

ROOT = Path(__file__).parents[2]
MARK = "RUN-BY-HEADROOM"
CLI = "import sys; sys.path.pop(0); from headroom_cli.main import main; main()"
"""As the installed command has it: without the folder that it is started in."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a module for each that a proxy imports, which leaves a mark and ends the process."""
    folder = tmp_path / "project"
    folder.mkdir()
    tops = {name.partition(".")[0] for name in sys.modules}
    for name in tops | {"tiktoken", "orjson", "rich", "typer", "psutil", "brotli"}:
        spoilt = (
            f"import os; open(os.environ['MARK'], 'a').write(__file__); print({MARK!r}); raise SystemExit(3)\n"
        )
        (folder / f"{name}.py").write_text(spoilt, encoding="utf-8")
    return folder


def test_a_wrapped_session_runs_no_module_of_the_projects(project: Path, tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("HEADROOM_")}
    environ |= {"HEADROOM_HOME": str(tmp_path / "state"), "HEADROOM_CONFIG": str(tmp_path / "none.toml")}
    done = subprocess.run(
        [sys.executable, "-c", CLI, "wrap", "--json", "demo"],
        cwd=project, env=environ | {"MARK": str(tmp_path / "mark")}, capture_output=True, text=True, timeout=110,
    )  # fmt: skip
    assert not (tmp_path / "mark").exists(), (tmp_path / "mark").read_text()
    assert done.returncode == 0, done.stderr
    assert MARK not in done.stdout + done.stderr
    assert '"requests"' in done.stderr


def test_every_module_that_we_start_is_found_without_the_folder() -> None:
    ours = [file for top in ("core", "wrappers", "headroom_cli", "launchd") for file in (ROOT / top).rglob("*.py")]
    assert len(ours) > 200
    starts = r'(PYTHON(?:\[1:\])?|"-P"|sys\.executable|\bpython\w*), "-m"'
    found = [(file.name, start) for file in ours for start in re.findall(starts, file.read_text(encoding="utf-8"))]
    assert len(found) >= 5
    assert [(name, start) for name, start in found if "PYTHON" not in start and start != '"-P"'] == []
