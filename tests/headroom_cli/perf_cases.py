"""Sessions to be told of: three weeks of somebody's in tests/fixtures/show/weeks, and a session of each kind."""

import io
import os
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from rich.console import Console

from headroom import session_log
from headroom.report import Overview, overview_of

CASES = Path(__file__).parent.parent / "fixtures" / "show"
NAMES = sorted(case.name for case in CASES.iterdir() if case.is_dir())
MADE = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


@cache
def told(*names: str, last: int = 0, since: float | None = None) -> Overview:
    """Return what is told of cases; with `last`, of so many of their newest sessions."""
    logs = sorted(log for name in names for log in (CASES / name).glob("*.jsonl"))
    return overview_of([session_log.read(log) for log in logs[-last:]], since=since, zone=UTC)


def terminal(width: int, *, colours: bool = False) -> tuple[Console, io.StringIO]:
    """Return a terminal, and what it is printed to."""
    out = io.StringIO()
    how = "standard" if colours else None
    return Console(file=out, width=width, force_terminal=colours, color_system=how, highlight=False), out  # type: ignore[arg-type]


def assert_golden(name: str, text: str) -> None:
    """Compare with a file in tests/fixtures/show; UPDATE_GOLDEN=1 writes it anew."""
    file = CASES / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_bytes(text.encode())
    assert text == file.read_bytes().decode()
