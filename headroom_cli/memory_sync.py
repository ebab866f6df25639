"""`headroom memory sync`: facts into the files that agents read when a session begins, and out again."""

import json
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headroom_cli.fail import fail
from headroom_cli.figures import count
from headroom_cli.memory_open import AsJson, Project, opened, project, setting
from headroom_cli.page import DIM, GOOD, Page, console

if TYPE_CHECKING:
    from headroom.learn.targets import Target
    from headroom.memory.syncing import Synced
    from headroom.retention.logs import Logged

_TOKENS = 1_000
"""What a section may take, where memory.max_tokens does not say."""
_LASTING = ("service", "proxy")
"""Sessions of these serve many projects, and have no agent of their own."""


def sync(
    agents: Annotated[
        list[str] | None,
        typer.Option("--agent", help="For this agent; else for those that ran here.", metavar="NAME"),
    ] = None,
    shared: Annotated[
        bool, typer.Option("--shared", help="Into the team's file (CLAUDE.md, AGENTS.md), not your own.")
    ] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Take the section out again.")] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")] = False,
    folder: Project = None,
    as_json: AsJson = False,
) -> None:
    """Write the facts that hold here into a section of the files that agents read when a session begins.

    Your own, git-ignored file by default. Nothing outside the section is touched. Not while a session goes on
    here, since its prompt must not change. Exit code: 2 when a file cannot be written.
    """
    from headroom import settings, tokens
    from headroom.learn.rewriting import CannotWrite
    from headroom.memory import section, syncing

    where = Path(project(folder))
    targets = _targets(agents, where, shared=shared)
    most = int(str(setting("memory.max_tokens", _TOKENS)))
    with opened() as held:
        facts = held.list(str(where))
    done: list[Synced] = []
    for target in targets:
        for label, of_label in syncing.parts(target, [] if undo else facts):
            fitting = section.chosen(of_label, most, tokens.count)
            if len(fitting) < len(of_label):
                typer.echo(
                    f"headroom: {len(of_label) - len(fitting)} facts do not fit into {most:,} tokens "
                    "(memory.max_tokens)",
                    err=True,
                )
            try:
                done.append(syncing.sync(settings.state_dir(), target, label, fitting, dry=dry))
            except CannotWrite as error:
                fail(str(error))
        if target.note:
            typer.echo(f"headroom: {target.note}", err=True)
    if as_json:
        rows = [{"file": str(each.file), "changed": each.is_changed, "facts": len(each.facts)} for each in done]
        typer.echo(json.dumps(rows, indent=2))
    else:
        _show(done, dry=dry)


def _targets(agents: list[str] | None, where: Path, *, shared: bool) -> "list[Target]":
    """Return the files of the agents. Ends with exit code 2 while a session goes on here."""
    from headroom import settings
    from headroom.learn import targets
    from headroom.retention.logs import look

    unknown = [name for name in agents or [] if name not in targets.MEMORIES]
    if unknown:
        fail(f"--agent {unknown[0]}: not known; there are {', '.join(targets.MEMORIES)}")
    try:
        logs = [log for log in look(settings.state_dir(), time.time()) if _is_here(log, where)]
    except OSError as error:
        fail(f"{error.filename or settings.state_dir()}: {error.strerror or error}")
    going_on = [log.id for log in logs if log.runs]
    if going_on:
        fail(f"session {going_on[-1]} goes on here, or may: end it first, so that its prompt does not change")
    named = agents or [name for name in targets.MEMORIES if any(log.agent == name for log in logs)]
    if not named:
        fail(f"no agent ran here yet; name one: --agent {' | '.join(targets.MEMORIES)}")
    return targets.targets(named, where, os.environ, is_shared=shared)


def _is_here(log: "Logged", where: Path) -> bool:
    return log.agent not in _LASTING and bool(log.project) and Path(log.project).is_relative_to(where)


def _show(done: "list[Synced]", *, dry: bool) -> None:
    page = Page(console())
    for each in done:
        if not each.is_changed:
            page.line((f"{each.file}: nothing to change", DIM))
            continue
        said = "would be " if dry else ""
        told = f"{count(len(each.facts), 'fact')} {said}written" if each.facts else f"section {said}taken out"
        page.line((f"{each.file}: {told}", GOOD))
        for fact in each.facts:
            page.rows([(fact.id, (fact.text, DIM))])
