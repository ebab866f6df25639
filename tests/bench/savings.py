"""What compression saves, and which facts survive it: planted facts and real failures, level by level.

python -m tests.bench.savings [SEEDS] [--misses]
"""

import sys
from collections import Counter
from collections.abc import Iterable
from typing import Final

from headroom import tokens
from headroom.policy import LEVELS
from tests.bench.needles import KINDS
from tests.bench.survival import TARGETS, Measured, inputs, measure

Result = dict[str, Measured]
"""What each level makes of an input."""

PUBLISHED: Final = {
    "100-result code search": (0.92, ["json/code_search"]),
    "the same, as grep prints it": (0.92, ["search/code_search"]),
    "SRE incident logs": (0.92, ["logs/incident"]),
    "issue triage": (0.73, ["json/issue_triage"]),
    "codebase exploration": (0.47, ["code/codebase_exploration"]),
    "record index": (0.71, ["json/record_index"]),
    "timeline array": (0.52, ["json/timeline"]),
    "prompt catalogue": (0.34, ["json/prompt_catalogue"]),
    "logs": (0.85, ["logs/kubernetes", "logs/access", "logs/java", "logs/journald"]),
    "query rows": (0.85, ["json/query_rows"]),
    "query rows, psql": (0.85, ["diff/psql_result"]),
}
"""The field's published workloads: the savings to be reached, and ours of that kind."""


def share(part: float, whole: float) -> str:
    """A share in percent; a dash where there is nothing to share."""
    return f"{part / whole:.1%}" if whole else "-"


def saved(measured: Iterable[Measured]) -> str:
    """The share of all tokens that is saved."""
    listed = list(measured)
    before = sum(one.form.tokens_before for one in listed)
    return share(before - sum(one.form.tokens_after for one in listed), before)


def survival(measured: Iterable[Measured], kind: str = "") -> tuple[int, int, int]:
    """How many needles (of a kind) there are, survive, and survive or come back with one retrieval."""
    listed = list(measured)

    def number(needles: Iterable[Iterable[object]]) -> int:
        return sum(not kind or needle.kind == kind for each in needles for needle in each)  # type: ignore[attr-defined]

    found = number(one.found for one in listed)
    return number(one.input.needles for one in listed), found, found + number(one.brought for one in listed)


def print_families(results: list[Result]) -> None:
    """Print a line for each family of inputs."""
    levels = "".join(f"{level:>12}" for level in LEVELS)
    needles = f"{'needles: balanced':>20}{'+1':>8}{'aggressive':>12}{'+1':>8}"
    print(f"{'family':<26}{'inputs':>7}{'tokens':>9}{levels}{needles}")
    families: dict[str, list[Result]] = {}
    for result in results:
        families.setdefault(result["balanced"].input.family, []).append(result)
    for family, found in families.items():
        each = sum(one["balanced"].form.tokens_before for one in found) // len(found)
        line = f"{family:<26}{len(found):>7}{each:>9,}"
        line += "".join(f"{saved(one[level] for one in found):>12}" for level in LEVELS)
        for level, width in (("balanced", 20), ("aggressive", 12)):
            total, direct, again = survival(one[level] for one in found)
            line += f"{share(direct, total):>{width}}{share(again, total):>8}"
        print(line)


def print_kinds(results: list[Result]) -> None:
    """Print needle survival by kind, beside the targets."""
    for level in LEVELS:
        found = [one[level] for one in results]
        print(f"\n{level}: needles that survive")
        for kind in KINDS:
            total, direct, again = survival(found, kind)
            line = f"  {kind:<8}{direct:>7,} of{total:>7,}{share(direct, total):>8}"
            line += f", with one retrieval{share(again, total):>8}"
            if kind == "query":
                asked = direct + sum(len(one.answered) for one in found)
                line += f", by the user's own words {share(asked, total)}"
            print(line + (f"   (target: {TARGETS[kind]:.0%}, then 100%)" if level == "balanced" else ""))
    readable = sum(one["lossless"].readable for one in results)
    total, *_ = survival(one["lossless"] for one in results)
    print(f"\nneedles that can be searched for as they are in lossless forms: {share(readable, total)}")


def print_facts(results: list[Result]) -> None:
    """Print for each planted fact where balanced loses it."""
    planted = [one["balanced"] for one in results if one["balanced"].input.family.startswith("planted")]
    total = Counter(needle.note for one in planted for needle in one.input.needles)
    found = Counter(needle.note for one in planted for needle in one.found)
    print("\nplanted facts (balanced), those that do not always survive first:")
    for note in sorted(total, key=lambda note: (found[note] / total[note], note)):
        lost = dict.fromkeys(one.input.name[8:] for one in planted if any(n.note == note for n in one.missing))
        print(f"  {note:<44}{found[note]:>4} of{total[note]:>4}  {', '.join(lost)}")


def print_published(results: list[Result]) -> None:
    """Print what is reached on the field's published workloads."""
    levels = "".join(f"{level:>12}" for level in LEVELS)
    print(f"\n{'published workload':<30}{'target':>6}{levels}{'needles: balanced':>20}{'aggressive':>12}")
    for title, (target, names) in PUBLISHED.items():
        found = [one for one in results if one["balanced"].input.name in names]
        line = f"{title:<30}{target:>6.0%}" + "".join(
            f"{saved(one[level] for one in found):>12}" for level in LEVELS
        )
        for level, width in (("balanced", 20), ("aggressive", 12)):
            total, direct, _ = survival(one[level] for one in found)
            line += f"{share(direct, total):>{width}}"
        print(line)
    print("(the lossless column is what costs nothing; no marker, nothing to ask for)")


def print_misses(results: list[Result]) -> None:
    """Print each needle that balanced loses."""
    print("\nmissing in balanced:")
    for one in (result["balanced"] for result in results):
        for needle in one.missing:
            again = "" if needle in one.brought else ", and one retrieval does not bring it"
            print(f"  {one.input.name} ({one.form.compressor}) {needle.kind}: {needle.text[:160]!r}{again}")


def main(seeds: int, misses: bool) -> None:
    tokens.warm()
    results = [{level: measure(of, level) for level in LEVELS} for of in inputs(seeds)]
    print_families(results)
    real = sum(one["balanced"].input.real for one in results)
    print(f"\n{len(results)} inputs, {real} of them real outputs")
    print_kinds(results)
    print_facts(results)
    print_published(results)
    if misses:
        print_misses(results)


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--misses"]
    main(int(arguments[0]) if arguments else 3, "--misses" in sys.argv)
