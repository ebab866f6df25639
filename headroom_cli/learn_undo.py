"""`headroom learn --undo`: what was written last into a project's files is taken back."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from headroom_cli import learn_show
from headroom_cli.page import DIM, GOOD, Page, console

if TYPE_CHECKING:
    from headroom.agent_files.journal import Record
    from headroom.agent_files.undoing import Undone

_NOT_DONE = 1


def undo(state: Path, project: Path, agents: Sequence[str], *, is_shared: bool, as_json: bool) -> None:
    """Take back the last change in a project, of all files that it was made in. Exits with 1 where one cannot be.

    Args:
        agents: only files of these; none for any.
        is_shared: only files that the team shares.
    """
    from headroom.agent_files import undoing
    from headroom.agent_files.rewriting import CannotWrite
    from headroom.agent_files.writing import Changed
    from headroom.learn.applying import NAME

    page = Page(console())
    done: list[Undone] = []
    problems: list[str] = []
    for known in _latest(state, project, agents, is_shared=is_shared):
        try:
            one = undoing.undo(state, NAME, Path(known.file), known.label)
            if one:
                done.append(one)
        except CannotWrite as why:
            problems.append(str(why))
            if isinstance(why, Changed) and not as_json:
                learn_show.diff(learn_show.short(known.file), why.ours, why.theirs, page)
    if as_json:
        typer.echo(json.dumps({"undone": [_json(one) for one in done], "problems": problems}, indent=2))
    else:
        for one in done:
            _tell(one, page)
        if not done and not problems:
            page.line((f"There is nothing to undo in {learn_show.short(project)}.", ""))
    for problem in problems:
        typer.echo(f"headroom: {problem}", err=True)
    if problems:
        raise typer.Exit(_NOT_DONE)


def _latest(state: Path, project: Path, agents: Sequence[str], *, is_shared: bool) -> "list[Record]":
    """Return the files that were changed last, in one call."""
    from headroom.agent_files.targets import MEMORIES
    from headroom.agent_files.undoing import undoable
    from headroom.learn.applying import NAME

    team = {(project / name).resolve() for memory in MEMORIES.values() for name in memory.shared}
    known = [
        one
        for one in undoable(state, NAME, project)
        if (not agents or set(agents) & set(one.agents)) and (not is_shared or Path(one.file) in team)
    ]
    last = max((one.entries[-1].t for one in known), default=0.0)
    return [one for one in known if one.entries[-1].t == last]


def _tell(one: "Undone", page: Page) -> None:
    name = learn_show.short(one.file)
    when = time.strftime("%d %b %H:%M", time.localtime(one.t))
    if one.before == one.after:
        page.line((f"{name}: its section is gone already; what headroom knew of it is forgotten.", GOOD))
        return
    if one.after is None:
        page.line((f"Removed {name}: it was made for the rules alone ({when}).", GOOD))
    else:
        page.line((f"{name} is as it was before {when}.", GOOD))
    if one.left:
        page.line((f"{learn_show.counted(one.left, 'earlier change')} can be undone, too.", DIM))


def _json(one: "Undone") -> dict[str, object]:
    is_removed = one.after is None and one.before is not None
    return {"file": str(one.file), "removed": is_removed, "changed": one.before != one.after, "left": one.left}
