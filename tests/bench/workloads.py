"""All workloads with planted facts, by name: "family/workload" -> a function of a seed.

The makers of `workloads_json` and `workloads_code` take no seed: of the JSON arrays, other rows are left out for
each seed (never one with a planted fact); of the sources, the seed chooses one.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.bench import (
    workloads_code,
    workloads_diff,
    workloads_json,
    workloads_logs,
    workloads_planted,
    workloads_runs,
    workloads_search,
    workloads_text,
)
from tests.bench.needles import Workload

Make = Callable[[int], Workload]

_ONE_IN: Final = 9
"""Of so many rows, a seed beyond the first leaves one out."""
_MIN_PART_CHARS: Final = 4
"""A shorter part of a needle does not tell a row."""


def thinned(workload: Workload, seed: int) -> Workload:
    """Return a JSON workload without some of its rows, other ones for each seed; those with needles stay."""
    if seed == 0:
        return workload
    parts = {part for needle in workload.needles for part in needle.text.split("\t")}
    telling = {part for part in parts if len(part) >= _MIN_PART_CHARS}

    def left(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: left(inner) for key, inner in value.items()}
        if not isinstance(value, list) or not value or not isinstance(value[0], dict):
            return value
        return [
            row
            for number, row in enumerate(value)
            if (number + seed) % _ONE_IN or any(part in json.dumps(row, ensure_ascii=False) for part in telling)
        ]

    indent = 2 if "\n" in workload.text else None
    return workload._replace(text=json.dumps(left(json.loads(workload.text)), indent=indent))


def _json(make: Callable[[], Workload]) -> Make:
    return lambda seed: thinned(make(), seed)


def _nth(make_all: Callable[[int], list[Workload]], number: int) -> Make:
    return lambda seed: make_all(seed)[number]


def _source(seed: int) -> Workload:
    found = workloads_code.codebase_exploration()
    return found[seed % len(found)]


def _all() -> Iterator[tuple[str, Make]]:
    for make in workloads_json.WORKLOADS:
        yield f"json/{make.__name__}", _json(make)
    for maker in (*workloads_logs.WORKLOADS, *workloads_runs.WORKLOADS):
        yield f"{maker.__module__.rpartition('_')[2]}/{maker.__name__}", maker
    for name, maker in workloads_search.WORKLOADS.items():
        yield f"search/{name}", maker
    for number, workload in enumerate(workloads_diff.workloads(0)):
        yield f"diff/{workload.name.replace(' ', '_')}", _nth(workloads_diff.workloads, number)
    for maker in (
        workloads_text.readme,
        workloads_text.documentation,
        workloads_text.search_page,
        workloads_text.man_page,
        workloads_text.docker_pull,
        workloads_text.pip_install,
        workloads_text.repeated_warnings,
    ):
        yield f"text/{maker.__name__}", maker
    yield "code/codebase_exploration", _source
    for name, maker in workloads_planted.WORKLOADS.items():
        yield f"planted/{name}", maker


WORKLOADS: Final[dict[str, Make]] = dict(_all())
