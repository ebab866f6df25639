"""Takes elements out of arrays and members out of objects in raw JSON, with the commas that belong to them.

As everywhere, nothing is re-serialised (law 2): what stays keeps its bytes.
"""

from collections.abc import Callable, Mapping, Sequence

from headroom.spans import Cursor, Replacement


def changes(elements: Sequence[slice], new: Mapping[int, bytes]) -> list[Replacement]:
    """Return the replacements that change an array (or an object, by its members).

    Args:
        elements: where all of its elements stand in the body, in order.
        new: for the number of each element that changes, what takes its place: one value, several with commas
            between them, or nothing.
    """
    found: list[Replacement] = []
    something_before = False
    """Whether, as it will be, anything stands before the element at hand."""
    for number, span in enumerate(elements):
        literal = new.get(number)
        if literal:
            found.append(Replacement(span.start, span.stop, literal))
        elif literal is not None:
            # With it goes the comma before it; the one behind it, where nothing stands before it any more.
            is_last = number == len(elements) - 1
            start = elements[number - 1].stop if something_before else span.start
            stop = span.stop if something_before or is_last else elements[number + 1].start
            found.append(Replacement(start, stop, b""))
        something_before = something_before or literal is None or bool(literal)
    return found


def member_changes(value: bytes, leaves: Callable[[str, slice], bool]) -> list[Replacement]:
    """Return the replacements that take members out of a JSON object.

    Args:
        value: the object, nothing before or behind it.
        leaves: tells of a key, and of the span of its value in the object, whether the member leaves.

    Raises ValueError where it is no object.
    """
    cursor = Cursor(value)
    members: list[slice] = []
    gone: dict[int, bytes] = {}
    at = 1  # behind the opening brace
    for key in cursor.members():
        span = cursor.skip()
        if leaves(key, span):
            gone[len(members)] = b""
        # Before a key stand white space and a comma, and nothing else.
        members.append(slice(value.index(b'"', at), span.stop))
        at = span.stop
    return changes(members, gone)


def spans_in(array: bytes) -> list[slice]:
    """Return where the elements of a JSON array stand in it. Raises ValueError where it is no array."""
    cursor = Cursor(array)
    return [cursor.skip() for _ in cursor.elements()]


def joined(first: bytes, second: bytes) -> bytes:
    """Return one JSON array with the elements of two, as they stand. Raises ValueError as `spans_in`."""
    ours, theirs = spans_in(first), spans_in(second)
    if not ours or not theirs:
        return second if theirs else first
    return first[: ours[-1].stop] + b"," + second[theirs[0].start : theirs[-1].stop] + first[ours[-1].stop :]
