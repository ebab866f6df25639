"""What the demo agent's tools do."""

from pathlib import Path

import pytest

from headroom_wrappers.demo import samples
from headroom_wrappers.demo.tools import TOOLS, Outcome, run


def test_the_schemas_are_whole() -> None:
    assert [tool["name"] for tool in TOOLS] == ["bash", "read_file", "write_file", "edit_file", "find_files"]
    for tool in TOOLS:
        assert set(tool["input_schema"]["required"]) <= set(tool["input_schema"]["properties"])


def test_bash_knows_the_commands_of_the_demo_and_no_other() -> None:
    assert run("bash", {"command": "git diff v4.17.2 v4.18.0"}) == Outcome(samples.diff())
    assert run("bash", {"command": "id"}) == Outcome("bash: id: not known to the demo", failed=True)


def test_a_tool_that_the_demo_does_not_run_says_so() -> None:
    assert run("write_file", {"path": "/x", "content": ""}).failed


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({}, "     1\tone\n     2\ttwo\n     3\tthree"),
        ({"start_line": 2, "max_lines": 1}, "     2\ttwo"),
        ({"containing": "t"}, "     2\ttwo\n     3\tthree"),
        ({"containing": "four"}, "No line of {path} fits."),
    ],
)
def test_a_file_is_read_by_range_and_by_content(tmp_path: Path, arguments: dict[str, object], text: str) -> None:
    path = tmp_path / "with a blank.txt"
    path.write_text("one\ntwo\nthree\n")
    assert run("read_file", {"path": str(path), **arguments}) == Outcome(text.format(path=path))


def test_long_lines_are_cut(tmp_path: Path) -> None:
    (tmp_path / "long").write_text("x" * 5000)
    assert len(run("read_file", {"path": str(tmp_path / "long")}).text) == 2000 + len("     1\t")


def test_a_file_that_cannot_be_read_is_a_failed_outcome(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\xfd")
    assert run("read_file", {"path": str(tmp_path / "missing")}).failed
    assert run("read_file", {"path": str(tmp_path / "binary")}).failed
    assert run("read_file", {"path": str(tmp_path)}).failed
