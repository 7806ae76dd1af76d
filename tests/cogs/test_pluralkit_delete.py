"""/pluralkit delete: what is asked first, what is gone after, and what is never touched."""

from __future__ import annotations

from tests.cogs.pluralkit_owner import OTHERS, UNLINKED, Owner, custom_id
from tests.cogs.pluralkit_scene import TOKEN, link, newcomer
from tests.stage import Stage, buttons, everything, shown

TAM = (
    "**Tam** (`tamoz`) is deleted at PluralKit for good: from its groups, and from every old switch too. "
    "That cannot be undone."
)


async def test_a_member_is_deleted_once_that_is_confirmed(owner: Owner) -> None:
    asked = await owner.run("delete member", ref="tam")
    assert shown(asked).splitlines() == [
        "### Delete this member?",
        TAM,
        "[Delete for good]",
        "[Keep it]",
    ]
    assert owner.writes == []
    uuid = owner.member("tamoz").uuid
    await owner.stage.restart()
    done = await owner.press(asked, "Delete for good")
    assert owner.writes == [("DELETE", f"members/{uuid}", None)]
    assert shown(done) == "The member was deleted."
    assert owner.world.members.find("tamoz") is None


async def test_a_group_is_deleted_and_its_members_stay(owner: Owner) -> None:
    asked = await owner.run("delete group", ref="lamp")
    assert "**Keepers of the lamp 💡** (`lampkp`) is deleted at PluralKit for good." in shown(asked)
    count, uuid = len(owner.system.members), owner.group("lampkp").uuid
    assert shown(await owner.press(asked, "Delete for good")) == "The group was deleted."
    assert owner.writes == [("DELETE", f"groups/{uuid}", None)]
    assert owner.world.groups.find("lampkp") is None
    assert len(owner.system.members) == count


async def test_what_is_kept_stays(owner: Owner) -> None:
    for command, ref in (("delete member", "tam"), ("delete group", "lamp")):
        asked = await owner.run(command, ref=ref)
        assert buttons(asked) == ["Delete for good", "Keep it"]
        await owner.stage.restart()
        assert shown(await owner.press(asked, "Keep it")) == "Nothing was deleted."
    assert owner.writes == []


async def test_who_was_deleted_is_completed_no_more(owner: Owner) -> None:
    for command, ref in (("delete member", "saoirse"), ("delete group", "night crew")):
        assert len(await owner.complete(command, "ref", ref)) == 1
        await owner.press(await owner.run(command, ref=ref), "Delete for good")
        assert list(await owner.complete(command, "ref", ref)) == []
        assert f"called `{ref}`" in await owner.refused(command, ref=ref)


async def test_names_win_over_ids_and_somebody_elses_are_refused(owner: Owner) -> None:
    double = owner.add_member("wrenq")
    asked = await owner.run("delete member", ref="wrenq")
    assert f"(`{double.id}`)" in shown(asked)
    for ref in (OTHERS, "nobody", "", " , "):
        assert "There is no member called `" in await owner.refused("delete member", ref=ref)
    assert "There is no group called `mstaaa`." in await owner.refused("delete group", ref="mstaaa")


async def test_what_was_deleted_meanwhile_is_said_so(owner: Owner) -> None:
    member, group = await owner.run("delete member", ref="tam"), await owner.run("delete group", ref="lamp")
    owner.world.remove_member(owner.member("tamoz"))
    owner.world.remove_group(owner.group("lampkp"))
    said = everything(await owner.press(member, "Delete for good"))
    assert "⚠️ PluralKit knows no member with that id. It may have been deleted" in said
    said = everything(await owner.press(group, "Delete for good"))
    assert "⚠️ PluralKit knows no group with that id. It may have been deleted" in said
    assert "no member with that id" in await owner.refused("delete member", ref="tam")
    assert "no group with that id" in await owner.refused("delete group", ref="lamp")


async def test_somebody_else_who_presses_deletes_nothing_of_the_owners(owner: Owner) -> None:
    eve = newcomer(owner.stage)
    asked = [await owner.run("delete member", ref="tam"), await owner.run("delete group", ref="lamp")]
    for linked in (False, True):
        if linked:
            owner.world.add_system(name="Eve's", token=TOKEN)
            await link(owner.stage, eve, TOKEN)
        for said in asked:
            assert said.response is not None
            pressed = await owner.stage.press(eve, custom_id(said, "Delete for good"), said.response)
            refusal = "so only its owner can change it." if linked else UNLINKED
            assert refusal in everything(pressed)
    assert owner.member("tamoz").system is owner.system
    assert owner.group("lampkp").system is owner.system


async def test_the_owner_cannot_delete_somebody_elses_by_a_forged_button(owner: Owner) -> None:
    asked = await owner.run("delete member", ref="tam")
    assert asked.response is not None
    for button in (
        f"pk:delete:member:{owner.member(OTHERS).uuid}",
        f"pk:delete:group:{owner.group('mstaaa').uuid}",
        f"pk:delete:member:{OTHERS}",
        "pk:delete:group:mstaaa",
        "pk:delete:member:../../v2/members",
    ):
        pressed = await owner.stage.press(owner.person, button, asked.response)
        assert "⚠️ " in everything(pressed)
    assert owner.member(OTHERS)
    assert owner.group("mstaaa")


async def test_without_a_link_the_sentence_says_how_to_link(stage: Stage) -> None:
    for what in ("member", "group"):
        said = await stage.admin.slash(stage.channel, f"pluralkit delete {what}", ref="tam")
        assert (shown(said), said.ephemeral) == (UNLINKED, True)
    assert stage.sandbox.pluralkit.requests == []


async def test_names_of_the_world_are_safe_where_it_is_asked(owner: Owner) -> None:
    for name in ("**@everyone** <@1>", "\u202egnp.exe\n# x", "\u3164"):
        member = owner.add_member(name)
        await owner.stage.env.advance_time(61)
        line = shown(await owner.run("delete member", ref=member.id)).splitlines()[1]
        assert f"(`{member.id}`) is deleted at PluralKit for good" in line
        assert "@everyone" not in line
        assert "\u202e" not in line
