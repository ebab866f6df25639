"""What `headroom learn` says of the files."""

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from headroom.agent_files.bullets import heading
from headroom.agent_files.section import put
from headroom.agent_files.targets import Target
from headroom.learn.applying import TITLE, Proposal
from headroom.learn.rules import Plan
from headroom.learn.types import Evidence, Finding
from headroom_cli import learn_files
from headroom_cli.page import Page


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.chdir(tmp_path)
    return Page(Console(file=io.StringIO(), width=200, highlight=False, markup=False))


def printed(page: Page) -> str:
    out = page.to.file
    assert isinstance(out, io.StringIO)
    return out.getvalue()


def finding(rule: str) -> Finding:
    return Finding("loop", rule, rule, "/p", (Evidence("claude", "one", 1),), 0.9)


def target(name: str, agent: str, label: str = "", *, is_local: bool = False, note: str = "") -> Target:
    return Target(Path.cwd() / name, label, Path("/p"), (agent,), is_local=is_local, note=note)


def proposal(of: Target, *added: str, before: bytes = b"mine\n", **other: Any) -> Proposal:
    """A file that gets these rules, each a line of its section."""
    top = heading(TITLE, of.label).encode()
    lines = (top, *(f"- {text}".encode() for text in added))
    after, done = put(before, lines, "learn", of.label)
    plan = Plan(lines, {text: finding(text) for text in added}, {}, **({"added": added} | other))
    return Proposal(of, before, after, done, {}, {}, plan, 7)


def unchanged(of: Target, *rules: str, **other: Any) -> Proposal:
    plan = Plan((), {text: finding(text) for text in rules}, {}, **other)
    return Proposal(of, b"", b"", None, {}, {}, plan, 7 if rules else 0)


def test_a_rule_of_several_files_is_told_once_and_each_file_says_which_are_its_own(page: Page) -> None:
    done = [
        proposal(target("a.md", "claude", is_local=True), "A.", "B."),
        proposal(target("b.md", "codex"), "A."),
        proposal(target("c.md", "qwen"), "B.", "C.", added=("C.",), replaced={"Old.": "B."}, removed=["D."]),
        proposal(target("d.md", "gemini"), removed=["D.", "E."]),
        unchanged(target("e.md", "copilot"), "A."),
        unchanged(target("f.md", "opencode")),
        unchanged(target("g.md", "opencode"), known=["A."]),
    ]
    rules = learn_files.fresh(done)
    assert list(rules) == ["A.", "B.", "C."]
    learn_files.told(done, rules, 600, page)
    assert printed(page).splitlines() == [
        "a.md (claude; git does not see it): 2 new rules (numbers 1, 2); 7 of 600 tokens",
        "b.md (codex): 1 new rule (number 1); 7 of 600 tokens",
        "c.md (qwen): 1 new rule, 1 rule replaced (numbers 2, 3), 1 rule taken out; 7 of 600 tokens",
        "d.md (gemini): 2 rules taken out; 7 of 600 tokens",
        "e.md (copilot): nothing new, 1 rule of ours there; 7 of 600 tokens",
        "g.md (opencode): nothing new",
    ]


def test_what_is_left_out_is_told_once_with_its_files_where_it_is_not_all(page: Page) -> None:
    one = unchanged(target("a.md", "claude"), stale=["A."], left_out=["B."], crowded_out=["C."])
    other = unchanged(target("b.md", "codex"), left_out=["B."], known=["A."])
    learn_files.asides([one, other], page)
    assert printed(page).splitlines() == [
        "   not so any more, taken out: A. (a.md)",
        "   left out, since you removed or changed it (--again offers it): B.",
        "   no room for it (learn.max_tokens): C. (a.md)",
        "   said there already: A. (b.md)",
    ]


def test_the_same_change_is_shown_once(page: Page) -> None:
    done = [
        proposal(target("a.md", "claude"), "A."),
        unchanged(target("none.md", "claude"), "A."),
        proposal(target("b.md", "gemini"), "A.", before=b"other text\n"),
        proposal(target("c.md", "codex", "/p"), "A."),
        proposal(target("d.md", "copilot", "/p"), "A.", "B."),
        proposal(target("e.md", "qwen", "/p"), "A.", "B."),
    ]
    learn_files.diffs(done, page)
    out = printed(page)
    assert [line for line in out.splitlines() if line.startswith("+++")] == ["+++ a.md", "+++ d.md"]
    assert [line for line in out.splitlines() if line.startswith("The same")] == [
        "The same section goes into b.md.",
        "The same, with the project's name in its heading, goes into c.md.",
        "The same section goes into e.md.",
    ]


@pytest.mark.parametrize("other", [{"removed": ["Old."]}, {"added": (), "replaced": {"Old.": "A."}}], ids=str)
def test_a_change_that_takes_something_out_is_not_the_same(other: dict[str, Any], page: Page) -> None:
    done = [proposal(target("a.md", "claude"), "A."), proposal(target("b.md", "gemini"), "A.", **other)]
    learn_files.diffs(done, page)
    assert printed(page).count("+++ ") == 2
    assert "The same" not in printed(page)


def test_without_the_projects_name(page: Page) -> None:
    done = [proposal(target("a.md", "codex", "/p"), "A."), proposal(target("b.md", "gemini"), "A.")]
    learn_files.diffs(done, page)
    assert "The same, without the project's name in its heading, goes into b.md.\n" in printed(page)


def test_notes_are_told_once(page: Page) -> None:
    note = "{} has no personal file for one project"
    files = [target(name, name, "/p", note=note.format(name)) for name in ("codex", "qwen")]
    hidden = target("AGENTS.md", "codex", note="codex reads another here")
    where = "personal file in all projects: what is for this one stands there under its name"
    assert learn_files.notes(files) == [f"codex and qwen read their {where}"]
    assert learn_files.notes([files[0], hidden, target("c.md", "claude")]) == [
        "AGENTS.md: codex reads another here",
        f"codex reads its {where}",
    ]


def test_what_was_written(page: Page) -> None:
    learn_files.applied(proposal(target("a.md", "claude"), "A.", replaced={"Old.": "B."}, removed=["C."]), page)
    learn_files.applied(unchanged(target("b.md", "codex"), "A."), page)
    assert printed(page).splitlines() == [
        "Wrote a.md: 1 rule added, 1 rule replaced, 1 rule taken out.",
        "b.md stays as it is: nothing is new.",
    ]
