"""The lossy form of a listing: every folder with exact counts by extension, and the names that stand out.

    [headroom: 3,870 of 5,000 names omitted (...); all of it: PATH]
    src/api/ 124 files (.py 120, .json 4), 3 folders: admin/ settings.json users.py +124
    src/web/: index.ts app.ts
    src/gen/** 1,204 files (.ts 1,204), 80 folders

A folder whose names are all there has no counts; `+124` is how many are not. Where folders may be listed as files
are, as by find, du and tree, what has nothing below it counts as a leaf: `480 leaves (no extension 480)`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from headroom import markers, tokens
from headroom.compressors import failure, folders, relevance, search_ranking
from headroom.compressors.listing_entries import Entry, Listing
from headroom.types import Compressed, Context, PassThrough

_MARKER_TOKENS: Final = 80
_FOLDERS_SHARE: Final = 0.6
_FOLDER_TOKENS: Final = 22
_OTHERS: Final = 12
_ASKED: Final = 24
_OF_EACH: Final = 3
"""So many of the largest and of the newest are shown."""
_KINDS: Final = 6
_EXTENSION_CHARS: Final = 12
_NOTABLE: Final = frozenset(
    {
        "readme",
        "makefile",
        "dockerfile",
        "license",
        "changelog",
        "main",
        "index",
        "setup",
        "package",
        "pyproject",
        "cargo",
    }
    | {"go", "gemfile", "pom", "build", "app", "settings", "config", "conftest", "tsconfig", "manage", "__main__"}
)
_PLURAL: Final = {"file": "files", "folder": "folders", "leaf": "leaves"}
_NO_EXTENSION: Final = "no extension"


class _Folder(NamedTuple):
    line: str
    """The folder as it is told, or the one above it with **."""
    entries: list[int]

    @property
    def base(self) -> str:
        """What its entries' folders begin with."""
        return self.line.removesuffix("**")


def select(listing: Listing, context: Context, budget_tokens: int) -> Compressed:
    """Return about budget_tokens of a listing. Raises PassThrough when nothing can be left out."""
    entries = listing.entries
    told = _told(entries, int(budget_tokens * _FOLDERS_SHARE / _FOLDER_TOKENS))
    others = _others(listing.others)
    ranked = _ranked(entries, context.query)
    left = budget_tokens - _MARKER_TOKENS - sum(map(tokens.count, others))
    left -= sum(tokens.count(_counted(folder, listing)) + 1 for folder in told)
    base_of = {number: folder.base for folder in told for number in folder.entries}
    shown: set[int] = set()
    # What the counts of folders turn out not to need is there for more names.
    for _ in range(2):
        _fill(shown, ranked, entries, base_of, left)
        lines = list(chain.from_iterable(_written(folder, listing, shown) for folder in told))
        left = budget_tokens - _MARKER_TOKENS - tokens.count("\n".join([*lines, *others]))
    gone = len(entries) - len(shown)
    if not gone:
        raise PassThrough("nothing to leave out")
    omitted = {"names": gone}
    detail = f"all {len(told):,} folders" if len(told) > 1 else "the folder"
    detail += " below with exact counts; +N: N names not shown"
    if any(folder.line.endswith("**") for folder in told):
        detail = "every folder is counted below, ** with all that is in it; +N: N names not shown"
    if listing.usual:
        detail += f"; rows: [mode links owner:group] size time name, {listing.usual} where not said"
    missing = len(listing.others) - len(others)
    if missing:
        omitted["other lines"] = missing
        detail += f"; {missing:,} other lines left out"
    total, unit = len(entries), "names"
    if missing:
        total, unit = total + len(listing.others), "names and other lines"
    marker = markers.omission(gone + missing, total, unit, detail, context.original)
    return Compressed("\n".join([marker, *lines, *others]), False, len(shown), omitted)


def _fill(
    shown: set[int], ranked: Sequence[int], entries: Sequence[Entry], base_of: Mapping[int, str], left: int
) -> None:
    """Show more names, as far as there is room; exact prices, but not for more names than could ever fit."""
    for number in [number for number in ranked if number not in shown][: max(0, left)]:
        price = tokens.count(" " + entries[number].shown(base_of[number]))
        if price <= left:
            left -= price
            shown.add(number)


