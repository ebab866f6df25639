"""Reads back what listing wrote: the proof that nothing is lost. Follows the header, not the encoder's code."""

import json
import re

_NAME = re.compile(r'("(?:[^"\\]|\\.)*"|[^\s":]+)(?::(\S+))?(?: |$)')
_ROW = re.compile(
    r"(?:([-bcdlpsDC][-rwxsStTl]{9}[.+@]?) (\d+)(?: ([^\s:]+):(\S+))? )?(\d[\d.]*[KMGTPE]?)"
    r"(?: ((?:[A-Z][a-z]{2} [ \d]\d|[ \d]\d [A-Z][a-z]{2}) (?:\d\d:\d\d| \d{4})"
    r"|\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d\.\d{9} [+-]\d{4})?)?|\d\d-\d\d \d\d:\d\d))? (.+)"
)
_USUAL = re.compile(r"size time name, (\S+) (\d+) ([^\s:]+):(\S+) where not said")
_DRAWN = {
    "tree": ("│\xa0\xa0 ", "    ", "├── ", "└── "),
    "tree with blanks": ("│   ", "    ", "├── ", "└── "),
    "tree in ASCII": ("|   ", "    ", "|-- ", "`-- "),
    "tree in ASCII with +": ("|   ", "    ", "+-- ", "\\-- "),
}


def decode(text: str) -> str:
    """Return the listing that a lossless form was made from."""
    header, *lines = text.removesuffix("\n").split("\n")
    assert header.startswith("[headroom: ")
    if " lines of tree" in header or " lines of list" in header:
        out = _tree(re.search(r"lines of (.*?) as ", header)[1], lines)  # type: ignore[index]
    elif " ls -l as " in header:
        out = _rows(header, lines)
    elif " of ls -R as " in header:
        out = _blocks(lines)
    else:
        out = _paths(header, lines)
    return "\n".join(out) + "\n" * text.endswith("\n")


def _names(text: str) -> list[tuple[str, str, bool]]:
    """Return names, their numbers, and whether they were quoted."""
    found = []
    at = 0
    while at < len(text):
        match = _NAME.match(text, at)
        assert match, text[at:]
        quoted = match[1].startswith('"')
        found.append((json.loads(match[1]) if quoted else match[1], match[2] or "", quoted))
        at = match.end()
    return found


def _paths(header: str, lines: list[str]) -> list[str]:
    below = re.search(
        r"\), all below (.*?)(?:; after > no path)?, nothing left out\]|count, all below (.*?)(?:; after >"
        r" no path)?, nothing left out\]",
        header,
    )
    shared = (below[1] or below[2]) if below else ""
    out = []
    for line in lines:
        if line.startswith("> "):
            out.append(line[2:])
            continue
        folder, _, names = line.partition(": ")
        folder = shared + folder
        for name, number, quoted in _names(names):
            path = folder + name
            if not quoted and name in (".", "./", ".\\"):
                path = folder[:-1] + name[1:]
            if " sizes and paths " in header:
                out.append(f"{number}\t{path}")
            else:
                out.append(f"{path}:{number}" if number else path)
    return out


def _blocks(lines: list[str]) -> list[str]:
    out: list[str] = []
    for at, line in enumerate(lines):
        folder, _, names = line.partition(": ") if ": " in line else (line[:-1], "", "")
        out += [""] * (at > 0) + [folder + ":"] + [name for name, _, _ in _names(names)]
    return out


def _rows(header: str, lines: list[str]) -> list[str]:
    usual = _USUAL.search(header)
    assert usual
    bsd = " of BSD ls -l as " in header
    out: list[str] = []
    block: list[list[str] | str] = []
    time = ""
    for line in lines:
        head = re.fullmatch(r"(?:(.*):(?: (total \S+))?|(total \S+))", line)
        if head and not line.startswith("> "):
            out += _laid_out(block, bsd)
            block, time = [], ""
            if head[1] is not None:
                out += ([""] if out else []) + [head[1] + ":"]
            if head[2] or head[3]:
                out.append(head[2] or head[3])
        elif line.startswith("> "):
            block.append(line[2:])
        else:
            row = _ROW.fullmatch(line)
            assert row, line
            mode, links, owner, group, size, said, name = row.groups()
            time = said or time
            whose = (owner, group) if owner else (usual[3], usual[4])
            block.append([mode or usual[1], links or usual[2], *whose, size, time, name])
    return out + _laid_out(block, bsd)


def _laid_out(block: list[list[str] | str], bsd: bool) -> list[str]:
    rows = [row for row in block if isinstance(row, list)]
    width = [max((len(row[column]) for row in rows), default=0) for column in range(5)]
    width[0] = max(width[0], 11) if bsd else width[0]
    gap = "  " if bsd else " "
    return [
        row
        if isinstance(row, str)
        else f"{row[0]:<{width[0]}} {row[1]:>{width[1]}} {row[2]:<{width[2]}}{gap}{row[3]:<{width[3]}}{gap}"
        f"{row[4]:>{width[4]}} {row[5]} {row[6]}"
        for row in block
    ]


def _tree(kind: str, lines: list[str]) -> list[str]:
    nodes: list[tuple[int, str] | None] = []
    texts: list[str] = []
    for line in lines:
        if line.startswith("> "):
            nodes.append(None)
            texts.append(line[2:])
            continue
        depth = len(line) - len(line.lstrip(" "))
        for name, number, _ in _names(line[depth:]):
            assert not number
            nodes.append((depth, name))
            texts.append(name)
    if kind == "list":
        return [
            text if not node else "  " * (node[0] - 1) + "- " + text
            for node, text in zip(nodes, texts, strict=True)
        ]
    return [_drawn(kind, nodes, at) if nodes[at] else texts[at] for at in range(len(nodes))]


def _drawn(kind: str, nodes: list[tuple[int, str] | None], at: int) -> str:
    more, done, middle, last = _DRAWN[kind]
    node = nodes[at]
    assert node
    depth, name = node
    if not depth:
        return name

    def goes_on(level: int) -> bool:
        for following in nodes[at + 1 :]:
            if following is None or following[0] < level:
                return False
            if following[0] == level:
                return True
        return False

    return (
        "".join(more if goes_on(level) else done for level in range(1, depth))
        + (middle if goes_on(depth) else last)
        + name
    )
