"""What a job makes, before it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Self

from bot.sandbox.useapi.clip import CLIP_SIDE, draw_clip
from bot.sandbox.useapi.picture import draw_picture

PICTURE_SIDE = 512
PNG = "image/png"
MP4 = "video/mp4"


@dataclass(frozen=True, slots=True)
class Artwork:
    """A picture of one scene, a grid of four, or a clip of one."""

    scenes: tuple[str, ...]
    """One name or four; the same name is the same scene always."""
    side: int = PICTURE_SIDE
    """Pixels of width and of height."""
    content_type: str = PNG

    @classmethod
    def grid(cls, name: str) -> Self:
        """Return four scenes beside and below each other."""
        return cls(tuple(f"{name}/{number}" for number in (1, 2, 3, 4)))

    @classmethod
    def clip(cls, name: str) -> Self:
        """Return a clip of one scene."""
        return cls((name,), CLIP_SIDE, MP4)

    @property
    def is_clip(self) -> bool:
        """Whether it moves."""
        return self.content_type == MP4

    def one(self, number: int, *, side: int = PICTURE_SIDE) -> Artwork:
        """Return one of the scenes, counted from 1, alone."""
        return replace(self, scenes=(self.scenes[number - 1],), side=side)

    def draw(self) -> bytes:
        """Return the file."""
        return _draw(self)


@lru_cache(maxsize=64)
def _draw(artwork: Artwork) -> bytes:
    if artwork.is_clip:
        return draw_clip(artwork.scenes[0])
    return draw_picture(artwork.scenes, artwork.side)
