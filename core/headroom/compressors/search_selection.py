"""The lossy form of a search: the hits that matter as they are, and every other file named or counted.

    [headroom: 900 of 1,000 lines omitted (hits 900 of 1,000 in 96 files, ...); all of it: PATH]
    src/api/users.py [2 of 12 hits]
    14<tab>def get_user(id):
    31<tab>    raise LookupError(id)
    [398 hits not shown read: timeout = 30]
    Files with hits, none shown (name:hits):
    src/web/: index.ts:4 app.ts:1
    src/gen/**: 1,204 hits in 80 files

A file's hits are all there unless a count behind its path says otherwise.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from headroom import markers, tokens
from headroom.compressors import failure, folders, search_ranking
from headroom.compressors.search_lines import Found, Line
from headroom.types import Compressed, Context, PassThrough

_NAMES_SHARE: Final = 0.5
"""At most this share of the budget names files of which no hit is shown."""
_MARKER_TOKENS: Final = 90
_LONG_CHARS: Final = 500
"""Longer lines are cut around the match."""
_SIDE_CHARS: Final = 160
_OTHERS: Final = 12
_NOT_SHOWN: Final = "Files with hits, none shown (name:hits):"
_WORD: Final = re.compile(r"[A-Za-z_][\w-]{2,63}")
_QUOTED: Final = re.compile(r"[\s\":]")
_CHARS_PER_TOKEN: Final = 3.0
_REPEATED, _OFTEN, _REPEATED_CHARS = 5, 8, 160
"""So many texts are told that so many hits have, if they are no longer than this."""
_MISSES: Final = 40
"""So many hits in a row that do not fit end the search for more."""


@dataclass(slots=True)
class _Plan:
    """What is shown so far, and what of the budget is left."""

    lines: Sequence[Line]
    left: float
    shown: set[int] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    def add(self, number: int, written: str) -> bool:
        """Show a line if there is room for it, and for its path if that is new."""
        line = self.lines[number]
        price = tokens.count(f"{line.number}\t{written}\n")
        if line.path not in self.files:
            price += tokens.count(line.path) + 6
        if price > self.left:
            return False
        self.left -= price
        self.shown.add(number)
        self.files.add(line.path)
        return True


def select(found: Found, context: Context, budget_tokens: int) -> Compressed:
    """Return about budget_tokens of a search's output. Raises PassThrough when nothing can be left out."""
    lines = found.lines
    hits = [number for number, line in enumerate(lines) if line.is_hit]
    counts = Counter(lines[number].path for number in hits)
    needles = _needles(context)
    others = [number for number, line in enumerate(lines) if not line.path and line.rest not in ("", "--")]
    said = _others_shown(lines, others)
    left = budget_tokens - _MARKER_TOKENS - tokens.count("\n".join(_repeated(lines, set())))
    left -= sum(tokens.count(lines[number].rest) for number in said)
    names = _names(counts, budget_tokens * _NAMES_SHARE)
    order = [hits[at] for at in search_ranking.rank([lines[number] for number in hits], context.query)]
    plan = _Plan(lines, left - tokens.count("\n".join(names)))
    _fill(plan, order, needles)
    # What files that are shown do not cost among the names is there for more hits.
    plan.left += tokens.count("\n".join(names)) - tokens.count("\n".join(_hidden(plan, counts, budget_tokens)))
    _fill(plan, order, needles)
    return _written(found, plan, said, counts, needles, context)


def _fill(plan: _Plan, order: list[int], needles: list[str]) -> None:
    """Show hits in the order of their rank while there is room, and context around those that come first."""
    misses = 0
    for number in order:
        if number in plan.shown:
            continue
        if plan.add(number, _cut(plan.lines[number].text, needles)):
            misses = 0
        else:
            misses += 1
            if misses > _MISSES:
                break
    for number in order[:_OTHERS]:
        if number in plan.shown:
            for near in (number - 1, number + 1, number - 2, number + 2):
                if 0 <= near < len(plan.lines) and plan.lines[near].path == plan.lines[number].path:
                    line = plan.lines[near]
                    if line.rest and not line.is_hit and near not in plan.shown:
                        plan.add(near, _cut(line.text, needles))


def _hidden(plan: _Plan, counts: Mapping[str, int], budget_tokens: int) -> list[str]:
    hidden = {path: count for path, count in counts.items() if path not in plan.files}
    return [_NOT_SHOWN, *_names(hidden, budget_tokens * _NAMES_SHARE)] if hidden else []


