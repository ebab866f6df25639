"""`headroom learn`: corrections mined from past sessions, into the files that agents read."""

import os
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from headroom_cli import learn_words
from headroom_cli.fail import fail
from headroom_cli.options import WHEN, AsJson, Project, explained, root
from headroom_cli.options import agents as named
from headroom_cli.times import since as moment

if TYPE_CHECKING:
    from headroom.agent_files.targets import Target
    from headroom.learn.applying import Options, Proposal
    from headroom.learn.looking import Looked

_NOT_DONE = 1

Agents = Annotated[
    list[str] | None, typer.Option("--agent", help="Only its sessions; may be repeated.", metavar="NAME")
]
All = Annotated[bool, typer.Option("--all", help="Of all projects; nothing can be written then.")]
Since = Annotated[str | None, typer.Option("--since", help=f"Only sessions since then: {WHEN}.", metavar="WHEN")]
MinEvidence = Annotated[
    int,
    typer.Option("--min-evidence", help="How often it was seen; what you said counts once.", min=1, metavar="N"),
]
MinConfidence = Annotated[
    float,
    typer.Option("--min-confidence", help="How sure it must be, from 0 to 1.", min=0.0, max=1.0, metavar="X"),
]
Apply = Annotated[bool, typer.Option("--apply", help="Write the rules.")]
Diff = Annotated[bool, typer.Option("--diff", help="With --apply: show the rules and the change, too.")]
Shared = Annotated[
    bool, typer.Option("--shared", help="Into the file that your team shares: CLAUDE.md, AGENTS.md, ...")
]
Undo = Annotated[bool, typer.Option("--undo", help="Take back what was written last.")]
Again = Annotated[bool, typer.Option("--again", help="Offer rules again that you have removed.")]
OfToin = Annotated[
    bool, typer.Option("--toin", help="Show what lookups taught of each kind of output, and nothing else.")
]
Llm = Annotated[
    str | None,
    typer.Option("--llm", help='A command that phrases the rules, such as "claude -p".', metavar="COMMAND"),
]
InMemory = Annotated[
    bool, typer.Option("--memory", help="Keep the rules as facts of `headroom memory`, not in a file.")
]


def learn(
    agent: Agents = None,
    project: Project = None,
    everything: All = False,
    since: Since = None,
    min_evidence: MinEvidence = 2,
    min_confidence: MinConfidence = 0.6,
    apply: Apply = False,
    diff: Diff = False,
    shared: Shared = False,
    memory: InMemory = False,
    undo: Undo = False,
    again: Again = False,
    toin: OfToin = False,
    llm: Llm = None,
    as_json: AsJson = False,
) -> None:
    """Find what went wrong in past sessions, and show it as rules for the next ones; --apply writes them.

    The rules stand in a section of their own in the file that the agent reads for you alone. A line there that you
    change stays as it is, and one that you delete does not come back; nothing outside it is touched.

    Exit code: 1 when a file cannot be written, or not be put back; 2 when it was called wrongly.
    """
    from headroom import settings
    from headroom_cli import learn_memory, learn_report, learn_undo

    if toin:
        _print_toin(as_json=as_json)
        return
    _check(everything=everything, apply=apply, undo=undo, memory=memory, others=(project, shared, llm))
    agents, where, state = named(agent) or _known(), root(project), settings.state_dir()
    if undo:
        learn_undo.undo(state, where, agents if agent else (), is_shared=shared, as_json=as_json)
        return
    least = Least(min_evidence, min_confidence)
    options = _options(again)
    begin = None if since is None else moment(since, time.time(), "--since")
    seen = _look(agents, None if everything else where, begin, state)
    if everything:
        learn_report.everywhere(seen, agents, *least, as_json=as_json)
        return
    if memory:
        findings = seen.of(agents, *least).findings
        learn_memory.keep(seen, agents, where, findings, apply=apply, again=again, as_json=as_json)
        return
    places = _targets(
        agents if agent else [name for name in agents if name in seen.sessions], where, shared=shared
    )
    done, problems = _write(state, places, seen, least, options, llm, apply=apply)
    found = {name: seen.of([name], *least) for name in agents}
    limit = options.limit_tokens
    told = learn_report.Report(
        seen, agents, where, found, done, problems, limit, is_applied=apply, is_shared=shared, shows_diff=diff
    )
    learn_report.report(told, state, as_json=as_json)
    if problems:
        raise typer.Exit(_NOT_DONE)


def _check(
    *, everything: bool, apply: bool, undo: bool, memory: bool, others: tuple[object, bool, object]
) -> None:
    """End with exit code 2 for options that exclude each other.

    Args:
        others: --project, --shared and --llm.
    """
    project, shared, llm = others
    if everything and (project or apply or undo or shared or memory):
        fail("--all shows what there is to learn; --project, --shared, --memory, --apply and --undo are for one")
    if apply and undo:
        fail("--apply and --undo exclude each other")
    if memory and undo:
        fail("what --memory kept is taken back with `headroom memory forget ID`")
    if memory and (shared or llm):
        fail("--memory excludes --shared and --llm: facts are yours, and stand in headroom's own words")


class Least(NamedTuple):
    """What a finding needs to become a rule."""

    evidence: int
    confidence: float


def _write(
    state: Path,
    places: "Sequence[Target]",
    seen: "Looked",
    least: Least,
    options: "Options",
    llm: str | None,
    *,
    apply: bool,
) -> "tuple[list[Proposal], list[str]]":
    """Propose or write the rules of each file; return what has become of them, and why some could not be."""
    from dataclasses import replace

    from headroom.agent_files.rewriting import CannotWrite
    from headroom.learn import applying

    proposed, done, problems, now = [], [], [], time.time()
    for target in places:
        found = seen.of(target.agents, *least)
        try:
            proposed.append((found, applying.propose(state, target, found, options)))
        except CannotWrite as why:
            problems.append(str(why))
    words = learn_words.phrased(llm, [proposal for _, proposal in proposed]) if llm else {}
    for found, proposal in proposed:
        of_file = replace(options, phrased=learn_words.of_findings(words, found.findings))
        put = applying.propose if not apply else partial(applying.apply, now=now)
        try:
            done.append(put(state, proposal.target, found, of_file))
        except CannotWrite as why:
            problems.append(str(why))
    return done, problems


def _look(agents: Sequence[str], project: Path | None, since: float | None, state: Path) -> "Looked":
    from headroom import session_log
    from headroom.learn import looking
    from headroom.learn.transcripts import locating
    from headroom_wrappers import AGENTS

    rows = {name: (AGENTS[name].transcripts.on(sys.platform),) for name in agents}
    with explained():
        files = locating.locate(rows, Path.home(), os.environ, since or 0, str(project or ""))
        logs = (session_log.read(log) for log in session_log.sessions(state, since))
        return looking.look(((one.agent, one.path) for one in files), logs, project, since)


def _targets(agents: Sequence[str], root: Path, *, shared: bool) -> "list[Target]":
    from headroom.agent_files import targets

    return targets.targets(agents, root, os.environ, is_shared=shared)


def _options(again: bool) -> "Options":
    from headroom import settings, tokens
    from headroom.learn.applying import Options

    with explained():
        values = settings.load(folder=settings.working_folder())
    return Options(int(values["learn.max_tokens"]), tokens.count, again=again)


def _known() -> list[str]:
    from headroom.agent_files.targets import MEMORIES

    return list(MEMORIES)


def _print_toin(*, as_json: bool) -> None:
    from headroom_cli.toin import status

    status(as_json=as_json)
