"""What `headroom doctor` found: one shape for all that was looked at, and how it is printed."""

import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import typer

from headroom_cli.hidden import without_secrets
from headroom_cli.page import BAD, GOOD, HEAD, WARN, Page

OK, NOTE, PROBLEM = "ok", "note", "problem"
_STYLES: Mapping[str, str] = {OK: GOOD, NOTE: WARN, PROBLEM: BAD}


class Finding(NamedTuple):
    """What was looked at, what it is like, and what to do about it."""

    name: str
    verdict: str
    """ok, note or problem."""
    told: str
    todo: str = ""
    """The remedy; empty where there is nothing to do."""


def is_broken(findings: Sequence[Finding]) -> bool:
    """Tell whether something has to be repaired."""
    return any(found.verdict == PROBLEM for found in findings)


def show_findings(findings: Sequence[Finding], page: Page, *, as_json: bool) -> None:
    """Print the findings, each with its remedy below it. No secret that one quotes is printed."""
    clean = [
        found._replace(told=without_secrets(found.told), todo=without_secrets(found.todo)) for found in findings
    ]
    if as_json:
        typer.echo(json.dumps([found._asdict() for found in clean], indent=2))
        return
    margin = max((len(found.name) for found in clean), default=0) + 12
    width = max(page.to.width - margin, 20)
    for name, verdict, told, todo in clean:
        first, *more = textwrap.wrap(told, width, break_on_hyphens=False) or [""]
        page.line((f" {verdict:<8}", _STYLES[verdict]), (f"{name:<{margin - 9}}", HEAD), (first, ""))
        for line in more:
            page.line((" " * margin + line, ""))
        for line in textwrap.wrap(f"→ {todo}" if todo else "", width, break_on_hyphens=False):
            page.line((" " * margin + line, _STYLES[verdict]))
    bad = sum(found.verdict == PROBLEM for found in clean)
    page.line()
    page.line((f" {bad} problem{'s' * (bad != 1)}" if bad else " no problems", BAD if bad else GOOD))
