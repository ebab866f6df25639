"""A JSON document within a budget: the rows that matter most, each cell exact or visibly shortened.

[headroom: 1,985 of 2,000 rows omitted (status: ok 1,980, pending 5; ms 3..912, median 41); all of it: PATH]
(rows as a table: cells between tabs; ...)
#   id   status
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from headroom import markers, tokens
from headroom.compressors import (
    json_asked,
    json_cells,
    json_excerpts,
    json_hidden,
    json_omitted,
    json_profiles,
    json_selection,
    json_table,
)
from headroom.compressors.json_columns import MISSING, Cells
from headroom.compressors.json_parts import Document, Part
from headroom.compressors.json_profiles import Profile
from headroom.compressors.json_selection import Picks
from headroom.compressors.json_table import Lines, Table
from headroom.compressors.json_values import Number, write
from headroom.types import Context, PassThrough

_SMALL_TOKENS: Final = 250
"""A table of no more than this is shown whole, beside larger ones."""
_MIN_BUDGET_TOKENS: Final = 150
_LIMITS: Final = (None, 1200, 600, 300, 160, 80, 30)
"""How long the cells of ordinary rows may be, in characters; tried in turn until all rows have room."""
_SELECTED_LIMITS: Final = (None, 1200, 600, 300, 160)
"""The same where rows are left out, until so many rows have room:"""
_ROWS_WANTED: Final = 15
_IMPORTANT: Final = 4
"""Rows that answer the query or speak of a failure may have cells so many times as long,"""
_IMPORTANT_CHARS: Final = 400
"""and at least as long as this."""
_DERIVED_SHARE: Final = 0.08
"""Columns that follow from others are not shown where saying how takes a larger share of the budget."""
_CONSTANTS_SHARE: Final = 0.25
"""What is the same in every row is shortened where it takes a larger share of the budget;"""
_CONSTANT_CHARS: Final = 160
"""so many characters of each value stay at least."""
_HEAD_TOKENS: Final = 120
"""About what the omission line and the head of a table take."""
_ROUNDS: Final = 4
_MIN_ROW_TOKENS: Final = 6
"""No row takes fewer."""
_SAMPLE_ROWS: Final = 60
_SHORT_CHARS: Final = 120
_ROUGHLY: Final = 1.2
"""How far off an estimate by characters may be."""
_FULL: Final = 1.15
"""How far over the budget a table may go, as a share of it."""
_SAMPLE_CHARS: Final = 20_000
_RARE_WORD_SHARE: Final = 0.3


class _Shown(NamedTuple):
    """A table within its budget."""

    written: Lines
    rows: list[int]
    """The rows that are shown."""
    omitted_chars: int
    """What is missing in shortened cells."""
    hidden: list[str]
    """Columns that are not shown at all."""
    profiles: Mapping[str, Profile]
    """The columns that are shown, with all their values."""


@dataclass(slots=True)
class _View:
    """A table as it may be shown: its cells as text."""

    part: Part
    table: Table
    """Without the derived columns for which there is no room."""
    columns: dict[str, Cells]
    """What is shown of the table's columns."""
    profiles: dict[str, Profile]
    hidden: list[str]
    sizes: dict[str, list[int]]
    """The length of each cell."""
    long: frozenset[str]
    """Columns whose cells are long on average."""
    picks: Picks
    chars_per_token: float
    cut_chars: int
    """What is missing of the values that are the same in every row."""
    kept: frozenset[str]
    """Columns that were asked for again, whose cells may be longer."""

    def chars(self, row: int, limit: int | None) -> int:
        """Return about how long a row is when its cells are cut at a limit."""
        if limit is None:
            return sum(sizes[row] + 1 for sizes in self.sizes.values())
        return sum(min(sizes[row], self.most(name, limit) + 24) + 1 for name, sizes in self.sizes.items())

    def most(self, name: str, limit: int) -> int:
        """Return how long the cells of a column may be: short texts stay whole where long ones are cut."""
        if name in self.kept:
            return max(_IMPORTANT * limit, _IMPORTANT_CHARS)
        return limit if name in self.long else max(limit, _SHORT_CHARS)

    def limit(self, row: int, limit: int | None) -> int | None:
        """Return how long a row's cells may be where those of ordinary rows are cut at `limit`."""
        if limit is None or row not in self.picks.asked | self.picks.failing:
            return limit
        return max(_IMPORTANT * limit, _IMPORTANT_CHARS)


