"""`headroom memory sync`: facts into the files that agents read when a session begins, and out again."""

import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli import learn_files
from headroom_cli.fail import fail
from headroom_cli.figures import count
from headroom_cli.learn_show import indented, listed, short
from headroom_cli.memory_open import opened
from headroom_cli.options import AsJson, Project, agents, explained, root
from headroom_cli.page import DIM, GOOD, Page, console

if TYPE_CHECKING:
    from headroom.agent_files.targets import Target
    from headroom.memory import Fact
    from headroom.memory.syncing import Synced
    from headroom.retention.logs import Logged

_NOT_DONE = 1
_LASTING = ("service", "proxy")
"""Sessions of these serve many projects, and have no agent of their own."""


def sync(
    agent: Annotated[
        list[str] | None,
        typer.Option("--agent", help="For this agent; else for those that ran here.", metavar="NAME"),
    ] = None,
    shared: Annotated[
        bool, typer.Option("--shared", help="Into the file that your team shares: CLAUDE.md, AGENTS.md, ...")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the section out again.")] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")] = False,
    folder: Project = None,
    as_json: AsJson = False,
) -> None:
    """Write the facts that hold here into a section of the files that agents read when a session begins.

    Your own, git-ignored file by default. Nothing outside the section is touched. Facts that a model told are left
    out until you accept them. Not while a session goes on here, since its prompt must not change.

    Exit code: 1 when a file cannot be written, 2 when it was called wrongly.
    """
    from headroom import settings

    where = root(folder)
    places = _targets(agents(agent), where, shared=shared)
    with opened() as held:
        most = int(settings.load(folder=settings.working_folder())["memory.max_tokens"])
        facts = held.list(str(where))
    done, problems = _write(places, [] if undo else facts, most, dry=dry)
    waiting = 0 if undo else sum(not fact.accepted for fact in facts)
    if as_json:
        files = [
            {"file": str(each.target.file), "changed": each.is_changed, "facts": len(each.facts)} for each in done
        ]
        typer.echo(json.dumps({"files": files, "not_accepted": waiting, "problems": problems}, indent=2))
    else:
        _show(done, waiting, _notes(places, done, dry=dry) if not undo else [], dry=dry)
    for problem in problems:
        typer.echo(f"headroom: {problem}", err=True)
    if problems:
        raise typer.Exit(_NOT_DONE)


def _write(
    places: "list[Target]", facts: "Sequence[Fact]", most: int, *, dry: bool
) -> "tuple[list[Synced], list[str]]":
    """Write the sections of each file; return what has become of them, and why some could not be written."""
    from headroom import settings, tokens
    from headroom.agent_files.rewriting import CannotWrite
    from headroom.memory import section, syncing

    done: list[Synced] = []
    problems: dict[str, None] = {}
    crowded: dict[int, None] = {}
    for place in places:
        for target, of_target in syncing.parts(place, facts):
            fitting = section.chosen(of_target, most, tokens.count)
            left = len(of_target) - len(fitting)
            if left:
                crowded[left] = None
            try:
                done.append(syncing.sync(settings.state_dir(), target, fitting, time.time(), dry=dry))
            except CannotWrite as why:
                problems[str(why)] = None
    for left in crowded:
        does = "does" if left == 1 else "do"
        told = f"{count(left, 'fact')} {does} not fit into {most:,} tokens (memory.max_tokens)"
        typer.echo(f"headroom: {told}", err=True)
    return done, list(problems)


def _targets(named: list[str], where: Path, *, shared: bool) -> "list[Target]":
    """Return the files of the agents. Ends with exit code 2 while a session goes on here."""
    from headroom import settings
    from headroom.agent_files import targets
    from headroom.retention.logs import look

    with explained():
        logs = [log for log in look(settings.state_dir(), time.time()) if _is_here(log, where)]
    going_on = [log.id for log in logs if log.runs]
    if going_on:
        fail(f"session {going_on[-1]} goes on here, or may: end it first, so that its prompt does not change")
    ran = [name for name in targets.MEMORIES if any(log.agent == name for log in logs)]
    if not named and not ran:
        fail(f"no agent ran here yet; name one: --agent {' | '.join(targets.MEMORIES)}")
    return targets.targets(named or ran, where, os.environ, is_shared=shared)


def _is_here(log: "Logged", where: Path) -> bool:
    return log.agent not in _LASTING and bool(log.project) and Path(log.project).is_relative_to(where)


def _notes(places: "list[Target]", done: "list[Synced]", *, dry: bool) -> list[str]:
    """Return what the user should know of the files that change: of where an agent reads them, beforehand only."""
    changed = {each.target.file for each in done if each.is_changed}
    return learn_files.notes(place for place in places if place.file in changed and (dry or not place.label))


def _show(done: "list[Synced]", waiting: int, notes: list[str], *, dry: bool) -> None:
    """Print the facts that are written, each once, then a line for each file, which may have two sections."""
    page = Page(console())
    files: dict[Path, list[Synced]] = {}
    for each in done:
        files.setdefault(each.target.file, []).append(each)
    facts = {fact.id: fact.text for each in done if each.is_changed for fact in each.facts}
    page.rows([(own, (text, DIM)) for own, text in facts.items()])
    if facts:
        page.line()
    for file, sections in files.items():
        changes = _changes([each for each in sections if each.is_changed], "would be " if dry else "")
        readers = listed(list(dict.fromkeys(name for each in sections for name in each.target.agents)))
        page.line((f"{short(file)} ({readers}): {changes or 'nothing to change'}", GOOD if changes else DIM))
    for note in notes:
        indented(note, DIM, page)
    if waiting:
        page.line((f"{count(waiting, 'fact')} left out that a model told: headroom memory accept ID", DIM))


def _changes(sections: "list[Synced]", said: str) -> str:
    """Say what happens to the sections of one file; empty for none."""
    written = sum(len(each.facts) for each in sections)
    gone = sum(not each.facts for each in sections)
    told = [f"{count(written, 'fact')} {said}written"] if written else []
    if gone:
        told.append(f"{count(gone, 'section') if gone > 1 else 'section'} {said}taken out")
    return ", ".join(told)
