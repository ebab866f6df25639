"""Test runs told as JSON events, one a line, as `go test -json` does: what they print is the report."""

import json
import re
from typing import Final, NamedTuple

_EVENT: Final = re.compile(r'\{"(?:Time|Action|ImportPath)":')
_SAMPLE_CHARS: Final = 4096


class Events(NamedTuple):
    """The report in a list of events."""

    output: str
    """What was printed, an event a line; lines that are no events stay as they are."""
    silent: int
    """How many events print nothing: they say that a test begins or ends, which is printed as well."""


def looks_like(text: str) -> bool:
    """Whether a text begins with events."""
    return _EVENT.match(text) is not None and '"Action":"' in text[:_SAMPLE_CHARS]


def read(text: str) -> Events | None:
    """Return the report in a text of events; None when it is something else, or cut off in the middle of one."""
    if not looks_like(text):
        return None
    printed: list[str] = []
    silent = 0
    for line in text.removesuffix("\n").split("\n"):
        if not _EVENT.match(line):
            printed.append(line)
            continue
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            return None
        output = event.get("Output", "")
        if not isinstance(output, str):
            return None
        if output:
            printed.append(output.removesuffix("\n").replace("\n", " "))
        else:
            silent += 1
    return Events("\n".join(printed) + "\n", silent)
