"""CSV and its kin: cells between commas, tabs or semicolons, quoted as in RFC 4180; the first line is a header."""

import csv
import re
from typing import Final

from headroom.compressors.table_cells import Table

_DELIMITERS: Final = (("\t", "TSV"), (",", "CSV"), (";", "CSV with semicolons"))
_NAME: Final = re.compile(r"[^\W\d][\w .%/()#$*?+-]{0,59}|\[[\w .]{1,40}\]|")
_CODE: Final = re.compile(r"\w\(|\)$|\b(?:if|for|return|import|from|def|class|const|let|var|function) ")
_LOOKED_AT: Final = 20
_MIN_ROWS: Final = 3
_BLANK_SHARE: Final = 0.3
"""In prose and code a blank follows the comma; in a CSV it does not."""


def looks_like(sample: list[str]) -> bool:
    """Whether the first lines of a text, none of them cut, read like a header and rows with as many cells."""
    return _dialect(sample) is not None


def read(text: str) -> Table | None:
    """Return a delimited text as a table; None when it is none, or not all rows have as many cells."""
    text = text.replace("\r\n", "\n")
    body = text.rstrip("\n")
    dialect = _dialect(body[: 400 * _LOOKED_AT].split("\n", _LOOKED_AT)[:_LOOKED_AT])
    if dialect is None:
        return None
    delimiter, what = dialect
    rows = _rows(body, delimiter)
    if len(rows) <= _MIN_ROWS or any(len(row) != len(rows[0]) for row in rows):
        return None
    # What follows the last line break is an empty line, kept for the ends of texts to agree.
    return Table(what, [], rows[0], rows[1:], text[len(body) :].split("\n")[1:])


def _rows(body: str, delimiter: str) -> list[list[str]]:
    if '"' not in body:
        return [] if "\r" in body else [line.split(delimiter) for line in body.split("\n")]
    try:
        return list(csv.reader(body.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except csv.Error:
        return []


def _dialect(sample: list[str]) -> tuple[str, str] | None:
    """Return what separates the cells, and the name of that; None where the lines do not look like a table."""
    sample = [line.rstrip("\r") for line in sample]
    if len(sample) <= _MIN_ROWS:
        return None
    for delimiter, what in _DELIMITERS:
        if delimiter in sample[0] and _is_regular(sample, delimiter):
            return delimiter, what
    return None


def _is_regular(sample: list[str], delimiter: str) -> bool:
    header = _rows(sample[0], delimiter)
    if not header or len(header[0]) < 2 or not _is_header(header[0]):
        return False
    rows = _rows("\n".join(sample), delimiter)
    # The last of them may be the first part of a quoted cell.
    if not rows and any('"' in line for line in sample):
        rows = [row for line in sample if '"' not in line for row in _rows(line, delimiter)]
    rows = rows[1:-1]
    if len(rows) < _MIN_ROWS - 1 or any(len(row) != len(header[0]) for row in rows):
        return False
    if any(name and name == cell for row in rows for name, cell in zip(header[0], row, strict=True)):
        return False
    if delimiter == "\t":
        return True
    cells = [cell for row in rows for cell in row[1:]]
    return sum(cell.startswith(" ") for cell in cells) <= _BLANK_SHARE * len(cells)


def _is_header(cells: list[str]) -> bool:
    """Whether cells read like the names of columns: short, different, and the first no number."""
    if not cells[0].strip() and not cells[1].strip():
        return False
    names = [cell.strip() for cell in cells]
    return (
        len(set(names)) == len(names)
        and all(_NAME.fullmatch(name) for name in names)
        and not any(_CODE.search(name + " ") and "(" not in name for name in names)
        and sum(not name for name in names) <= 1
    )
