"""Tables: CSV and TSV, psql and mysql, Markdown, boxes, and columns kept apart by blanks (kubectl, docker, ps).

Lossless: the same header and the same cells in the same order, between tabs; what all cells of a column have in
common is written once (table_cells). Borders, padding and quotes are layout and go. Lossy: an omission line with
what the rows that are left out were, column by column, and the rows that matter (row_selection), in order:

    [headroom: 970 of 1,000 rows omitted (status: paid 700, open 270; total: 1.20..99.10); all of it: PATH]
    id	status	total
"""

from typing import Final

from headroom import markers, tokens
from headroom.compressors import (
    protected,
    row_selection,
    screen,
    table_boxes,
    table_cells,
    table_columns,
    table_delimited,
)
from headroom.compressors.table_cells import Table
from headroom.types import Compressed, Compressor, Context, PassThrough

_SAMPLE_CHARS: Final = 8192
_SAMPLE_ROWS: Final = 50
"""Of so many rows the tokens are counted, to know how many characters a token has."""
_STATISTICS_CHARS: Final = 500
_STATISTICS_TOKENS: Final = 120
_LEGEND: Final = "a table, cells between tabs"


def looks_like(text: str) -> bool:
    """Whether a text begins as a table does."""
    sample = screen.without_styles(text[:_SAMPLE_CHARS]).replace("\r\n", "\n").lstrip("\n").split("\n")
    if len(text) > _SAMPLE_CHARS:
        sample.pop()
    return table_boxes.looks_like(sample) or table_delimited.looks_like(sample) or table_columns.looks_like(sample)


def compress(text: str, context: Context) -> Compressed:
    """Return a table as its cells; for a budget, only the rows that matter and what the others were.

    Raises PassThrough for what is no table or is not sure where its cells end, and when it comes out no shorter.
    """
    protected.refuse(text)
    if not screen.is_only_styled(text):
        raise PassThrough("a screen would show only a part")
    table = read(screen.shown(text))
    if table is None:
        raise PassThrough("not a table whose cells are clear")
    around = (*table.before, *table.header[:1])
    if any("\t" in line for line in table.before) or any(map(table_cells.reads_like_a_note, around)):
        raise PassThrough("reads like a table with notes already")
    result = _lossless(table) if context.budget_tokens is None else _lossy(table, context, context.budget_tokens)
    if len(result.text) >= len(text):
        raise PassThrough("not shorter as cells")
    return result


def read(text: str) -> Table | None:
    """Return a text as a table; None when it is none."""
    delimited = table_delimited.read(text)
    if delimited is not None:
        return delimited
    lines = text.replace("\r\n", "\n").split("\n")
    return table_boxes.read(lines) or table_columns.read(lines)


def _lossless(table: Table) -> Compressed:
    written = table_cells.form(table, is_whole=True)
    note = markers.lossless_note(len(table.rows), "rows", f"{_LEGEND} (was: {table.what})")
    lines = [note, *table.before, *table_cells.lines_of(written), *table.after]
    return Compressed("\n".join(lines), lossless=True, kept=len(table.rows))


def _lossy(table: Table, context: Context, budget_tokens: int) -> Compressed:
    columns = list(map(list, zip(*table.rows, strict=True)))
    written = table_cells.form(table, is_whole=False)
    around = "\n".join((*table.before, *written.head, *table.after))
    step = max(1, len(table.rows) // _SAMPLE_ROWS)
    sample = "\n".join(table_cells.lines_of(written, range(0, len(table.rows), step))[len(written.head) :])
    chars_per_token = len(sample) / max(1, tokens.count(sample))
    room = (budget_tokens - tokens.count(around) - _STATISTICS_TOKENS) * chars_per_token
    # What all rows have in common costs no room in any of them.
    share = _chars(written.columns) / max(1, _chars(columns))
    kept = row_selection.choose(columns, context.query, room / max(share, 0.05)).rows
    gone = sorted(set(range(len(table.rows))).difference(kept))
    if not gone:
        raise PassThrough("every row matters")
    told = [at for at, column in enumerate(columns) if len(set(column)) > 1]
    names, various = [table.header[at] for at in told], [columns[at] for at in told]
    detail = row_selection.statistics(names, various, gone, _STATISTICS_CHARS)
    marker = markers.omission(len(gone), len(table.rows), "rows", detail, context.original)
    lines = [marker, *table.before, *table_cells.lines_of(written, kept), *table.after]
    return Compressed("\n".join(lines), False, len(kept), {"rows": len(gone)})


def _chars(columns: list[list[str]]) -> int:
    return sum(sum(map(len, column)) for column in columns)


TABLE: Final = Compressor(
    "table",
    looks_like,
    compress,
    commands=(
        *(
            "psql",
            "mysql",
            "mariadb",
            "sqlite3",
            "kubectl get",
            "kubectl top",
            "oc get",
            "docker ps",
            "docker images",
        ),
        *(
            "docker container ls",
            "docker image ls",
            "docker stats",
            "podman ps",
            "helm list",
            "helm ls",
            "ps",
            "df",
        ),
        *("pip list", "npm outdated", "aws", "gcloud"),
    ),
)
