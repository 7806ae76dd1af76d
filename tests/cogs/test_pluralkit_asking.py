"""What all questions to PluralKit have in common: whose system, who sees it, buttons old and forged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from bot.sandbox.upstream import Trouble
from tests.bodies import check_bodies
from tests.cogs.pluralkit_scene import (
    TOKEN,
    add_crew,
    add_watches,
    ask,
    custom_ids,
    harbour,
    link,
    newcomer,
    press,
    read,
    refusal,
    turn,
    world,
)
from tests.stage import Stage, everything, shown

Options = dict[str, Any]
OF_A_SYSTEM: Mapping[str, Options] = {
    "system": {},
    "members": {},
    "groups": {},
    "fronters": {},
    "history": {},
    "stats": {},
    "random": {},
    "find": {"name": "wren"},
}
OF_A_THING: Mapping[str, Options] = {
    "member": {"ref": "wrenq"},
    "group": {"ref": "nghtcr"},
    "message": {"ref": "1441131380049182878"},
}
EVERY: Mapping[str, Options] = {
    **{query: {"ref": "hrbrht", **options} for query, options in OF_A_SYSTEM.items()},
    **OF_A_THING,
}
STALE = "⚠️ This button has expired. Run the command again."
FORGED: Sequence[str] = [
    "",
    "zz:hrbrht",
    "s",
    "s:",
    "s:..",
    "s:../../v2",
    "s:hrb rht",
    "s:@you",
    "m:",
    "m:hrbrht",
    "m:hrbrht::0",
    "m::..:0",
    "m::wrenq",
    "g::nghtcr:one",
    "g::nghtcr:-1",
    "ms:hrbrht:name:0:nine:",
    "ms:hrbrht:name:0:1e5:",
    "ms:hrbrht:zodiac:0:0:",
    "gs:hrbrht:\uff11\uff12",
    "st:hrbrht:99999",
    "st:hrbrht:99999999999999999999",
    "h:hrbrht:!",
    "h:hrbrht:zzzzzzzzzzzzzzzzzz",
    "w::",
    "fd:hrbrht::name",
]


def _times(stage: Stage) -> dict[str, int]:
    """Return how often each path was asked for."""
    paths = [seen.path for seen in stage.sandbox.pluralkit.requests]
    return {path: paths.count(path) for path in paths}


async def test_whose_system_is_meant_is_said_in_any_spelling(stage: Stage) -> None:
    harbour(stage).members[1:] = []
    account = str(stage.admin.id)
    spellings = ("HRB-RHT", harbour(stage).uuid.upper(), account, f"<@{account}>", f" <@!{account}> ")
    for query, options in OF_A_SYSTEM.items():
        if query == "stats":  # has a picture each time, which takes time
            continue
        expected = await read(stage, query, **options, user=stage.admin)
        for ref in spellings:
            assert await read(stage, query, **options, ref=ref) == expected
        assert await read(stage, query, stage.admin, **options) == expected
        assert await read(stage, query, stage.admin, **options, ref="@ME") == expected


async def test_what_cannot_be_meant_is_a_sentence_and_asks_nobody(stage: Stage) -> None:
    for query, options in OF_A_SYSTEM.items():
        both = await refusal(stage, query, **options, ref="hrbrht", user=stage.admin)
        assert both == "Give either `ref` or `user`, not both."
        for ref in ("abcd", "../../v2", "1234"):
            said = await refusal(stage, query, **options, ref=ref)
            assert said.startswith("A system is named by its 5 or 6 letter id")
    assert stage.sandbox.pluralkit.requests == []


async def test_a_system_that_is_not_there_is_said_so_by_what_it_was_looked_for(stage: Stage) -> None:
    stranger = newcomer(stage)
    for query, options in OF_A_SYSTEM.items():
        said = await refusal(stage, query, **options, ref="zzzzzz")
        assert said.startswith("PluralKit knows no system with that id.")
        said = await refusal(stage, query, **options, ref=str(stranger.id))
        assert said.startswith("No PluralKit system belongs to that Discord account.")
        said = await refusal(stage, query, stranger, **options)
        assert said.startswith("PluralKit knows no system of your Discord account.")


async def test_an_answer_is_for_the_asker_unless_it_is_shared(stage: Stage) -> None:
    harbour(stage).members[1:] = []
    for query, options in EVERY.items():
        before = len(stage.channel.history(viewer=stage.admin))
        said = await ask(stage, query, **options)
        assert (said.ephemeral, said.followups) == (True, [])
        assert len(stage.channel.history(viewer=stage.admin)) == before
        [by_button] = (await press(stage, said, "Share")).followups
        assert not by_button.ephemeral
        by_option = await ask(stage, query, **options, share=True)
        assert (shown(by_option), by_option.ephemeral) == ("Shared below.", True)
        assert not by_option.followups[0].ephemeral
        assert shown(by_button) == shown(by_option.followups[0])
        assert len(stage.channel.history(viewer=stage.admin)) == before + 2
    check_bodies(stage)


@pytest.mark.parametrize("share", [False, True])
async def test_where_pluralkit_is_in_trouble_it_is_one_sentence(stage: Stage, *, share: bool) -> None:
    for trouble in (Trouble.STATUS, Trouble.HTML, Trouble.DROP):
        stage.sandbox.pluralkit.clear_faults()
        stage.sandbox.pluralkit.fail(trouble, times=None)
        for query, options in EVERY.items():
            said = await ask(stage, query, **options, share=share)
            assert shown(said).startswith(("⚠️ PluralKit is in trouble", "⚠️ PluralKit cannot be reached"))
            assert said.followups == []


async def test_a_button_in_trouble_leaves_what_was_shown(stage: Stage) -> None:
    said = await ask(stage, "system", ref="hrbrht")
    before = shown(said)
    stage.sandbox.pluralkit.fail(times=None)
    pressed = await press(stage, said, "Members")
    assert shown(pressed) == before
    [told] = pressed.followups
    assert told.ephemeral
    assert shown(told).startswith("⚠️ PluralKit is in trouble")
    stage.sandbox.pluralkit.clear_faults()
    assert "### Members of Harbour Lights" in await turn(stage, said, "Members")


async def test_the_card_of_a_system_leads_to_the_rest_of_it(stage: Stage) -> None:
    said = await ask(stage, "system", ref="hrbrht")
    assert said.response is not None
    ids = custom_ids(said)
    await stage.restart()
    for label, title in (
        ("Members", "### Members of Harbour Lights"),
        ("Groups", "### Groups of Harbour Lights"),
        ("Fronting", "### Fronting in Harbour Lights"),
        ("History", "### Front history of Harbour Lights"),
    ):
        await stage.press(stage.member, ids[label], said.response)
        assert shown(said).splitlines()[0] == title


async def test_under_what_was_shared_everybody_turns_the_pages_of_the_same_system(stage: Stage) -> None:
    add_crew(stage, harbour(stage), 30)
    await link(stage)
    [shared] = (await ask(stage, "members", stage.admin, share=True)).followups
    # The member has a system too, whose list is private.
    turned = await press(stage, shared, "Next →")
    assert "### Members of Harbour Lights" in shown(turned)
    assert "-# 41 results · page 2 of 2 · by name" in shown(turned).splitlines()
    assert "Undertow" not in shown(turned)


async def test_ones_own_pages_follow_ones_link(stage: Stage) -> None:
    await link(stage)
    said = await ask(stage, "members", stage.admin, full=True)
    assert "-# 12 results · page 1 of 3 · by name" in shown(said).splitlines()
    await stage.admin.slash(stage.channel, "pluralkit unlink")
    lines = await turn(stage, said, "Next →", stage.admin)
    assert "-# 11 results · page 2 of 3 · by name" in lines


async def test_a_token_that_pluralkit_took_back_shows_the_public_view_to_nobody_else(stage: Stage) -> None:
    await link(stage)
    stage.sandbox.pluralkit.refuse_with(401, {"message": "401", "code": 0}, path="*/@me*", times=None)
    said = await refusal(stage, "system", stage.admin)
    assert said.startswith("The token was refused by PluralKit. Link the system again")
    shared = await ask(stage, "system", stage.admin, share=True)
    assert shown(shared) == f"⚠️ {said}"
    assert shared.followups == []


async def test_those_who_ask_the_same_at_the_same_time_cost_one_call_each(stage: Stage) -> None:
    stage.sandbox.pluralkit.fail(Trouble.SLOW, seconds=0.02, times=None)
    people = (stage.member, stage.admin, newcomer(stage))
    for query in ("system", "members", "history", "fronters"):
        stage.sandbox.pluralkit.requests.clear()
        said = [stage.begin_to_run(person, f"pluralkit {query}", ref="hrbrht") for person in people]
        await stage.env.settle(idle=0.005)
        assert len({shown(each) for each in said}) == 1
        assert shown(said[0]).startswith("### ")
        assert set(_times(stage).values()) == {1}, query


async def test_an_owner_and_a_stranger_who_ask_at_the_same_time_get_each_their_own_view(stage: Stage) -> None:
    await link(stage)
    stage.sandbox.pluralkit.requests.clear()
    stage.sandbox.pluralkit.fail(Trouble.SLOW, seconds=0.02, times=None)
    owner = stage.begin_to_run(stage.admin, "pluralkit members", ref="hrbrht")
    stranger = stage.begin_to_run(stage.member, "pluralkit members", ref="hrbrht")
    await stage.env.settle(idle=0.005)
    assert "Undertow" in shown(owner)
    assert "Undertow" not in shown(stranger)
    assert _times(stage)["/v2/systems/hrbrht/members"] == 2


@pytest.mark.parametrize("kind", ["see", "share"])
async def test_forged_and_old_buttons_are_a_sentence_and_nothing_else(stage: Stage, kind: str) -> None:
    said = await ask(stage, "system", ref="hrbrht")
    assert said.response is not None
    before = shown(said)
    stage.sandbox.pluralkit.requests.clear()
    for packed in FORGED:
        pressed = await stage.press(stage.member, f"pk:{kind}:{packed}", said.response)
        told = everything(pressed).replace(before, "").strip()
        assert told == STALE, packed
        assert shown(said) == before
    assert {seen.path for seen in stage.sandbox.pluralkit.requests} <= {"/v2/systems/hrbrht"}


async def test_forged_numbers_lead_to_what_there_is(stage: Stage) -> None:
    said = await ask(stage, "members", ref="hrbrht")
    assert said.response is not None
    for packed, title in (
        ("ms:hrbrht:name:0:99999:", "### Members of Harbour Lights"),
        ("ms:hrbrht:name:7:0:wren", "### Members of Harbour Lights"),
        ("gs:hrbrht:77", "### Groups of Harbour Lights"),
        ("r:hrbrht:planet", "### "),
        ("h:hrbrht:....", "### Front history of Harbour Lights"),
        ("h:hrbrht:-zz", "### Front history of Harbour Lights"),
        ("st:hrbrht:36500", "### Front time of Harbour Lights"),
    ):
        pressed = await stage.press(stage.member, f"pk:see:{packed}", said.response)
        assert shown(pressed).startswith(title), packed
    check_bodies(stage)


async def test_buttons_of_another_version_are_a_sentence(stage: Stage) -> None:
    said = await ask(stage, "system", ref="hrbrht")
    assert said.response is not None
    for custom_id in ("pk:stop:zz", "pk:go:s:hrbrht", "pk:see", "pk:see:", f"pk:share:s:{'a' * 95}", "pk:"):
        pressed = await stage.press(stage.member, custom_id, said.response)
        assert (shown(pressed), pressed.ephemeral) == (STALE, True)


async def test_every_answer_with_every_button_is_one_that_discord_takes(stage: Stage) -> None:
    system = world(stage).add_system(id="fleett", name="Fleet", token=TOKEN, accounts=[stage.member.id])
    add_watches(stage, system, 40, *add_crew(stage, system, 60))
    await link(stage, stage.member, TOKEN)
    for query, options in OF_A_SYSTEM.items():
        given: Options = {"ref": system.uuid, **options}
        said = await ask(stage, query, **given)
        assert said.response is not None
        for custom_id in custom_ids(said).values():
            await stage.press(stage.member, custom_id, said.response)
    check_bodies(stage)
