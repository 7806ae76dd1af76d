"""The edges of what the emulated PluralKit's models take."""

import json
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.pluralkit.errors import RefusalError
from bot.sandbox.pluralkit.forms import GROUP, MEMBER, MEMBER_GUILD, SYSTEM, SYSTEM_GUILD, Form
from bot.sandbox.upstream import JSON
from tests.sandbox.pluralkit_harbour import golden

FORMS = {
    "system": SYSTEM,
    "member": MEMBER,
    "group": GROUP,
    "system_guild": SYSTEM_GUILD,
    "member_guild": MEMBER_GUILD,
}
BIRD = "🪶"
"""One character of two UTF-16 units."""

TEXTS = [
    ("system", "name", 100),
    ("system", "description", 1000),
    ("system", "tag", 79),
    ("system", "pronouns", 100),
    ("member", "name", 100),
    ("member", "display_name", 100),
    ("member", "pronouns", 100),
    ("member", "description", 1000),
    ("group", "name", 100),
    ("group", "display_name", 100),
    ("group", "description", 1000),
    ("system_guild", "tag", 79),
    ("system_guild", "display_name", 100),
    ("member_guild", "display_name", 100),
]
PICTURES = [
    ("system", "avatar_url"),
    ("system", "banner"),
    ("member", "avatar_url"),
    ("member", "webhook_avatar_url"),
    ("member", "banner"),
    ("group", "icon"),
    ("group", "banner"),
    ("system_guild", "avatar_url"),
    ("member_guild", "avatar_url"),
]


def _kept(form: Form | str, key: str, value: JSON) -> object:
    """Return what is kept of one value."""
    chosen = form if isinstance(form, Form) else FORMS[form]
    return chosen.change({key: value}).fields[key]


def _objection(form: str, key: str, value: JSON) -> JSON:
    """Return what stands under a key whose value is refused."""
    with pytest.raises(RefusalError) as caught:
        FORMS[form].change({key: value})
    body = json.loads(caught.value.body)
    assert (caught.value.status, body["code"]) == (400, 40001)
    assert list(body["errors"]) == [key]
    return body["errors"][key]


@pytest.mark.parametrize(("form", "key", "most"), TEXTS)
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(form: str, key: str, most: int) -> None:
    said = {"message": f"Field {key} is too long.", "actual_length": most + 1, "max_length": most}
    assert _kept(form, key, "n" * most) == "n" * most
    assert _objection(form, key, "n" * (most + 1)) == [said]


@pytest.mark.parametrize(("form", "key", "most"), TEXTS)
def test_a_text_is_as_long_as_its_utf_16_units(form: str, key: str, most: int) -> None:
    fitting = BIRD * (most // 2) + "n" * (most % 2)
    assert _kept(form, key, fitting) == fitting
    assert isinstance(_objection(form, key, fitting + "n"), list)


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=40, max_size=110))
def test_a_name_is_kept_as_it_is_or_refused_by_its_length(name: str) -> None:
    units = sum(2 if ord(letter) > 0xFFFF else 1 for letter in name)
    if units > 100:
        assert _objection("member", "display_name", name) == [
            {"message": "Field display_name is too long.", "actual_length": units, "max_length": 100}
        ]
    else:
        assert _kept("member", "display_name", name) == (name if name.strip() else None)


@pytest.mark.parametrize("blank", [None, "", " ", "\t\n", "\u3000"])
@pytest.mark.parametrize(("form", "key"), [*((f, k) for f, k, _ in TEXTS), *PICTURES, ("member", "color")])
def test_a_blank_is_null_unless_it_is_a_name(form: str, key: str, blank: str | None) -> None:
    if (form, key) in {("member", "name"), ("group", "name")}:
        said = f"{form.capitalize()} name can not be set to null."
        assert _objection(form, key, blank) == [{"message": said}]
    else:
        assert _kept(form, key, blank) is None


def test_blanks_around_a_text_are_kept() -> None:
    assert _kept("member", "name", " Wren ") == " Wren "


@pytest.mark.parametrize(("form", "key"), PICTURES)
@pytest.mark.parametrize(
    "url", ["https://a.example/x.png", "<https://a.example/x.png>", "HTTPS://a.example", "https://[::1]/x"]
)
def test_a_picture_is_an_https_address_with_brackets_or_without(form: str, key: str, url: str) -> None:
    assert _kept(form, key, url) == url


@pytest.mark.parametrize(("form", "key"), PICTURES)
@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/x.png",
        "<http://a.example>",
        "a.example/x",
        "https://",
        "https:///x",
        "https://[",
        "x",
    ],
)
def test_no_other_address_is_a_picture(form: str, key: str, url: str) -> None:
    assert _objection(form, key, url) == [{"message": f"Field {key} is invalid."}]


