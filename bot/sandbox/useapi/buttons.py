"""The buttons of Midjourney (post-jobs-button): which results offer them, and what they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.useapi.artwork import Artwork

UPSCALES = ("U1", "U2", "U3", "U4")
"""Each works once on a job."""

CUSTOM_ZOOM = "Custom Zoom"
VARY_REGION = "Vary (Region)"

GRID = (*UPSCALES, "🔄", "V1", "V2", "V3", "V4")

_ARROWS = {"⬅️": "Pan Left", "➡️": "Pan Right", "⬆️": "Pan Up", "⬇️": "Pan Down"}
_CHANGES = ("Vary (Subtle)", "Vary (Strong)", VARY_REGION, "Zoom Out 2x", "Zoom Out 1.5x", CUSTOM_ZOOM)
_MOTIONS = ("(High motion)", "(Low motion)")
_ANIMATE = tuple(f"Animate {motion}" for motion in _MOTIONS)
_EXTEND = tuple(f"Extend {motion}" for motion in _MOTIONS)
_SIZES = ("(Subtle)", "(Creative)", "(2x)", "(4x)")
_UPSCALE = tuple(f"Upscale {size}" for size in _SIZES)
_REDO = tuple(f"Redo Upscale {size}" for size in _SIZES)

SINGLE = (*_UPSCALE[:2], *_CHANGES, *_ARROWS, *_ANIMATE)
"""On a picture that was taken out of its grid."""

UPSCALED = (*_REDO[:2], *_CHANGES, *_ARROWS, *_ANIMATE)
"""On a picture that was upscaled."""

_OTHERS = ("Make Square", "Make Variations", "Remaster")

SUPPORTED = frozenset((*GRID, *SINGLE, *_UPSCALE, *_REDO, *_EXTEND, *_OTHERS))
"""Every button that the vendor knows; it refuses others."""

REMIXED = frozenset(("V1", "V2", "V3", "V4", "🔄", "Vary (Subtle)", "Vary (Strong)", VARY_REGION, *_ARROWS))
"""Buttons that take a new prompt while remix mode is on."""


@dataclass(frozen=True, slots=True)
class Press:
    """What comes of a button."""

    says: str
    """The bot's words between the prompt and the person's name."""
    buttons: tuple[str, ...]
    draw: Callable[[Artwork, str], Artwork]
    """From the parent's picture and the new job's id to the new picture."""
    has_speed: bool = True
    """Whether the bot names the mode at the end."""


def press_of(button: str) -> Press:
    """Return what comes of a button that is supported."""
    if button in UPSCALES:
        number = int(button[1])
        return Press(f"Image #{number}", SINGLE, lambda parent, _: parent.one(number), has_speed=False)
    if button in _ANIMATE or button in _EXTEND:
        return Press(button, _EXTEND, _film)
    if button in _UPSCALE or button in _REDO:
        size = button[button.index("(") :]
        return Press(f"Upscaled {size} by", UPSCALED, _keep)
    return Press(f"{_title(button)} by", GRID, _new)


def _title(button: str) -> str:
    if button in _ARROWS:
        return _ARROWS[button]
    if "Zoom" in button:
        return "Zoom Out"
    if button.startswith("Vary"):
        return f"Variations {button[5:]}"
    return "Rerolled" if button == "🔄" else button if button in _OTHERS else "Variations"


def _keep(parent: Artwork, _jobid: str) -> Artwork:
    return parent


def _new(_parent: Artwork, jobid: str) -> Artwork:
    return Artwork.grid(jobid)


def _film(parent: Artwork, jobid: str) -> Artwork:
    return Artwork.clip(parent.scenes[0] if not parent.is_clip else jobid)
