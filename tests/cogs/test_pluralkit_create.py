"""/pluralkit create: the forms for a new member and a new group, and what becomes of what is typed."""

from __future__ import annotations

from tests.cogs.pluralkit_owner import UNLINKED, Owner, custom_id, labels, sentence, standing
from tests.cogs.pluralkit_scene import newcomer
from tests.stage import Stage, buttons, fields, shown

MEMBER = {
    "name": "Nova",
    "display_name": "Nova ✨",
    "pronouns": "she/her",
    "color": "#FF8800",
    "description": "New.\n\n**Here**",
}
GROUP = {"name": "Day crew", "display_name": "Days", "color": "f80", "description": "Awake."}
CRAB = "🦀"


async def test_the_forms_are_empty_and_say_what_they_are_for(owner: Owner) -> None:
    member, group = await owner.run("create member"), await owner.run("create group")
    assert (fields(member), fields(group)) == ([*MEMBER], [*GROUP])
    for form, title in ((member, "A new member"), (group, "A new group")):
        assert form.modal is not None
        assert form.modal["title"] == title
        assert not any(standing(form).values())
    assert labels(member) == ["Name", "Display name", "Pronouns", "Colour", "Description"]


async def test_a_member_is_made_of_what_was_filled_in_and_nothing_else(owner: Owner) -> None:
    said = await owner.fill(await owner.run("create member"), name="Nova")
    assert owner.writes == [("POST", "members", {"name": "Nova"})]
    made = owner.system.members[-1]
    assert shown(said).splitlines() == [
        "### The member was created",
        f"**Nova** has the id `{made.id}`.",
        "[See it]",
    ]
    await owner.stage.restart()
    assert "### Nova (Harbour Lights)" in shown(await owner.press(said, "See it"))


async def test_every_field_of_a_member_is_sent_as_the_api_takes_it(owner: Owner) -> None:
    await owner.fill(await owner.run("create member"), **MEMBER)
    assert owner.writes == [("POST", "members", MEMBER | {"color": "ff8800"})]


async def test_a_group_is_made(owner: Owner) -> None:
    said = await owner.fill(await owner.run("create group"), **GROUP)
    assert owner.writes == [("POST", "groups", GROUP | {"color": "ff8800"})]
    made = owner.system.groups[-1]
    assert f"**Days** has the id `{made.id}`." in shown(said)
    assert "Day" in shown(await owner.press(said, "See it"))


async def test_who_is_new_is_completed_at_once(owner: Owner) -> None:
    assert list(await owner.complete("delete member", "ref", "nova")) == []
    assert list(await owner.complete("delete group", "ref", "day")) == []
    await owner.fill(await owner.run("create member"), name="Nova")
    await owner.fill(await owner.run("create group"), name="Day crew")
    assert len(await owner.complete("delete member", "ref", "nova")) == 1
    assert len(await owner.complete("delete group", "ref", "day")) == 1


async def test_what_follows_no_rule_is_refused_with_the_rule_and_kept(owner: Owner) -> None:
    refusals = [
        ({"name": CRAB * 51}, "The name may have 100 characters; this has 102. Emoji count twice or more."),
        ({"name": " \u3000 "}, "The name may not be empty."),
        ({"display_name": CRAB * 51}, "The display name may have 100 characters; this has 102."),
        ({"pronouns": CRAB * 51}, "The pronouns may have 100 characters; this has 102."),
        ({"color": "red"}, "A colour is six hex digits, like `#ff8800`."),
        ({"color": "#12345"}, "A colour is six hex digits, like `#ff8800`."),
        ({"description": CRAB * 501}, "The description may have 1000 characters; this has 1002."),
    ]
    for typed, rule in refusals:
        filled = MEMBER | typed
        said = await owner.fill(await owner.run("create member"), **filled)
        assert rule in sentence(said)
        assert buttons(said) == ["Open it again"]
        again = await owner.press(said, "Open it again")
        assert standing(again) == filled
        assert again.modal is not None
        assert again.modal["title"] == "A new member"
    assert owner.writes == []


