"""The response path: bytes forwarded as they arrive, and a tee that reads usage from a copy."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Protocol

import orjson

from headroom import frames
from headroom.dialects.base import Dialect
from headroom.types import Usage

_MAX_BYTES = 4 << 20
"""An answer of which more would have to be kept is not looked into."""


_MAX_BODY_BYTES = 64 << 20
_STEP_BYTES = 16 << 10
"""A step of input can grow a thousandfold; the steps are small so that it shows in time."""


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...

    def decompress(self, data: bytes, /) -> bytes: ...


def _brotli() -> _Decoder:
    import brotli

    decoder = brotli.Decompressor()

    class Adapter:
        @property
        def eof(self) -> bool:
            return bool(decoder.is_finished())

        def decompress(self, data: bytes, /) -> bytes:
            return bytes(decoder.process(data))

    return Adapter()


def _zstd() -> _Decoder:
    import zstandard

    return zstandard.ZstdDecompressor().decompressobj()


DECODERS: Mapping[str, Callable[[], _Decoder]] = {
    "gzip": lambda: zlib.decompressobj(wbits=31),
    "x-gzip": lambda: zlib.decompressobj(wbits=31),
    "deflate": zlib.decompressobj,
    "br": _brotli,
    "zstd": _zstd,
}


def codings(encoding: str) -> list[str]:
    """Return the codings that a Content-Encoding names, in the order in which they were applied."""
    named = [part.strip().lower() for part in encoding.split(",")]
    return [name for name in named if name not in ("", "identity")]


def decode_body(body: bytes, encoding: str) -> bytes | None:
    """Undo a Content-Encoding; None when it is unknown, or the bytes are damaged, cut off or grow too many."""
    try:
        for name in reversed(codings(encoding)):
            plain = _decompress(DECODERS[name](), body)
            if plain is None:
                return None
            body = plain
    except Exception:  # noqa: BLE001 - each decoder has an error class of its own; None says it all
        return None
    return body


def _decompress(decoder: _Decoder, data: bytes) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    for at in range(0, len(data), _STEP_BYTES):
        parts.append(decoder.decompress(data[at : at + _STEP_BYTES]))
        size += len(parts[-1])
        if size > _MAX_BODY_BYTES:
            return None
    return b"".join(parts) if decoder.eof else None


def decoder_of(encoding: str) -> Callable[[bytes], bytes] | None:
    """Return what undoes a Content-Encoding piece by piece; None where that cannot be undone."""
    names = codings(encoding)
    if not all(name in DECODERS for name in names):
        return None
    steps = [DECODERS[name]().decompress for name in reversed(names)]

    def undo(data: bytes) -> bytes:
        for step in steps:
            data = step(data)
        return data

    return undo


class Hearing(Protocol):
    """Sees what a model says, when the client has it already."""

    def see(self, event: bytes) -> None:
        """Take an event of a stream, or a whole answer, as JSON. Never raises, and takes no time."""

    def end(self) -> None:
        """Take note that the answer has ended, or was broken off. Never raises, and takes no time."""


class Tee:
    """Keeps what a response says of usage, from a copy of its bytes, however they are split. Never raises.

    Args:
        is_array: whether JSON is a stream of an array's elements.
        see: is given every event, as JSON, if it is there.
        hearing: is given the same, and told of the end, if it is there.
    """

    def __init__(
        self,
        dialect: Dialect,
        content_type: str,
        encoding: str,
        is_array: bool = False,
        see: Callable[[bytes], None] | None = None,
        hearing: Hearing | None = None,
    ) -> None:
        self._dialect = dialect
        framing = frames.framing(content_type, is_array)
        self._is_stream = framing is not None
        self._see = [each for each in (see, hearing.see if hearing else None) if each]
        self._hearing = hearing
        self._framing = framing if self._see or not isinstance(framing, frames.Sse) else None
        """Of a stream whose events are not simply lines, or are all looked at."""
        self._decode = decoder_of(encoding)
        self._line = b""
        """Of a stream, the line under way."""
        self._kept: list[bytes] = []
        """Of a stream, the events that mention usage, as JSON; of another answer, all parts."""
        self._kept_bytes = 0
        self._is_dead = self._decode is None

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the response."""
        if self._is_dead or self._decode is None:
            return
        try:
            plain = self._decode(data)
        except Exception:  # noqa: BLE001 - a copy that cannot be read must not disturb the response
            self._is_dead = True
            return
        for part in self._parts(plain):
            self._kept.append(part)
            self._kept_bytes += len(part)
        if self._kept_bytes + len(self._line) > _MAX_BYTES:
            self._is_dead = True
            self._line = b""
            self._kept.clear()

    def end(self) -> None:
        """Take note that the response has ended."""
        if self._see and not self._is_stream and not self._is_dead:
            whole = b"".join(self._kept)
            for see in self._see:
                see(whole)
        if self._hearing:
            self._hearing.end()

    def usage(self) -> Usage | None:
        """Return what the response said so far; None when it said nothing that could be read."""
        usage = nothing = Usage()
        for data in self._kept if self._is_stream else [b"".join(self._kept)]:
            try:
                event = orjson.loads(data)
            except orjson.JSONDecodeError:
                continue
            if isinstance(event, dict):
                usage = self._dialect.usage(event, usage)
        return None if replace(usage, model="") == nothing else usage

    def _parts(self, plain: bytes) -> Iterable[bytes]:
        if not self._is_stream:
            return (plain,)
        if self._framing is None:
            return self._whole_events(plain)
        events = [frame.data for frame in self._framing.feed(plain) if frame.data]
        for see in self._see:
            for event in events:
                see(event)
        return [event for event in events if self._dialect.usage_mark in event]

    def _whole_events(self, data: bytes) -> list[bytes]:
        """Return the events that may matter, as JSON: each `data:` line holds one."""
        lines, newline, rest = (self._line + data).rpartition(b"\n")
        self._line = rest
        mark = self._dialect.usage_mark
        if not newline or mark not in lines:
            return []
        return [line[5:] for line in lines.splitlines() if line.startswith(b"data:") and mark in line]
