"""Content codings of HTTP bodies: a table of encoders and decoders."""

import gzip
import zlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

import brotli
import zstandard


class Coding(NamedTuple):
    """How a body gets its content coding, and how it loses it."""

    encode: Callable[[bytes], bytes]
    decode: Callable[[bytes], bytes]


CODINGS: Mapping[str, Coding] = {
    "identity": Coding(bytes, bytes),
    "gzip": Coding(lambda data: gzip.compress(data, mtime=0), gzip.decompress),
    "deflate": Coding(zlib.compress, zlib.decompress),
    "br": Coding(brotli.compress, brotli.decompress),
    "zstd": Coding(
        lambda data: zstandard.ZstdCompressor().compress(data),
        lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    ),
}


def decode(body: bytes, encoding: str) -> bytes:
    """Undo a content-encoding header's codings, the last one first. Raises ValueError when it cannot."""
    for name in reversed([part.strip().lower() for part in encoding.split(",") if part.strip()]):
        if name not in CODINGS:
            raise ValueError(f"unknown content-encoding {name!r}")
        try:
            body = CODINGS[name].decode(body)
        except (OSError, EOFError, zlib.error, brotli.error, zstandard.ZstdError) as error:
            raise ValueError(f"broken {name} body: {error}") from error
    return body