def _written(
    found: Found, plan: _Plan, said: list[int], counts: Mapping[str, int], needles: list[str], context: Context
) -> Compressed:
    lines = found.lines
    shown_hits = Counter(lines[number].path for number in plan.shown if lines[number].is_hit)
    body: list[str] = []
    path = ""
    cut = 0
    for number in sorted(plan.shown | set(said)):
        line = lines[number]
        if not line.path:
            body.append(line.rest)
            path = ""
            continue
        if line.path != path:
            path = line.path
            part = shown_hits[path] < counts[path]
            body.append(f"{path} [{shown_hits[path]} of {counts[path]} hits]" if part else path)
        text = _cut(line.text, needles)
        cut += text != line.text
        body.append(line.number + ("\t" if line.is_hit else "-") + text)
    body += _repeated(lines, plan.shown)
    body += _hidden(plan, counts, context.budget_tokens or 0)
    total = sum(1 for line in lines if line.rest not in ("", "--"))
    classes = {
        "hits": sum(counts.values()) - sum(shown_hits.values()),
        "context lines": sum(1 for n, line in enumerate(lines) if _is_context(line) and n not in plan.shown),
        "other lines": sum(1 for line in lines if not line.path and line.rest not in ("", "--")) - len(said),
    }
    omitted = {name: count for name, count in classes.items() if count}
    gone = sum(omitted.values())
    if not gone and not cut:
        raise PassThrough("nothing to leave out")
    of_all = f"{classes['hits']:,} of {sum(counts.values()):,}"
    files = f"{len(counts):,} file{'s' * (len(counts) != 1)}, each named or counted"
    detail = f"hits {of_all} in {files}"
    detail += "".join(f", {name} {count:,}" for name, count in omitted.items() if name != "hits")
    if cut:
        detail += f"; {cut} long lines cut: ...N chars..."
        omitted["cut lines"] = cut
    marker = markers.omission(gone, total, "lines of a search", detail, context.original)
    return Compressed("\n".join([marker, *body]), False, total - gone, omitted)


def _repeated(lines: Sequence[Line], shown: set[int]) -> list[str]:
    """Return lines for the texts that many of the hits that are not shown have, blanks at the ends aside."""
    counts = Counter(line.text.strip() for number, line in enumerate(lines) if line.is_hit and number not in shown)
    often = [(text, count) for text, count in counts.most_common(_REPEATED) if count >= _OFTEN and text]
    return [f"[{count:,} hits not shown read: {text}]" for text, count in often if len(text) <= _REPEATED_CHARS]


def _is_context(line: Line) -> bool:
    return bool(line.path and line.rest and not line.is_hit)


def _others_shown(lines: Sequence[Line], others: list[int]) -> list[int]:
    """Return the lines of no file that are shown: the first ones, the last ones, and those of failures."""
    if len(others) <= 2 * _OTHERS:
        return others
    failures = failure.Search(lines[number].rest for number in others).failures()
    kept = {*others[:_OTHERS], *others[-_OTHERS:], *(others[at] for at in sorted(failures)[: 2 * _OTHERS])}
    return sorted(kept)


def _names(counts: Mapping[str, int], budget_tokens: float) -> list[str]:
    """Return the lines that name all files with their counts of hits, or count the files of a folder."""
    by_folder: dict[str, list[str]] = {}
    for path in counts:
        by_folder.setdefault(folders.folder_of(path), []).append(path)
    limit = max(1, int(budget_tokens / 16))
    line_of = folders.lines_for({folder: len(paths) for folder, paths in by_folder.items()}, limit)
    grouped: dict[str, list[str]] = {}
    for folder, paths in by_folder.items():
        grouped.setdefault(line_of[folder], []).extend(paths)
    full = {
        line: f"{line}: " + " ".join(_name(path, counts[path]) for path in paths)
        for line, paths in grouped.items()
    }
    short = {line: _counted(line, paths, counts) for line, paths in grouped.items()}
    size = sum(map(len, full.values())) / _CHARS_PER_TOKEN
    # The longest lists of names give way to counts first.
    for line in sorted(
        grouped, key=lambda line: (not line.endswith("**"), len(short[line]) - len(full[line]), line)
    ):
        if line.endswith("**") or size > budget_tokens:
            size -= (len(full[line]) - len(short[line])) / _CHARS_PER_TOKEN
            full[line] = short[line]
    return list(full.values())


def _name(path: str, count: int) -> str:
    name = path[len(folders.folder_of(path)) :]
    return f"{json.dumps(name) if _QUOTED.search(name) else name}:{count}"


def _counted(line: str, paths: list[str], counts: Mapping[str, int]) -> str:
    kinds = Counter(path[path.rfind(".") :] if "." in path[-12:] else "no extension" for path in paths)
    most = ", ".join(f"{kind} {count:,}" for kind, count in kinds.most_common(4))
    return f"{line}: {sum(counts[path] for path in paths):,} hits in {len(paths):,} files ({most})"


def _needles(context: Context) -> list[str]:
    """Return words that the search was probably for, longest first: the ones of the call's pattern."""
    try:
        fields = json.loads(context.tool_input)
    except ValueError:
        fields = {}
    said = (
        [fields[key] for key in ("pattern", "query", "regex", "command") if key in fields]
        if type(fields) is dict
        else []
    )
    found = dict.fromkeys(word for text in said if isinstance(text, str) for word in _WORD.findall(text[:1000]))
    return sorted((word for word in found if word not in ("grep", "git")), key=lambda word: (-len(word), word))


def _cut(text: str, needles: list[str]) -> str:
    """Return a line, or, of a very long one, what is around the first of the words that the search was for."""
    if len(text) <= _LONG_CHARS:
        return text
    at = next((at for word in needles if (at := text.find(word)) >= 0), 0)
    start, end = max(0, at - _SIDE_CHARS), min(len(text), at + 2 * _SIDE_CHARS)
    before = f"...{start:,} chars..." if start else ""
    after = f"...{len(text) - end:,} chars..." if end < len(text) else ""
    return before + text[start:end] + after
