"""A diff without what says little: context, machine-made files, the same change again, lines of deleted files.

Each is left out where a note in its place counts it. Every other changed line stays as it is.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from headroom.compressors import diff_files, diff_lines, diff_trim, failure, relevance
from headroom.compressors.diff_lines import File, Hunk

_ANSWERS: Final = 12
_FAILURES: Final = 8
"""Of so many lines a file that speak of a failure, in generated files and snapshots."""
_LONG_LINE_CHARS: Final = 500
"""Longer lines are not kept for the sake of the query, when what they stand in is counted."""
_NAME_CHARS: Final = 4
_SAME_CHARS: Final = 100
"""Shorter changes are not worth a note that they are the same as others."""


_WHAT: Final = {
    "lockfile": "lockfile",
    "minified": "minified",
    "snapshot": "snapshot",
    "vendored": "vendored",
    "generated": "generated",
    "binary": "binary",
    "deleted": "the file is deleted",
}


class Thrift(NamedTuple):
    """How much is left out."""

    context: int
    """How many unchanged lines around a change stay."""
    counts_deleted: bool
    """Whether the lines of deleted files are only counted."""


GENEROUS: Final = Thrift(diff_trim.ALL, False)
THRIFTIER: Final = (Thrift(3, False), Thrift(1, False), Thrift(1, True))


class Plan(NamedTuple):
    """What was found out about a diff, for any thrift."""

    lines: list[str]
    files: list[File]
    kinds: dict[int, str]
    """What made the files that are only counted, by their number."""
    asked: frozenset[int]
    """Lines that answer the query, or speak of a failure, in what may be left out."""
    query: str


class Form(NamedTuple):
    """A shorter diff."""

    lines: list[str]
    omitted: Counter[str]
    """Lines left out, by what they were."""

    @property
    def chars(self) -> int:
        """How long it is."""
        return sum(map(len, self.lines)) + len(self.lines)


def plan(lines: list[str], files: list[File], query: str) -> Plan:
    """Find the machine-made files of a diff that the query does not name, and what else must stay."""
    asked_words = query.lower()
    kinds: dict[int, str] = {}
    for number, file in enumerate(files):
        name = file.path.rpartition("/")[2].lower()
        if len(name) < _NAME_CHARS or name not in asked_words:
            kind = diff_files.kind(file.path, (line[1:] for line in _body(lines, file)))
            if kind:
                kinds[number] = kind
    asked = set(_answers(lines, files, kinds, query))
    for number, kind in kinds.items():
        if kind in ("generated", "snapshot"):
            asked.update(_failures(lines, files[number]))
    return Plan(lines, files, kinds, frozenset(asked), query)


def must_chars(known: Plan) -> int:
    """Return how long the changed lines are that no thrift leaves out."""
    files = [file for at, file in enumerate(known.files) if at not in known.kinds and not file.is_deleted]
    return sum(
        len(line)
        for file in files
        for hunk in file.hunks
        for line in known.lines[hunk.at + 1 : hunk.end]
        if (line[:1] in ("+", "-") if hunk.width == 1 else diff_lines.is_changed(line, hunk.width))
    )


def write(known: Plan, thrift: Thrift) -> Form:
    """Return a diff without what a thrift leaves out."""
    out: list[str] = []
    omitted: Counter[str] = Counter()
    repeats = _Repeats()
    at = 0
    for number, file in enumerate(known.files):
        if known.lines[at : file.at]:
            out += [*repeats.said(), *known.lines[at : file.at]]
        kind = known.kinds.get(number, "")
        if not kind and thrift.counts_deleted and file.is_deleted and file.hunks:
            kind = "deleted"
        header = _header(known.lines[file.at : file.body], file, bool(kind))
        omitted["header"] += file.body - file.at - len(header)
        if kind or (file.is_binary and not file.hunks):
            part = [*header, *_counted(known, file, kind or "binary", omitted)]
        else:
            part = _hunks(known, file, header, thrift, repeats, omitted)
        if part and repeats.waiting:
            part = [*repeats.said(), *part]
        out += part
        at = file.end
    if repeats.waiting:
        out += repeats.said()
    out += known.lines[at:]
    return Form(out, +omitted)


def _body(lines: list[str], file: File) -> Iterator[str]:
    for hunk in file.hunks:
        yield from lines[hunk.at + 1 : hunk.end]


def _answers(lines: list[str], files: list[File], kinds: dict[int, str], query: str) -> list[int]:
    """Return the lines, among those that may be left out, that answer the query best."""
    if not query:
        return []
    droppable: list[int] = []
    for number, file in enumerate(files):
        is_counted = number in kinds or file.is_deleted
        for hunk in file.hunks:
            here = [at for at in range(hunk.at + 1, hunk.end) if len(lines[at]) <= _LONG_LINE_CHARS]
            droppable += here if is_counted else [at for at in here if lines[at][:1] == " "]
    texts = [lines[at] for at in droppable]
    return [droppable[at] for at in relevance.hits(query, texts, _ANSWERS)]


def _failures(lines: list[str], file: File) -> list[int]:
    numbers = [
        at
        for hunk in file.hunks
        for at in range(hunk.at + 1, hunk.end)
        if diff_lines.is_changed(lines[at], hunk.width)
    ]
    return [numbers[at] for at in sorted(failure.Search(lines[at] for at in numbers).failures())[:_FAILURES]]


def _header(header: list[str], file: File, is_counted: bool) -> list[str]:
    """Return a file's header without the hashes, and with its path in as few lines as `git apply` can read."""
    first = header[0]
    is_combined = first.startswith(("diff --cc ", "diff --combined "))
    is_moved = any(line.startswith(("rename to ", "copy to ")) for line in header)
    is_git = diff_lines.git_path(first) or (first.startswith("diff --git ") and is_moved)
    if not file.hunks or not (is_git or is_combined):
        return header
    rest = [line for line in header[1:] if not line.startswith("index ")]
    names = [line for line in rest if line.startswith(("--- ", "+++ "))]
    is_plain = rest == names and len(names) == 2 and not is_combined
    return names if is_plain and not is_counted else [first, *(line for line in rest if line not in names)]


