"""The columns of a table of JSON values: nested objects as dotted columns, short lists as numbered ones."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Final

from headroom.compressors.json_values import Value

_RARE: Final = 0.2
"""A key in a smaller share of the rows gets no column. This bounds the number of cells, too."""
_UNIFORM: Final = 0.6
"""Objects are flattened when on average they have this share of all the keys that occur in them."""
_MOSTLY: Final = 0.75
"""And when so many of the values are objects at all: in a row with many empty cells it is easy to miscount."""
_LIST_ITEMS: Final = 4
"""Longer lists of objects stay in one cell."""
_PLACES: Final = 64
"""Longer rows of a matrix stay in one cell."""

Path = tuple[str | int, ...]
"""The steps to a column's values: keys, and places in lists. Empty for the values themselves."""
Row = dict[str, Value]


class _Missing:
    """The mark of a key that an object does not have."""


MISSING: Final = _Missing()
Cells = list["Value | _Missing"]
RARE_KEYS: Final[Path] = ("", -1)
"""The path of the column in which the keys stand that are too rare for a column of their own."""


def columns(items: list[Value]) -> list[tuple[Path, Cells]]:
    """Return the columns of a table in order of first appearance, the rare keys together in the last.

    Args:
        items: one a row: objects, or lists of equal length, or any values; what is no object among objects, and
            what is no list among lists, stands in a column of its own, with the empty path.
    """
    rows = [item for item in items if type(item) is dict]
    if len(rows) == len(items):
        return _of_objects(rows)
    if rows:
        others: Cells = [MISSING if type(item) is dict else item for item in items]
        return [((), others), *_of_objects([item if type(item) is dict else {} for item in items])]
    places = {len(item) if type(item) is list else 0 for item in items}
    if len(places) == 1 and 0 < (width := places.pop()) <= _PLACES:
        across = zip(*[item for item in items if type(item) is list], strict=True)
        return [((place,), list(values)) for place, values in zip(range(width), across, strict=True)]
    return [((), list(items))]


def is_uniform(objects: list[Row]) -> bool:
    """Whether objects have enough keys in common for their keys to be columns."""
    counts = _key_counts(objects)
    return sum(counts.values()) >= _UNIFORM * len(counts) * len(objects)


def item_keys(values: Cells) -> list[str] | None:
    """Return the keys that all objects have in a column of lists of objects; None for any other column."""
    items = [item for value in values if type(value) is list for item in value]
    return _common_keys(items)


def object_keys(values: Cells) -> list[str] | None:
    """Return the keys that all objects have in a column that has objects, too; None where that is not so."""
    if any(type(value) is list for value in values):
        return None
    return _common_keys([value for value in values if type(value) is dict])


def _common_keys(items: list[Value]) -> list[str] | None:
    first = items[0] if items else None
    if type(first) is not dict or not first or len(items) < 2:
        return None
    keys = first.keys()
    return list(first) if all(type(item) is dict and item.keys() == keys for item in items) else None


def _of_objects(rows: list[Row]) -> list[tuple[Path, Cells]]:
    keys = list(rows[0])
    if len(keys) > 1 and len(set(map(tuple, rows))) == 1:
        found = []
        for key, values in zip(keys, zip(*map(itemgetter(*keys), rows), strict=True), strict=True):
            found += _flat((key,), list(values))
        return found
    counts = _key_counts(rows)
    rare = {key for key, n in counts.items() if n < _RARE * len(rows)}
    found = []
    for key in counts:
        if key not in rare:
            found += _flat((key,), [row.get(key, MISSING) for row in rows])
    if rare:
        # Many rare keys must not cost a look at each of them for every row.
        more: Cells = [{key: row[key] for key in row if key in rare} or MISSING for row in rows]
        found.append((RARE_KEYS, more))
    return found


def _flat(path: Path, values: Cells) -> list[tuple[Path, Cells]]:
    """Return a column as the columns of its members, where that can be read back; else as it is.

    What has no members (null, an empty object) stays in a column of the old name, beside those of the members.
    """
    steps = _steps(values)
    if not steps:
        return [(path, values)]
    kind = dict if isinstance(steps[0], str) else list
    found: list[tuple[Path, Cells]] = []
    if any(value is not MISSING and not (type(value) is kind and value) for value in values):
        found.append((path, [MISSING if type(value) is kind and value else value for value in values]))
    for step in steps:
        found += _flat((*path, step), [_member(value, step) for value in values])
    return found


def _steps(values: Cells) -> list[str] | list[int]:
    """Return the keys, or the places in a list, that a column is to be taken apart by; none if it is not."""
    types = set(map(type, values))
    if dict not in types and list not in types:
        return []
    present = len(values) - values.count(MISSING)
    objects = [value for value in values if type(value) is dict and value]
    if objects and len(objects) >= _MOSTLY * present and is_uniform(objects):
        return list(_key_counts(objects))
    lists = [value for value in values if type(value) is list and value]
    places = max(map(len, lists), default=0)
    if not lists or len(lists) < _MOSTLY * present or places > _LIST_ITEMS:
        return []
    items = [item for value in lists for item in value]
    members = [item for item in items if type(item) is dict and item]
    is_table = len(members) == len(items) >= _UNIFORM * places * len(lists) and is_uniform(members)
    return list(range(places)) if is_table else []


def _member(value: "Value | _Missing", step: str | int) -> "Value | _Missing":
    if type(value) is dict and isinstance(step, str):
        return value.get(step, MISSING)
    if type(value) is list and isinstance(step, int) and step < len(value):
        return value[step]
    return MISSING


def _key_counts(objects: Iterable[Row]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for members in objects:
        for key in members:
            counts[key] = counts.get(key, 0) + 1
    return counts
