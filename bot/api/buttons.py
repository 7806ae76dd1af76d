"""What Midjourney's buttons need besides being pressed (contract B.4, B.6).

Buttons are named by the vendor and may change: one that is not known here is pressed as it is.
"""

from __future__ import annotations

_WITH_PROMPT = {"Custom Zoom"}
_WITH_MASK = {"Vary (Region)"}
_REWORDABLE = {
    *("V1", "V2", "V3", "V4", "🔄"),
    *("Vary (Strong)", "Vary (Subtle)", "Vary (Region)"),
    *("⬅", "➡", "⬆", "⬇"),
}
_EMOJI_SIGN = "\ufe0f"
"""Says that the sign before it is a picture; the vendor's arrows come with it and without."""


def needs_prompt(button: str) -> bool:
    """Say whether a button is refused without a prompt."""
    return button in _WITH_PROMPT


def needs_mask(button: str) -> bool:
    """Say whether a button is refused without a black and white picture of what to change."""
    return button in _WITH_MASK


def takes_prompt(button: str) -> bool:
    """Say whether a button takes a prompt while remix mode is on."""
    return button.replace(_EMOJI_SIGN, "") in _REWORDABLE
