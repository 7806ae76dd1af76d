"""The shipped font as we read it, against FreeType's reading of it."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFont

from bot.ui.font import FAMILY, FILE, shipped

EVERYTHING = "".join(map(chr, range(0x20, 0x2FA20)))


def test_every_sign_is_as_wide_as_freetype_says() -> None:
    font = shipped()
    drawn = ImageFont.truetype(FILE, 2048, layout_engine=ImageFont.Layout.BASIC)
    known = [sign for sign in EVERYTHING if font.has(sign)]
    assert len(known) > 5_000
    # FreeType rounds to whole pixels; at the font's own unit there is nothing to round.
    assert [sign for sign in known if font.width(sign, 2048) != drawn.getlength(sign)] == []


def test_a_sign_that_freetype_draws_as_missing_is_not_in_the_font() -> None:
    font = shipped()
    drawn = ImageFont.truetype(FILE, 24, layout_engine=ImageFont.Layout.BASIC)
    missing = _shape(drawn, "\U0010fffe")
    several = [sign for sign in EVERYTHING[::7] if not sign.isspace()]
    assert [sign for sign in several if font.has(sign) == (_shape(drawn, sign) == missing)] == []


def _shape(drawn: ImageFont.FreeTypeFont, sign: str) -> bytes:
    image = Image.new("L", (48, 48))
    ImageDraw.Draw(image).text((8, 8), sign, fill=255, font=drawn)
    return image.tobytes()


@pytest.mark.parametrize(
    ("sign", "there"), [("a", True), ("ع", True), ("\0", False), ("猫", False), ("\U0010ffff", False)]
)
def test_the_font_knows_which_signs_it_has(sign: str, there: bool) -> None:
    assert shipped().has(sign) is there


def test_a_line_is_as_wide_as_its_signs_that_are_there() -> None:
    font = shipped()
    assert font.width("ab猫", 20) == font.width("a", 20) + font.width("b", 20)
    assert font.width("ab", 40) == 2 * font.width("ab", 20)


def test_the_font_has_the_name_that_pictures_ask_for() -> None:
    assert ImageFont.truetype(FILE, 10).getname() == (FAMILY, "Book")


def test_the_font_comes_with_its_licence() -> None:
    assert "Bitstream Vera Fonts Copyright" in (FILE.parent / "LICENSE").read_text(encoding="utf-8")
