"""What is offered while somebody types the name of a member or a group: their own, and nobody else's."""

from __future__ import annotations

import gc
from typing import Any

import pytest
import simcord

from bot.api.pluralkit import Entry
from bot.sandbox.upstream import Trouble
from tests.cogs.pluralkit_scene import (
    TOKEN,
    add_crew,
    harbour,
    link,
    newcomer,
    read,
    world,
)
from tests.stage import Stage

Offered = list[tuple[str, str]]


async def _offered(
    stage: Stage, text: str, who: simcord.MemberActor | None = None, query: str = "member", **filled: Any
) -> Offered:
    person = who or stage.admin
    found = await person.autocomplete(stage.channel, f"pluralkit {query}", "ref", text, **filled)
    return [(choice["name"], choice["value"]) for choice in found]


@pytest.mark.parametrize("linked", [False, True])
async def test_ones_own_members_are_offered_by_name_display_name_and_id(
    stage: Stage, *, linked: bool
) -> None:
    if linked:
        await link(stage)
    for text, offered in (
        ("WREN", [("Wren 🪶 · Wren (wrenq)", "wrenq")]),
        ("crab", [("Crab family · 🦀👩‍👩‍👧‍👦🌊 (crjgyt)", "crjgyt")]),
        ("prkg", [("Pilot (prkgny)", "prkgny")]),
        ("kraken", []),
    ):
        assert await _offered(stage, text) == offered
    assert len(await _offered(stage, "")) == 11 + linked


@pytest.mark.parametrize("linked", [False, True])
async def test_ones_own_groups_are_offered_by_name_display_name_and_id(stage: Stage, *, linked: bool) -> None:
    if linked:
        await link(stage)
    for text in ("lamp k", "KEEPERS OF", "lampkp"):
        assert await _offered(stage, text, query="group") == [
            ("Keepers of the lamp 💡 · Lamp keepers (lampkp)", "lampkp")
        ]


async def test_what_is_offered_is_what_is_shown_when_it_is_chosen(stage: Stage) -> None:
    for _, value in await _offered(stage, ""):
        lines = await read(stage, "member", stage.admin, ref=value)
        assert any(f"Member id `{value}`" in line for line in lines)


async def test_who_has_the_id_of_another_as_a_name_is_told_apart(stage: Stage) -> None:
    twin = world(stage).add_member(system=harbour(stage), name="tamoz", pronouns="the namesake")
    offered = dict(await _offered(stage, "tamoz"))
    assert set(offered) == {"Tam (tamoz)", f"tamoz ({twin.id})"}
    for name, pronouns in (("Tam (tamoz)", "he/him"), (f"tamoz ({twin.id})", "the namesake")):
        lines = await read(stage, "member", stage.admin, ref=offered[name])
        assert f"**Pronouns:** {pronouns}" in lines


async def test_hidden_members_and_private_names_are_offered_to_their_linked_owner_alone(stage: Stage) -> None:
    assert await _offered(stage, "undertow") == []
    assert await _offered(stage, "low tide") == []
    await link(stage)
    assert await _offered(stage, "undertow") == [("Undertow (nyxper)", "nyxper")]
    assert await _offered(stage, "low tide") == [("Tide · Low Tide (kzwtfo)", "kzwtfo")]


async def test_at_most_25_are_offered_with_names_that_discord_takes(stage: Stage) -> None:
    person = newcomer(stage)
    system = world(stage).add_system(id="fleett", token=TOKEN, accounts=[person.id])
    for number in range(30):
        world(stage).add_member(system=system, name=f"{number:02}" + "\n\u202e*" * 32, display_name="🦀" * 50)
        world(stage).add_group(system=system, name=f"{number:02} " + "g" * 97, display_name=" " * 50)
    for query in ("member", "group"):
        offered = await _offered(stage, "", person, query)
        assert len(offered) == 25
        for name, value in offered:
            assert 1 <= len(name) <= 100
            assert name.endswith(f" ({value})")
            assert not [sign for sign in "\n\u202e" if sign in name]


async def test_who_has_no_system_is_offered_nothing(stage: Stage) -> None:
    stranger = newcomer(stage)
    for query in ("member", "group"):
        assert await _offered(stage, "wren", stranger, query) == []


async def test_a_private_list_offers_nothing_to_its_unlinked_owner(stage: Stage) -> None:
    for query in ("member", "group"):
        assert await _offered(stage, "", stage.member, query) == []


async def test_the_names_of_another_person_are_never_offered(stage: Stage) -> None:
    await link(stage)
    assert await _offered(stage, "wren")
    assert await _offered(stage, "wren", stage.member) == []
    assert await _offered(stage, "wren", stage.member, user=stage.admin) == []
    assert await _offered(stage, "wren", newcomer(stage), user=stage.admin) == []


async def test_after_unlinking_what_was_private_is_forgotten(stage: Stage) -> None:
    await link(stage)
    assert await _offered(stage, "undertow")
    await stage.admin.slash(stage.channel, "pluralkit unlink")
    assert await _offered(stage, "undertow") == []
    assert await _offered(stage, "wren")


