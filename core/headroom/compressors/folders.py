"""Which folders of a large tree get a line of their own when there is room for only so many lines."""

import heapq
from collections.abc import Mapping
from typing import Final

_DEEP: Final = "**"
"""What a folder's line ends in when it stands for all that is below it too, as in a glob."""


def folder_of(path: str) -> str:
    """Return the folder that a path is in, with the slash at its end; empty for a bare name."""
    return path[: max(path.rfind("/"), path.rfind("\\"), -1) + 1]


def shared(folders: list[str]) -> str:
    """Return the folder that all folders are in, or are; empty when there is none."""
    if not folders:
        return ""
    first, last = min(folders), max(folders)
    length = len(first)
    for at, (one, other) in enumerate(zip(first, last, strict=False)):
        if one != other:
            length = at
            break
    return folder_of(first[:length])


def lines_for(weights: Mapping[str, int], limit: int) -> dict[str, str]:
    """Return the line that each folder is told on: its own, or that of a folder above it, as `above/**`.

    Folders that weigh more are opened first; what is in none that is opened goes to the nearest line above.

    Args:
        weights: folders, each with a slash at its end (or empty), and how much is directly in each.
        limit: how many lines at most; at least one is used.
    """
    if len(weights) <= limit:
        return {folder: folder for folder in weights}
    below, inside = _tree(weights)
    roots = below.pop(None, [])
    opened: set[str] = set()
    lines = len(roots)
    heap = [(-inside[root], root) for root in roots]
    heapq.heapify(heap)
    while heap:
        _, folder = heapq.heappop(heap)
        children = below.get(folder, [])
        more = len(children) - (folder not in weights)
        if lines + more > limit:
            continue
        lines += more
        opened.add(folder)
        for child in children:
            heapq.heappush(heap, (-inside[child], child))
    return {folder: _line_of(folder, opened, below) for folder in weights}


def _tree(weights: Mapping[str, int]) -> tuple[dict[str | None, list[str]], dict[str, int]]:
    """Return the folders right below each (below None: the outermost), and how much is in each, all told."""
    below: dict[str | None, list[str]] = {}
    inside: dict[str, int] = {}
    for folder, weight in weights.items():
        at = folder
        while True:
            is_new = at not in inside
            inside[at] = inside.get(at, 0) + weight
            above = folder_of(at[:-1]) if at else ""
            if is_new:
                below.setdefault(above or None, []).append(at)
            if not above:
                break
            at = above
    return below, inside


def _line_of(folder: str, opened: set[str], below: Mapping[str | None, list[str]]) -> str:
    if folder in opened:
        return folder
    at = folder
    above = folder_of(at[:-1])
    while above and above not in opened:
        at, above = above, folder_of(above[:-1])
    return at if at == folder and not below.get(folder) else at + _DEEP
