"""What the tests of /pixela share: a member with the seeded user linked, and what the emulator holds."""

from __future__ import annotations

from typing import Any

import simcord

from bot.sandbox import PIXELA_TOKEN, PIXELA_USERNAME
from bot.sandbox.pixela.book import Graph, User
from bot.services import Provider
from tests.stage import Stage, everything, shown

TODAY, YESTERDAY = "20260101", "20251231"
"""SimCord's clock starts on that day."""


async def link(
    stage: Stage, who: simcord.MemberActor | None = None, token: str = PIXELA_TOKEN, **options: object
) -> None:
    """Link the seeded user, of the member where nobody else is named."""
    asked = {"username": PIXELA_USERNAME, **options}
    person = who or stage.member
    form = await person.slash(stage.channel, "pixela user link", **asked)
    assert "Pixela is linked" in shown(await person.submit_modal(form, {"token": token}))


async def connect_pixela(
    stage: Stage, username: str = PIXELA_USERNAME, token: str = PIXELA_TOKEN
) -> simcord.InteractionResult:
    """Connect the server with a Pixela user, as its administrator would."""
    form = await stage.admin.slash(stage.channel, "setup connect", service=Provider.PIXELA.value)
    return await stage.admin.submit_modal(form, {"username": username, "token": token})


async def pixela(
    stage: Stage, command: str, who: simcord.MemberActor | None = None, **options: Any
) -> simcord.InteractionResult:
    """Run a command of /pixela; whatever it answers is for whoever asked alone."""
    said = await (who or stage.member).slash(stage.channel, f"pixela {command}", **options)
    assert said.ephemeral or said.modal
    return said


async def says(stage: Stage, command: str, who: simcord.MemberActor | None = None, **options: Any) -> str:
    """Run a command of /pixela and return all that it says."""
    return everything(await pixela(stage, command, who, **options))


async def press(
    stage: Stage, said: simcord.InteractionResult, label: str, who: simcord.MemberActor | None = None
) -> simcord.InteractionResult:
    """Press a button under an answer."""
    return await (who or stage.member).click(message_of(said), label=label)


def message_of(said: simcord.InteractionResult) -> simcord.ResponseMessage:
    """Return the message that is an answer."""
    assert said.response is not None
    return said.response


def user(stage: Stage) -> User:
    """Return the seeded user."""
    return stage.sandbox.pixela.users[PIXELA_USERNAME]


def graph(stage: Stage, graph_id: str = "reading") -> Graph:
    """Return a graph of the seeded user."""
    return user(stage).graphs[graph_id]


def held(stage: Stage, day: str = TODAY, graph_id: str = "reading") -> str | None:
    """Return what a day holds at Pixela, None for nothing."""
    pixel = graph(stage, graph_id).pixels.get(day)
    return None if pixel is None else str(pixel.quantity)
