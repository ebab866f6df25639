"""How likely one path was meant by another."""

import re
from difflib import SequenceMatcher
from typing import Final

from headroom.learn.finders.tables import word_set

_GENERIC: Final = word_set(
    "index __init__ readme main mod lib package setup makefile dockerfile cargo pyproject tsconfig",
    "conftest license changelog src docs bin build dist test tests",
)
"""Names that many folders have a file of."""
_PACKAGES: Final = frozenset({"index", "init", "mod", "main", "lib"})
"""What a folder's own module is called, without underscores."""
_SAME_SUFFIXES: Final = {
    "yml": "yaml",
    "jsx": "js",
    "tsx": "ts",
    "mjs": "js",
    "cjs": "js",
    "markdown": "md",
    "htm": "html",
}
_ALIKE: Final = 0.8
_MAX_CHARS: Final = 300


def likeness(wrong: str, right: str) -> float:
    """Return how sure it is that a path was meant by a wrong one: 0 to 1.

    0.75 where one ends in the other, 0.7 for the same name or a spelling of it, 0.65 for a module that is a
    folder, 0.55 for a name much like it in the same folder. A name that many folders have (`index.ts`) counts only
    below a folder of the same name, or below one of the same folders.
    """
    if len(wrong) > _MAX_CHARS or len(right) > _MAX_CHARS:
        return 0.0
    ours, theirs = _parts(wrong), _parts(right)
    if not ours or not theirs or ours == theirs:
        return 0.0
    stem, suffix = _spelling(ours[-1])
    other_stem, other_suffix = _spelling(theirs[-1])
    if stem == other_stem and suffix == other_suffix:
        shorter = min(len(ours), len(theirs))
        if shorter > 1 and ours[-shorter:] == theirs[-shorter:]:
            return 0.75
        is_same_folder = ours[:-1] == theirs[:-1] or (
            shorter > 1 and _is_alike(ours[-2].lower(), theirs[-2].lower())
        )
        if is_same_folder or stem not in _GENERIC:
            return 0.7
        return 0.65 if shorter > 1 and (_is_in(ours[:-1], theirs[:-1]) or _is_in(theirs[:-1], ours[:-1])) else 0.0
    if _is_package(ours, theirs) or _is_package(theirs, ours):
        return 0.65
    if ours[:-1] == theirs[:-1]:
        is_script = {suffix, other_suffix} == {"js", "ts"}
        if stem == other_stem and (not suffix or not other_suffix or is_script or stem not in _GENERIC):
            return 0.6
        return 0.55 if _is_alike(stem, other_stem) and suffix == other_suffix else 0.0
    return 0.0


_PASSING: Final = re.compile(r"^(?:tmp\.?|temp|pytest-|T$)|[0-9a-f]{8}|\d{4}", re.IGNORECASE)
"""Names that are made for one run."""


def settled(path: str) -> str:
    """Return as much of an absolute path as is there for longer: `/tmp` for `/tmp/tmp.Xb1/out`."""
    parts = path.split("/")
    root = 3 if parts[:2] == ["", "private"] else 2
    if parts[root - 1 : root] == ["tmp"] or parts[:3] == ["", "dev", "shm"]:
        return "/".join(parts[: root + (parts[1] == "dev")])
    end = next((at for at, part in enumerate(parts) if at > 1 and _PASSING.search(part)), len(parts))
    return "/".join(parts[:end]) or path


def stands_in(word: str, line: str) -> bool:
    """Whether a line names a path or a word, and not only one that it is but a part of."""
    at = line.find(word) if word else -1
    while at >= 0:
        before, after = line[at - 1 : at], line[at + len(word) : at + len(word) + 1]
        is_part = before.isalnum() or before in ("_", "-", ".") or after.isalnum() or after in ("_", "-", "/")
        if not is_part:
            return True
        at = line.find(word, at + 1)
    return False


def _is_in(few: list[str], many: list[str]) -> bool:
    """Whether folders stand in a path in this order, be it with others between them."""
    rest = iter(many)
    return all(folder in rest for folder in few)


def _is_package(module: list[str], package: list[str]) -> bool:
    """Whether a module is a folder in truth: `utils.py`, and `utils/__init__.py`."""
    stem, suffix = _spelling(module[-1])
    other, other_suffix = _spelling(package[-1])
    is_inside = len(package) == len(module) + 1 and package[: len(module)] == [*module[:-1], stem]
    return is_inside and other in _PACKAGES and suffix == other_suffix


def _is_alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _parts(path: str) -> list[str]:
    return [part for part in path.replace("\\", "/").split("/") if part not in ("", ".")]


def _spelling(name: str) -> tuple[str, str]:
    """Return a name's stem and suffix without what spellings differ in: case, dashes, plural, kind of suffix."""
    stem, dot, suffix = name.rpartition(".")
    if not dot or not stem:
        stem, suffix = name, ""
    plain = stem.lower().replace("-", "").replace("_", "").replace(" ", "")
    if len(plain) > 3 and plain.endswith("s") and not suffix:
        plain = plain[:-1]
    return plain, _SAME_SUFFIXES.get(suffix.lower(), suffix.lower())
