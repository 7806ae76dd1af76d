"""The select of who fronts: who is offered, what choosing does, and for whom."""

from __future__ import annotations

from tests.bodies import TURNING
from tests.cogs.pluralkit_owner import OTHERS, UNLINKED, Owner, custom_id, forge, select_of
from tests.cogs.pluralkit_scene import TOKEN, link, newcomer
from tests.stage import everything, shown

INVISIBLE = "\u200b\u3164"
NASTY = ["@everyone <@1>", INVISIBLE, "\u202egnp.exe\u202c", "one\n\n# two\x1b[31m", "🦀" * 100]


async def test_without_names_everybody_is_offered_by_the_name_that_is_shown(owner: Owner) -> None:
    said = await owner.run("switch set")
    assert shown(said) == "### Who is at the front?"
    select = select_of(said)
    assert len(select["options"]) == len(owner.system.members) == select["max_values"]
    by_id = {option["description"]: option for option in select["options"]}
    assert by_id["wrenq"]["label"] == "Wren 🪶"
    assert by_id["wrenq"]["value"] == owner.member("wrenq").uuid
    assert not any(option.get("default") for option in select["options"])
    assert owner.writes == []


async def test_choosing_registers_the_switch_also_after_a_restart(owner: Owner) -> None:
    said = await owner.run("switch set")
    await owner.stage.restart()
    done = await owner.choose(said, "nyxper", "tamoz")
    refs = [owner.member(ref).uuid for ref in ("nyxper", "tamoz")]
    assert owner.writes == [("POST", "systems/@me/switches", {"members": refs})]
    assert owner.front == ["nyxper", "tamoz"]
    assert shown(done).splitlines()[1].startswith("**Undertow**, **Tam**, from <t:")
    await owner.press(done, "Undo")
    assert owner.front != ["nyxper", "tamoz"]


async def test_whatever_somebody_is_called_can_be_offered(owner: Owner) -> None:
    added = {owner.add_member(name).id: name for name in NASTY}
    offered = {
        option["description"]: option["label"]
        for option in select_of(await owner.run("switch set"))["options"]
    }
    for ref, name in added.items():
        assert 1 <= len(offered[ref]) <= 100
        assert offered[ref] == offered[ref].strip()
        assert not set(offered[ref]) & {*TURNING, "\n", "\x1b"}
        assert (offered[ref] == ref) == (name == INVISIBLE)


async def test_more_than_25_members_are_too_many_to_offer(owner: Owner) -> None:
    for number in range(25 - len(owner.system.members)):
        owner.add_member(f"Sailor {number}")
    assert len(select_of(await owner.run("switch set"))["options"]) == 25
    owner.add_member("One more")
    await owner.stage.env.advance_time(120)
    for command in ("switch set", "switch edit"):
        said = await owner.refused(command)
        assert said == "⚠️ Name them with `members`, commas between: there are too many to pick from a list."
    assert "### Switched" in shown(await owner.run("switch set", members="one more"))


async def test_a_system_without_members_is_told_how_to_make_one(owner: Owner) -> None:
    for member in [*owner.system.members]:
        owner.world.remove_member(member)
    said = await owner.refused("switch set")
    assert said == "⚠️ Your system has no members yet. `/pluralkit create member` makes one."


async def test_choosing_the_same_front_again_is_said_so_and_leaves_the_select(owner: Owner) -> None:
    await owner.run("switch set", members="tam")
    said = await owner.run("switch set")
    again = await owner.choose(said, "tamoz")
    assert "That is how it stands already." in shown(again.followups[0])
    assert again.followups[0].ephemeral
    await owner.choose(said, "jvkctw")
    assert owner.front == ["jvkctw"]


async def test_a_member_that_was_deleted_meanwhile_is_said_so(owner: Owner) -> None:
    said = await owner.run("switch set")
    uuid = owner.member("jvkctw").uuid
    owner.world.remove_member(owner.member("jvkctw"))
    assert said.response is not None
    done = await owner.person.select(said.response, [uuid])
    assert "One of these members is not in your system, or was deleted meanwhile." in everything(done)


async def test_choosing_once_unlinked_says_how_to_link(owner: Owner) -> None:
    said = await owner.run("switch set")
    await owner.run("unlink")
    assert UNLINKED in everything(await owner.choose(said, "tamoz"))
    assert owner.writes == []


async def test_a_forged_choice_brings_nobody_elses_members_to_the_front(owner: Owner) -> None:
    said = await owner.run("switch set")
    before = owner.front
    for values in ([OTHERS], ["nobody"], ["../../v2", ""], ["tamoz", "tamoz"]):
        forged = await forge(owner.stage, owner.person, "pk:front:now", values, said)
        assert "⚠️ " in everything(forged)
    assert owner.front == before


async def test_somebody_else_who_presses_or_chooses_changes_their_own_system_or_nothing(owner: Owner) -> None:
    said = await owner.run("switch set", members="quay")
    assert said.response is not None
    drop = custom_id(said, "Undo")
    eve = newcomer(owner.stage)
    assert UNLINKED in everything(await owner.stage.press(eve, drop, said.response))
    other = owner.world.add_system(name="Eve's", token=TOKEN)
    await link(owner.stage, eve, TOKEN)
    pressed = everything(await owner.stage.press(eve, drop, said.response))
    assert "⚠️ This switch is gone, or is of another system." in pressed
    for switch in ("now", owner.last.uuid):
        forged = await forge(owner.stage, eve, f"pk:front:{switch}", [owner.member("tamoz").uuid], said)
        assert "⚠️ " in everything(forged)
    assert owner.front == ["jvkctw"]
    assert other.switches == []
