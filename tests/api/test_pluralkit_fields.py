"""What people type into fields, as PluralKit takes it."""

import re
from datetime import date
from urllib.parse import urlsplit

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.api.pluralkit.fields import (
    ADDRESS_MOST,
    DESCRIPTION_MOST,
    NAME_MOST,
    PROXY_TAGS_MOST,
    TAG_MOST,
    parse_birthday,
    parse_colour,
    parse_name,
    parse_picture,
    parse_proxy_tags,
    parse_text,
    typed_birthday,
    utf16_length,
)
from bot.errors import InvalidInput

BLANKS = st.text(" \t\n\u3000", max_size=3)
CRAB, FLAG = "🦀", "🏳️‍⚧️"


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("abc", 3), ("ü", 1), ("u\u0308", 2), (CRAB, 2), (FLAG, 6), ("\ud800", 1)]
)
def test_a_sign_beyond_the_basic_plane_counts_twice(text: str, units: int) -> None:
    assert utf16_length(text) == units


@given(st.text())
def test_lengths_are_those_of_utf_16(text: str) -> None:
    assert utf16_length(text) == sum(2 if ord(sign) > 0xFFFF else 1 for sign in text)


def test_the_limits_are_the_vendors() -> None:
    limits = (NAME_MOST, TAG_MOST, DESCRIPTION_MOST, ADDRESS_MOST, PROXY_TAGS_MOST)
    assert limits == (100, 79, 1000, 256, 100)


@pytest.mark.parametrize("most", [TAG_MOST, NAME_MOST, DESCRIPTION_MOST])
@pytest.mark.parametrize("sign", ["a", "ü", CRAB])
def test_a_text_fits_up_to_its_limit(sign: str, most: int) -> None:
    whole = sign * (most // utf16_length(sign))
    for text in (whole[:-1], whole):
        assert parse_text(text, "The tag", most) == text
    over = whole + sign
    with pytest.raises(
        InvalidInput, match=f"The tag may have {most} characters; this has {utf16_length(over)}"
    ):
        parse_text(over, "The tag", most)


@given(BLANKS)
def test_blanks_alone_empty_every_field(text: str) -> None:
    assert parse_text(text, "The tag", 79) is None
    assert parse_colour(text) is None
    assert parse_birthday(text) is None
    assert parse_picture(text, "The icon") is None
    assert parse_proxy_tags(text) == []
    with pytest.raises(InvalidInput, match="The name may not be empty"):
        parse_name(text)


@given(st.text(min_size=1, max_size=50))
def test_a_name_is_kept_to_the_letter(text: str) -> None:
    assume(text.strip())
    assert parse_name(text) == parse_text(text, "The tag", NAME_MOST) == text


@pytest.mark.parametrize(("length", "fits"), [(99, True), (100, True), (101, False)])
@pytest.mark.parametrize("pairs", [0, 1])
def test_a_name_may_have_a_hundred_units(length: int, pairs: int, *, fits: bool) -> None:
    name = CRAB * pairs + "a" * (length - 2 * pairs)
    if fits:
        assert parse_name(name, "The group's name") == name
        return
    with pytest.raises(InvalidInput, match="The group's name may have 100 characters; this has 101"):
        parse_name(name, "The group's name")


@given(st.text("0123456789abcdefABCDEF", min_size=6, max_size=6), st.booleans(), BLANKS)
def test_a_colour_of_any_case_is_six_lower_case_digits(digits: str, hashed: bool, blanks: str) -> None:
    assert parse_colour(f"{blanks}{'#' * hashed}{digits}{blanks}") == digits.lower()


@pytest.mark.parametrize(
    ("text", "colour"), [("#F80", "ff8800"), ("f80", "ff8800"), ("#000", "000000"), (" #AbC ", "aabbcc")]
)
def test_a_short_colour_is_written_out(text: str, colour: str) -> None:
    assert parse_colour(text) == colour


@pytest.mark.parametrize(
    "text",
    ["#", "red", "ff88", "ff880", "ff88000", "##ff8800", "#ff 800", "gg8800", "0xff8800", "\uff16" * 6],
)
def test_what_is_no_colour_is_refused_with_the_rule(text: str) -> None:
    with pytest.raises(InvalidInput, match="six hex digits"):
        parse_colour(text)


@given(st.dates())
@example(date(4, 2, 29))
@example(date(1, 1, 1))
@example(date(9999, 12, 31))
def test_a_birthday_is_read_as_it_is_shown(day: date) -> None:
    again = parse_birthday(typed_birthday(day.isoformat()))
    assert again == (day.replace(year=4) if day.year == 1 and again else day).isoformat()
    assert typed_birthday(again) == typed_birthday(day.isoformat())


@pytest.mark.parametrize(
    ("text", "birthday"),
    [
        ("1994-07-16", "1994-07-16"),
        (" 1994-7-6 ", "1994-07-06"),
        ("07-16", "0004-07-16"),
        ("7-6", "0004-07-06"),
        ("02-29", "0004-02-29"),
        ("2024-02-29", "2024-02-29"),
        ("0004-01-02", "0004-01-02"),
    ],
)
def test_a_birthday_has_a_year_or_none(text: str, birthday: str) -> None:
    assert parse_birthday(text) == birthday


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "13-01",
        "00-10",
        "0000-01-01",
        "94-07-16",
        "16.07.1994",
        "July 16",
        "1994/07/16",
        "-",
        "1994-07",
        "1994-07-16T00:00",
        "\uff11\uff19\uff19\uff14-07-16",
    ],
)
def test_what_is_no_birthday_is_refused_with_the_rule(text: str) -> None:
    with pytest.raises(InvalidInput, match="a date like `1994-07-16`"):
        parse_birthday(text)


