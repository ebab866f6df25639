"""`headroom memory`: facts that later sessions are to know, whatever the agent."""

import sys
import time
from typing import Annotated

import typer

from headroom_cli.fail import fail
from headroom_cli.memory_files import export, import_
from headroom_cli.memory_open import opened
from headroom_cli.memory_sync import sync
from headroom_cli.options import LENGTH, AsJson, Project, root
from headroom_cli.times import until

memory = typer.Typer(
    name="memory",
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Facts that later sessions are to know, whatever the agent. Off unless you use it.",
)

Id = Annotated[str, typer.Argument(metavar="ID", help="A fact's 8 hex digits, or the first of them.")]
User = Annotated[bool, typer.Option("--user", help="It holds in all projects, not in this one alone.")]
Expires = Annotated[
    str | None,
    typer.Option("--expires", help=f"Until when it holds: {LENGTH}, 2027-01-31 or never.", metavar="WHEN"),
]
Replaces = Annotated[
    list[str] | None,
    typer.Option("--replaces", help="A fact that it takes the place of.", metavar="ID"),
]
All = Annotated[bool, typer.Option("--all", help="Of all projects, and with those replaced or expired.")]


@memory.command()
def add(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help='The fact, in a sentence; "-" reads it.')],
    user: User = False,
    folder: Project = None,
    expires: Expires = None,
    replaces: Replaces = None,
    as_json: AsJson = False,
) -> None:
    """Keep a fact. One that is there already, in other letters, is not kept twice.

    What looks like a secret is taken out of it. Exit code: 2 when it cannot be kept.
    """
    from headroom.memory import PROJECT, USER, Origin
    from headroom_cli import memory_show as show

    said = " ".join(text)
    said = sys.stdin.read() if said == "-" else said
    moment = None if expires is None else until(expires, time.time(), "--expires")
    where = str(root(folder))
    with opened(adds=True) as held:
        added = held.add(said, Origin(project=where), USER if user else PROJECT, moment, replaces or ())
    if as_json:
        data = {"fact": show.as_data(added.fact), "new": added.is_new, "masked": added.was_masked}
        show.as_json(data | {"like": [show.as_data(each) for each in added.like]})
    else:
        show.show_added(added)


@memory.command(name="list")
def list_(folder: Project = None, everything: All = False, as_json: AsJson = False) -> None:
    """List the facts that hold here, the latest first."""
    from headroom_cli import memory_show as show

    where = str(root(folder))
    with opened() as held:
        facts = held.list(where, history=everything, anywhere=everything)
    if as_json:
        show.as_json([show.as_data(fact) for fact in facts])
    else:
        show.show_facts(facts, 'no facts yet: headroom memory add "The tests run with make test."')


@memory.command()
def search(
    query: Annotated[list[str], typer.Argument(metavar="QUERY", help="Words, or the beginnings of words.")],
    limit: Annotated[int, typer.Option(min=1, help="How many at most.", metavar="N")] = 10,
    folder: Project = None,
    everything: All = False,
    as_json: AsJson = False,
) -> None:
    """List the facts with a word of the query, the best first."""
    from headroom_cli import memory_show as show

    where = str(root(folder))
    with opened() as held:
        facts = held.search(" ".join(query), where, limit, history=everything, anywhere=everything)
    if as_json:
        show.as_json([show.as_data(fact) for fact in facts])
    else:
        show.show_facts(facts, "no fact has one of these words")


@memory.command()
def show(id_: Id, as_json: AsJson = False) -> None:
    """Show one fact, and what it said before. Exit code: 2 when there is no such fact."""
    from dataclasses import asdict

    from headroom_cli import memory_show

    with opened() as held:
        fact, changes = held.get(id_), held.history(id_)
    if as_json:
        memory_show.as_json(memory_show.as_data(fact) | {"changes": [asdict(change) for change in changes]})
    else:
        memory_show.show_changes(fact, changes)


@memory.command()
def edit(
    id_: Id,
    text: Annotated[list[str] | None, typer.Argument(metavar="TEXT", help="What it says from now on.")] = None,
    scope: Annotated[str | None, typer.Option("--scope", help="user or project.", metavar="SCOPE")] = None,
    folder: Project = None,
    expires: Expires = None,
    replaces: Replaces = None,
    as_json: AsJson = False,
) -> None:
    """Change a fact: its text, where and how long it holds, what it replaces. Its history stays.

    Exit code: 2 when it cannot be, or nothing is to be changed.
    """
    from headroom.memory import KEEP, Origin
    from headroom_cli import memory_show as show

    if not (text or scope or expires or replaces):
        fail("nothing to change: give a TEXT, --scope, --expires or --replaces")
    moment = KEEP if expires is None else until(expires, time.time(), "--expires")
    origin = Origin(project=str(root(folder)))
    said = " ".join(text) if text else None
    with opened() as held:
        fact = held.edit(id_, origin, text=said, expires=moment, scope=scope, replaces=replaces or ())
    if as_json:
        show.as_json(show.as_data(fact))
    else:
        show.show_facts([fact], "")


@memory.command()
def accept(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Facts' ids, or the first digits of them.")],
    as_json: AsJson = False,
) -> None:
    """Take facts that a model told for true: until you do, `headroom memory sync` leaves them out.

    Look at them first, since a page or a file that a model reads may make it tell you something. Exit code: 2 when
    one is not there; then none is accepted.
    """
    from headroom.memory import Origin
    from headroom_cli import memory_show as show

    with opened() as held:
        facts = held.accept(ids, Origin(project=str(root(None))))
    if as_json:
        show.as_json([show.as_data(fact) for fact in facts])
    else:
        show.show_facts(facts, "")


@memory.command()
def forget(
    ids: Annotated[list[str], typer.Argument(metavar="ID", help="Facts' ids, or the first digits of them.")],
    as_json: AsJson = False,
) -> None:
    """Remove facts for good, with their history. Exit code: 2 when one is not there; then none is removed."""
    from headroom_cli import memory_show as show

    with opened() as held:
        gone = held.forget(ids)
    if as_json:
        show.as_json([show.as_data(fact) for fact in gone])
    else:
        for fact in gone:
            typer.echo(f"forgotten: {fact.text}")


memory.command(name="export")(export)
memory.command(name="import")(import_)
memory.command(name="sync")(sync)
