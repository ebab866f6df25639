"""What `headroom store status` says: how much there is, how old, and whose."""

import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headroom_cli.figures import count
from headroom_cli.page import DIM, HEAD, Page
from headroom_cli.times import age

if TYPE_CHECKING:
    from headroom.retention.logs import Logged
    from headroom.settings import Settings
    from headroom.store.expiry import Original

_AGES = (("1 d", 86_400), ("7 d", 604_800), ("30 d", 2_592_000))
NOBODY = ""
"""In place of a project: what no log names."""


def status(root: Path, values: "Settings", now: float) -> dict[str, Any]:
    """Look at the state folder. Sizes are in bytes, ages in seconds. Raises OSError.

    `bytes` is how long the contents are; `disk_bytes` what the file system says that they take (st_blocks), None
    where it does not say.
    """
    from headroom.retention import logs as logs_module
    from headroom.retention import purge
    from headroom.store.removal import Removal

    removal = Removal(root / "store")
    try:
        originals, logs = removal.originals(), logs_module.look(root, now)
        named, kept, damaged = purge.named_in(removal, logs), removal.kept(), removal.damaged()
        disk = _disk_bytes(removal.file(key) for key in originals)
    finally:
        removal.close()
    used = [now - original.used for original in originals.values()]
    return {
        "folder": str(root / "store"),
        "originals": {
            "count": len(originals),
            "bytes": sum(original.bytes for original in originals.values()),
            "disk_bytes": disk,
            "oldest_use_s": round(max(used), 3) if used else None,
            "used_within": {name: sum(each <= limit for each in used) for name, limit in _AGES},
        },
        "database": {**kept._asdict(), "set_aside": [str(file) for file in damaged]},
        "sessions": {
            "count": len(logs),
            "bytes": sum(log.bytes for log in logs),
            "running": [log.id for log in logs if log.runs],
        },
        "limits": {name: values[name] for name in _LIMITS},
        "projects": by_project(logs, originals, named),
    }


_LIMITS = ("store.ttl_days", "store.max_mb", "sessions.max_age_days", "sessions.max_mb")


def by_project(
    logs: "Sequence[Logged]", originals: "Mapping[str, Original]", named: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return sessions and originals by project, the largest first. What two projects use is told with both."""
    keys: dict[str, set[str]] = {}
    sessions: Counter[str] = Counter()
    for log in logs:
        sessions[log.project] += 1
        theirs = {named[key] for key in log.decisions if key in named} | log.retrieved
        keys.setdefault(log.project, set()).update(theirs & originals.keys())
    told = set().union(*keys.values())
    keys.setdefault(NOBODY, set()).update(originals.keys() - told)
    rows = [
        {
            "project": project,
            "sessions": sessions[project],
            "originals": len(theirs),
            "bytes": sum(originals[key].bytes for key in theirs),
        }
        for project, theirs in keys.items()
        if theirs or sessions[project]
    ]
    return sorted(rows, key=lambda row: (-int(str(row["bytes"])), str(row["project"])))


def show(told: Mapping[str, Any], page: Page) -> None:
    """Print what `status` returned."""
    originals, database, sessions = told["originals"], told["database"], told["sessions"]
    limits = told["limits"]
    disk = originals["disk_bytes"]
    rows = [
        ("store", (told["folder"], "")),
        ("originals", (f"{count(originals['count'], 'file')}, {size(originals['bytes'])}{_on_disk(disk)}", "")),
    ]
    if originals["count"]:
        within = ", ".join(f"{n:,} within {name}" for name, n in originals["used_within"].items())
        rows.append(("last used", (f"{within}; the oldest {age(originals['oldest_use_s'])} ago", "")))
    notes = count(database["notes"], "note")
    decided = f"{database['decisions']:,}, {notes}, {database['left_alone']:,} left alone"
    rows += [
        ("kept for", (f"{limits['store.ttl_days']} days, up to {limits['store.max_mb']:,} MB", DIM)),
        ("decisions", (f"{decided}: {size(database['bytes'])}", "")),
        ("logs", (f"{count(sessions['count'], 'session')}, {size(sessions['bytes'])}", "")),
        ("running", (count(len(sessions["running"]), "session"), "")),
    ]
    if database["set_aside"]:
        rows.append(("set aside", (f"{len(database['set_aside'])} files of damaged databases", "")))
    page.rows(rows)
    if told["projects"]:
        page.line()
    for row in told["projects"]:
        name = row["project"] or "(no log names them)"
        page.line((f" {name}", HEAD))
        figures = (
            f"{count(row['originals'], 'original')}, {size(row['bytes'])}, {count(row['sessions'], 'session')}"
        )
        page.line((f"   {figures}", DIM))


def size(n: int) -> str:
    """Return a number of bytes in the unit that fits: 1 MB is 1,000,000 bytes."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n >= factor:
            return f"{n / factor:,.1f} {unit}"
    return f"{n} bytes"


def _on_disk(disk: int | None) -> str:
    return "" if disk is None else f" ({size(disk)} on the disk)"


def _disk_bytes(files: Any) -> int | None:
    total = 0
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            blocks = getattr(file.stat(), "st_blocks", None)
            if blocks is None:
                return None
            total += blocks * 512  # POSIX leaves the unit open; Linux and macOS count by 512 bytes
    return total
