"""The boxes of an MP4 file (ISO/IEC 14496-12 and -15)."""

from __future__ import annotations

import struct
from collections.abc import Sequence

_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def wrap(samples: Sequence[bytes], sequence: bytes, picture: bytes, side: int, rate: int) -> bytes:
    """Return a file of one video track; ``rate`` is in frames a second, the first one is whole."""
    sized = [struct.pack(">I", len(sample)) + sample for sample in samples]
    start = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomiso2avc1mp41")
    # The index comes before the data and holds their place, so its length is found first.
    length = len(_index(sized, sequence, picture, side, rate, 0))
    index = _index(sized, sequence, picture, side, rate, len(start) + length + 8)
    return start + index + _box(b"mdat", *sized)


def _index(
    samples: Sequence[bytes], sequence: bytes, picture: bytes, side: int, rate: int, place: int
) -> bytes:
    count = len(samples)
    movie = struct.pack(">IIIIIHHII", 0, 0, rate, count, 0x10000, 0x100, 0, 0, 0)
    track = struct.pack(">IIIIIIIHHHH", 0, 0, 1, 0, count, 0, 0, 0, 0, 0, 0)
    media = struct.pack(">IIIIHH", 0, 0, rate, count, 0x55C4, 0)
    return _box(
        b"moov",
        _full(b"mvhd", movie + _MATRIX + bytes(24) + struct.pack(">I", 2)),
        _box(
            b"trak",
            _full(b"tkhd", track + _MATRIX + struct.pack(">II", side << 16, side << 16), flags=3),
            _box(
                b"mdia",
                _full(b"mdhd", media),
                _full(b"hdlr", bytes(4) + b"vide" + bytes(12) + b"video\0"),
                _box(
                    b"minf",
                    _full(b"vmhd", bytes(8), flags=1),
                    _box(b"dinf", _full(b"dref", struct.pack(">I", 1), _full(b"url ", b"", flags=1))),
                    _table(samples, sequence, picture, side, place),
                ),
            ),
        ),
    )


def _table(samples: Sequence[bytes], sequence: bytes, picture: bytes, side: int, place: int) -> bytes:
    """Return where each frame is, how long it is and how long it is shown."""
    count = len(samples)
    sizes = struct.pack(f">II{count}I", 0, count, *map(len, samples))
    return _box(
        b"stbl",
        _full(b"stsd", struct.pack(">I", 1), _codec(sequence, picture, side)),
        _full(b"stts", struct.pack(">III", 1, count, 1)),
        _full(b"stss", struct.pack(">II", 1, 1)),
        _full(b"stsc", struct.pack(">IIII", 1, 1, count, 1)),
        _full(b"stsz", sizes),
        _full(b"stco", struct.pack(">II", 1, place)),
    )


def _codec(sequence: bytes, picture: bytes, side: int) -> bytes:
    """Return how to decode: the parameter sets of H.264."""
    profile = b"\x01" + sequence[1:4] + b"\xff\xe1"
    sets = struct.pack(">H", len(sequence)) + sequence + b"\x01" + struct.pack(">H", len(picture)) + picture
    entry = bytes(6) + struct.pack(">H", 1) + bytes(16) + struct.pack(">HH", side, side)
    entry += struct.pack(">III", 0x480000, 0x480000, 0) + struct.pack(">H", 1) + bytes(32)
    return _box(b"avc1", entry + struct.pack(">HH", 24, 0xFFFF), _box(b"avcC", profile + sets))


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def _full(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    """Return a box with a version, which is 0, and flags."""
    return _box(kind, struct.pack(">I", flags), *parts)
