"""Trees: `tree` with its lines, and the listing of an agent's LS tool (`- name` under `- folder/`).

    [headroom: 705 lines of tree as a tree with a blank a level, files of one folder on a line, ...]
    .
     docs
      guide.md "old notes"

A name with a blank stands in quotes, as JSON spells it.
"""

import re
from typing import Final, NamedTuple

from headroom import markers
from headroom.compressors import path_lists
from headroom.types import Compressed, PassThrough

_STEPS: Final = {
    "tree": ("│\xa0\xa0 ", "    ", "├── ", "└── "),
    "tree with blanks": ("│   ", "    ", "├── ", "└── "),
    "tree in ASCII": ("|   ", "    ", "|-- ", "`-- "),
    "tree in ASCII with +": ("|   ", "    ", "+-- ", "\\-- "),
}
"""How each kind draws: a level with more to come, one without, a node with more to come, the last node."""
_ITEM: Final = re.compile(r"( *+)- (\S[^\n]*)")
_MIN_NODES: Final = 5
_NODES_SHARE: Final = 0.6
_MAX_DEPTH: Final = 64
_OTHER: Final = "> "


class Node(NamedTuple):
    """A name in a tree."""

    depth: int
    """1 and up; 0 is a root: a line that nothing is drawn before."""
    name: str
    is_folder: bool


class Tree(NamedTuple):
    """A tree as read."""

    drawing: str
    """One of the kinds above, or "list"."""
    lines: list[Node | str]
    """Nodes, and lines that are none: totals, notes."""


def read(text: str) -> Tree:
    """Read a tree. Raises PassThrough for anything else, or one that could not be drawn again."""
    raw = text.removesuffix("\n").split("\n")
    for drawing, steps in _STEPS.items():
        if steps[2] in text or steps[3] in text:
            found: list[tuple[int, str] | str] = [_drawn(line, steps) for line in raw]
            if _is_enough(found):
                return Tree(drawing, _with_roots(found))
    found = [_listed(line) for line in raw]
    if not _is_enough(found):
        raise PassThrough("not a tree")
    return Tree("list", _as_nodes(found))


def redraw(tree: Tree) -> str:
    """Return the text that a tree was read from, if it was drawn as usual."""
    if tree.drawing == "list":
        return "\n".join(
            line if isinstance(line, str) else "  " * (line.depth - 1) + "- " + line.name for line in tree.lines
        )
    more, done, middle, last = _STEPS[tree.drawing]
    lines: list[str] = []
    follows = [False] * (_MAX_DEPTH + 2)
    for line in reversed(tree.lines):
        if isinstance(line, str):
            lines.append(line)
            follows = [False] * (_MAX_DEPTH + 2)
        elif not line.depth:
            lines.append(line.name)
            follows = [False] * (_MAX_DEPTH + 2)
        else:
            above = "".join(more if follows[level] else done for level in range(1, line.depth))
            lines.append(above + (middle if follows[line.depth] else last) + line.name)
            follows[line.depth] = True
            follows[line.depth + 1 :] = [False] * (_MAX_DEPTH + 1 - line.depth)
    return "\n".join(reversed(lines))


def lossless(text: str, tree: Tree) -> Compressed:
    """Write a tree with one blank a level. Raises PassThrough where it could not be drawn again."""
    if redraw(tree) != text.removesuffix("\n"):
        raise PassThrough("a tree that is drawn in another way")
    written: list[str] = []
    others = False
    leaves_at = 0
    for line in tree.lines:
        if isinstance(line, str):
            others = True
            written.append(_OTHER + line)
            leaves_at = 0
            continue
        is_leaf = not line.is_folder and line.depth > 0
        if is_leaf and line.depth == leaves_at:
            written[-1] += " " + _quoted(line.name)
        else:
            written.append(" " * line.depth + _quoted(line.name))
        if written[-1].startswith(_OTHER):
            raise PassThrough("a name that cannot be told from another line")
        leaves_at = line.depth if is_leaf else 0
    form = "a tree with a blank a level, files of one folder on a line" + (
        "; after > other lines" if others else ""
    )
    unit = f"lines of {tree.drawing}"
    note = markers.lossless_note(len(tree.lines), unit, form)
    return Compressed(
        "\n".join([note, *written]) + "\n" * text.endswith("\n"), lossless=True, kept=len(tree.lines)
    )


def _quoted(name: str) -> str:
    return name if name == "." else path_lists.quoted(name)


def _drawn(line: str, steps: tuple[str, ...]) -> tuple[int, str] | str:
    """Return a node's depth and name, or the line where nothing is drawn."""
    more, done, middle, last = steps
    at = 0
    width = len(middle)
    for depth in range(1, _MAX_DEPTH):
        step = line[at : at + width]
        at += width
        if step in (middle, last):
            return depth, line[at:]
        if step not in (more, done):
            return line
    return line


def _listed(line: str) -> tuple[int, str] | str:
    match = _ITEM.fullmatch(line)
    if not match or len(match[1]) % 2 or len(match[1]) >= 2 * _MAX_DEPTH:
        return line
    return len(match[1]) // 2 + 1, match[2]


def _is_enough(found: list[tuple[int, str] | str]) -> bool:
    nodes = sum(1 for node in found if not isinstance(node, str))
    return nodes >= _MIN_NODES and nodes >= _NODES_SHARE * len(found)


def _with_roots(found: list[tuple[int, str] | str]) -> list[Node | str]:
    """Take the lines right before a first-level node for roots."""
    rooted: list[tuple[int, str] | str] = []
    for at, node in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else ""
        if isinstance(node, str) and node and not isinstance(following, str) and following[0] == 1:
            rooted.append((0, node))
        else:
            rooted.append(node)
    return _as_nodes(rooted)


def _as_nodes(found: list[tuple[int, str] | str]) -> list[Node | str]:
    nodes: list[Node | str] = []
    for at, node in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else ""
        if isinstance(node, str):
            nodes.append(node)
        else:
            is_above = not isinstance(following, str) and following[0] > node[0]
            nodes.append(Node(*node, is_above or node[1].endswith("/")))
    return nodes
