"""What a listing lists, whatever wrote it: names with the folders they are in."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from headroom.compressors import folders, long_listing, path_lists
from headroom.compressors.long_listing import Block, Row
from headroom.compressors.path_lists import Listed
from headroom.compressors.trees import Node, Tree

_UNITS: Final = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "P": 1 << 50}
_TIME: Final = re.compile(r"([A-Z][a-z]{2}|[ \d]\d) ([A-Z][a-z]{2}|[ \d]\d) (?:(\d\d:\d\d)| (\d{4}))")
_MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"
_ITSELF: Final = (".", "..")


class Entry(NamedTuple):
    """A name in a folder."""

    folder: str
    """With a slash at its end; empty for the current one."""
    name: str
    is_folder: bool
    before: str
    """What stands before the name in its row: mode, size, time, as far as it is not usual."""
    after: str
    """What stands behind the name: `:12`."""
    size: float
    """In bytes, or as a count of hits; negative when not known."""
    time: str
    mark: str
    """What is unusual about its kind: "link", "executable", "device"; empty when nothing is."""

    def shown(self, base: str) -> str:
        """Return how a lossy form shows it on the line of `base`, a folder that it is in or below."""
        name = self.folder[len(base) :] + self.name
        return f"{self.before}{name}" if self.before else path_lists.quoted(name) + self.after


class Listing(NamedTuple):
    """A listing as read."""

    entries: list[Entry]
    others: list[str]
    """Lines that are no entries: messages, totals."""
    usual: str
    """What goes without saying in a row; empty where entries are not shown as rows, one a line."""
    leaf: str = "leaf"
    """What an entry is that is not seen to be a folder; a file only where its row says so."""


def of_paths(listed: Listed, leaf: str = "leaf") -> Listing:
    """Return the entries of a list of paths; `leaf` is what those are that have nothing listed below them."""
    items = [item for item in listed.items if item.path]
    # Splitting before a slash at the end, so that fd's folders are in the folder above.
    within = [folders.folder_of(item.path[:-1]) for item in items]
    has_more = {folder[:-1] for folder in within}
    entries = []
    for item, folder in zip(items, within, strict=True):
        if item.path == ".":
            entries.append(Entry("./", ".", True, "", "", -1, "", ""))
            continue
        name = item.path[len(folder) :]
        bare = item.path.rstrip("/\\")
        is_folder = bare in has_more or bare != item.path
        after = f":{item.number}" if item.number else ""
        entries.append(Entry(folder, name, is_folder, "", after, _bytes(item.number), "", ""))
    return Listing(entries, [item.line for item in listed.items if not item.path and item.line], "", leaf)


def of_rows(blocks: list[Block]) -> Listing:
    """Return the entries of ls -l, but for `.` and `..`; rows are shown without what most have in common."""
    usual = long_listing.common(blocks)
    entries, others = [], []
    for block in blocks:
        folder = _slashed(block.folder or "")
        for line in block.lines:
            if isinstance(line, str):
                others += [line] if line else []
            elif line.name not in _ITSELF:
                before = long_listing.shown(line, usual, "").removesuffix(line.name)
                within = folders.folder_of(line.name.partition(" -> ")[0])
                name, size, time = line.name[len(within) :], _bytes(line.size), _sortable(line.time)
                is_folder = line.mode[0] == "d"
                entries.append(Entry(folder + within, name, is_folder, before, "", size, time, _mark(line)))
    return Listing(entries, others, " ".join(usual[:2]) + f" {usual[2]}:{usual[3]}", "file")


def of_tree(tree: Tree) -> Listing:
    """Return the entries of a tree, each in the folder that stands above it."""
    entries, others = [], []
    above: list[str] = [""]
    for line in tree.lines:
        if isinstance(line, str):
            others += [line] if line else []
            continue
        del above[max(1, line.depth) :]
        while len(above) < line.depth:
            above.append(above[-1])
        if line.depth:
            entries.append(_of_node(line, above[-1]))
        above = [_slashed(line.name)] if not line.depth else [*above, above[-1] + _slashed(line.name)]
    return Listing(entries, others, "")


def of_blocks(blocks: list[tuple[str, list[str]]]) -> Listing:
    """Return the entries of ls -R: folders with their names."""
    known = {folder for folder, _ in blocks}
    return Listing(list(_named(blocks, known)), [], "")


def _named(blocks: list[tuple[str, list[str]]], known: set[str]) -> Iterator[Entry]:
    for folder, names in blocks:
        for name in names:
            is_folder = _slashed(folder) + name in known or name.endswith("/")
            yield Entry(_slashed(folder), name, is_folder, "", "", -1, "", "")


def _of_node(node: Node, folder: str) -> Entry:
    mark = "link" if " -> " in node.name else "executable" if node.name.endswith("*") else ""
    return Entry(folder, node.name, node.is_folder, "", "", -1, "", mark)


def _slashed(folder: str) -> str:
    return folder if not folder or folder.endswith(("/", "\\")) else folder + "/"


def _bytes(size: str) -> float:
    if not size:
        return -1
    unit = _UNITS.get(size[-1], 1)
    try:
        return float(size.rstrip("KMGTPEB")) * unit
    except ValueError:
        return -1


def _sortable(time: str) -> str:
    """Return a time so that later ones sort behind; without a year it is taken for younger than all with one."""
    match = _TIME.fullmatch(time)
    if not match:
        return time
    one, other, clock, year = match.groups()
    month, day = (one, other) if one.strip().isalpha() else (other, one)
    return f"{year or '9999'}-{_MONTHS.find(month) // 3 + 1:02}-{int(day):02} {clock or ''}"


def _mark(row: Row) -> str:
    if row.mode[0] == "l":
        return "link"
    if row.mode[0] not in "-d":
        return "device"
    return "executable" if row.mode[0] == "-" and row.mode[3] in "xs" else ""
