"""What is offered while an owner types: members one after the other, groups, past switches."""

from __future__ import annotations

import simcord

from tests.cogs.pluralkit_owner import Owner
from tests.cogs.pluralkit_scene import ago, newcomer
from tests.stage import Stage

MEMBERS = ("switch set", "switch edit", "membership add", "membership remove")
SWITCHES = ("switch edit", "switch move", "switch delete")


async def _members(owner: Owner, text: str) -> list[tuple[str, str]]:
    offered = await owner.complete("switch set", "members", text)
    return [(choice["name"], choice["value"]) for choice in offered]


async def _values(owner: Owner, text: str) -> list[str]:
    return [value for _, value in await _members(owner, text)]


async def test_the_last_of_a_list_is_completed_by_name_display_name_and_id(owner: Owner) -> None:
    for command in MEMBERS:
        for text in ("tide", "LOW", "kzw"):
            [choice] = await owner.complete(command, "members", text)
            assert (choice["name"], choice["value"]) == ("Tide · Low Tide (kzwtfo)", "kzwtfo")


async def test_what_was_typed_before_the_last_comma_stays_with_its_names(owner: Owner) -> None:
    assert await _members(owner, " wrenq ,quay,  nobody, tam") == [
        ("Wren 🪶, quay, nobody, Tam (tamoz)", "wrenq, quay, nobody, tamoz")
    ]


async def test_nobody_is_offered_who_is_named_already(owner: Owner) -> None:
    for named in ("tamoz", "TAM", "ta", "tamoz, wrenq", "wren 🪶, tam"):
        offered = await _values(owner, f"{named}, ")
        assert len(offered) == len(owner.system.members) - len(named.split(","))
        assert not [value for value in offered if value.endswith(", tamoz")]
        assert await _values(owner, f"{named}, tam") == []


async def test_after_a_slip_nobody_is_offered_who_is_named_already_either(owner: Owner) -> None:
    assert await _values(owner, "nobody, tam, tam") == []


async def test_what_is_offered_can_be_sent(owner: Owner) -> None:
    twin = owner.add_member("kzwtfo")
    offered = [*await _values(owner, "low tide"), *await _values(owner, "kzwtfo")]
    for value, ref in zip(offered, ("kzwtfo", twin.id, "kzwtfo"), strict=True):
        await owner.run("switch set", members=f"{value}, quay")
        assert owner.front == [ref, "jvkctw"]
        await owner.run("switch out")


async def test_a_name_with_commas_is_completed_across_them(owner: Owner) -> None:
    gull = owner.add_member("Gull, Herring, the")
    for text in ("gull", "gull, h", "gull, herring, the"):
        assert (await _values(owner, text))[0] == gull.id
    assert (await _values(owner, "tam, gull, herring, t"))[0] == f"tam, {gull.id}"
    assert not [value for value in await _values(owner, "gull, herring, the, ") if gull.id in value]


async def test_a_long_list_is_offered_no_further_than_discord_takes(owner: Owner) -> None:
    crew = [owner.add_member(f"Sailor {number}") for number in range(30)]
    before = ""
    for _ in crew:
        offered = await owner.complete("switch set", "members", before)
        assert len(offered) <= 25
        assert all(len(choice["value"]) <= 100 for choice in offered)
        assert all(1 <= len(choice["name"]) <= 100 for choice in offered)
        if not offered:
            break
        before = f"{offered[0]['value']}, "
    assert 90 <= len(before) <= 102
    assert await _values(owner, "," * 3000) != []


async def test_a_name_of_a_hundred_signs_leaves_room_for_the_id(owner: Owner) -> None:
    long = owner.add_member("N" * 100, display_name="D" * 100)
    [(name, value)] = await _members(owner, "d" * 100)
    assert name.endswith(f"({long.id})")
    assert value == long.id


