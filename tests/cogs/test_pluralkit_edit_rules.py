"""/pluralkit edit: which values the fields take, and where the part ``server`` leads."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.upstream import JSON
from tests.cogs.pluralkit_owner import Owner, sentence, standing
from tests.stage import Stage, buttons, fields, shown

DETAILS = {"ref": "wren", "part": "details"}
CRAB = "🦀"
NOT_A_DATE = "A birthday is a date like `1994-07-16`, or `07-16` without the year."
NOT_A_TAG = "A proxy tag is a line with the word `text` in it once, like `W:text` or `{text}`."
NOT_HTTPS = " is the address of a picture that begins with `https://`."
LONG_ADDRESS = f"https://cdn.example.org/{'x' * 233}"
REFUSED: dict[str, list[tuple[str, dict[str, str], dict[str, Any], str]]] = {
    "birthdays": [
        ("member", DETAILS, {"birthday": typed}, NOT_A_DATE)
        for typed in ("02-30", "1995-02-29", "July 16", "94-07-16", "0000-01-01", "16.7.94")
    ],
    "proxy tags": [
        *(
            ("member", DETAILS, {"proxy_tags": typed}, NOT_A_TAG)
            for typed in ("W:", "text", "W:Text", "text text")
        ),
        ("member", DETAILS, {"proxy_tags": f"{CRAB * 49}text"}, "may have 100 characters"),
        (
            "member",
            DETAILS,
            {"proxy_tags": "\n".join(["atext"] * 101)},
            "may have 100 proxy tags; these are 101.",
        ),
    ],
    "pictures": [
        *(
            ("member", {"ref": "tam", "part": "pictures"}, {key: typed}, f"The {label}{NOT_HTTPS}")
            for key, label in (
                ("avatar_url", "avatar"),
                ("webhook_avatar_url", "proxy avatar"),
                ("banner", "banner"),
            )
            for typed in ("http://a.example/b.png", "a.png", "https://", "https://a b.example", "https://[x")
        ),
        ("group", {"ref": "lamp", "part": "pictures"}, {"icon": "ftp://a"}, f"The icon{NOT_HTTPS}"),
        ("system", {"part": "pictures"}, {"banner": "data:,a"}, f"The banner{NOT_HTTPS}"),
        ("system", {"part": "server"}, {"avatar_url": "//a.example"}, f"The avatar{NOT_HTTPS}"),
    ],
    "lengths": [
        ("system", {}, {"tag": f"{CRAB * 40}"}, "The tag may have 79 characters; this has 80."),
        ("system", {"part": "server"}, {"tag": CRAB * 40}, "The tag may have 79 characters; this has 80."),
        (
            "member",
            {"ref": "wren", "part": "server"},
            {"display_name": CRAB * 51},
            "The display name may have 100",
        ),
        ("group", {"ref": "lamp"}, {"name": CRAB * 51}, "The name may have 100 characters; this has 102."),
    ],
}
TAKEN: list[tuple[dict[str, Any], dict[str, JSON]]] = [
    ({"birthday": "1994-07-16"}, {"birthday": "1994-07-16"}),
    ({"birthday": "7-6"}, {"birthday": "0004-07-06"}),
    ({"birthday": "02-29"}, {"birthday": "0004-02-29"}),
    ({"birthday": ""}, {"birthday": None}),
    ({"proxy_tags": ""}, {"proxy_tags": []}),
    ({"proxy_tags": "text: t"}, {"proxy_tags": [{"prefix": None, "suffix": ": t"}]}),
]


@pytest.mark.parametrize("cases", REFUSED.values(), ids=REFUSED)
async def test_what_follows_no_rule_is_refused_and_kept(
    owner: Owner, cases: list[tuple[str, dict[str, str], dict[str, Any], str]]
) -> None:
    for what, options, typed, rule in cases:
        form = await owner.run(f"edit {what}", **options)
        said = await owner.fill(form, **typed)
        assert rule in sentence(said), typed
        assert buttons(said) == ["Open it again"]
        assert standing(await owner.press(said, "Open it again")) == standing(form) | typed
    assert owner.writes == []


async def test_birthdays_and_proxy_tags_are_sent_as_the_api_takes_them(owner: Owner) -> None:
    for typed, body in TAKEN:
        owner.member("wrenq").birthday, owner.member("wrenq").proxy_tags = "2000-01-01", [("W:", None)]
        await owner.fill(await owner.run("edit member", **DETAILS), **typed)
        assert owner.writes[-1][2] == body


async def test_a_year_that_is_kept_back_is_not_shown_and_stays_so(owner: Owner) -> None:
    for year in ("0004", "0001"):
        owner.member("wrenq").birthday = f"{year}-03-04"
        form = await owner.run("edit member", **DETAILS)
        assert standing(form)["birthday"] == "03-04"
        assert shown(await owner.fill(form)).startswith("Nothing was changed")


async def test_tags_that_have_the_word_text_in_them_stay_what_they_are(owner: Owner) -> None:
    owner.member("wrenq").proxy_tags = [("text-", "-text"), ("a", None)]
    form = await owner.run("edit member", **DETAILS)
    assert standing(form)["proxy_tags"] == "text-text-text\natext"
    assert shown(await owner.fill(form)).startswith("Nothing was changed")
    await owner.fill(await owner.run("edit member", **DETAILS), proxy_tags="text-text-text\nbtext")
    assert owner.member("wrenq").proxy_tags == [("text-", "-text"), ("b", None)]


async def test_more_proxy_tags_than_a_form_takes_are_left_out_of_it(owner: Owner) -> None:
    tags: list[tuple[str | None, str | None]] = [(f"{'x' * 90}{number:02}", None) for number in range(42)]
    owner.member("wrenq").proxy_tags = tags
    form = await owner.run("edit member", **DETAILS)
    assert fields(form) == ["birthday", "on"]
    await owner.fill(form, birthday="")
    assert owner.member("wrenq").proxy_tags == tags
    owner.member("wrenq").proxy_tags = tags[:41]
    assert fields(await owner.run("edit member", **DETAILS)) == ["birthday", "proxy_tags", "on"]


async def test_a_proxy_avatar_cannot_be_taken_away_and_that_is_said(owner: Owner) -> None:
    owner.member("tamoz").webhook_avatar_url = "https://cdn.example.org/tam.webp"
    form = await owner.run("edit member", ref="tam", part="pictures")
    said = sentence(await owner.fill(form, webhook_avatar_url=""))
    assert said == "⚠️ PluralKit cannot take the proxy avatar away over its API; its own bot can."
    assert owner.writes == []


async def test_an_address_that_is_too_long_cannot_even_be_typed_unless_it_stands(owner: Owner) -> None:
    owner.member("tamoz").banner = LONG_ADDRESS
    form = await owner.run("edit member", ref="tam", part="pictures")
    assert shown(await owner.fill(form)).startswith("Nothing was changed")
    form = await owner.run("edit member", ref="tam", part="pictures")
    said = await owner.fill(form, banner=LONG_ADDRESS.replace("x", "y"))
    assert "The banner may have 256 characters" in sentence(said)


async def test_where_the_server_leaves_it_open_nothing_is_chosen(owner: Owner) -> None:
    form = await owner.run("edit member", ref="wren", part="server")
    assert standing(form) == {"display_name": "Wren (mod)", "avatar_url": "", "keep_proxy": None}
    await owner.fill(form, keep_proxy="drop")
    assert owner.writes[-1][2] == {"keep_proxy": False}
    assert standing(await owner.run("edit member", ref="wren", part="server"))["keep_proxy"] == "drop"


async def test_where_pluralkit_was_never_used_its_settings_are_not_there(owner: Owner) -> None:
    said = await owner.refused("edit member", ref="tam", part="server")
    assert said == (
        "⚠️ PluralKit has nothing about this member in this server yet. Use its bot here once, then try again."
    )
    owner.system.guilds.clear()
    said = await owner.refused("edit system", part="server")
    assert said == (
        "⚠️ PluralKit has nothing about your system in this server yet. Use its bot here once, then try again."
    )


async def test_outside_a_server_there_is_no_part_of_a_server(stage: Stage) -> None:
    user = stage.admin.user
    form = await stage.admin.slash(stage.channel, "pluralkit link", everywhere=True)
    await stage.admin.submit_modal(form, {"token": stage.seeds.pluralkit_token})
    for command, options in (("edit system", {}), ("edit member", {"ref": "wren"}), ("autoproxy", {})):
        part = {} if command == "autoproxy" else {"part": "server"}
        said = await user.slash(f"pluralkit {command}", **options, **part)
        assert (said.modal, shown(said)) == (None, "⚠️ This works in a server only.")
    assert (await user.slash("pluralkit edit member", ref="wren")).modal is not None


async def test_whatever_stands_can_be_opened_and_is_left_alone(owner: Owner) -> None:
    for text in ("**@everyone** <@1> `x`", "\u202egnp.exe", "line\nline", "```\n# x"):
        await _open_all_with(owner, text)


async def _open_all_with(owner: Owner, text: str) -> None:
    member, group = owner.member("tamoz"), owner.group("nghtcr")
    member.name = member.pronouns = member.description = text
    group.name = group.description = group.display_name = text
    owner.system.name = owner.system.tag = owner.system.description = text
    for what, ref in (("member", {"ref": "tamoz"}), ("group", {"ref": "nghtcr"}), ("system", {})):
        form = await owner.run(f"edit {what}", **ref)
        assert standing(form)["description"] == text
        assert shown(await owner.fill(form)).startswith("Nothing was changed")
        said = shown(await owner.fill(await owner.run(f"edit {what}", **ref), color="#123456"))
        assert "@everyone" not in said
        assert "\u202e" not in said
    member.color = group.color = owner.system.color = None
    assert (member.name, group.display_name, owner.system.tag) == (text, text, text)