def _told(entries: Sequence[Entry], limit: int) -> list[_Folder]:
    inside: dict[str, list[int]] = defaultdict(list)
    for number, entry in enumerate(entries):
        inside[entry.folder].append(number)
    line_of = folders.lines_for({folder: len(numbers) for folder, numbers in inside.items()}, max(4, limit))
    told: dict[str, list[int]] = defaultdict(list)
    for folder, numbers in inside.items():
        told[line_of[folder]] += numbers
    return [_Folder(line, numbers) for line, numbers in told.items()]


def _counted(folder: _Folder, listing: Listing) -> str:
    """Return a folder with how much is in it."""
    entries = listing.entries
    files = Counter(kind(entries[number].name) for number in folder.entries if not entries[number].is_folder)
    below = sum(1 for number in folder.entries if entries[number].is_folder)
    parts = []
    if files:
        most = sorted(files.items(), key=lambda pair: (-pair[1], pair[0]))
        said = [f"{name} {count:,}" for name, count in most[:_KINDS]]
        if len(most) > _KINDS:
            said.append(f"{len(most) - _KINDS} other kinds {sum(count for _, count in most[_KINDS:]):,}")
        parts.append(f"{_many(sum(files.values()), listing.leaf)} ({', '.join(said)})")
    if below:
        parts.append(_many(below, "folder"))
    return f"{folder.line or './'} {', '.join(parts)}"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what if count == 1 else _PLURAL[what]}"


def _written(folder: _Folder, listing: Listing, shown: set[int]) -> Iterable[str]:
    entries, has_rows = listing.entries, bool(listing.usual)
    numbers = [number for number in folder.entries if number in shown]
    said = [entries[number].shown(folder.base) for number in numbers]
    gone = len(folder.entries) - len(numbers)
    head = _counted(folder, listing) if gone else folder.line or "./"
    if has_rows:
        yield head + (f", {len(numbers):,} shown" if gone and numbers else "") + (":" if numbers else "")
        yield from said
    elif not gone:
        yield f"{head}: {' '.join(said)}"
    else:
        yield head + (f": {' '.join(said)} +{gone:,}" if said else "")


def _ranked(entries: Sequence[Entry], query: str) -> list[int]:
    """Return the numbers of all entries, what should be named first in front."""
    kinds = [kind(entry.name) for entry in entries]
    counts = Counter(kinds)
    rare = max(2, len(entries) // 500)
    order = dict.fromkeys(relevance.hits(query, [entry.folder + entry.name for entry in entries], _ASKED))
    marks = Counter(entry.mark for entry in entries)
    order |= dict.fromkeys(
        number
        for number, entry in enumerate(entries)
        if (entry.mark and marks[entry.mark] <= 4 * rare)
        or (not entry.is_folder and counts[kinds[number]] <= rare)
    )
    order |= dict.fromkeys(_extremes(entries))
    marked = [number for number, entry in enumerate(entries) if entry.mark or entry.name[:1] == "."]
    order |= dict.fromkeys(marked[at] for at in search_ranking.evenly(len(marked)))
    order |= dict.fromkeys(
        number for number, entry in enumerate(entries) if entry.name.partition(".")[0].lower() in _NOTABLE
    )
    order |= dict.fromkeys(number for number, entry in enumerate(entries) if entry.is_folder)
    order |= dict.fromkeys(search_ranking.evenly(len(entries)))
    return list(order)


def _extremes(entries: Sequence[Entry]) -> list[int]:
    """Return the largest files, and the newest."""
    files = [number for number, entry in enumerate(entries) if not entry.is_folder]
    sized = [number for number in files if entries[number].size >= 0]
    largest = sorted(sized, key=lambda number: (-entries[number].size, number))[:_OF_EACH]
    dated = [number for number in files if entries[number].time]
    newest = sorted(dated, key=lambda number: entries[number].time, reverse=True)[:_OF_EACH]
    return [*largest, *newest]


def _others(others: Sequence[str]) -> list[str]:
    """Return the other lines that are shown: the first, the last, and those that speak of a failure."""
    if len(others) <= 3 * _OTHERS:
        return list(others)
    failures = sorted(failure.Search(others).failures())[: 4 * _OTHERS]
    kept = {*range(_OTHERS), *range(len(others) - _OTHERS, len(others)), *failures}
    return [others[at] for at in sorted(kept)]


def kind(name: str) -> str:
    """Return a name's extension, in lower case; for a name without one, "no extension"."""
    bare = name.partition(" -> ")[0].rstrip("/*")
    at = bare.rfind(".")
    extension = bare[at:]
    return (
        extension.lower()
        if at > 0 and 1 < len(extension) <= _EXTENSION_CHARS and " " not in extension
        else _NO_EXTENSION
    )
