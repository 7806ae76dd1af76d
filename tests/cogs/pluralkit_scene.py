"""What the tests of PluralKit's queries share: people who ask, systems that link, a past to ask about."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import simcord

from bot.sandbox.pluralkit.entities import Member, System
from bot.sandbox.pluralkit.world import World
from tests.bodies import parts_of
from tests.stage import Stage, everything, shown

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""SimCord's present."""
TOKEN = "t" * 64
STOP = "Stop and show what there is"


def ago(**time: float) -> datetime:
    """Return a moment so long before the present."""
    return NOW - timedelta(**time)


def world(stage: Stage) -> World:
    """Return what PluralKit knows."""
    return stage.sandbox.pluralkit.world


def harbour(stage: Stage) -> System:
    """Return the seeded system that shows itself; the administrator's."""
    return system_of(stage, stage.seeds.pluralkit_system)


def system_of(stage: Stage, ref: str) -> System:
    """Return a system by its id."""
    found = world(stage).systems.find(ref)
    assert found is not None
    return found


def member_of(stage: Stage, ref: str) -> Member:
    """Return a member by its id."""
    found = world(stage).members.find(ref)
    assert found is not None
    return found


def add_crew(stage: Stage, system: System, count: int) -> list[Member]:
    """Add members to a system: ``Sailor 00``, ``Sailor 01`` and so on."""
    return [world(stage).add_member(system=system, name=f"Sailor {number:02}") for number in range(count)]


def add_watches(stage: Stage, system: System, count: int, *crew: Member) -> None:
    """Add switches, one an hour and the last an hour ago, of one of the crew each in turn."""
    for number in range(count):
        world(stage).add_switch(
            system=system, at=ago(hours=count - number), members=[crew[number % len(crew)]] if crew else []
        )


def newcomer(stage: Stage, name: str = "eve") -> simcord.MemberActor:
    """Return one more person in the server, without a system."""
    return stage.guild.add_member(stage.env.create_user(name))


async def link(
    stage: Stage, person: simcord.MemberActor | None = None, token: str | None = None
) -> simcord.MemberActor:
    """Link a system, the seeded one where nothing is said, and return whose it is now."""
    who = person or stage.admin
    form = await who.slash(stage.channel, "pluralkit link")
    linked = await who.submit_modal(form, {"token": token or stage.seeds.pluralkit_token})
    assert "### PluralKit is linked" in shown(linked)
    return who


async def ask(
    stage: Stage, query: str, who: simcord.MemberActor | None = None, **options: object
) -> simcord.InteractionResult:
    """Ask PluralKit, as the member where nobody else is named."""
    return await (who or stage.member).slash(stage.channel, f"pluralkit {query}", **options)


async def read(
    stage: Stage, query: str, who: simcord.MemberActor | None = None, **options: object
) -> list[str]:
    """Ask PluralKit and return the lines of the answer, which nobody else sees."""
    said = await ask(stage, query, who, **options)
    assert said.ephemeral
    assert not said.followups
    return shown(said).splitlines()


async def refusal(stage: Stage, query: str, who: simcord.MemberActor | None = None, **options: object) -> str:
    """Ask PluralKit and return the one sentence, or two, that is the answer."""
    [line] = await read(stage, query, who, **options)
    assert line.startswith("⚠️ ")
    return line.removeprefix("⚠️ ")


async def press(
    stage: Stage,
    said: simcord.InteractionResult | simcord.ResponseMessage,
    label: str,
    who: simcord.MemberActor | None = None,
) -> simcord.InteractionResult:
    """Press a button of an answer, as the member where nobody else is named."""
    message = said.response if isinstance(said, simcord.InteractionResult) else said
    assert message is not None
    return await (who or stage.member).click(message, label=label)


async def turn(
    stage: Stage,
    said: simcord.InteractionResult | simcord.ResponseMessage,
    label: str,
    who: simcord.MemberActor | None = None,
) -> list[str]:
    """Press a button that shows something else in place of the answer; return its lines."""
    return everything(await press(stage, said, label, who)).splitlines()


def parts(said: simcord.InteractionResult | simcord.ResponseMessage) -> list[dict[str, Any]]:
    """Return all components of an answer."""
    message = said.response if isinstance(said, simcord.InteractionResult) else said
    assert message is not None
    return list(parts_of(message.components))


def custom_ids(said: simcord.InteractionResult | simcord.ResponseMessage) -> dict[str, str]:
    """Return the custom ids of the buttons of an answer, by their labels."""
    return {part["label"]: part["custom_id"] for part in parts(said) if "custom_id" in part}


def seen_by_all(stage: Stage) -> str:
    """Return everything that a stranger sees in the channel, addresses and texts in words too."""
    stranger = newcomer(stage, "stranger")
    return "\n".join(
        str([row.to_dict() for row in message.components])
        + str([each.filename for each in message.attachments])
        for message in stage.channel.history(viewer=stranger)
    )


@asynccontextmanager
async def counting(stage: Stage, said: simcord.InteractionResult, label: str) -> AsyncGenerator[None]:
    """Press a button that counts 3,000 switches; what is done within comes while that is under way."""
    message = said.response
    assert message is not None
    asked = stage.sandbox.pluralkit.requests
    # The first note comes after 8 pages, and before them the rest of the card is asked for.
    enough = len(asked) + 20
    stage.begin_to_press(stage.member, custom_ids(said)[label], message)
    settled = asyncio.create_task(stage.env.settle(idle=0.005))
    while not settled.done() and len(asked) < enough:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0)
    assert STOP in custom_ids(said)
    yield
    await settled


async def press_and_stop(stage: Stage, said: simcord.InteractionResult, label: str) -> str:
    """Press a button that counts 3,000 switches, and Stop once that is there; return Stop's custom id."""
    message = said.response
    assert message is not None
    async with counting(stage, said, label):
        stop = custom_ids(said)[STOP]
        stage.begin_to_press(stage.member, stop, message)
    return stop