def test_an_address_may_have_256_characters() -> None:
    longest = "https://a.example/".ljust(256, "x")
    assert _kept("group", "icon", longest) == longest
    assert _objection("group", "icon", longest + "x") == [
        {"message": "Field icon is too long.", "actual_length": 257, "max_length": 256}
    ]


@given(st.from_regex(r"[0-9A-Fa-f]{6}", fullmatch=True))
def test_a_colour_is_kept_in_lower_case_but_for_the_system_s(color: str) -> None:
    assert _kept(SYSTEM, "color", color) == color
    assert _kept(MEMBER, "color", color) == _kept(GROUP, "color", color) == color.lower()


@given(st.text(max_size=8).filter(lambda text: text.strip() and not _is_color(text)))
def test_nothing_else_is_a_colour(text: str) -> None:
    for form in ("system", "member", "group"):
        assert _objection(form, "color", text.encode("utf-8", "replace").decode()) == [
            {"message": "Field color is invalid."}
        ]


def _is_color(text: str) -> bool:
    return len(text) == 6 and set(text) <= set("0123456789abcdefABCDEF")


@given(st.dates())
def test_a_birthday_is_any_day(day: date) -> None:
    assert _kept(MEMBER, "birthday", day.isoformat()) == day.isoformat()


@pytest.mark.parametrize(
    "day", ["2021-02-29", "0000-01-01", "20210201", "2021-2-1", "02-01", "1 May", "2021-W01-1", "10000-01-01"]
)
def test_no_other_text_is_a_birthday(day: str) -> None:
    assert _objection("member", "birthday", day) == [{"message": "Field birthday is invalid."}]


def test_the_29th_of_february_of_a_hidden_year_is_a_birthday() -> None:
    assert _kept("member", "birthday", "0004-02-29") == "0004-02-29"


@pytest.mark.parametrize(
    ("tag", "kept"),
    [
        ({"prefix": "W:"}, [("W:", None)]),
        ({"prefix": "W: ", "suffix": ""}, [("W: ", None)]),
        ({"prefix": "{", "suffix": "}"}, [("{", "}")]),
        ({"prefix": "", "suffix": None}, []),
        ({}, []),
        ({"prefix": "p" * 48, "suffix": "s" * 48}, [("p" * 48, "s" * 48)]),
        ({"prefix": BIRD * 48}, [(BIRD * 48, None)]),
    ],
    ids=["prefix", "blank-suffix", "both", "neither", "empty", "longest", "longest-in-utf-16"],
)
def test_a_proxy_tag_has_a_prefix_or_a_suffix(tag: JSON, kept: object) -> None:
    assert _kept("member", "proxy_tags", [tag]) == kept


@pytest.mark.parametrize(
    ("tags", "actual"),
    [
        ([{"prefix": "p" * 48, "suffix": "s" * 49}], 101),
        ([{"prefix": BIRD * 48 + "p"}], 101),
        ([{"prefix": str(number)} for number in range(101)], 101),
    ],
    ids=["long", "long-in-utf-16", "many"],
)
def test_proxy_tags_are_limited_in_length_and_number(tags: list[JSON], actual: int) -> None:
    assert _objection("member", "proxy_tags", tags) == [
        {"message": "Field proxy_tags is too long.", "actual_length": actual, "max_length": 100}
    ]


def test_a_hundred_proxy_tags_pass() -> None:
    tags: list[JSON] = [{"prefix": str(number)} for number in range(100)]
    assert len(MEMBER.change({"proxy_tags": [*tags, {}]}).fields) == 1


@pytest.mark.parametrize("form", ["system", "member", "group"])
@pytest.mark.parametrize(
    ("value", "private"), [("public", False), ("private", True), (None, False), ("", True)], ids=repr
)
def test_privacy_is_public_or_private_with_two_quirks(form: str, value: JSON, *, private: bool) -> None:
    for key in FORMS[form].privacy:
        assert FORMS[form].change({"privacy": {key: value}}).privacy == {key: private}


@pytest.mark.parametrize("value", ["Private", "friends", " ", 1, True, [], {}], ids=repr)
def test_privacy_is_nothing_else(value: JSON) -> None:
    with pytest.raises(RefusalError) as caught:
        MEMBER.change({"privacy": {"name_privacy": value}})
    assert caught.value.body == golden("error_40001_privacy")


def test_every_error_is_told_at_once() -> None:
    with pytest.raises(RefusalError) as caught:
        MEMBER.change({"color": "#ff8800", "name": "n" * 101})
    assert caught.value.body == golden("error_40001")


@pytest.mark.parametrize("fill", [MEMBER.fill, GROUP.fill], ids=["member", "group"])
def test_something_new_needs_no_more_than_a_name(fill: Callable[[dict[str, JSON]], object]) -> None:
    assert fill({"name": "x"})
    with pytest.raises(RefusalError):
        fill({"description": "x"})
