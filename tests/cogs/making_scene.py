"""What the tests of /pika and /midjourney share: people who ask, time that passes, what was asked of whom."""

from __future__ import annotations

from typing import Any

import simcord

from bot.sandbox import USEAPI_KEY
from bot.sandbox.upstream import Seen
from bot.sandbox.useapi.job import Job
from bot.sandbox.useapi.subscriber import Subscriber
from tests.bodies import parts_of
from tests.stage import Stage, shown

PROMPT = "a lamp by the sea"
PIKA = "100000000000000011"
MIDJOURNEY = "100000000000000021"
NOTICED = "100000000000000023"
UNTIL_DONE = 16
"""Seconds after which a new job is done and looked at: the emulator takes 14, the first look is after 15."""
GRID = ["U1", "U2", "U3", "U4", "🔄 Again", "V1", "V2", "V3", "V4"]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
PICTURE = ("cat.png", PNG)
_MADE_BY = ("/v2/jobs/", "/v1/pika/create", "/v1/pika/animate", "/v1/pika/encrypt", "/v1/pika/button")

Said = simcord.InteractionResult | simcord.ResponseMessage


async def connect(stage: Stage) -> None:
    """Connect the server; what is made lies there for a day of the bot's time."""
    stage.sandbox.useapi.gallery.clock = stage.sandbox.useapi.clock
    await stage.connect_useapi()


async def later(stage: Stage, seconds: float) -> None:
    """Let time pass, as if the machine slept until then: the turns between would be all a test's time."""
    stage.env.backend.advance_clock(seconds)
    await stage.env.advance_time(0)


async def ask(
    stage: Stage, command: str, who: simcord.MemberActor | None = None, **options: object
) -> simcord.InteractionResult:
    """Run a command, as the member where nobody else is named."""
    return await (who or stage.member).slash(stage.channel, command, **options)


async def imagine(
    stage: Stage, prompt: str = PROMPT, who: simcord.MemberActor | None = None, **options: object
) -> simcord.InteractionResult:
    """Ask Midjourney for pictures."""
    return await ask(stage, "midjourney imagine", who, prompt=prompt, **options)


async def create(
    stage: Stage, prompt: str = PROMPT, who: simcord.MemberActor | None = None, **options: object
) -> simcord.InteractionResult:
    """Ask Pika for a video."""
    return await ask(stage, "pika create", who, prompt=prompt, **options)


async def imagined(stage: Stage, prompt: str = PROMPT) -> simcord.InteractionResult:
    """Ask Midjourney for pictures, and wait for them."""
    said = await imagine(stage, prompt)
    await later(stage, UNTIL_DONE)
    assert GRID[0] in shown(said)
    return said


async def press(
    stage: Stage, said: Said, label: str, who: simcord.MemberActor | None = None
) -> simcord.InteractionResult:
    """Press a button under a card, as the member where nobody else is named."""
    return await (who or stage.member).click(message_of(said), label=label)


async def give_up(stage: Stage, said: Said, who: simcord.MemberActor | None = None) -> str:
    """Press Cancel and confirm it; return what is said then."""
    asked = await press(stage, said, "Cancel", who)
    assert asked.ephemeral
    assert "### Give this up?" in shown(asked)
    return shown(await press(stage, asked, "Give it up", who))


async def refusal(stage: Stage, command: str, who: simcord.MemberActor | None = None, **options: Any) -> str:
    """Run a command with whatever options and return the one sentence, which nobody else sees."""
    said = await stage.force(who or stage.member, command, **options)
    assert said.ephemeral
    [line] = shown(said).splitlines()
    assert line.startswith("⚠️ ")
    return line.removeprefix("⚠️ ")


def message_of(said: Said) -> simcord.ResponseMessage:
    """Return the message that is an answer."""
    message = said.response if isinstance(said, simcord.InteractionResult) else said
    assert message is not None
    return message


def ref_of(said: Said) -> str:
    """Return the reference of the job that a card is about."""
    return shown(message_of(said)).rpartition("job `")[2].removesuffix("`")


def alts(said: Said) -> list[str]:
    """Return the texts in words of the pictures on a card."""
    return [
        item["description"]
        for part in parts_of(message_of(said).components)
        for item in part.get("items", [])
    ]


def links(said: Said) -> list[str]:
    """Return where the buttons of a card lead that are links."""
    return [part["url"] for part in parts_of(message_of(said).components) if part.get("style") == 5]


def files(said: Said) -> list[str | None]:
    """Return what kind of files are attached."""
    return [file.content_type for file in message_of(said).attachments]


def in_channel(stage: Stage) -> list[str]:
    """Return what everybody sees in the channel, a text for each message."""
    newest = stage.channel.history(viewer=stage.admin)
    return [text for text in map(_text, newest) if text]


def made(stage: Stage) -> list[Job]:
    """Return the jobs that the vendor has, oldest first."""
    return [*stage.sandbox.useapi.jobs.values()]


def submits(stage: Stage) -> list[Seen]:
    """Return the requests that ask the vendor to make something."""
    seen = stage.sandbox.useapi.requests
    return [one for one in seen if one.method == "POST" and one.path.startswith(_MADE_BY)]


def bodies(stage: Stage) -> list[dict[str, Any]]:
    """Return what Midjourney was asked for, without what names the job."""
    found: list[Any] = [one.json for one in submits(stage) if one.path.startswith("/v2/")]
    return [{name: value for name, value in body.items() if name != "replyRef"} for body in found]


def subscriber(stage: Stage) -> Subscriber:
    """Return whom the vendor knows by the server's key."""
    return stage.sandbox.useapi.subscribers[USEAPI_KEY]


def posts(stage: Stage) -> list[dict[str, Any]]:
    """Return the bodies of the messages that the bot wrote by itself, wherever."""
    return [
        request.json or {}
        for request in stage.env.http_requests
        if request.method == "POST" and request.path.endswith("/messages")
    ]


def edits(stage: Stage) -> int:
    """Count the changes of answers so far."""
    return sum(request.method == "PATCH" for request in stage.env.http_requests)


def _text(message: Any) -> str:
    rows: list[dict[str, Any]] = [row.to_dict() for row in message.components]
    return "\n".join(part["content"] for part in parts_of(rows) if "content" in part)
