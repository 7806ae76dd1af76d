from __future__ import annotations

import pytest

from bot.api.buttons import needs_mask, needs_prompt, takes_prompt


@pytest.mark.parametrize("button", ["V1", "V4", "🔄", "Vary (Region)", "Vary (Strong)", "⬅️", "⬆", "➡️", "⬇️"])
def test_buttons_that_make_something_new_of_it_take_a_prompt_in_remix_mode(button: str) -> None:
    assert takes_prompt(button)


@pytest.mark.parametrize("button", ["U1", "Upscale (2x)", "Zoom Out 2x", "Custom Zoom", "", "Brand new"])
def test_other_buttons_do_not(button: str) -> None:
    assert not takes_prompt(button)


def test_one_button_needs_a_prompt_and_one_a_mask() -> None:
    assert needs_prompt("Custom Zoom")
    assert needs_mask("Vary (Region)")
    assert not needs_prompt("Vary (Region)")
    assert not needs_mask("Custom Zoom")
