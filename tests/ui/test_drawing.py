"""What resvg makes of our pictures, looked at pixel by pixel."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.ui.chart import Bar, bar_chart
from bot.ui.drawing import draw
from bot.ui.font import FAMILY, shipped
from bot.ui.lettering import drawable

ROOT = Path(__file__).parents[2]
PANEL = (0x23, 0x24, 0x28, 255)
RED = (255, 0, 0, 255)
UNIT = 0.8
"""The scale at which a chart's units are pixels."""

AWKWARD = {
    "long": "W" * 400,
    "joined": "سلام دنیا می\u200cروم به خانه و باز می\u200cگردم",
    "kerned": "AVAVAVAVAVAVAVAVAVAVAVAV",
    "marks": "Z\u0334\u0327\u031b\u033a\u0353" * 40,
    "ligatures": "ffi fl ffl fi fj ffi fl ffl fi fj ffi",
    "wide": "ﷺ ﷺ ﷺ ﷺ ﷺ ﷺ ﷺ ﷺ",
    "right to left": "שלום עולם וכל מה שיש בו היום ומחר",
}


def picture(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGBA")


def colours(image: Image.Image, box: tuple[int, int, int, int]) -> set[object]:
    part = image.crop(box)
    return {colour for _, colour in part.getcolors(part.width * part.height) or []}


async def test_a_chart_is_a_panel_with_round_corners() -> None:
    image = picture(await draw(bar_chart("Front", [Bar("Luna", "abcde", 0.5, "50 %")])))
    assert image.size == (1125, 165)
    assert image.getpixel((0, 0)) == (0, 0, 0, 0)
    assert image.getpixel((20, 100)) == PANEL


async def test_a_picture_is_as_much_larger_as_asked() -> None:
    assert picture(await draw(bar_chart("Front", []), scale=0.8)).size == (900, 132)


async def test_letters_are_drawn() -> None:
    image = picture(await draw(bar_chart("Front", [Bar("Luna", "abcde", 0.5, "50 %")]), scale=UNIT))
    for box in ((28, 27, 100, 60), (28, 83, 80, 113), (813, 83, 873, 113)):
        assert len(colours(image, box)) > 10


@pytest.mark.parametrize("label", AWKWARD.values(), ids=AWKWARD.keys())
async def test_no_label_leaves_its_column(label: str) -> None:
    bars = [Bar(label, "abcde", 1.0, "", 0xFF0000), Bar("W" * 400, "abcde", 1.0, "", 0xFF0000)]
    image = picture(await draw(bar_chart("", bars), scale=UNIT))
    left = min(number for number in range(900) if image.getpixel((number, 137)) == RED)
    assert colours(image, (left - 8, 80, left - 1, 153)) == {PANEL}
    assert colours(image, (0, 80, 27, 153)) == {PANEL}


@pytest.mark.parametrize("sign", ["a", "ß", "Ω", "Ж", "Ա", "ქ", "א", "ع", "♥", "½", "ﷺ"])
async def test_what_counts_as_drawable_is_drawn(sign: str) -> None:
    drawn = await draw(_line(drawable(sign) or ""))
    assert len(colours(picture(drawn), (0, 0, 300, 60))) > 2
    assert drawn != await draw(_line("猫"))


async def test_all_that_the_font_lacks_would_be_the_same_box() -> None:
    assert not shipped().has("猫")
    assert await draw(_line("猫")) == await draw(_line("犬"))


def _line(text: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60" font-family="{FAMILY}">'
        f'<text x="20" y="40" font-size="30">{text}</text></svg>'
    )


async def test_pictures_asked_for_at_once_are_all_drawn() -> None:
    svgs = [bar_chart(f"Front {number}", []) for number in range(5)]
    alone = [await draw(svg, scale=0.2) for svg in svgs]
    assert await asyncio.gather(*(draw(svg, scale=0.2) for svg in svgs)) == alone


async def test_what_is_no_svg_is_an_error() -> None:
    with pytest.raises(ValueError, match="root node"):
        await draw("<svg")


def test_a_start_does_not_load_what_draws() -> None:
    source = "import sys, bot.app, bot.ui.chart, bot.ui.drawing; sys.exit('resvg_py' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", source], cwd=ROOT, check=False).returncode == 0  # noqa: S603
