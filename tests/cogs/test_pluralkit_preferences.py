"""/pluralkit settings and autoproxy: what PluralKit does for one's own system."""

from __future__ import annotations

from typing import Any

from bot.sandbox.pluralkit.entities import Autoproxy
from bot.sandbox.upstream import JSON
from tests.cogs.pluralkit_owner import UNLINKED, Owner, labels, sentence, standing
from tests.stage import Stage, buttons, shown

SETTINGS = {
    "timezone": "Europe/Copenhagen",
    "latch_timeout": "",
    "name_format": "{name} {tag}",
    "proxy_switch": "off",
    "on": ["pings_enabled", "case_sensitive_proxy_tags", "proxy_error_message_enabled", "hid_display_split"],
}
CHANGES: list[tuple[dict[str, Any], dict[str, JSON]]] = [
    ({"timezone": " America/New York "}, {"timezone": "America/New_York"}),
    ({"latch_timeout": "2h 30m"}, {"latch_timeout": 9000}),
    ({"latch_timeout": "Never"}, {"latch_timeout": 0}),
    ({"name_format": ""}, {"name_format": None}),
    ({"proxy_switch": "add"}, {"proxy_switch": "add"}),
    (
        {
            "on": [
                "hid_display_caps",
                "case_sensitive_proxy_tags",
                "proxy_error_message_enabled",
                "pings_enabled",
            ]
        },
        {"hid_display_caps": True, "hid_display_split": False},
    ),
]
SHOWN_BY = "Messages without proxy tags are sent by"
NOT_WITH = (
    "A member goes with the modes `member` (one member) and `latch` (whoever spoke last) only. Choose one of "
    "them, or name no member."
)


def _autoproxy(owner: Owner) -> Autoproxy:
    return owner.system.autoproxy[owner.stage.guild.id]


async def test_the_form_has_the_settings_that_stand(owner: Owner) -> None:
    form = await owner.run("settings")
    assert standing(form) == SETTINGS
    assert labels(form) == ["Time zone", "Latch timeout", "Name format", "A proxied message", "Switched on"]
    assert shown(await owner.fill(form)) == "Nothing was changed: the form was left as it was."
    assert owner.writes == []


async def test_only_the_settings_that_were_changed_are_sent(owner: Owner) -> None:
    for typed, body in CHANGES:
        said = await owner.fill(await owner.run("settings"), **typed)
        assert owner.writes[-1] == ("PATCH", "systems/@me/settings", body)
        assert shown(said).splitlines()[0] == "### Saved"
        await owner.stage.restart()
        card = shown(await owner.press(said, "See them"))
        assert card.splitlines()[0] == "### Settings of your system"


async def test_the_card_shows_the_settings(owner: Owner) -> None:
    typed = {"latch_timeout": "never", "proxy_switch": "new", "on": ["hid_display_caps"]}
    said = await owner.fill(await owner.run("settings"), **typed)
    lines = shown(await owner.press(said, "See them")).splitlines()
    assert lines[1:5] == [
        "**Time zone:** Europe/Copenhagen",
        "**Latch timeout:** never",
        "**Name format:** `{name} {tag}`",
        "**A proxied message:** registers a switch",
    ]
    assert "✅ Show ids in capitals" in lines
    assert "⬜ Others may ping you by reaction" in lines


async def test_a_latch_timeout_of_any_length_is_shown_and_left_alone(owner: Owner) -> None:
    for seconds, stands in ((None, ""), (0, "never"), (9000, "2 h 30 min"), (90_061, "1 d 1 h")):
        owner.system.settings.latch_timeout, owner.system.settings.proxy_switch = seconds, "off"
        form = await owner.run("settings")
        assert standing(form)["latch_timeout"] == stands
        said = await owner.fill(form, proxy_switch="add")
        assert owner.writes[-1][2] == {"proxy_switch": "add"}
        card = shown(await owner.press(said, "See them"))
        assert f"**Latch timeout:** {stands or '6 h, as PluralKit has it'}" in card


