"""Lists of paths (find, fd, git ls-files, rg -l, grep -c, du): each folder once, its names behind it.

    [headroom: 711 paths as folder: names (. the folder itself), nothing left out]
    ./: . README.md docs
    ./docs/: guide.md "old notes"
    > find: './private': Permission denied

`.` is the folder itself, where the list has it. A name with a blank stands in quotes, as JSON spells it. In lists
with a number for each path it stands behind the name: `guide.md:12`.
"""

import json
import re
from typing import Final, Literal, NamedTuple

from headroom import markers
from headroom.compressors import folders
from headroom.types import Compressed, PassThrough

Form = Literal["paths", "counts", "sizes"]

_MAX_PATH: Final = 1024
_MAX_DEPTH: Final = 64
_MIN_PATHS: Final = 5
_PATHS_SHARE: Final = 0.85
_QUOTED: Final = re.compile(r"[\s\":]")
"""What a name must be quoted for, anywhere in it."""
_ITSELF: Final = ("", ".", "./", ".\\")
_NOT_A_PATH: Final = re.compile(r"[\t<>|\"*?\0\r]|: |://|[,;(){}=] |[^\S\n]\Z")
"""What is not in a path, or not where it stands."""
_NOT_BEFORE: Final = re.compile(
    r"\s|\[headroom:|(?!\.{1,2}\Z)[-\d.]++\Z|(?:Found|No) [\w,]+ (?:files|matches|results|total)\b"
    r"|\(Results|\[Showing|total \d+\Z|\.\.\. |[A-Z_][A-Z0-9_]*+="
)
"""What a path does not begin with, as a variable of the environment does; what tools write around a list."""
_SIZE: Final = re.compile(r"(\d[\d.]{0,15}+[KMGTPB]?)\t(?=[^\t])")
_COUNT: Final = re.compile(r"(?<=[^:]):(\d{1,9}+)\Z")
_OTHER: Final = "> "
_BELOW_WORTH: Final = 0.08
_BELOW_CHARS: Final = 4


class Item(NamedTuple):
    """One line of a list."""

    path: str
    """Empty for a line that is not a path: a message, a total."""
    number: str
    """The count or size beside the path; empty when there is none."""
    line: str


class Listed(NamedTuple):
    """A list of paths as read."""

    form: Form
    items: list[Item]


def read(text: str) -> Listed:
    """Read a list of paths. Raises PassThrough for what is not one."""
    raw = text.removesuffix("\n").split("\n")
    sizes = [_SIZE.match(line) for line in raw]
    if sum(match is not None for match in sizes) > _PATHS_SHARE * len(raw):
        items = [
            Item(path, match[1], line) if match and is_path(path := line[match.end() :]) else Item("", "", line)
            for line, match in zip(raw, sizes, strict=True)
        ]
        return _checked(Listed("sizes", items))
    counts = [_COUNT.search(line) for line in raw]
    if sum(match is not None for match in counts) > _PATHS_SHARE * len(raw):
        items = [
            Item(line[: match.start()], match[1], line)
            if match and is_path(line[: match.start()])
            else Item("", "", line)
            for line, match in zip(raw, counts, strict=True)
        ]
        return _checked(Listed("counts", items))
    return _checked(Listed("paths", [Item(line if is_path(line) else "", "", line) for line in raw]))


def is_path(line: str) -> bool:
    """Whether a whole line can be a path, and does not look like anything else."""
    if not line or len(line) > _MAX_PATH or _NOT_A_PATH.search(line) or _NOT_BEFORE.match(line):
        return False
    return line.count("/") + line.count("\\") <= _MAX_DEPTH


def lossless(listed: Listed, ends: bool) -> Compressed:
    """Write each folder once, its names behind it, in order.

    Args:
        listed: as read.
        ends: whether the text ended in a line end.
    """
    groups = _groups(listed)
    shared = folders.shared([folder for folder, names in groups if folder is not None])
    size = sum(len(folder or "") + sum(map(len, names)) for folder, names in groups)
    if (
        len(shared) < _BELOW_CHARS
        or len(shared) * (len(groups) - 1) < _BELOW_WORTH * size
        or any(folder is not None and _starts_odd(folder[len(shared) :]) for folder, _ in groups)
    ):
        shared = ""
    lines = [
        names[0] if folder is None else f"{folder[len(shared) :]}: {' '.join(names)}" for folder, names in groups
    ]
    form = _TOLD[listed.form] + (f", all below {shared}" if shared else "")
    if any(item.path == "" for item in listed.items):
        form += "; after > no path"
    note = markers.lossless_note(len(listed.items), _UNIT[listed.form], form)
    return Compressed("\n".join([note, *lines]) + "\n" * ends, lossless=True, kept=len(listed.items))


_UNIT: Final = {"paths": "paths", "counts": "paths and counts", "sizes": "sizes and paths"}
_TOLD: Final = {
    "paths": "folder: names (. the folder itself)",
    "counts": "folder: name:count",
    "sizes": "folder: name:size (. the folder itself)",
}


def _groups(listed: Listed) -> list[tuple[str | None, list[str]]]:
    """Return folders with the names that follow each other in it; folder None: a line that is not a path."""
    groups: list[tuple[str | None, list[str]]] = []
    items = listed.items
    split = [_split(item.path) for item in items]
    dots = listed.form != "counts"
    for at, item in enumerate(items):
        if not item.path:
            groups.append((None, [_OTHER + item.line]))
            continue
        folder, name = split[at]
        current = groups[-1][0] if groups else None
        bare, slash = (item.path[:-1], item.path[-1]) if item.path[-1] in "/\\" else (item.path, "")
        number = f":{item.number}" if item.number else ""
        if dots and bare and current is not None and _same(current, bare):
            # It follows what is in it, as du has it.
            groups[-1][1].append("." + slash + number)
        elif dots and at + 1 < len(items) and bare and _same(split[at + 1][0], bare):
            groups.append((split[at + 1][0], ["." + slash + number]))
        elif groups and current == folder:
            groups[-1][1].append(quoted(name) + number)
        else:
            groups.append((folder, [quoted(name) + number]))
    return groups


def _same(folder: str, bare: str) -> bool:
    return len(folder) == len(bare) + 1 and folder[:-1] == bare


def _split(path: str) -> tuple[str, str]:
    """Split a path into its folder and its name, which may end in a slash."""
    folder = folders.folder_of(path[:-1])
    return folder, path[len(folder) :]


def quoted(name: str) -> str:
    """Return a name, in quotes where it could be taken for several, for none, or for the folder itself."""
    if name in _ITSELF or _QUOTED.search(name):
        return json.dumps(name, ensure_ascii=False)
    return name


def _starts_odd(folder: str) -> bool:
    return folder.startswith(("> ", "[headroom:"))


def _checked(listed: Listed) -> Listed:
    paths = sum(1 for item in listed.items if item.path)
    if paths < _MIN_PATHS or paths < _PATHS_SHARE * len(listed.items):
        raise PassThrough("most lines are not paths")
    return listed