def _counted(known: Plan, file: File, kind: str, omitted: Counter[str]) -> list[str]:
    """Return what stands for the lines of a file that are only counted, and the few of them that stay."""
    body = known.lines[file.body : file.end]
    if not body:
        return []
    if not file.hunks:
        omitted[kind] += len(body)
        return [f"[{_WHAT[kind]}: {len(body):,} lines of data left out]"]
    changed = [line for line in _body(known.lines, file) if line[:1] in ("+", "-")]
    added = sum(line.startswith("+") for line in changed)
    kept = [at for at in range(file.body, file.end) if at in known.asked]
    notes = [f"[{_WHAT[kind]}: +{added:,} -{len(changed) - added:,} lines left out"]
    if kind == "lockfile" and (moved := diff_files.versions(_body(known.lines, file), known.query)):
        notes.append(moved)
    elif kind == "minified":
        chars = sum(map(len, changed)) - len(changed)
        notes.append(f"{chars:,} characters{_difference(changed)}")
    if kept:
        notes.append(f"but {len(kept):,} of its lines follow" if len(kept) > 1 else "but one of its lines follows")
    omitted[kind] += len(body) - len(kept)
    return ["; ".join(notes) + "]", *(known.lines[at] for at in kept)]


def _difference(changed: list[str]) -> str:
    if len(changed) != 2 or changed[0][:1] == changed[1][:1]:
        return ""
    old, new = sorted(changed, key=lambda line: line[0] == "+")
    where = diff_files.where_they_differ(old[1:], new[1:])
    return where and f"; {where}"


def _hunks(
    known: Plan, file: File, header: list[str], thrift: Thrift, repeats: "_Repeats", omitted: Counter[str]
) -> list[str]:
    """Return a file's header and hunks; nothing for a file that is only named, where a change is repeated."""
    out: list[str] = []
    again: dict[str, list[int]] = {}
    asked = known.asked.intersection(range(file.body, file.end))
    for hunk in file.hunks:
        change = _change(known.lines, hunk)
        line = _first_changed(known.lines, hunk)
        first = repeats.first(change, file.path, line) if change else ""
        if first:
            again.setdefault(first, []).append(line)
            omitted["repeated"] += hunk.end - hunk.at
            continue
        trimmed = diff_trim.trim(known.lines, hunk, thrift.context, asked)
        omitted["context"] += trimmed.omitted
        out += trimmed.lines
    if not out and len(again) == 1 and header[0].startswith("--- a/"):
        omitted["header"] += len(header)
        repeats.waiting.append((file.path, again))
        return []
    return [*header, *out, *(_again(file.path, first, places) for first, places in again.items())]


def _first_changed(lines: list[str], hunk: Hunk) -> int:
    """Return the number, in the new file, of the first line that a hunk changes."""
    body = range(hunk.at + 1, hunk.end)
    return hunk.starts[-1] + next((at - hunk.at - 1 for at in body if lines[at][:1] in ("+", "-")), 0)


class _Repeats:
    """Where each change stands first, and the files that are nothing but repeats, to be named together."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}
        self.waiting: list[tuple[str, dict[str, list[int]]]] = []

    def first(self, change: str, path: str, line: int) -> str:
        """Return where a change stood first; empty when that is here."""
        here = f"{path} at line {line:,}"
        first = self._seen.setdefault(change, here)
        return "" if first == here else first

    def said(self) -> list[str]:
        """Return the notes for the files that wait for one."""
        places: dict[str, list[str]] = {}
        for path, again in self.waiting:
            for first, lines in again.items():
                places.setdefault(first, []).append(f"{path} {_numbers(lines)}")
        self.waiting.clear()
        return [f"[the same changed lines as in {first}: {', '.join(where)}]" for first, where in places.items()]


def _numbers(lines: list[int]) -> str:
    return f"at line{'s' if len(lines) > 1 else ''} {' and '.join(f'{line:,}' for line in lines)}"


def _again(path: str, first: str, places: list[int]) -> str:
    return f"[the same changed lines as in {first}: {path} {_numbers(places)}]"


def _change(lines: list[str], hunk: Hunk) -> str:
    """Return what a hunk changes, as one text; empty where it is too short to be worth a note."""
    if hunk.width != 1 or not hunk.is_whole:
        return ""
    change = "\n".join([line for line in lines[hunk.at + 1 : hunk.end] if line[:1] in ("+", "-", "\\")])
    return change if len(change) >= _SAME_CHARS else ""
