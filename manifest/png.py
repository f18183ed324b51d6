"""As much of PNG as the icons need: writing eight-bit RGBA, reading headers and pixels of what was written so."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

SIGNATURE = b"\x89PNG\r\n\x1a\n"
RGBA = 6


class NotPng(ValueError):
    """The bytes are no PNG of the kind that is read here."""


@dataclass(frozen=True, slots=True)
class Header:
    """Size in pixels, bits a channel and PNG's colour type (6: red, green, blue, alpha)."""

    width: int
    height: int
    depth: int
    color_type: int


def write(width: int, height: int, pixels: bytes) -> bytes:
    """A PNG of RGBA ``pixels``, row by row."""
    rows = b"".join(b"\0" + pixels[row * width * 4 : (row + 1) * width * 4] for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, RGBA, 0, 0, 0)
    parts = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(rows, 9)), _chunk(b"IEND", b""))
    return SIGNATURE + b"".join(parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not data.startswith(SIGNATURE):
        raise NotPng("no PNG")
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if data[at + 8 + length : at + 12 + length] != struct.pack(">I", zlib.crc32(kind + body)):
            raise NotPng("a damaged PNG")
        yield kind, body
        at += 12 + length


def read_header(data: bytes) -> Header:
    """Raises NotPng."""
    kind, body = next(_chunks(data), (b"", b""))
    if kind != b"IHDR" or len(body) != 13:
        raise NotPng("a PNG without a header")
    return Header(*struct.unpack(">IIBB", body[:10]))


def read_pixels(data: bytes) -> bytes:
    """The RGBA bytes of a PNG whose rows are unfiltered, as ``write`` makes them. Raises NotPng."""
    header = read_header(data)
    if (header.depth, header.color_type) != (8, RGBA):
        raise NotPng("not eight-bit RGBA")
    rows = zlib.decompress(b"".join(body for kind, body in _chunks(data) if kind == b"IDAT"))
    size = header.width * 4 + 1
    if len(rows) != size * header.height or any(rows[row * size] for row in range(header.height)):
        raise NotPng("filtered or interlaced rows")
    return b"".join(rows[row * size + 1 : (row + 1) * size] for row in range(header.height))
