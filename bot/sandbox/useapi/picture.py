"""PNG files, written by hand (https://www.w3.org/TR/png-3/)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence

from bot.sandbox.useapi.scene import Scene

_FAST = 6


def draw_picture(scenes: Sequence[str], side: int) -> bytes:
    """Return a square PNG of one scene, or of four in a grid."""
    if len(scenes) == 1:
        return _png(Scene.named(scenes[0]).rows(side, bytes), side)
    first, second, third, fourth = (Scene.named(name).rows(side // 2, bytes) for name in scenes)
    upper = (left + right for left, right in zip(first, second, strict=True))
    lower = (left + right for left, right in zip(third, fourth, strict=True))
    return _png([*upper, *lower], side)


def _png(rows: Iterable[bytes], side: int) -> bytes:
    """Return a PNG of rows of RGB pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), _FAST)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
