"""What a diff is made of: files with headers, hunks with line numbers, and whatever stands around them."""

import re
from typing import Final, NamedTuple

_FILE: Final = re.compile(r"diff (?:--git|--cc|--combined|-\w)[^\n]*+|Index: \S[^\n]*+")
_HEADER: Final = re.compile(
    r"(?:old mode|new mode|mode|deleted file mode|new file mode|copy from|copy to|rename from|rename to"
    r"|similarity index|dissimilarity index|index|---|\+\+\+|Binary files?|Files|GIT binary patch) ?[^\n]*+"
    r"|={20,}+|Cannot display: file marked as a binary type\.|svn:mime-type = [^\n]*+"
)
_HUNK: Final = re.compile(
    r"(@{2,9}+)((?: -\d{1,9}(?:,\d{1,9})?){1,8}) \+(\d{1,9}(?:,\d{1,9})?) (@{2,9}+)([^\n]*+)"
)
_BINARY_BLOCK: Final = re.compile(r"(?:literal|delta) \d++")
_GIT_NAME: Final = re.compile(r"diff --git (\"?)a/([^\n]*+)")
_CC_NAME: Final = re.compile(r"diff --(?:cc|combined) ([^\n]*+)")
_SIGNS: Final = {" ": (1, 1), "": (1, 1), "-": (1, 0), "+": (0, 1), "\r": (1, 1)}


class Hunk(NamedTuple):
    """A hunk: where it stands in the text, and in the files."""

    at: int
    """The line of the text with its header."""
    end: int
    """The line just past its last."""
    starts: tuple[int, ...]
    """The first line of it in each old file and, last, in the new one, as the header has it."""
    counts: tuple[int, ...]
    """How many lines it has in each of them, as the header has it."""
    heading: str
    """What follows the line numbers in the header."""
    is_whole: bool
    """Whether all of its lines are there."""

    @property
    def width(self) -> int:
        """How many columns of signs its lines begin with."""
        return len(self.starts) - 1


class File(NamedTuple):
    """What a diff says about one file."""

    at: int
    """Its first line in the text."""
    body: int
    """The line just past its header."""
    end: int
    """The line just past all of it."""
    path: str
    hunks: tuple[Hunk, ...]
    is_binary: bool
    is_deleted: bool


def read(lines: list[str]) -> list[File]:
    """Return the files of a diff, in order; the lines outside of them (commit messages) belong to none."""
    files: list[File] = []
    at = 0
    while at < len(lines):
        if is_file_start(lines, at):
            file = _file(lines, at)
            files.append(file)
            at = file.end
        else:
            at += 1
    return files


def is_file_start(lines: list[str], at: int) -> bool:
    """Whether a file's part of a diff begins at a line."""
    line = lines[at]
    if line.startswith("--- "):
        return at + 2 < len(lines) and lines[at + 1].startswith("+++ ") and lines[at + 2].startswith("@@ -")
    return line.startswith(("diff -", "Index: ")) and _FILE.fullmatch(line.rstrip("\r")) is not None


def is_changed(line: str, width: int) -> bool:
    """Whether a line of a hunk was added or removed (in a diff of several parents: against any of them)."""
    signs = line[:width]
    return "+" in signs or "-" in signs