async def test_groups_are_completed(owner: Owner) -> None:
    for command in ("membership add", "membership remove"):
        [choice] = await owner.complete(command, "group", "lamp")
        assert choice["value"] == "lampkp"
    for command in ("edit group", "delete group"):
        [choice] = await owner.complete(command, "ref", "night")
        assert choice["name"] == "Night crew (nghtcr)"


async def test_one_member_is_completed(owner: Owner) -> None:
    for command, option in (("edit member", "ref"), ("delete member", "ref"), ("autoproxy", "member")):
        [choice] = await owner.complete(command, option, "quay")
        assert (choice["name"], choice["value"]) == ("Quay (jvkctw)", "jvkctw")


async def test_the_last_switches_are_offered_the_newest_first(owner: Owner) -> None:
    for command in SWITCHES:
        offered = await owner.complete(command, "switch", "")
        newest = [switch.uuid for switch in reversed(owner.system.switches[-25:])]
        assert [choice["value"] for choice in offered] == newest
        assert offered[0]["name"] == "1 h 35 min ago: Wren 🪶, Tam"
        assert all(1 <= len(choice["name"]) <= 100 for choice in offered)


async def test_a_switch_is_found_by_who_came_and_by_its_uuid(owner: Owner) -> None:
    owner.world.add_switch(system=owner.system, at=ago(seconds=42))
    [newest, *_] = await owner.complete("switch move", "switch", " NOBODY ")
    assert newest["name"] == "42 s ago: nobody"
    [same] = await owner.complete("switch move", "switch", owner.last.uuid)
    assert same == newest
    await owner.run("switch edit", members="saoirse", switch=newest["value"])
    assert owner.front == ["bxsana"]


async def test_of_a_member_that_the_names_lack_the_id_is_shown(owner: Owner) -> None:
    await owner.complete("switch set", "members", "")
    nova = owner.add_member("Nova")
    owner.world.add_switch(system=owner.system, at=ago(seconds=42), members=[nova])
    [first, *_] = await owner.complete("switch move", "switch", "")
    assert first["name"] == f"42 s ago: {nova.id}"


async def test_without_a_link_no_switch_is_offered(stage: Stage) -> None:
    for command in SWITCHES:
        offered = await stage.admin.autocomplete(stage.channel, f"pluralkit {command}", "switch", "")
        assert offered == []


async def test_in_trouble_nothing_is_offered(owner: Owner) -> None:
    owner.stage.sandbox.pluralkit.fail(status=500, times=None)
    assert list(await owner.complete("switch move", "switch", "")) == []
    assert list(await owner.complete("switch set", "members", "")) == []
    assert list(await owner.complete("edit group", "ref", "")) == []


async def test_nobody_is_offered_somebody_elses_names(owner: Owner) -> None:
    await owner.complete("switch set", "members", "tam")
    offered = await owner.stage.member.autocomplete(
        owner.stage.channel, "pluralkit switch set", "members", "tam"
    )
    assert offered == []


async def test_a_private_list_offers_nothing_to_who_is_not_linked(stage: Stage) -> None:
    for option, command in (("members", "switch set"), ("group", "membership add"), ("ref", "edit group")):
        assert await stage.member.autocomplete(stage.channel, f"pluralkit {command}", option, "") == []


async def test_the_names_of_fifty_people_are_kept_and_of_no_more(owner: Owner) -> None:
    async def ask(person: simcord.MemberActor) -> int:
        before = len(owner.stage.sandbox.pluralkit.requests)
        await person.autocomplete(owner.stage.channel, "pluralkit switch set", "members", "")
        return len(owner.stage.sandbox.pluralkit.requests) - before

    assert [await ask(owner.person) for _ in range(2)] == [1, 0]
    for number in range(50):
        assert await ask(newcomer(owner.stage, f"guest{number}")) == 1
    assert await ask(owner.person) == 1
    await owner.stage.env.advance_time(59)
    assert await ask(owner.person) == 0
    await owner.stage.env.advance_time(2)
    assert await ask(owner.person) == 1