async def test_another_link_offers_the_names_of_the_other_system(stage: Stage) -> None:
    fleet = world(stage).add_system(id="fleett", token=TOKEN)
    add_crew(stage, fleet, 1)
    await link(stage)
    assert await _offered(stage, "sailor") == []
    await link(stage, stage.admin, TOKEN)
    assert await _offered(stage, "sailor")
    assert await _offered(stage, "wren") == []


async def test_names_are_read_once_a_minute_and_then_anew(stage: Stage) -> None:
    for text in ("s", "sa", "sai", "sail"):
        await _offered(stage, text)
    assert stage.sandbox.pluralkit.count("GET", "*/members") == 1
    world(stage).add_member(system=harbour(stage), name="Sailor")
    await stage.env.advance_time(59)
    assert await _offered(stage, "sail") == []
    await stage.env.advance_time(2)
    assert len(await _offered(stage, "sail")) == 1
    assert stage.sandbox.pluralkit.count("GET", "*/members") == 2


async def test_with_the_link_all_names_that_were_read_are_forgotten(stage: Stage) -> None:
    for query in ("member", "group"):
        await _offered(stage, "x", query=query)
    await link(stage)
    await stage.admin.slash(stage.channel, "pluralkit unlink")
    for query in ("member", "group"):
        read_before = stage.sandbox.pluralkit.count("GET", f"*/{query}s")
        await _offered(stage, "x", query=query)
        assert stage.sandbox.pluralkit.count("GET", f"*/{query}s") == read_before + 1


async def test_names_that_are_too_old_are_not_kept_in_memory(stage: Stage) -> None:
    # What is there already is not looked through below: there are hundreds of thousands of objects.
    gc.collect()
    gc.freeze()
    world(stage).add_member(system=harbour(stage), name="Ghost of this test")
    await _offered(stage, "ghost")
    assert _remembered("Ghost of this test")
    await stage.env.advance_time(61)
    await _offered(stage, "ghost", newcomer(stage))
    assert not _remembered("Ghost of this test")


def _remembered(name: str) -> bool:
    gc.collect()
    return name in [each.name for each in gc.get_objects() if type(each) is Entry]


async def test_names_of_more_people_than_are_kept_are_read_anew(stage: Stage) -> None:
    await _offered(stage, "wren")
    for number in range(50):
        await _offered(stage, "wren", newcomer(stage, f"person{number}"))
    read_before = stage.sandbox.pluralkit.count("GET", f"/v2/systems/{stage.admin.id}/members")
    await _offered(stage, "wren")
    assert stage.sandbox.pluralkit.count("GET", f"/v2/systems/{stage.admin.id}/members") == read_before + 1


@pytest.mark.parametrize(
    "trouble", [Trouble.STATUS, Trouble.HTML, Trouble.DROP, Trouble.TRUNCATED], ids=lambda each: each.value
)
async def test_in_trouble_nothing_is_offered_and_a_key_some_seconds_later_asks_again(
    stage: Stage, trouble: Trouble
) -> None:
    stage.sandbox.pluralkit.fail(trouble, path="*/members", times=None)
    assert await _offered(stage, "wren") == []
    asked = stage.sandbox.pluralkit.count("GET", "*/members")
    stage.sandbox.pluralkit.clear_faults()
    assert await _offered(stage, "wren") == []
    assert stage.sandbox.pluralkit.count("GET", "*/members") == asked
    await stage.env.advance_time(6)
    assert await _offered(stage, "wren")


async def test_after_trouble_with_a_key_a_command_asks_at_once(stage: Stage) -> None:
    stage.sandbox.pluralkit.fail(path="*/members", times=None)
    assert await _offered(stage, "wren") == []
    stage.sandbox.pluralkit.clear_faults()
    assert (await read(stage, "member", stage.admin, ref="pilot"))[0] == "### Pilot (Harbour Lights)"


async def test_that_somebody_has_no_system_is_asked_once_a_minute(stage: Stage) -> None:
    stranger = newcomer(stage)
    for text in ("w", "wr", "wre", "wren", "wrenq", "wrenqu"):
        assert await _offered(stage, text, stranger) == []
        await stage.env.advance_time(6)
    assert stage.sandbox.pluralkit.count("GET", "*/members") == 1
    await stage.env.advance_time(30)
    assert await _offered(stage, "w", stranger) == []
    assert stage.sandbox.pluralkit.count("GET", "*/members") == 2


async def test_a_refused_token_offers_nothing(stage: Stage) -> None:
    await link(stage)
    stage.sandbox.pluralkit.refuse_with(401, {"message": "401", "code": 0}, times=None)
    assert await _offered(stage, "wren") == []


async def test_completions_work_in_a_direct_message(stage: Stage) -> None:
    found = await stage.admin.user.autocomplete("pluralkit member", "ref", "wren")
    assert [choice["value"] for choice in found] == ["wrenq"]
