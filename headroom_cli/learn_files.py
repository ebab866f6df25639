"""What `headroom learn` says of files: what is new in each, what is left out, and each change once, as a diff."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from headroom_cli import learn_show
from headroom_cli.learn_show import counted, listed, short
from headroom_cli.page import DIM, GOOD, HEAD, WARN, Page

if TYPE_CHECKING:
    from headroom.agent_files.targets import Target
    from headroom.learn.applying import Proposal
    from headroom.learn.rules import Plan
    from headroom.learn.types import Finding

_REMOVED = "left out, since you removed or changed it (--again offers it)"
_NO_ROOM = "no room for it (learn.max_tokens)"
_KNOWN = "said there already"
_STALE = "not so any more, taken out"


def fresh(done: "Iterable[Proposal]") -> "dict[str, Finding]":
    """Return the rules that are new in any of the files, or take another's place there, each once."""
    found: dict[str, Finding] = {}
    for one in done:
        new = _new(one.plan)
        for text, finding in one.plan.rules.items():
            if text in new:
                found.setdefault(text, finding)
    return found


def told(done: "Iterable[Proposal]", rules: "Mapping[str, Finding]", limit_tokens: int, page: Page) -> None:
    """Print a line for each file: who reads it, what changes there, and what its section takes of each session.

    Args:
        rules: the new ones of all files, in the order of their numbers.
        limit_tokens: what a file's rules may take.
    """
    for one in done:
        plan = one.plan
        if one.put is None and not (plan.rules or plan.left_out or plan.crowded_out or plan.known):
            continue
        cost = f"; {one.tokens:,} of {limit_tokens:,} tokens" if one.tokens else ""
        page.line((short(one.target.file), HEAD), (f" ({_readers(one.target)}): {_change(one, rules)}{cost}", ""))


def asides(done: "Sequence[Proposal]", page: Page) -> None:
    """Print what is left out or taken out, and why: each once, with the files where that is not so of all."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in done:
        plan = one.plan
        for texts, why in (
            (plan.stale, _STALE),
            (plan.left_out, _REMOVED),
            (plan.crowded_out, _NO_ROOM),
            (plan.known, _KNOWN),
        ):
            for text in texts:
                found.setdefault((why, text), []).append(short(one.target.file))
    for (why, text), files in found.items():
        where = f" ({listed(files)})" if len(files) < len(done) else ""
        learn_show.indented(f"{why}: {text}{where}", WARN if why == _STALE else DIM, page)


def notes(targets: "Iterable[Target]") -> list[str]:
    """Return what the user should know of files, one line for all that are read in every project."""
    of_all: list[str] = []
    found: list[str] = []
    for target in targets:
        if target.label:
            of_all += target.agents
        elif target.note:
            found.append(f"{short(target.file)}: {target.note}")
    if of_all:
        read = "reads its" if len(of_all) == 1 else "read their"
        where = "what is for this one stands there under its name"
        found.append(f"{listed(of_all)} {read} personal file in all projects: {where}")
    return found


def diffs(done: "Iterable[Proposal]", page: Page) -> None:
    """Print each change as a diff, and in which other files it is the same."""
    alike: dict[object, list[Proposal]] = {}
    for one in done:
        if one.put:
            alike.setdefault(_same(one), []).append(one)
    for first, *others in alike.values():
        page.line()
        learn_show.diff(short(first.target.file), first.before, first.after, page)
        is_named = bool(first.target.label)
        also = [short(one.target.file) for one in others if bool(one.target.label) == is_named]
        other_way = [short(one.target.file) for one in others if bool(one.target.label) != is_named]
        if also:
            page.line((f"The same section goes into {listed(also)}.", DIM))
        if other_way:
            how = "without" if is_named else "with"
            page.line((f"The same, {how} the project's name in its heading, goes into {listed(other_way)}.", DIM))


def applied(proposal: "Proposal", page: Page) -> None:
    """Say what was written."""
    plan, name = proposal.plan, short(proposal.target.file)
    if proposal.put is None:
        page.line((f"{name} stays as it is: nothing is new.", GOOD))
        return
    parts = [
        counted(len(texts), "rule") + f" {what}"
        for texts, what in ((plan.added, "added"), (plan.replaced, "replaced"), (plan.removed, "taken out"))
        if texts
    ]
    page.line((f"Wrote {name}: {', '.join(parts)}.", GOOD))


def _new(plan: "Plan") -> set[str]:
    return {*plan.added, *plan.replaced.values()}


def _readers(target: "Target") -> str:
    names = listed(target.agents)
    if target.is_local:
        return f"{names}; git does not see it"
    return f"{names}; shared with your team" if target.is_shared else names


def _change(proposal: "Proposal", rules: "Mapping[str, Finding]") -> str:
    plan = proposal.plan
    if proposal.put is None:
        return f"nothing new, {counted(len(plan.rules), 'rule')} of ours there" if plan.rules else "nothing new"
    numbers = [str(number) for number, text in enumerate(rules, 1) if text in _new(plan)]
    word = "number" if len(numbers) == 1 else "numbers"
    which = f" ({word} {', '.join(numbers)})" if 0 < len(numbers) < len(rules) else ""
    parts = [
        *([counted(len(plan.added), "new rule")] if plan.added else ()),
        *([counted(len(plan.replaced), "rule") + " replaced"] if plan.replaced else ()),
    ]
    if parts:
        parts[-1] += which
    if plan.removed:
        parts.append(counted(len(plan.removed), "rule") + " taken out")
    return ", ".join(parts)


def _same(proposal: "Proposal") -> object:
    """Return what files have in common that get the same section, whoever it names and whatever stands around."""
    from headroom.agent_files.bullets import heading
    from headroom.learn.applying import TITLE

    plan = proposal.plan
    top = heading(TITLE, proposal.target.label).encode()
    lines = tuple(line for line in plan.lines if line != top)
    return lines, tuple(plan.added), tuple(plan.replaced.items()), tuple(plan.removed)
