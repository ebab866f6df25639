"""How `headroom learn` reports: as a page, or as JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from headroom_cli import learn_files, learn_running, learn_show
from headroom_cli.page import DIM, GOOD, Page, console

if TYPE_CHECKING:
    from headroom.learn.applying import Proposal
    from headroom.learn.looking import Looked
    from headroom.learn.rules import Found
    from headroom.learn.types import Finding


@dataclass(frozen=True, slots=True)
class Report:
    """What one call has found and done."""

    seen: "Looked"
    agents: Sequence[str]
    project: Path
    found: "Mapping[str, Found]"
    """By agent."""
    done: "Sequence[Proposal]"
    problems: Sequence[str]
    """Files that could not be written, and why."""
    limit_tokens: int
    """What the rules in a file may take."""
    is_applied: bool
    is_shared: bool
    shows_diff: bool = False
    """Whether what was written is shown as it is before."""


def report(told: Report, state: Path, *, as_json: bool) -> None:
    """Print what one call has found and done."""
    if as_json:
        typer.echo(json.dumps(_json(told), indent=2))
    else:
        _page(told, state, Page(console()))
    for problem in told.problems:
        typer.echo(f"headroom: {problem}", err=True)


def everywhere(
    seen: "Looked", agents: Sequence[str], min_evidence: int, min_confidence: float, *, as_json: bool
) -> None:
    """Print what there is to learn in all projects."""
    found: dict[str, list[Finding]] = {}
    for finding in seen.of(agents, min_evidence, min_confidence).findings:
        found.setdefault(finding.project, []).append(finding)
    if as_json:
        findings = [asdict(finding) for each in found.values() for finding in each]
        typer.echo(json.dumps({"sessions": dict(seen.sessions), "findings": findings}, indent=2))
        return
    page = Page(console())
    learn_show.looked(seen, agents, "in all projects", page)
    if not seen.sessions:
        return
    if not found:
        learn_show.nothing(len(seen.findings), page)
        return
    learn_show.projects(found, page)
    page.line()
    page.line(("To write the rules of one: headroom learn --project DIR --apply", DIM))


def _page(told: Report, state: Path, page: Page) -> None:
    learn_show.looked(told.seen, told.agents, f"in {learn_show.short(told.project)}", page)
    changed = [one for one in told.done if one.put]
    if not told.seen.sessions and not changed:
        return
    enough = sum(len(found.findings) for found in told.found.values())
    if not changed and not enough:
        learn_show.nothing(
            sum(any(at.agent in told.agents for at in one.evidence) for one in told.seen.findings), page
        )
        return
    page.line()
    if told.shows_diff or not told.is_applied:
        _preview(told, changed, page)
    if told.is_applied:
        for one in told.done:
            learn_files.applied(one, page)
        learn_files.asides(told.done, page)
    _closing(told, changed, state, page)


def _preview(told: Report, changed: "Sequence[Proposal]", page: Page) -> None:
    """Print the new rules, each once, with what they rest on; then the files, and what would change there."""
    rules = learn_files.fresh(changed)
    for number, (text, finding) in enumerate(rules.items(), 1):
        learn_show.evidence(f"{number}. {text}", finding, page)
    if rules:
        page.line()
    learn_files.told(told.done, rules, told.limit_tokens, page)
    if not told.is_applied:
        learn_files.asides(told.done, page)
    for note in learn_files.notes(one.target for one in changed):
        learn_show.indented(note, DIM, page)
    learn_files.diffs(changed, page)
    if told.done:
        page.line()


def _closing(told: Report, changed: "Sequence[Proposal]", state: Path, page: Page) -> None:
    if not changed:
        if not told.is_applied and not told.problems:
            page.line(("Nothing is new.", GOOD))
        return
    if told.is_applied:
        for line in learn_running.told(learn_running.running(state, told.project)):
            page.line((line, DIM))
        page.line(("Take it back: headroom learn --undo", DIM))
        return
    again = " --shared" if told.is_shared else ""
    page.line(("Nothing is written yet. ", ""), (f"headroom learn --apply{again}", GOOD), (" writes it.", ""))
    if not told.is_shared:
        page.line(("With --shared it goes into the file that your team shares.", DIM))


def _json(told: Report) -> dict[str, object]:
    return {
        "project": str(told.project),
        "sessions": dict(told.seen.sessions),
        "damaged_lines": told.seen.damaged,
        "findings": [asdict(finding) for finding in told.seen.findings],
        "applied": told.is_applied,
        "files": [
            {
                "file": str(one.target.file),
                "agents": list(one.target.agents),
                "changed": one.put is not None,
                "tokens": one.tokens,
                "rules": list(one.plan.rules),
                "added": list(one.plan.added),
                "replaced": dict(one.plan.replaced),
                "removed": list(one.plan.removed),
                "refused": list(one.plan.left_out),
                "crowded_out": list(one.plan.crowded_out),
                "known": list(one.plan.known),
                "diff": learn_show.diffed(str(one.target.file), one.before, one.after),
            }
            for one in told.done
        ],
        "problems": list(told.problems),
    }
