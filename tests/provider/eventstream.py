"""Frames of application/vnd.amazon.eventstream (docs.aws.amazon.com, "Event stream encoding").

A frame: total size and headers' size (4 bytes each, big-endian), CRC-32 of those eight bytes, headers, payload,
CRC-32 of all before it. A header: size and text of its name, type 7 (a string), size (2 bytes) and text.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple

TEXT = 7
PRELUDE_BYTES = 12
CRC_BYTES = 4


class Frame(NamedTuple):
    """One message of the stream."""

    headers: dict[str, str]
    payload: bytes


def encode(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return a frame's bytes."""
    listed = b"".join(_header(name, value) for name, value in headers.items())
    total = PRELUDE_BYTES + len(listed) + len(payload) + CRC_BYTES
    prelude = struct.pack(">II", total, len(listed))
    data = prelude + struct.pack(">I", zlib.crc32(prelude)) + listed + payload
    return data + struct.pack(">I", zlib.crc32(data))


def decode(data: bytes) -> Iterator[Frame]:
    """Yield the frames in a stream of whole ones. Raises ValueError for a broken one."""
    at = 0
    while at < len(data):
        if len(data) - at < PRELUDE_BYTES + CRC_BYTES:
            raise ValueError("the stream ends in the middle of a frame")
        total, sized, crc = struct.unpack_from(">III", data, at)
        frame = data[at : at + total]
        if crc != zlib.crc32(frame[:8]) or len(frame) != total:
            raise ValueError("broken prelude")
        if struct.unpack(">I", frame[-CRC_BYTES:])[0] != zlib.crc32(frame[:-CRC_BYTES]):
            raise ValueError("broken frame")
        head = frame[PRELUDE_BYTES : PRELUDE_BYTES + sized]
        yield Frame(dict(_headers(head)), frame[PRELUDE_BYTES + sized : -CRC_BYTES])
        at += total


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return struct.pack(">B", len(key)) + key + struct.pack(">BH", TEXT, len(text)) + text


def _headers(head: bytes) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(head):
        key = head[at + 1 : at + 1 + head[at]]
        at += 1 + len(key)
        kind, size = struct.unpack_from(">BH", head, at)
        if kind != TEXT:
            raise ValueError(f"a header of type {kind}")
        yield key.decode(), head[at + 3 : at + 3 + size].decode()
        at += 3 + size