async def test_exactly_as_many_signs_as_the_api_counts_are_taken(owner: Owner) -> None:
    filled = MEMBER | {"name": CRAB * 50, "description": CRAB * 500}
    await owner.fill(await owner.run("create member"), **filled)
    assert owner.system.members[-1].name == CRAB * 50


async def test_what_was_refused_is_corrected_as_often_as_it_takes(owner: Owner) -> None:
    said = await owner.fill(await owner.run("create member"), name="Nova", color="red", pronouns="they")
    said = await owner.fill(await owner.press(said, "Open it again"), color="redder"[:7])
    said = await owner.fill(await owner.press(said, "Open it again"), color="#f00")
    assert "### The member was created" in shown(said)
    assert owner.writes == [("POST", "members", {"name": "Nova", "color": "ff0000", "pronouns": "they"})]


async def test_nobody_else_is_shown_what_was_typed(owner: Owner) -> None:
    said = await owner.fill(await owner.run("create member"), name="Nova", color="red")
    assert said.response is not None
    key = custom_id(said, "Open it again")
    for person, pressed in ((newcomer(owner.stage), key), (owner.person, f"{key[:-16]}{'0' * 16}")):
        forged = await owner.stage.press(person, pressed, said.response)
        assert forged.modal is None
        assert shown(forged) == "⚠️ What was typed is no longer kept. Run the command again."


async def test_the_ten_forms_that_somebody_opened_last_are_known(owner: Owner) -> None:
    forms = [await owner.run("create member") for _ in range(11)]
    assert shown(await owner.fill(forms[0], name="Nova")).startswith("⚠️ This form has expired")
    for form in (forms[1], forms[-1]):
        assert "Nova" in shown(await owner.fill(form, name="Nova"))


async def test_a_full_system_is_said_so(owner: Owner) -> None:
    owner.system.settings.member_limit = len(owner.system.members)
    owner.system.settings.group_limit = len(owner.system.groups)
    for what in ("member", "group"):
        said = await owner.fill(await owner.run(f"create {what}"), name="One more")
        assert sentence(said) == (f"⚠️ Your system has as many {what}s as PluralKit allows. Delete one first.")


async def test_a_refusal_of_the_vendors_is_shown_in_its_own_words(owner: Owner) -> None:
    owner.stage.sandbox.pluralkit.refuse_with(
        400,
        {
            "message": "Error parsing JSON model",
            "code": 40001,
            "errors": {"display_name": [{"message": "Field display_name is **odd** @everyone."}]},
        },
        method="POST",
    )
    said = await owner.fill(await owner.run("create member"), name="Nova")
    assert "in its own words: “display name\\: Field display\\_name is \\*\\*odd\\*\\* @" in sentence(said)
    assert "@everyone" not in sentence(said)
    assert buttons(said) == ["Open it again"]


async def test_without_a_link_no_form_opens(stage: Stage) -> None:
    for what in ("member", "group"):
        said = await stage.admin.slash(stage.channel, f"pluralkit create {what}")
        assert (said.modal, shown(said), said.ephemeral) == (None, UNLINKED, True)


async def test_who_unlinks_meanwhile_can_link_and_go_on(owner: Owner) -> None:
    form = await owner.run("create member")
    await owner.run("unlink")
    said = await owner.fill(form, name="Nova")
    assert sentence(said) == UNLINKED
    assert owner.writes == []
    again = await owner.run("link")
    await owner.fill(again, token=owner.stage.seeds.pluralkit_token)
    assert "### The member was created" in shown(await owner.fill(await owner.press(said, "Open it again")))


async def test_a_name_of_the_world_is_safe_on_the_card(owner: Owner) -> None:
    said = shown(
        await owner.fill(await owner.run("create member"), name="**@everyone** [a](https://b.example)")
    )
    assert "@everyone" not in said
    assert "](https" not in said
