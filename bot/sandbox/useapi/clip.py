"""MP4 files with H.264 in them, small and playable, without an encoder.

Every macroblock that changes is sent as it is (I_PCM), the others are skipped (ITU-T H.264, 7.3).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from bot.sandbox.useapi.container import wrap
from bot.sandbox.useapi.scene import Colour, Scene

CLIP_SIDE = 128
"""Pixels of width and of height."""
FRAMES = 24
FRAMES_PER_SECOND = 12

_BLOCK = 16
_BLOCKS = CLIP_SIDE // _BLOCK

Plane: TypeAlias = Sequence[bytes]
"""Rows of one component of a frame."""


def draw_clip(name: str) -> bytes:
    """Return an MP4 of two seconds, in which the sun of a scene moves."""
    frames = [_macroblocks(Scene.named(name, moment=number / FRAMES)) for number in range(FRAMES)]
    samples = [_nal(0x65, _key_slice(frames[0]))]
    samples += (_nal(0x41, _slice(number, *pair)) for number, pair in enumerate(pairwise(frames), 1))
    return wrap(samples, _nal(0x67, _sequence()), _nal(0x68, _picture()), CLIP_SIDE, FRAMES_PER_SECOND)


def _luma(colour: Colour) -> bytes:
    red, green, blue = colour
    return bytes((round(16 + 0.257 * red + 0.504 * green + 0.098 * blue),))


def _blueness(colour: Colour) -> bytes:
    red, green, blue = colour
    return bytes((round(128 - 0.148 * red - 0.291 * green + 0.439 * blue),))


def _redness(colour: Colour) -> bytes:
    red, green, blue = colour
    return bytes((round(128 + 0.439 * red - 0.368 * green - 0.071 * blue),))


def _macroblocks(scene: Scene) -> list[bytes]:
    """Return the samples of each macroblock: luma, then the two of colour at half size."""
    planes = [
        ([*scene.rows(CLIP_SIDE, _luma)], _BLOCK),
        ([*scene.rows(CLIP_SIDE // 2, _blueness)], _BLOCK // 2),
        ([*scene.rows(CLIP_SIDE // 2, _redness)], _BLOCK // 2),
    ]
    places = ((down, right) for down in range(_BLOCKS) for right in range(_BLOCKS))
    return [b"".join(_cut(*plane, down, right) for plane in planes) for down, right in places]


def _cut(plane: Plane, side: int, down: int, right: int) -> bytes:
    return b"".join(row[right * side : (right + 1) * side] for row in plane[down * side : (down + 1) * side])


def _sequence() -> bytes:
    """Return the sequence parameter set: baseline, level 1.1, order of output is order of coding."""
    bits = f"{66:08b}{0b11000000:08b}{11:08b}" + _ue(0) + _ue(0) + _ue(2) + _ue(1) + "0"
    bits += _ue(_BLOCKS - 1) * 2 + "1" + "1" + "0" + "0"
    return _packed(bits + "1")


def _picture() -> bytes:
    """Return the picture parameter set: no entropy tricks, deblocking under our control."""
    bits = _ue(0) * 2 + "0" + "0" + _ue(0) * 3 + "0" + "00" + _ue(0) * 3 + "1" + "0" + "0"
    return _packed(bits + "1")


def _key_slice(blocks: Sequence[bytes]) -> bytes:
    """Return a frame that needs no other."""
    bits = _ue(0) + _ue(7) + _ue(0) + "0000" + _ue(0) + "00" + _ue(0) + _ue(1)
    first = _packed(bits + _ue(25)) + blocks[0]
    return first + b"".join(_packed(_ue(25)) + block for block in blocks[1:]) + b"\x80"


def _slice(number: int, before: Sequence[bytes], blocks: Sequence[bytes]) -> bytes:
    """Return a frame that repeats what has not changed since the one before."""
    bits = _ue(0) + _ue(5) + _ue(0) + f"{number % 16:04b}" + "0" + "0" + "0" + _ue(0) + _ue(1)
    return b"".join(_changes(bits, before, blocks))


def _changes(bits: str, before: Sequence[bytes], blocks: Sequence[bytes]) -> Iterator[bytes]:
    skipped = 0
    for old, new in zip(before, blocks, strict=True):
        if old == new:
            skipped += 1
            continue
        yield _packed(bits + _ue(skipped) + _ue(30)) + new
        bits, skipped = "", 0
    yield _packed(bits + (_ue(skipped) if skipped else "") + "1")


def _ue(value: int) -> str:
    """Return a whole number as the bits of its Exp-Golomb code (9.1)."""
    digits = f"{value + 1:b}"
    return "0" * (len(digits) - 1) + digits


def _packed(bits: str) -> bytes:
    """Return bits as bytes, the last one filled with zeros."""
    filled = bits + "0" * (-len(bits) % 8)
    return int(filled, 2).to_bytes(len(filled) // 8, "big")


def _nal(header: int, payload: bytes) -> bytes:
    """Return a unit of the stream, with what could pass for a start code broken up (7.4.1)."""
    return bytes((header,)) + re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", payload)