def git_path(line: str) -> str:
    """Return the path that a line "diff --git a/PATH b/PATH" names twice; empty where the two differ."""
    match = _GIT_NAME.fullmatch(line)
    if match is None or match[1]:
        return ""
    path = match[2][: (len(match[2]) - 3) // 2]
    return path if match[2] == f"{path} b/{path}" else ""


def hunk_header(starts: tuple[int, ...], counts: tuple[int, ...], heading: str) -> str:
    """Return the header of a hunk, as git writes it."""
    ranges = [
        f"{start}" if count == 1 else f"{start},{count}" for start, count in zip(starts, counts, strict=True)
    ]
    fence = "@" * len(starts)
    return f"{fence} -{' -'.join(ranges[:-1])} +{ranges[-1]} {fence}{heading}"


def _file(lines: list[str], first: int) -> File:
    at, is_binary = first + 1, False
    while at < len(lines) and not lines[at].startswith("diff -") and _HEADER.fullmatch(lines[at].rstrip("\r")):
        is_binary = is_binary or lines[at].startswith(("Binary file", "GIT binary", "Cannot display"))
        at += 1
        if lines[at - 1].startswith("GIT binary patch"):
            break
    body = at
    if is_binary:
        at = _past_binary(lines, at)
    hunks: list[Hunk] = []
    while at < len(lines) and lines[at].startswith("@@"):
        hunk = _hunk(lines, at)
        if hunk is None:
            break
        hunks.append(hunk)
        at = hunk.end
    header = lines[first:body]
    return File(first, body, at, _path(header), tuple(hunks), is_binary, _is_deleted(header, hunks))


def _past_binary(lines: list[str], at: int) -> int:
    """Return the line past the blocks of a binary patch, each of which ends with an empty line."""
    while at < len(lines) and _BINARY_BLOCK.match(lines[at]):
        while at < len(lines) and lines[at].strip():
            at += 1
        at += 1
    return min(at, len(lines))


def _hunk(lines: list[str], at: int) -> Hunk | None:
    match = _HUNK.fullmatch(lines[at])
    if match is None or match[1] != match[4] or len(match[1]) != match[2].count("-") + 1:
        return None
    ranges = [part.lstrip("-").partition(",") for part in [*match[2].split(), match[3]]]
    starts = tuple(int(start) for start, _, _ in ranges)
    counts = tuple(int(count) if comma else 1 for _, comma, count in ranges)
    end, is_whole = _two_sides(lines, at + 1, *counts) if len(counts) == 2 else _many_sides(lines, at + 1, counts)
    return Hunk(at, end, starts, counts, match[5], is_whole)


def _two_sides(lines: list[str], at: int, old: int, new: int) -> tuple[int, bool]:
    """Return the line past a hunk's last, and whether the hunk has as many lines as its header says."""
    while (old > 0 or new > 0) and at < len(lines):
        step = _SIGNS.get(lines[at][:1])
        if step is not None:
            old -= step[0]
            new -= step[1]
        elif not lines[at].startswith("\\ "):
            break
        at += 1
    if at < len(lines) and lines[at].startswith("\\ "):
        at += 1
    return at, old == new == 0


def _many_sides(lines: list[str], at: int, counts: tuple[int, ...]) -> tuple[int, bool]:
    left = list(counts)
    width = len(counts) - 1
    while any(count > 0 for count in left) and at < len(lines):
        line = lines[at]
        if not line.startswith("\\ "):
            signs = line[:width].ljust(width)
            if signs.strip(" +-"):
                break
            for side, step in enumerate(sides(signs)):
                left[side] -= step
        at += 1
    if at < len(lines) and lines[at].startswith("\\ "):
        at += 1
    return at, not any(left)


def sides(signs: str) -> list[int]:
    """Return in which files a line stands, 1 or 0 for each: the old ones, and last the new one.

    Args:
        signs: the line's first columns, one for each old file.
    """
    if "-" in signs:
        return [*(int(sign == "-") for sign in signs), 0]
    return [*(int(sign != "+") for sign in signs), 1]


def _is_deleted(header: list[str], hunks: list[Hunk]) -> bool:
    if any(line.startswith(("deleted file mode", "+++ /dev/null")) for line in header):
        return True
    return len(hunks) == 1 and hunks[0].starts[-1] == hunks[0].counts[-1] == 0


def _path(header: list[str]) -> str:
    """Return the path of a file: its new one, or the old one of a deleted file."""
    for start in ("rename to ", "copy to ", "+++ ", "--- "):
        for line in header:
            if line.startswith(start):
                path = line[len(start) :].partition("\t")[0].strip().strip('"')
                if path != "/dev/null":
                    is_sided = start in ("+++ ", "--- ") and path.startswith(("a/", "b/"))
                    return path[2:] if is_sided else path
    first = header[0].rstrip("\r")
    if match := _CC_NAME.fullmatch(first):
        return match[1]
    return git_path(first) or first.split(" ")[-1].removeprefix("b/")
