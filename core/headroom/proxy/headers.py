"""Which headers pass: all but those that belong to one connection, in the order and spelling they came in."""

from collections.abc import Iterable

Headers = list[tuple[str, str]]

_HOP_BY_HOP = frozenset(
    {
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_REMADE = frozenset({"host", "content-length", "expect", "x-headroom-mode"})
"""Made anew for the onward connection, or meant for us alone."""


def onward(raw: Iterable[tuple[bytes, bytes]], drop: frozenset[str] = frozenset()) -> Headers:
    """Return the headers to send on, repeated ones included. RFC 9110, section 7.6.1."""
    pairs = [(name.decode("latin-1"), value.decode("utf-8", "surrogateescape")) for name, value in raw]
    named = {
        token.strip().lower()
        for name, value in pairs
        if name.lower() == "connection"
        for token in value.split(",")
    }
    gone = _HOP_BY_HOP | named | drop
    spelling: dict[str, str] = {}
    # One spelling for a name that comes again: the client library keeps only one of several.
    return [(spelling.setdefault(name.lower(), name), value) for name, value in pairs if name.lower() not in gone]


def request_headers(raw: Iterable[tuple[bytes, bytes]], is_rewritten: bool) -> Headers:
    """Return a request's headers for the provider; a rewritten body is no longer encoded as the client's was."""
    return onward(raw, _REMADE | {"content-encoding"} if is_rewritten else _REMADE)