@pytest.mark.parametrize(
    ("birthday", "typed"),
    [
        (None, ""),
        ("", ""),
        ("1994-07-16", "1994-07-16"),
        ("0004-07-16", "07-16"),
        ("0001-07-16", "07-16"),
        ("0014-07-16", "0014-07-16"),
        ("odd", "odd"),
        ("²-07-16", "²-07-16"),
        ("4-07-16", "4-07-16"),
    ],
)
def test_a_birthday_is_shown_without_a_year_that_is_kept_back(birthday: str | None, typed: str) -> None:
    assert typed_birthday(birthday) == typed


@given(st.text() | st.just("9" * 5_000 + "-01-01"))
def test_no_birthday_is_too_odd_to_be_shown(birthday: str) -> None:
    assert typed_birthday(birthday) in birthday


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://cdn.example.org/a.webp", "https://cdn.example.org/a.webp"),
        (" <https://cdn.example.org/a.webp?ex=1&is=2#x>\n", "https://cdn.example.org/a.webp?ex=1&is=2#x"),
        ("HTTPS://CDN.example.org/A.PNG", "HTTPS://CDN.example.org/A.PNG"),
        ("https://[2001:db8::1]:8443/a", "https://[2001:db8::1]:8443/a"),
        ("https://bücher.example/ü.png", "https://bücher.example/ü.png"),
    ],
)
def test_a_picture_is_an_https_address(text: str, address: str) -> None:
    assert parse_picture(text, "The banner") == address


@pytest.mark.parametrize(
    "text",
    [
        "http://cdn.example.org/a.webp",
        "ftp://cdn.example.org/a.webp",
        "//cdn.example.org/a.webp",
        "cdn.example.org/a.webp",
        "https:cdn.example.org",
        "https:///a.webp",
        "https://",
        "https://@/a.webp",
        "https://:443/a.webp",
        "https://[::1/a.webp",
        "https://cdn.example.org/a b.webp",
        "https://cdn.example.org/a\nb.webp",
        "https://cdn.example.org/a\u200bb.webp",
        "https://cdn\u2100example.org/a.webp",
        "javascript:alert(1)//https://",
        "data:image/png;base64,AAAA",
        "<>x",
    ],
)
def test_what_is_no_https_address_is_refused_with_the_rule(text: str) -> None:
    with pytest.raises(
        InvalidInput, match="The icon is the address of a picture that begins with `https://`"
    ):
        parse_picture(text, "The icon")


@given(st.text() | st.text("htps:/<>[]@.#? aé\n").map("https://".__add__))
def test_whatever_passes_for_a_picture_is_one_https_address(text: str) -> None:
    try:
        address = parse_picture(text, "The icon")
    except InvalidInput:
        return
    assert address is None or (urlsplit(address).scheme, bool(urlsplit(address).netloc)) == ("https", True)
    assert address is None or not re.search(r"\s", address)


@pytest.mark.parametrize(("length", "fits"), [(255, True), (256, True), (257, False)])
def test_an_address_may_have_256_units(length: int, *, fits: bool) -> None:
    address = "https://cdn.example.org/".ljust(length, "a")
    if fits:
        assert parse_picture(address, "The icon") == parse_picture(f"<{address}>", "The icon") == address
        return
    with pytest.raises(InvalidInput, match="The icon may have 256 characters"):
        parse_picture(address, "The icon")
