"""Facts as they are printed: for people, and as JSON."""

import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from headroom_cli.page import BAD, DIM, GOOD, Page, console
from headroom_cli.times import day

if TYPE_CHECKING:
    from headroom.memory import Added, Change, Fact


def as_data(fact: "Fact") -> dict[str, Any]:
    """Return a fact for JSON: as it is exported, and whether it holds."""
    from headroom.memory.facts import to_dict

    return {**to_dict(fact), "holds": fact.holds(time.time())}


def as_json(data: object) -> None:
    """Print JSON."""
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))


def show_facts(facts: Sequence["Fact"], nothing: str) -> None:
    """Print facts, each with where it holds and came from."""
    page = Page(console())
    if not facts:
        page.line((nothing, DIM))
    for fact in facts:
        show_fact(fact, page)


def show_fact(fact: "Fact", page: Page) -> None:
    """Print one fact: its id and text, and below what is known of it."""
    page.rows([(fact.id, (fact.text, "" if fact.holds(time.time()) else DIM))])
    page.rows([(" " * len(fact.id), (_about(fact), DIM))])


def show_added(added: "Added") -> None:
    """Print what became of a fact that was told."""
    page = Page(console())
    told = "kept" if added.is_new else f"known already (told {added.fact.seen} times)"
    page.line((told, GOOD))
    show_fact(added.fact, page)
    if added.was_masked:
        page.line(("what looked like a secret was taken out of it", BAD))
    if added.like:
        page.line()
        page.line(("similar, and still held to be true:", ""))
        for other in added.like:
            show_fact(other, page)
        page.line((f"if it no longer is: headroom memory edit {added.fact.id} --replaces {added.like[0].id}", DIM))


def show_changes(fact: "Fact", changes: Sequence["Change"]) -> None:
    """Print a fact and what happened to it."""
    page = Page(console())
    show_fact(fact, page)
    for change in changes:
        page.rows([(day(change.t), (change.what + (f"; before: {change.text}" if change.text else ""), DIM))])


def _about(fact: "Fact") -> str:
    origin = fact.origin
    parts = [
        "all projects" if fact.scope == "user" else origin.project,
        f"{origin.how}, {origin.agent}" if origin.agent else origin.how,
        day(fact.updated),
        "" if fact.accepted else "not accepted yet",
        f"told {fact.seen} times" if fact.seen > 1 else "",
        f"replaced by {fact.replaced_by}" if fact.replaced_by else "",
        "" if fact.expires is None else f"{_verb(fact.expires)} {day(fact.expires)}",
    ]
    return " · ".join(part for part in parts if part)


def _verb(expires: float) -> str:
    return "expires" if expires > time.time() else "expired"
