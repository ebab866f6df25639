"""One table of `headroom perf` as CSV (RFC 4180), for a spreadsheet or a script.

Money is in dollars to 6 decimals, shares in percent to 2, times in milliseconds to 3; what is not known is empty.
"""

import csv
import io

from headroom_cli.figures import printable
from headroom_cli.perf_columns import MONEY, MS, PERCENT, Table, Value

_FORMULA = tuple("=+-@＝＋－＠")
"""A spreadsheet takes a text that begins so for a formula, but not behind an apostrophe (OWASP, CSV Injection)."""


def as_csv(table: Table) -> str:
    """Return a table with its head; names of columns are an interface."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.name for column in table.columns])
    for row in table.rows:
        writer.writerow([_cell(column.kind, value) for column, value in zip(table.columns, row, strict=True)])
    return out.getvalue()


def _cell(kind: str, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        text = printable(value)
        return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
    if kind == MONEY:
        from headroom.pricing import PICO

        return f"{round(value / PICO, 6) + 0.0:.6f}"
    return f"{round(value, _DECIMALS[kind]) + 0.0:.{_DECIMALS[kind]}f}" if kind in _DECIMALS else str(value)


_DECIMALS = {PERCENT: 2, MS: 3}
