"""The hot loops over raw JSON bytes, in Python: the readable twin of the compiled `headroom_native`.

Both twins return the same value, or raise ValueError with the same message, for every input, also for bytes
that are no JSON at all. What is fast here is what hands whole runs of bytes to bytes.find, bytes.startswith
and possessive regular expressions; nothing below looks at single bytes of long strings.
"""

import re

_QUOTE, _BACKSLASH = ord('"'), ord("\\")
_OPENING = b"{["
_OPENING_TO_CLOSING = 2  # '{' and '}', '[' and ']' stand two apart in ASCII
_CHUNK_BYTES = 1 << 16

_SCALAR = re.compile(rb'[^ \t\n\r,:\]}\[{"]++')

# A quote that may close a string: not behind exactly one or exactly three backslashes, which are the escaped
# quotes of JSON, and of JSON in JSON. A quote behind any other run of them is decided by counting.
_CANDIDATE = re.compile(rb'"(?<![^\\]\\")(?<![^\\]\\\\\\")')


def _run_pattern(depth: int) -> bytes:
    """Return the pattern for a run of complete values: short strings, scalars, and containers `depth` deep.

    An array may hold containers of the first level only, so that the pattern grows with the depth and not
    with its power; tool schemas are objects in objects. No part gives back what it took: a match is linear.
    """
    # Up to its first quote, if that is not behind a backslash: the longer and the escaped ones are left to
    # find_string_end, which is faster at them.
    string = rb'"[^"]{0,200}+"(?<!\\")'
    other = rb'[^][{}"]*+'
    levels = [other + rb"(?>(?:" + string + other + rb")*)"]
    for level in range(depth):
        containers = rb"\{" + levels[-1] + rb"\}|\[" + levels[min(level, 1)] + rb"\]"
        levels.append(other + rb"(?>(?:(?:" + string + rb"|" + containers + rb")" + other + rb")*)")
    return levels[-1]


_RUN = re.compile(_run_pattern(6))


def find_string_end(body: bytes, start: int) -> int:
    """Return the offset just past the closing quote of the string literal at `start`.

    The closing quote is the first one behind an even number of backslashes, counted back to the opening quote.
    Any other byte may stand in the literal, raw control bytes and broken UTF-8 too.

    Args:
        body: any bytes.
        start: offset of the opening quote.

    Raises:
        ValueError: "no string at offset START" when no quote stands there, also for an offset outside the
            body; "truncated at offset SIZE" when no closing quote follows.
    """
    if not 0 <= start < len(body) or body[start] != _QUOTE:
        raise ValueError(f"no string at offset {start}")
    at = body.find(b'"', start + 1)
    while at >= 0:
        last = at - 1
        while body[last] == _BACKSLASH:
            last -= 1
        if (at - last) % 2:
            return at + 1
        candidate = _CANDIDATE.search(body, at + 1)
        at = candidate.start() if candidate else -1
    raise ValueError(f"truncated at offset {len(body)}")


def skip_value(body: bytes, start: int) -> int:
    """Return the offset just past the JSON value whose first byte is at `start`.

    The check is structural. A value is a string as find_string_end has it; or a scalar, the longest run of
    bytes that are none of space, tab, newline, carriage return and `,:]}[{"`; or a container. A container ends
    with the bracket that closes it: `}` for `{`, `]` for `[`, whatever is open in it closed first. Between its
    brackets strings are stepped over and every other byte is taken, commas and colons in any number and place.

    Time is linear in the bytes stepped over, memory in the depth of nesting; there is no recursion.

    Args:
        body: any bytes.
        start: offset of the value's first byte; white space is not skipped.

    Raises:
        ValueError: "no value at offset START" when no value begins there, also for an offset outside the body;
            "mismatched bracket at offset N" for the first bracket that closes one of the other kind;
            "truncated at offset SIZE" when the body ends within the value.
    """
    if not 0 <= start < len(body):
        raise ValueError(f"no value at offset {start}")
    first = body[start]
    if first == _QUOTE:
        return find_string_end(body, start)
    if first in _OPENING:
        return _skip_container(body, start)
    scalar = _SCALAR.match(body, start)
    if scalar is None:
        raise ValueError(f"no value at offset {start}")
    return scalar.end()


def _skip_container(body: bytes, start: int) -> int:
    closing = bytearray()
    at = start
    while at < len(body):
        byte = body[at]
        if byte == _QUOTE:
            at = find_string_end(body, at)
        else:
            at += 1
            if byte in _OPENING:
                closing.append(byte + _OPENING_TO_CLOSING)
            elif byte != closing.pop():
                raise ValueError(f"mismatched bracket at offset {at - 1}")
            elif not closing:
                return at
        run = _RUN.match(body, at)
        if run is not None:  # it always matches, if only nothing
            at = run.end()
    raise ValueError(f"truncated at offset {len(body)}")


def common_prefix(a: bytes, b: bytes) -> int:
    """Return how many bytes `a` and `b` have in common before the first that differs, or the shorter one ends."""
    size = min(len(a), len(b))
    low = 0
    while low < size and b.startswith(a[low : low + _CHUNK_BYTES], low):
        low += _CHUNK_BYTES
    # The first difference, if any, is in the chunk that begins at low: halve it until it is found.
    high = min(low + _CHUNK_BYTES, size)
    while low < high:
        middle = (low + high + 1) // 2
        if b.startswith(a[low:middle], low):
            low = middle
        else:
            high = middle - 1
    return min(low, size)
