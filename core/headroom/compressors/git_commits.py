"""Reads git log: full, --stat, --name-status, --oneline, with or without --graph."""

import re
from typing import Final, NamedTuple

from headroom.types import PassThrough

_COMMIT: Final = re.compile(r"commit ([0-9a-f]{7,64})( \([^\n]*\))?\Z")
_HEADER: Final = re.compile(r"([A-Z][A-Za-z]{2,15}): [^\n]*\Z")
_ONELINE: Final = re.compile(
    r"([*|/\\ _.-]{0,200}?)([0-9a-f]{7,40}) ((?:\((?:HEAD|tag: |[\w./-]+)[^()\n]*\) )?)([^\n]*)\Z"
)
_GRAPH: Final = re.compile(r"[|/\\ _.*-]{0,400}\Z")
_AUTHOR, _DATE = "Author: ", "Date:   "
_MIN_COMMITS: Final = 3
_SHARE: Final = 0.9


class Commit(NamedTuple):
    """One commit of a log."""

    hash: str
    refs: str
    """Branches and tags, as they stand behind the hash; empty when there are none."""
    headers: list[str]
    """Lines such as "Merge: a b"."""
    author: str
    date: str
    message: list[str]
    """Without the four blanks before each line."""
    files: list[str]
    """What --stat or --name-status says."""

    @property
    def subject(self) -> str:
        """The first line of its message."""
        return next((line for line in self.message if line), "")

    @property
    def is_merge(self) -> bool:
        """Whether it is a merge, by its header or by its subject."""
        return self.subject.startswith("Merge ") or any(line.startswith("Merge: ") for line in self.headers)

    @property
    def lines(self) -> int:
        """How many lines it has below the first."""
        return len(self.headers) + bool(self.author) + bool(self.date) + len(self.message) + len(self.files)


def read(text: str) -> list[Commit]:
    """Read a full log. Raises PassThrough for anything else; for one with patches too."""
    commits: list[Commit] = []
    lines = text.removesuffix("\n").split("\n")
    for at, line in enumerate(lines):
        match = _COMMIT.match(line) if at == 0 or not lines[at - 1] else None
        if match:
            commits.append(Commit(match[1], match[2] or "", [], "", "", [], []))
        elif not commits:
            raise PassThrough("does not begin with a commit")
        elif line.startswith("diff --"):
            raise PassThrough("a log with patches")
        else:
            commits[-1] = _with(commits[-1], line)
    if len(commits) < _MIN_COMMITS:
        raise PassThrough("too few commits")
    return commits


def rendered(commits: list[Commit]) -> str:
    """Return the log that git would write of commits."""
    blocks = []
    for commit in commits:
        head = [f"commit {commit.hash}{commit.refs}", *commit.headers]
        head += [_AUTHOR + commit.author] if commit.author else []
        head += [_DATE + commit.date] if commit.date else []
        parts = ["\n".join(head), "\n".join("    " + line for line in commit.message), "\n".join(commit.files)]
        blocks.append("\n\n".join(part for part in parts if part))
    return "\n\n".join(blocks)


def read_oneline(text: str) -> list[Commit]:
    """Read a log of one line a commit; lines of a graph without a commit are left out.

    Raises PassThrough for anything else.
    """
    commits = []
    others = 0
    for line in text.removesuffix("\n").split("\n"):
        match = _ONELINE.match(line)
        if match:
            commits.append(Commit(match[2], match[3].strip(), [], "", "", [match[4]], []))
        elif not _GRAPH.match(line):
            others += 1
    if len(commits) < _MIN_COMMITS or others > (1 - _SHARE) * len(commits):
        raise PassThrough("not git log --oneline")
    if sum(1 for commit in commits if not commit.hash.isdecimal()) < len(commits) / 2:
        raise PassThrough("numbers, not hashes")
    if others:
        raise PassThrough("lines between the commits")
    return commits


def _with(commit: Commit, line: str) -> Commit:
    """Add a line to a commit."""
    if line.startswith("    "):
        commit.message.append(line[4:])
    elif not line:
        pass
    elif commit.message or commit.files:
        commit.files.append(line)
    elif line.startswith(_AUTHOR) and not commit.author:
        return commit._replace(author=line[len(_AUTHOR) :])
    elif line.startswith(_DATE) and not commit.date:
        return commit._replace(date=line[len(_DATE) :])
    elif _HEADER.match(line):
        commit.headers.append(line)
    else:
        commit.files.append(line)
    return commit
