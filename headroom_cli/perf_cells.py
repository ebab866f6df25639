"""The values of a table as a person reads them."""

from collections.abc import Sequence

from headroom_cli.figures import amount, milliseconds, money, percent
from headroom_cli.perf_columns import COUNT, MONEY, MS, PERCENT, Table, Value

UNKNOWN = {MONEY: "unknown"}
"""What is said of a value that is not known; "-" for all other kinds."""


def texts(table: Table) -> list[list[str]]:
    """Return the rows as texts. All the money in a table has the same number of decimals."""
    columns = [
        [_text(column.kind, row[place]) for row in table.rows] for place, column in enumerate(table.columns)
    ]
    sums = [place for place, column in enumerate(table.columns) if column.kind == MONEY]
    amounts = [row[place] for row in table.rows for place in sums]
    told = iter(_money(amounts))
    for row in range(len(table.rows)):
        for place in sums:
            columns[place][row] = next(told)
    return [list(row) for row in zip(*columns, strict=True)]


def _text(kind: str, value: Value) -> str:
    if value is None:
        return UNKNOWN.get(kind, "-")
    if kind == PERCENT:
        return percent(float(value))
    if kind == MS:
        return milliseconds(float(value))
    return amount(int(value)) if kind == COUNT else str(value)


def _money(values: Sequence[Value]) -> list[str]:
    known = [int(value) for value in values if value is not None]
    told = iter(money(*known) if known else ())
    return [UNKNOWN[MONEY] if value is None else next(told) for value in values]
