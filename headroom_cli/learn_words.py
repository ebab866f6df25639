"""`headroom learn --llm`: the new rules of all files phrased by a command of the user's, which is run once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from headroom.learn.applying import Proposal
    from headroom.learn.rules import About
    from headroom.learn.types import Finding

Words = Mapping[tuple[tuple[str, str], str], str]
"""What the command said, by what a rule is about and by how it stands in headroom's own words: files may differ in
what they say of the same thing, since each tells what its own agents have seen."""


def phrased(command: str, proposals: "Iterable[Proposal]") -> Words:
    """Let a command phrase the rules that are new in any of the files; nothing is run where none is."""
    from headroom.learn import phrasing
    from headroom.learn.rules import about

    new: dict[tuple[About, str], Finding] = {}
    for one in proposals:
        texts = {*one.plan.added, *one.plan.replaced.values()}
        for text, finding in one.plan.rules.items():
            if text in texts:
                new.setdefault((about(finding), finding.rule), finding)
    if not new:
        return {}
    asked: dict[About, Finding] = {}
    for finding in new.values():
        asked.setdefault(about(finding), finding)
    try:
        said = phrasing.ask(command, list(asked.values()))
    except phrasing.PhrasingFailed as why:
        typer.echo(f"headroom: --llm: {why}; the rules stand in headroom's own words", err=True)
        return {}
    if len(said) < len(new):
        count = len(new) - len(said)
        typer.echo(f"headroom: --llm: {count} of {len(new)} rules stand in headroom's own words", err=True)
    return {(key, asked[key].rule): text for key, text in said.items()}


def of_findings(words: Words, findings: "Sequence[Finding]") -> "dict[About, str]":
    """Return the words for the rules that findings become: of two on the same subject, the later one's."""
    from headroom.learn.rules import about, latest

    own = {(about(finding), finding.rule) for finding in latest(findings)}
    return {key: text for (key, rule), text in words.items() if (key, rule) in own}
