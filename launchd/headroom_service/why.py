"""Why a service that is installed does not answer, in one line."""

import re
from pathlib import Path

from headroom_service import footprint, state
from headroom_service.spec import Manager

_PORT = re.compile(rb'"--port" "(\d{1,5})"|<string>--port</string>\s*<string>(\d{1,5})</string>')
_REASONS = (": ends: ", "headroom: ")
"""What stands before a reason in the log: the keeper's own, and that of a command that cannot begin."""
_MOST_CHARS = 240


def port(manager: Manager) -> int:
    """Return the port that the installed files name; 0 where there are none that can be read."""
    for place in manager.places():
        try:
            found = _PORT.search(place.read_bytes())
        except OSError:
            continue
        if found:
            return int(found[1] or found[2])
    return 0


def why(root: Path) -> str:
    """Return why the service of a state folder cannot start; empty where that is not known."""
    said = next(iter(state.last_lines(root, 1)), "")
    reasons = [said.partition(mark)[2] for mark in _REASONS if mark in said]
    return blocked(root) or (shortened(reasons[0]) if reasons else "")


def blocked(root: Path) -> str:
    """Return why a service cannot write what it must; empty where it can.

    By trying: on a disk that is full there is no log to read.
    """
    probe = state.folder(root) / "probe"
    try:
        footprint.write(probe, b"\n" * 4096)
        probe.unlink()
    except OSError as error:
        return f"{state.folder(root)}: {error.strerror or error}"
    return ""


def shortened(text: str) -> str:
    """Return the beginning of a long text."""
    return text if len(text) <= _MOST_CHARS else text[:_MOST_CHARS].rstrip() + " ..."