def select(document: Document, context: Context, budget_tokens: int) -> tuple[str, int, dict[str, int]]:
    """Return a document as text of about a number of tokens, how many rows it shows, and what it omits by class.

    Raises PassThrough when nothing can be left out.
    """
    if not document.parts:
        raise PassThrough("has no rows to choose from")
    budgets = _budgets(document, budget_tokens)
    shown = [
        _whole(part) if budget is None or not part.table.columns else _within(_view(part, context, budget), budget)
        for part, budget in zip(document.parts, budgets, strict=True)
    ]
    total = sum(part.table.rows for part in document.parts)
    kept = sum(len(part.rows) for part in shown)
    chars = sum(part.omitted_chars for part in shown)
    if kept == total and not chars:
        raise PassThrough("nothing to leave out")
    lines: list[str] = []
    if document.around:
        lines.append(document.around)
        for number, (part, some) in enumerate(zip(document.parts, shown, strict=True), document.first):
            lines += [
                _part_line(number, part, some, len(document.parts) > 1),
                *some.written.head,
                *some.written.rows,
            ]
    else:
        lines = [*shown[0].written.head, *shown[0].written.rows]
    marker = _marker(document, shown, context.original)
    said = document.legend(part.written.head for part in shown) + (f"; {json_excerpts.LEGEND}" if chars else "")
    omitted = {name: n for name, n in (("rows", total - kept), ("chars", chars)) if n}
    return "\n".join([marker, f"(rows as a table: {said})", *lines]), kept, omitted


