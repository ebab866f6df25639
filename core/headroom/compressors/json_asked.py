"""Which columns of a table hold the fields that were asked for again in outputs like it."""

from collections.abc import Collection, Iterable


def columns(names: Iterable[str], fields: Collection[str]) -> frozenset[str]:
    """Return the columns that hold one of some fields, or a part of one, or have one within.

    Args:
        names: of the columns: a.b for key b of object a, a[0] for a list's first item, a{b,c} for whole objects.
        fields: their names, dotted; empty for none.
    """
    return frozenset(name for name in names if _holds(name, fields)) if fields else frozenset()


def _holds(column: str, fields: Collection[str]) -> bool:
    plain = column.partition("{")[0].partition("[")[0]
    return any(plain == name or plain.startswith(name + ".") or name.startswith(plain + ".") for name in fields)
