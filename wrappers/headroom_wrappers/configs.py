"""Configuration files of agents, read leniently: one that cannot be read says nothing."""

import json
import re
import tomllib
from pathlib import Path

_JSONC = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/|,(?=\s*[}\]])', re.DOTALL)
"""Strings, which stay; comments and commas before a closing bracket, which go."""


def text(file: Path) -> str:
    """Return a file's text; empty where there is none."""
    try:
        return file.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def jsonc(content: str) -> dict[str, object]:
    """Parse JSON with comments and trailing commas; empty for what is no object."""
    try:
        # Comments first: a comma may stand before one that a bracket follows.
        once = _JSONC.sub(lambda match: match[1] or "", content)
        parsed = json.loads(_JSONC.sub(lambda match: match[1] or "", once))
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def toml(content: str) -> dict[str, object]:
    """Parse TOML; empty for what is none."""
    try:
        return tomllib.loads(content)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def inside(settings: object, *keys: str) -> object:
    """Return what stands under the keys, or None."""
    for key in keys:
        settings = settings.get(key) if isinstance(settings, dict) else None
    return settings


def table(settings: object, *keys: str) -> dict[str, object]:
    """Return the table under the keys; empty where there is none."""
    found = inside(settings, *keys)
    return found if isinstance(found, dict) else {}
