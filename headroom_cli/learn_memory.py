"""`headroom learn --memory`: the rules kept as facts of `headroom memory`, not in a file."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from headroom_cli import learn_show
from headroom_cli.memory_open import opened
from headroom_cli.page import DIM, GOOD, Page, console

if TYPE_CHECKING:
    from headroom.learn.looking import Looked
    from headroom.learn.types import Finding
    from headroom.memory import Memory


def keep(
    seen: "Looked",
    agents: Sequence[str],
    project: Path,
    findings: "Sequence[Finding]",
    *,
    apply: bool,
    again: bool,
    as_json: bool,
) -> None:
    """Show the rules that memory does not have yet; with `apply`, keep them as facts of the project.

    Args:
        findings: those that are enough for a rule, the best first.
        again: whether rules that the user has forgotten are kept again.
    """
    from headroom.learn.rules import latest, text_of
    from headroom.memory import FORGOTTEN, NEW

    told = {text: finding for finding in latest(findings) if (text := text_of(finding.rule))}
    with opened(adds=apply) as held:
        standing = {text: held.standing(text, str(project)) for text in told}
        wanted = [text for text in told if standing[text] == NEW or (again and standing[text] == FORGOTTEN)]
        ids = _kept(held, project, {text: told[text] for text in wanted}) if apply else {}
    if as_json:
        rows = [{"text": text, "standing": standing[text], "id": ids.get(text, "")} for text in told]
        found = {"project": str(project), "sessions": dict(seen.sessions), "applied": apply, "facts": rows}
        typer.echo(json.dumps(found, indent=2))
        return
    page = Page(console())
    learn_show.looked(seen, agents, f"in {learn_show.short(project)}", page)
    if not seen.sessions:
        return
    if not told:
        learn_show.nothing(len(seen.findings), page)
        return
    if wanted:
        page.line()
    for number, text in enumerate(wanted, 1):
        learn_show.evidence(f"{number}. {text}", told[text], page)
    left_out = [text for text in told if standing[text] == FORGOTTEN and text not in wanted]
    for text in left_out:
        learn_show.indented(f"left out, since you forgot it (--again offers it): {text}", DIM, page)
    page.line()
    _closing(wanted, ids, page)


def _kept(held: "Memory", project: Path, told: "Mapping[str, Finding]") -> dict[str, str]:
    """Keep rules as facts; return the facts' ids by the rules' texts."""
    from headroom.memory import PROJECT, Origin
    from headroom.memory.facts import LEARN

    ids = {}
    for text, finding in told.items():
        last = finding.evidence[-1]
        ids[text] = held.add(text, Origin(LEARN, last.agent, str(project), last.session), PROJECT).fact.id
    return ids


def _closing(wanted: Sequence[str], ids: Mapping[str, str], page: Page) -> None:
    if not wanted:
        page.line(("Nothing is new.", GOOD))
    elif ids:
        page.line((f"Kept {learn_show.counted(len(ids), 'fact')}: {', '.join(ids.values())}.", GOOD))
        page.line(("Into the files that agents read: headroom memory sync", DIM))
        page.line((f"Take one back: headroom memory forget {next(iter(ids.values()))}", DIM))
    else:
        page.line(("Nothing is kept yet. ", ""), ("headroom learn --memory --apply", GOOD), (" keeps them.", ""))
