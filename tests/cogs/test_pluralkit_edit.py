"""/pluralkit edit: the form has what stands in it, and only what was changed is sent."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from bot.sandbox.upstream import JSON
from tests.cogs.pluralkit_owner import OTHERS, UNLINKED, Owner, sentence, standing
from tests.stage import Stage, buttons, shown

PICTURE = "https://cdn.example.org/new.webp"
WREN = {"ref": "wren"}
CREW = {"ref": "night crew"}
Case = tuple[str, dict[str, str], dict[str, Any], str, JSON]
EDITS: list[Case] = [
    (
        "system",
        {},
        {"tag": "", "color": "#ABC"},
        "systems/@me",
        {"tag": None, "color": "aabbcc"},
    ),
    (
        "system",
        {"part": "profile"},
        {"description": "One\r\ntwo"},
        "systems/@me",
        {"description": "One\r\ntwo"},
    ),
    (
        "system",
        {"part": "pictures"},
        {"avatar_url": f"<{PICTURE}>", "banner": ""},
        "systems/@me",
        {"avatar_url": PICTURE, "banner": None},
    ),
    (
        "system",
        {"part": "privacy"},
        {"privacy": ["front_privacy"]},
        "systems/@me",
        {"privacy": {"pronoun_privacy": "public", "front_privacy": "private"}},
    ),
    (
        "system",
        {"part": "server"},
        {"on": ["tag_enabled"], "display_name": "Lights"},
        "systems/@me/guilds/GUILD",
        {"display_name": "Lights", "proxying_enabled": False},
    ),
    (
        "member",
        WREN,
        {"display_name": "", "description": " Tide tables. "},
        "members/wrenq",
        {"display_name": None, "description": " Tide tables. "},
    ),
    (
        "member",
        WREN | {"part": "details"},
        {"birthday": "12-31", "on": ["tts"]},
        "members/wrenq",
        {"birthday": "0004-12-31", "tts": True},
    ),
    (
        "member",
        WREN | {"part": "details"},
        {"proxy_tags": "W:text\n\ntext -w\n"},
        "members/wrenq",
        {"proxy_tags": [{"prefix": "W:", "suffix": None}, {"prefix": None, "suffix": " -w"}]},
    ),
    (
        "member",
        WREN | {"part": "pictures"},
        {"webhook_avatar_url": PICTURE, "avatar_url": ""},
        "members/wrenq",
        {"avatar_url": None, "webhook_avatar_url": PICTURE},
    ),
    (
        "member",
        WREN | {"part": "privacy"},
        {"privacy": ["visibility", "proxy_privacy"]},
        "members/wrenq",
        {"privacy": {"visibility": "private", "proxy_privacy": "private"}},
    ),
    (
        "member",
        WREN | {"part": "server"},
        {"keep_proxy": "keep", "display_name": "Wren!"},
        "members/wrenq/guilds/GUILD",
        {"display_name": "Wren!", "keep_proxy": True},
    ),
    ("group", CREW, {"color": ""}, "groups/nghtcr", {"color": None}),
    (
        "group",
        CREW | {"part": "pictures"},
        {"icon": PICTURE},
        "groups/nghtcr",
        {"icon": PICTURE},
    ),
    (
        "group",
        CREW | {"part": "privacy"},
        {"privacy": ["list_privacy"]},
        "groups/nghtcr",
        {"privacy": {"list_privacy": "private"}},
    ),
]


@pytest.mark.parametrize("what", ["system", "member", "group"])
async def test_only_what_was_changed_is_sent(owner: Owner, what: str) -> None:
    for command, options, typed, path, body in EDITS:
        if command != what:
            continue
        owner.stage.sandbox.pluralkit.requests.clear()
        untouched = await owner.fill(await owner.run(f"edit {what}", **options))
        assert shown(untouched) == "Nothing was changed: the form was left as it was."
        assert owner.writes == []
        said = await owner.fill(await owner.run(f"edit {what}", **options), **typed)
        assert owner.writes == [("PATCH", path.replace("GUILD", str(owner.stage.guild.id)), body)]
        assert shown(said).splitlines()[0] == "### Saved"
        assert buttons(said) == ["See it"]
        await owner.stage.restart()
        assert not shown(await owner.press(said, "See it")).startswith("⚠️")
        again = await owner.fill(await owner.run(f"edit {what}", **options))
        assert shown(again) == "Nothing was changed: the form was left as it was."


async def test_the_card_says_which_fields_were_changed(owner: Owner) -> None:
    form = await owner.run("edit member", ref="wren", part="pictures")
    said = shown(await owner.fill(form, avatar_url=PICTURE, webhook_avatar_url=f"{PICTURE}?2"))
    assert said.splitlines()[1] == "**Wren 🪶**: avatar, proxy avatar."
    form = await owner.run("edit group", ref="lamp", part="privacy")
    said = shown(await owner.fill(form, privacy=["name_privacy"]))
    assert said.splitlines()[1] == "**Keepers of the lamp 💡**: name now private, metadata now public."
    form = await owner.run("edit system", part="server")
    assert (
        shown(await owner.fill(form, on=[])).splitlines()[1] == "Your system: proxying, display of the tag."
    )


async def test_what_was_changed_elsewhere_meanwhile_is_not_undone(owner: Owner) -> None:
    form = await owner.run("edit member", ref="tam")
    owner.member("tamoz").pronouns = "they/them"
    await owner.fill(form, name="Tamsin")
    assert (owner.member("tamoz").name, owner.member("tamoz").pronouns) == ("Tamsin", "they/them")


async def test_a_new_name_is_found_at_once_and_the_old_one_no_more(owner: Owner) -> None:
    await owner.fill(await owner.run("edit member", ref="quay"), name="Basil")
    await owner.fill(await owner.run("edit group", ref="night crew"), name="Basement")
    assert len(await owner.complete("edit member", "ref", "basil")) == 1
    assert len(await owner.complete("edit group", "ref", "basement")) == 1
    assert "There is no member called `quay`." in await owner.refused("edit member", ref="quay")


async def test_a_description_of_any_length_opens_and_may_stay(owner: Owner) -> None:
    things: list[tuple[str, dict[str, str]]] = [("member", {"ref": "tam"}), ("group", CREW), ("system", {})]
    for length, (command, options) in product((1_000, 1_500, 5_000), things):
        text = "word " * (length // 5 - 1) + "ends."
        owner.member("tamoz").description = text
        owner.group("nghtcr").description = text
        owner.system.description = text
        form = await owner.run(f"edit {command}", **options)
        assert text.startswith(standing(form)["description"].rstrip())
        await owner.fill(form, color=f"#{length:06}")
        _, _, body = owner.writes[-1]
        assert body == {"color": f"{length:06}"}
        changed = await owner.fill(await owner.run(f"edit {command}", **options), description="x" * 1000)
        assert "### Saved" in shown(changed)


async def test_a_description_that_is_too_long_is_refused_once_it_is_touched(owner: Owner) -> None:
    owner.member("tamoz").description = "word " * 300
    form = await owner.run("edit member", ref="tam")
    said = await owner.fill(form, description=standing(form)["description"][5:])
    assert "The description may have 1000 characters" in sentence(said)
    assert owner.writes == []


async def test_names_win_over_ids_and_somebody_elses_are_refused(owner: Owner) -> None:
    double = owner.add_member("tamoz", pronouns="of the double")
    assert standing(await owner.run("edit member", ref="TAMOZ"))["pronouns"] == "of the double"
    uuid = owner.member("tamoz").uuid
    assert standing(await owner.run("edit member", ref=uuid))["name"] == "Tam"
    for ref in (OTHERS, "nobody", "../../v2", "mstaaa"):
        assert "There is no member called `" in await owner.refused("edit member", ref=ref)
        assert "There is no group called `" in await owner.refused("edit group", ref=ref)
    assert double.name == "tamoz"


async def test_who_was_made_elsewhere_a_moment_ago_is_found(owner: Owner) -> None:
    await owner.complete("edit member", "ref", "")
    await owner.complete("edit group", "ref", "")
    owner.add_member("Nova")
    owner.world.add_group(system=owner.system, name="Day crew")
    assert standing(await owner.run("edit member", ref="nova"))["name"] == "Nova"
    assert standing(await owner.run("edit group", ref="day crew"))["name"] == "Day crew"


async def test_what_was_deleted_meanwhile_is_said_so(owner: Owner) -> None:
    member, group = await owner.run("edit member", ref="tam"), await owner.run("edit group", ref="night crew")
    owner.world.remove_member(owner.member("tamoz"))
    owner.world.remove_group(owner.group("nghtcr"))
    said = sentence(await owner.fill(member, name="Basil"))
    assert "PluralKit knows no member with that id. It may have been deleted" in said
    said = sentence(await owner.fill(group, name="Days"))
    assert "PluralKit knows no group with that id. It may have been deleted" in said
    assert "PluralKit knows no member with that id." in await owner.refused("edit member", ref="tam")
    assert "PluralKit knows no group with that id." in await owner.refused("edit group", ref="night crew")


async def test_without_a_link_no_form_opens(stage: Stage) -> None:
    for command, options in (("system", {}), ("member", WREN), ("group", CREW)):
        said = await stage.admin.slash(stage.channel, f"pluralkit edit {command}", **options)
        assert (said.modal, shown(said), said.ephemeral) == (None, UNLINKED, True)
    assert stage.sandbox.pluralkit.requests == []


async def test_who_unlinks_meanwhile_is_told_how_to_link(owner: Owner) -> None:
    forms = [
        await owner.run("edit system"),
        await owner.run("edit member", **WREN),
        await owner.run("edit group", **CREW),
    ]
    await owner.run("unlink")
    for form in forms:
        assert sentence(await owner.fill(form, name="Another")) == UNLINKED
    assert owner.writes == []


async def test_the_title_says_whose_form_it_is_in_what_discord_takes(owner: Owner) -> None:
    form = await owner.run("edit member", ref="wren", part="privacy")
    assert (form.modal or {})["title"] == "Privacy of a member: Wren 🪶"
    owner.add_member("x" * 100, id="longer")
    form = await owner.run("edit member", ref="longer", part="pictures")
    title = (form.modal or {})["title"]
    assert (len(title), title[-2:]) == (45, "x…")
