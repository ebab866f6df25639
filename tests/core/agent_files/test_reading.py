"""What an agent reads anyway: outside of one owner's sections, and in the files that it reads as well."""

from pathlib import Path

import pytest

from headroom.agent_files.reading import said_elsewhere
from headroom.agent_files.section import Unsafe, put
from headroom.agent_files.targets import Target


def test_lines_outside_and_in_files_beside(tmp_path: Path) -> None:
    (tmp_path / "CLAUDE.md").write_text("# Team\n- Use `rg`.\n")
    (tmp_path / "folder.md").mkdir()
    beside = (tmp_path / "CLAUDE.md", tmp_path / "gone.md", tmp_path / "folder.md")
    target = Target(tmp_path / "a.md", "", tmp_path, ("claude",), also_read=beside)
    one, _ = put(b"Mine.\n", [b"- A rule."], "learn")
    both, _ = put(one, [b"- A **fact**."], "memory")
    common = {"mine", "# team", "use rg"}
    for name, other, line in (("learn", "memory", "a fact"), ("memory", "learn", "a rule")):
        markers = {f"<!-- headroom:{other}:begin -->", f"<!-- headroom:{other}:end -->"}
        assert said_elsewhere(target, name, both) == common | markers | {line}
    with pytest.raises(Unsafe):
        said_elsewhere(target, "learn", b"a\0b")


def test_what_is_said_of_another_project_is_not_said_here(tmp_path: Path) -> None:
    target = Target(tmp_path / "a.md", "/here", tmp_path, ("codex",))
    content, _ = put(b"", [b"- Here."], "learn", "/here")
    content, _ = put(content, [b"- There."], "learn", "/there")
    content, _ = put(content, [b"- A fact."], "memory", "/there")
    said = said_elsewhere(target, "memory", content)
    assert ("here" in said, "there" in said, "a fact" in said) == (True, False, False)
    broken = content + b"<!-- headroom:learn:begin -->\n"
    assert "there" in said_elsewhere(target, "memory", broken)
