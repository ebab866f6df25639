"""Keys beside the messages that several dialects have, and how each is read into the head."""

from collections.abc import Callable

from headroom.dialects.base import Head
from headroom.dialects.values import Fields, elements_at, fields_at, is_set, is_text, text_at
from headroom.spans import Cursor

Take = Callable[[Cursor, Head], None]


def model(cursor: Cursor, head: Head) -> None:
    """Take the model's name. Raises ValueError where it is no string."""
    head.model = cursor.text()


def stream(cursor: Cursor, head: Head) -> None:
    """Take whether the answer is to be streamed."""
    head.stream = cursor.body[cursor.skip()] == b"true"


def client(cursor: Cursor, head: Head) -> None:
    """Take what the client says of itself, as it stands."""
    head.client += cursor.body[cursor.skip()].decode(errors="replace")


def edits(cursor: Cursor, head: Head) -> None:
    """Take what the provider is asked to do to the context."""
    head.edits += cursor.body[cursor.skip()]


def breakpoints(cursor: Cursor, head: Head) -> None:
    """Take a key by whose presence the client says what is to be cached."""
    head.places_breakpoints |= is_set(cursor.body, cursor.skip())


def tools(named: Callable[[bytes, slice], frozenset[str]], caches: str = "cache_control") -> Take:
    """Return what takes an array of tools.

    Args:
        named: returns the names in the tool at a span.
        caches: the key of a cache breakpoint on a tool.
    """

    def take(cursor: Cursor, head: Head) -> None:
        span = cursor.skip()
        head.before_bytes += span.stop - span.start
        body = cursor.body
        names: set[str] = set()
        for tool in elements_at(body, span):
            head.tools = span
            names |= named(body, tool)
            head.places_breakpoints |= is_set(body, fields_at(body, tool)[0].get(caches))
        head.tool_names |= names

    return take


def system(caches: str = "cache_control") -> Take:
    """Return what takes a system prompt: a string, or a list of blocks with texts.

    Args:
        caches: the key of a cache breakpoint among or on the blocks.
    """

    def take(cursor: Cursor, head: Head) -> None:
        span = cursor.skip()
        head.before_bytes += span.stop - span.start
        body = cursor.body
        texts = [span] if is_text(body, span) else []
        for block in elements_at(body, span):
            found, repeated = fields_at(body, block)
            head.places_breakpoints |= is_set(body, found.get(caches))
            if not repeated and is_text(body, found.get("text")):
                texts.append(found["text"])
        head.system += tuple(texts)

    return take


def name_of(body: bytes, tool: slice) -> frozenset[str]:
    """Return the name of a tool that has it at the top."""
    return _named(body, fields_at(body, tool)[0])


def _named(body: bytes, found: Fields) -> frozenset[str]:
    said = text_at(body, found.get("name"))
    return frozenset({said} if said else ())
