"""/pluralkit membership: who is put into which group, and who is taken out of it."""

from __future__ import annotations

import pytest

from tests.cogs.pluralkit_owner import OTHERS, UNLINKED, Owner
from tests.stage import Stage, buttons, shown


async def test_members_are_put_into_a_group(owner: Owner) -> None:
    said = await owner.run("membership add", group="night crew", members="tam, Low Tide, QUAY")
    assert owner.writes == [("POST", "groups/nghtcr/members/add", ["tamoz", "kzwtfo", "jvkctw"])]
    there = [member.id for member in owner.group("nghtcr").members]
    assert there[-3:] == ["tamoz", "kzwtfo", "jvkctw"]
    assert shown(said).splitlines()[0] == "**Tam**, **Tide**, **Quay** are now in **Night crew**."
    assert buttons(said) == ["See the group"]
    await owner.stage.restart()
    assert "Quay" in shown(await owner.press(said, "See the group"))


async def test_members_are_taken_out_of_a_group(owner: Owner) -> None:
    said = await owner.run("membership remove", group="NIGHT", members="wren")
    assert owner.writes == [("POST", "groups/nghtcr/members/remove", ["wrenq"])]
    assert owner.member("wrenq") not in owner.group("nghtcr").members
    assert shown(said).splitlines()[0] == "**Wren 🪶** is no longer in **Night crew**."


async def test_who_is_there_already_or_not_there_makes_no_difference(owner: Owner) -> None:
    before = [*owner.group("nghtcr").members]
    assert "is now in" in shown(await owner.run("membership add", group="nghtcr", members="wren"))
    assert "is no longer in" in shown(await owner.run("membership remove", group="nghtcr", members="tam"))
    assert owner.group("nghtcr").members == before


@pytest.mark.parametrize("command", ["membership add", "membership remove"])
async def test_what_names_nobody_for_sure_is_refused_in_one_sentence(owner: Owner, command: str) -> None:
    for group, members, rule in (
        ("night crew", "tam, nobody", "There is no member called `nobody`."),
        ("night crew", f"tam, {OTHERS}", f"There is no member called `{OTHERS}`."),
        ("night crew", "tam, tam", "`Tam` (`tamoz`) is named twice."),
        ("night crew", " , ", "Name at least one member, with commas between several."),
        ("nobody", "tam", "There is no group called `nobody`."),
        ("mstaaa", "tam", "There is no group called `mstaaa`."),
    ):
        assert rule in await owner.refused(command, group=group, members=members)


async def test_who_was_deleted_meanwhile_is_said_so(owner: Owner) -> None:
    await owner.complete("membership add", "members", "")
    await owner.complete("membership add", "group", "")
    owner.world.remove_member(owner.member("tamoz"))
    owner.world.remove_group(owner.group("lampkp"))
    said = shown(await owner.run("membership add", group="night crew", members="tam, quay"))
    assert said == "⚠️ One of these members is not in your system, or was deleted meanwhile."
    assert owner.member("jvkctw") not in owner.group("nghtcr").members
    said = shown(await owner.run("membership add", group="lamp", members="quay"))
    assert "PluralKit knows no group with that id. It may have been deleted" in said


async def test_many_with_long_names_fit_on_the_card(owner: Owner) -> None:
    crew = [owner.add_member(f"{'*' * 90} {number}") for number in range(60)]
    said = shown(await owner.run("membership add", group="lamp", members=",".join(each.id for each in crew)))
    assert " more are now in **Keepers of the lamp 💡**." in said


async def test_without_a_link_the_sentence_says_how_to_link(stage: Stage) -> None:
    for command in ("add", "remove"):
        said = await stage.admin.slash(
            stage.channel, f"pluralkit membership {command}", group="night crew", members="tam"
        )
        assert (shown(said), said.ephemeral) == (UNLINKED, True)
    assert stage.sandbox.pluralkit.requests == []
