"""The response path: bytes forwarded as they arrive, and a tee that reads usage from a copy."""

import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

import orjson

from headroom.dialects.base import Dialect
from headroom.types import Usage

_MAX_EVENT_BYTES = 4 << 20
"""A longer event, or a longer answer without a stream, is not looked into."""


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


def decode_body(body: bytes, encoding: str) -> bytes | None:
    """Undo a Content-Encoding; None when it is unknown, or the bytes are damaged or cut off."""
    try:
        for name in reversed([part.strip().lower() for part in encoding.split(",") if part.strip()]):
            if name == "identity":
                continue
            decoder = DECODERS[name]()
            body = decoder.decompress(body)
            if not decoder.eof:
                return None
    except Exception:  # noqa: BLE001 - each decoder has an error class of its own; None says it all
        return None
    return body


class Tee:
    """Reads usage from a copy of a response's bytes, however they are split. Never raises."""

    def __init__(self, dialect: Dialect, content_type: str, encoding: str) -> None:
        self.usage: Usage | None = None
        self._dialect = dialect
        self._is_stream = content_type.startswith("text/event-stream")
        self._decoder = DECODERS[encoding]() if encoding in DECODERS else None
        self._pending = bytearray()
        self._is_dead = bool(encoding) and encoding not in DECODERS and encoding != "identity"

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the response."""
        if self._is_dead:
            return
        try:
            if self._decoder:
                data = self._decoder.decompress(data)
            self._pending += data
            if self._is_stream:
                self._read_events()
        except Exception:  # noqa: BLE001 - a copy that cannot be read must not disturb the response
            self._is_dead = True
        if len(self._pending) > _MAX_EVENT_BYTES:
            self._is_dead = True
            self._pending.clear()

    def close(self) -> None:
        """Read what is left when the response has ended."""
        if not self._is_dead and self._pending and not self._is_stream:
            self._take(bytes(self._pending))
        self._pending.clear()

    def _read_events(self) -> None:
        """Hand on whole lines. Only `data:` lines matter, and each holds one event's JSON."""
        end = self._pending.rfind(b"\n")
        if end < 0:
            return
        lines = bytes(self._pending[:end])
        del self._pending[: end + 1]
        if b'"usage"' not in lines:
            return
        for line in lines.splitlines():
            if line.startswith(b"data:") and b'"usage"' in line:
                self._take(line[5:])

    def _take(self, data: bytes) -> None:
        try:
            event = orjson.loads(data)
        except orjson.JSONDecodeError:
            return
        if isinstance(event, dict):
            usage = self._dialect.usage(event, self.usage or Usage())
            self.usage = usage if usage != Usage(model=usage.model) else self.usage