async def test_a_latch_timeout_is_given_back_to_pluralkit(owner: Owner) -> None:
    owner.system.settings.latch_timeout = 9000
    await owner.fill(await owner.run("settings"), latch_timeout="")
    assert owner.writes[0][2] == {"latch_timeout": None}


async def test_a_name_format_that_is_not_told_is_no_trouble(owner: Owner) -> None:
    body: JSON = {"timezone": "UTC", "name_format": None, "proxy_switch": "@everyone", "latch_timeout": 3}
    owner.stage.sandbox.pluralkit.refuse_with(200, body, method="GET", path="*/settings", times=None)
    form = await owner.run("settings")
    assert (standing(form)["name_format"], standing(form)["proxy_switch"]) == ("", None)
    said = await owner.fill(form, name_format="{tag}")
    assert owner.writes[0][2] == {"name_format": "{tag}"}
    card = shown(await owner.press(said, "See them"))
    assert "**Name format:**" not in card
    assert "@everyone" not in card


async def test_what_follows_no_rule_is_refused_and_kept(owner: Owner) -> None:
    zone, latch = "A time zone is named like `Europe/Copenhagen`", "The latch timeout is typed like `2h 30m`"
    for typed, rule in (
        *(
            ({"timezone": wrong}, zone)
            for wrong in ("CPH", "Europe", "../etc/passwd", "/etc", "Europe/", "U+1")
        ),
        *(({"latch_timeout": wrong}, latch) for wrong in ("6", "soon", "-2h", "99999w", "1.5h", "2h30")),
        ({"name_format": "🦀" * 101}, "The name format may have 200 characters; this has 202."),
    ):
        said = await owner.fill(await owner.run("settings"), **typed)
        assert rule in sentence(said), typed
        assert buttons(said) == ["Open it again"]
        assert standing(await owner.press(said, "Open it again")) == SETTINGS | typed
    assert owner.writes == []


async def test_the_mode_is_changed_by_options(owner: Owner) -> None:
    for mode, words in (
        ("off", "nobody: they stay as you wrote them"),
        ("front", "whoever fronts"),
        ("latch", "whoever spoke last"),
    ):
        said = await owner.run("autoproxy", mode=mode)
        path = "systems/@me/autoproxy"
        assert owner.writes[-1] == ("PATCH", path, {"autoproxy_mode": mode})
        assert owner.stage.sandbox.pluralkit.requests[-1].query == {"guild_id": str(owner.stage.guild.id)}
        assert shown(said).splitlines()[:2] == ["### Autoproxy in this server", f"{SHOWN_BY} {words}."]
    assert _autoproxy(owner).mode == "latch"


async def test_naming_a_member_means_the_mode_member(owner: Owner) -> None:
    said = await owner.run("autoproxy", member="low tide")
    assert owner.writes[-1][2] == {"autoproxy_mode": "member", "autoproxy_member": "kzwtfo"}
    assert shown(said).splitlines()[1] == f"{SHOWN_BY} one member: **Tide**."
    await owner.run("autoproxy", mode="member", member="tam")
    assert _autoproxy(owner).member is owner.member("tamoz")
    await owner.run("autoproxy", mode="latch", member="wren")
    assert (_autoproxy(owner).mode, _autoproxy(owner).member) == ("latch", owner.member("wrenq"))


async def test_a_member_without_its_mode_is_refused_and_the_mode_without_a_member(owner: Owner) -> None:
    for mode in ("off", "front"):
        assert NOT_WITH in await owner.refused("autoproxy", mode=mode, member="tam")
    assert "There is no member called `zoe`." in await owner.refused("autoproxy", member="zoe")
    await owner.run("autoproxy", mode="off")
    said = await owner.refused("autoproxy", mode="member")
    assert said == "⚠️ The mode `member` (one member) needs a member: name which."


