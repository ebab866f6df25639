"""What `headroom learn` prints: what was looked at, rules with their evidence, and changes as diffs."""

import difflib
import os
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from headroom_cli.page import BAD, DIM, GOOD, HEAD, WARN, Page

if TYPE_CHECKING:
    from headroom.learn.looking import Looked
    from headroom.learn.types import Finding

_PLACES = 3
"""Of the evidence, how many are named."""
_ID_CHARS = 8
_MARGIN = 3
_COLOURS = {"+": GOOD, "-": BAD, "@": DIM}


def short(file: Path | str) -> str:
    """Return a path as a user writes it: from the working folder, or from home."""
    path = Path(file)
    for base, mark in ((Path.cwd(), ""), (Path.home(), "~/")):
        if path.is_relative_to(base) and path != base:
            return mark + str(path.relative_to(base))
    return "~" if path == Path.home() else str(path)


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """Return names as they are said one after the other."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def looked(seen: "Looked", agents: Sequence[str], where: str, page: Page) -> None:
    """Say what was looked at."""
    if not seen.sessions:
        page.line((f"No sessions of {listed(agents, 'or')} {where}.", ""))
        page.line(("Run an agent there first, or name another folder with --project DIR.", DIM))
        return
    told = [counted(number, "session") + f" of {agent}" for agent, number in sorted(seen.sessions.items())]
    page.line((f"Looked at {listed(told)} {where}.", ""))
    if seen.damaged:
        page.line((f"{counted(seen.damaged, 'line')} of them could not be read, and were left out.", DIM))
    for line in seen.unreadable:
        page.line((f"not read: {line}", WARN))


def nothing(weak: int, page: Page) -> None:
    """Say that there is nothing to learn."""
    page.line(("There is nothing to learn from them.", GOOD))
    if weak:
        was = "finding is" if weak == 1 else "findings are"
        page.line((f"{weak:,} {was} not sure or not seen often enough: --min-evidence 1 shows more.", DIM))


def evidence(text: str, finding: "Finding", page: Page) -> None:
    """Print a rule, and what it rests on."""
    indented(text, "", page, first=0)
    sessions = {(seen.agent, seen.session) for seen in finding.evidence}
    facts = [
        f"{finding.kind}: seen {counted(len(finding.evidence), 'time')} in {counted(len(sessions), 'session')}",
        f"confidence {finding.confidence:.2f}",
    ]
    if finding.wasted:
        facts.append(f"{finding.wasted:,} tokens wasted")
    indented(", ".join(facts), DIM, page)
    latest = list(reversed(finding.evidence))
    places = [f"{seen.agent} {seen.session[:_ID_CHARS]} turn {seen.turn}" for seen in latest[:_PLACES]]
    more = [f"{len(latest) - _PLACES} more"] if len(latest) > _PLACES else []
    indented(" · ".join(places + more), DIM, page)


def indented(text: str, style: str, page: Page, first: int = _MARGIN) -> None:
    """Print a text whose lines stand under a number's text.

    Args:
        first: columns before its first line.
    """
    width = max(page.to.width - _MARGIN, _MARGIN)
    for number, line in enumerate(textwrap.wrap(text, width, break_on_hyphens=False)):
        page.line((" " * (_MARGIN if number else first) + line, style))


def diff(name: str, before: bytes | None, after: bytes | None, page: Page) -> None:
    """Print a change as a unified diff: whole lines, which the terminal may wrap."""
    for line in diffed(name, before, after):
        is_head = line.startswith(("---", "+++"))
        page.to.print(page.text(line, HEAD if is_head else _COLOURS.get(line[:1], "")), soft_wrap=True)


def diffed(name: str, before: bytes | None, after: bytes | None) -> list[str]:
    """Return a change as the lines of a unified diff."""
    old, new = ((content or b"").decode("utf-8", "replace").splitlines() for content in (before, after))
    first, second = (os.devnull if content is None else name for content in (before, after))
    return [line.rstrip("\n") for line in difflib.unified_diff(old, new, first, second)]


def projects(found: "Mapping[str, Sequence[Finding]]", page: Page) -> None:
    """Print findings by project."""
    for project, findings in sorted(found.items()):
        page.line()
        page.line((short(project) if project else "(no folder told)", HEAD))
        for number, finding in enumerate(findings, 1):
            evidence(f"{number}. {finding.rule}", finding, page)