def _budgets(document: Document, budget_tokens: int) -> list[int | None]:
    """Share a budget among tables by their size; None shows a table whole."""
    if len(document.parts) == 1:
        return [max(_MIN_BUDGET_TOKENS, budget_tokens - tokens.count(document.around))]
    sizes = [tokens.count("\n".join(part.lines)) for part in document.parts]
    left = budget_tokens - tokens.count(document.around)
    small = [size <= _SMALL_TOKENS for size in sizes]
    left -= sum(size for size, is_small in zip(sizes, small, strict=True) if is_small)
    large = sum(size for size, is_small in zip(sizes, small, strict=True) if not is_small)
    return [
        None if is_small else max(_MIN_BUDGET_TOKENS, left * size // large)
        for size, is_small in zip(sizes, small, strict=True)
    ]


def _whole(part: Part) -> _Shown:
    return _Shown(part.written, list(range(part.table.rows)), 0, [], {})


def _view(part: Part, context: Context, budget_tokens: int) -> _View:
    spelled = {name: _plain(values) for name, values in part.table.columns.items()}
    texts = list(map("\t".join, zip(*spelled.values(), strict=True))) or [""] * part.table.rows
    profiles = {name: json_profiles.profile(values) for name, values in part.table.columns.items()}
    picks = json_selection.pick(profiles, texts, context.query)
    kept = json_asked.columns([*part.table.columns, *part.table.constants, *part.table.derived], context.keep)
    hidden = {
        name: said
        for name, said in json_hidden.columns(part.table.columns, context.query).items()
        if name not in kept
    }
    columns: dict[str, Cells] = {}
    sizes: dict[str, list[int]] = {}
    for name, values in part.table.columns.items():
        if name in hidden:
            continue
        short, values_shown, key = (name, values, "") if name in kept else json_cells.with_only(name, values)
        columns[short] = values_shown
        sizes[short] = list(map(len, json_cells.spell(values_shown) if key else spelled[name]))
        if key:
            hidden[name] = f"{name} but for {key}"
    long = frozenset(name for name, all_sizes in sizes.items() if sum(all_sizes) > _SHORT_CHARS * len(all_sizes))
    constants, cut_chars = _constants(part.table.constants, budget_tokens, picks.words, kept)
    derived = _formulas(part.table.derived, hidden, budget_tokens, kept)
    table = replace(part.table, constants=constants, derived=derived)
    if left_out := len(part.table.derived) - len(table.derived):
        hidden[json_table.DERIVED] = f"columns made from others ({left_out})"
    shown = {name: profiles[name] for name in columns if name in profiles}
    some = "\n".join(texts[:: max(1, len(texts) // _SAMPLE_ROWS)])[:_SAMPLE_CHARS]
    density = len(some) / max(1, tokens.count(some))
    return _View(part, table, columns, shown, list(hidden.values()), sizes, long, picks, density, cut_chars, kept)


def _constants(
    constants: Mapping[str, str], budget_tokens: int, words: Collection[str], kept: Collection[str]
) -> tuple[dict[str, str], int]:
    """Return what holds in every row, shortened where it takes too much of the budget, and the characters cut."""
    most = max(_CONSTANT_CHARS, int(_CONSTANTS_SHARE * budget_tokens))
    found = dict(constants)
    if tokens.count("\t".join(constants.values())) <= most:
        return found, 0
    cut = 0
    for name, cell in constants.items():
        if name in kept:
            continue
        is_quoted = cell.startswith('"')
        text = json.loads(cell) if is_quoted else cell
        said, left_out = json_excerpts.shorten(text, most, words)
        if left_out:
            found[name] = json_cells.bare(said) if is_quoted else said
            cut += left_out
    return found, cut


def _formulas(
    derived: Mapping[str, str], hidden: Collection[str], budget_tokens: int, kept: Collection[str]
) -> dict[str, str]:
    """Return what is said of columns that follow from others, as far as these are shown and there is room."""
    has_room = tokens.count("\t".join([*derived, *derived.values()])) <= _DERIVED_SHARE * budget_tokens
    return {
        name: formula
        for name, formula in derived.items()
        if (has_room or name == json_table.KEY_COLUMN or name in kept)
        and not any(f"{{{other}}}" in formula or f"{{{other} " in formula for other in hidden)
    }


def _plain(values: Cells) -> list[str]:
    """Return a column's values as text, strings as they are."""
    if set(map(type, values)) <= {str, Number}:
        return values  # type: ignore[return-value]
    return [value if isinstance(value, str) else json_cells.cell(value) for value in values]


def _within(view: _View, budget_tokens: int) -> _Shown:
    """Return a table of about a number of tokens: all rows with shorter cells if that will do, else some rows."""
    room = (budget_tokens - _HEAD_TOKENS) * view.chars_per_token
    everything = range(view.part.table.rows)
    for limit in _LIMITS if len(everything) * _MIN_ROW_TOKENS <= budget_tokens else ():
        if sum(view.chars(row, view.limit(row, limit)) for row in everything) <= _ROUGHLY * room:
            shown = _written(view, list(everything), limit)
            fits = _tokens(shown) <= _FULL * budget_tokens
            if fits and (shown.omitted_chars or shown.hidden):
                return shown
    limit = next((limit for limit in _SELECTED_LIMITS if _rows_with_room(view, limit, room) >= _ROWS_WANTED), 160)
    shown = _written(view, _chosen(view, limit, room), limit)
    for _ in range(_ROUNDS):
        size = _tokens(shown)
        if 0.93 * budget_tokens <= size <= budget_tokens:
            break
        room *= budget_tokens / size
        again = _chosen(view, limit, room)
        if again == shown.rows:
            break
        shown = _written(view, again, limit)
    return shown


def _tokens(shown: _Shown) -> float:
    """Return how many tokens a table takes, with its share of the omission line."""
    return tokens.count("\n".join([*shown.written.head, *shown.written.rows])) + _HEAD_TOKENS / 2


def _rows_with_room(view: _View, limit: int | None, room: float) -> float:
    some = [*view.picks.always, *view.picks.then[:50]]
    return room * len(some) / max(1, sum(view.chars(row, view.limit(row, limit)) for row in some))


def _chosen(view: _View, limit: int | None, room: float) -> list[int]:
    """Return what must be shown and what else there is room for, in order."""
    chosen = list(view.picks.always)
    left = room - sum(view.chars(row, view.limit(row, limit)) for row in chosen)
    for row in view.picks.then:
        left -= view.chars(row, view.limit(row, limit))
        if left < 0:
            break
        chosen.append(row)
    return sorted(chosen)


def _written(view: _View, rows: list[int], limit: int | None) -> _Shown:
    omitted_chars = view.cut_chars
    columns: dict[str, Cells] = {}
    for name, values in view.columns.items():
        sizes = view.sizes[name]
        column: Cells = []
        for row in rows:
            value = values[row]
            most = view.limit(row, limit)
            most = most if most is None else view.most(name, most)
            if most is not None and sizes[row] > most and value is not MISSING and value is not None:
                text = value if isinstance(value, str) else write(value)
                said, left_out = json_excerpts.shorten(text, most, view.picks.words)
                omitted_chars += left_out
                if left_out:
                    # What is cut of an object or a list stands without quotes, as all of it would.
                    value = said if isinstance(value, str) else Number(said)
            column.append(value)
        columns[name] = column
    written = json_table.write_some(view.table, rows, columns)
    return _Shown(written, rows, omitted_chars, view.hidden, view.profiles)


def _part_line(number: int, part: Part, shown: _Shown, has_detail: bool) -> str:
    line = f"@{number}: {len(shown.rows):,} of {part.table.rows:,} {part.unit}"
    detail = _detail(shown) if has_detail else ""
    return f"{line} (omitted: {detail})" if detail else line


def _marker(document: Document, shown: list[_Shown], original: str) -> str:
    total = sum(part.table.rows for part in document.parts)
    omitted = total - sum(len(part.rows) for part in shown)
    chars = sum(part.omitted_chars for part in shown)
    said = [_detail(shown[0])] if len(shown) == 1 else []
    hidden = [name for part in shown for name in part.hidden]
    said += ["not shown: " + ", ".join(hidden)] if hidden else []
    if not omitted and chars:
        whole = sum(len(line) for part in document.parts for line in part.lines)
        detail = "; ".join(["the ends of long cells, where it says [+N chars]; every row is here", *said[1:]])
        return markers.omission(chars, max(whole, chars), "characters of the table", detail, original)
    said += [f"and {chars:,} characters of long cells"] if chars else []
    return markers.omission(omitted, total, document.rows_unit, "; ".join(filter(None, said)), original)


def _detail(shown: _Shown) -> str:
    return json_omitted.describe(shown.profiles, shown.rows)
