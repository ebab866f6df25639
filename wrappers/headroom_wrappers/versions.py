"""An agent's version as its files tell it, without starting it: asking costs the start of a whole runtime."""

import json
import re
from pathlib import Path

_VERSION = re.compile(r"\d+\.\d+\.\d+(?:[-+][\w.-]+)?")
_UP = 3
"""How far above an npm package's executable its package.json lies, at most."""
_MAX_BYTES = 1_000_000


def version_of(executable: Path) -> str:
    """Return the version of an installed agent, or an empty text where its files do not tell.

    Two ways of installing are known: a folder or file named by the version (Claude Code's own installer), and an
    npm package, whose package.json tells.
    """
    try:
        real = executable.resolve(strict=True)
    except (OSError, RuntimeError):
        return ""
    named = [part for part in (real.name, real.parent.name) if _VERSION.fullmatch(part)]
    if named:
        return named[0]
    for folder in list(real.parents)[:_UP]:
        found = _packaged(folder / "package.json")
        if found:
            return found
    return ""


def _packaged(path: Path) -> str:
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return ""
        read = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return ""
    version = read.get("version") if isinstance(read, dict) and read.get("name") else None
    return version if isinstance(version, str) and _VERSION.fullmatch(version) else ""