async def test_the_form_has_what_stands_and_sends_what_was_changed(owner: Owner) -> None:
    form = await owner.run("autoproxy")
    assert standing(form) == {"autoproxy_mode": "latch", "autoproxy_member": "Wren 🪶"}
    assert shown(await owner.fill(form)) == "Nothing was changed: the form was left as it was."
    said = await owner.fill(await owner.run("autoproxy"), autoproxy_mode="member", autoproxy_member="tam")
    assert owner.writes == [
        ("PATCH", "systems/@me/autoproxy", {"autoproxy_mode": "member", "autoproxy_member": "tamoz"})
    ]
    assert shown(said).splitlines()[1] == f"{SHOWN_BY} one member: **Tam**."
    await owner.fill(await owner.run("autoproxy"), autoproxy_mode="front")
    assert owner.writes[-1][2] == {"autoproxy_mode": "front"}
    assert standing(await owner.run("autoproxy")) == {"autoproxy_mode": "front", "autoproxy_member": ""}


async def test_the_form_refuses_what_does_not_go_together_and_keeps_it(owner: Owner) -> None:
    _autoproxy(owner).mode = "member"
    for typed, rule in (
        ({"autoproxy_member": ""}, "The mode `member` (one member) needs a member"),
        ({"autoproxy_mode": "off", "autoproxy_member": "tam"}, NOT_WITH),
        ({"autoproxy_member": "zoe"}, "There is no member called `zoe`."),
    ):
        said = await owner.fill(await owner.run("autoproxy"), **typed)
        assert rule in sentence(said)
        assert standing(await owner.press(said, "Open it again")).items() >= typed.items()
    assert owner.writes == []


async def test_the_member_of_latch_can_be_taken_away(owner: Owner) -> None:
    await owner.fill(await owner.run("autoproxy"), autoproxy_member="")
    assert owner.writes[-1][2] == {"autoproxy_member": None}
    assert (_autoproxy(owner).mode, _autoproxy(owner).member) == ("latch", None)


async def test_a_member_that_the_names_lack_is_shown_by_its_id(owner: Owner) -> None:
    await owner.complete("autoproxy", "member", "")
    nova = owner.add_member("**Nova**")
    _autoproxy(owner).member = nova
    assert standing(await owner.run("autoproxy"))["autoproxy_member"] == nova.id
    assert f"**{nova.id}**" in shown(await owner.run("autoproxy", mode="latch"))


async def test_a_server_of_which_pluralkit_knows_nothing_begins_with_nobody(owner: Owner) -> None:
    owner.system.autoproxy.clear()
    assert standing(await owner.run("autoproxy")) == {"autoproxy_mode": "off", "autoproxy_member": ""}


async def test_without_a_link_the_sentence_says_how_to_link(stage: Stage) -> None:
    for command, options in (("settings", {}), ("autoproxy", {}), ("autoproxy", {"mode": "off"})):
        said = await stage.admin.slash(stage.channel, f"pluralkit {command}", **options)
        assert (said.modal, shown(said), said.ephemeral) == (None, UNLINKED, True)
    assert stage.sandbox.pluralkit.requests == []


async def test_who_unlinks_meanwhile_sees_and_changes_nothing_more(owner: Owner) -> None:
    forms = [await owner.run("settings"), await owner.run("autoproxy")]
    saved = await owner.fill(await owner.run("settings"), proxy_switch="add")
    await owner.run("unlink")
    for form, typed in zip(forms, ({"timezone": "UTC"}, {"autoproxy_mode": "off"}), strict=True):
        assert sentence(await owner.fill(form, **typed)) == UNLINKED
    assert UNLINKED in shown((await owner.press(saved, "See them")).followups[0])
    assert len(owner.writes) == 1


async def test_what_was_saved_is_shown_by_id_where_the_names_cannot_be_read(owner: Owner) -> None:
    await owner.complete("autoproxy", "member", "")
    await owner.stage.env.advance_time(61)
    owner.stage.sandbox.pluralkit.fail(path="*/members", status=503, times=None)
    said = await owner.run("autoproxy", mode="latch")
    assert owner.writes == [("PATCH", "systems/@me/autoproxy", {"autoproxy_mode": "latch"})]
    assert "**wrenq**" in shown(said)
    assert "ry again" not in shown(said)
