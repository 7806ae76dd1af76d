"""What the tests of the panel share: its pages, what is posted in channels, files that are handed out."""

from __future__ import annotations

from typing import Any

import discord
import simcord

from tests.bodies import parts_of
from tests.cogs.making_scene import Said, later, message_of
from tests.stage import Stage

REFUSAL = "⚠️ This needs the permission Manage Server. Ask somebody who has it."
SOON = 31
"""Seconds within which a notice is posted."""
_PROMISED, _FORM = (5, 6), 9


async def panel(stage: Stage) -> simcord.InteractionResult:
    """Open the panel as the administrator."""
    return await stage.admin.slash(stage.channel, "setup status")


async def turn_to(stage: Stage, page: str, said: Said | None = None) -> simcord.InteractionResult:
    """Open a page from the panel."""
    return await choose(stage, said or await panel(stage), "setup:open", page)


async def choose(stage: Stage, said: Said, custom_id: str, *values: object) -> simcord.InteractionResult:
    """Choose in a select as the administrator."""
    return await stage.admin.select(message_of(said), [*values], custom_id=custom_id)


async def press(stage: Stage, said: Said, label: str) -> simcord.InteractionResult:
    """Press a button as the administrator."""
    return await stage.admin.click(message_of(said), label=label)


async def posted(stage: Stage, channel: simcord.ChannelHandle) -> list[str]:
    """Wait for what is to be posted in a channel; return the texts of it, oldest first."""
    await later(stage, SOON)
    return [text_of(message) for message in channel.history() if message.author.bot]


def text_of(message: discord.Message) -> str:
    """Return what a message says."""
    rows: list[dict[str, Any]] = [row.to_dict() for row in message.components]  # pyright: ignore[reportAssignmentType]
    return "\n".join(part["content"] for part in parts_of(rows) if "content" in part)


def file_of(stage: Stage, said: simcord.InteractionResult) -> str:
    """Return the text of the one file that an answer hands out, in itself or in what followed it."""
    messages = [message for message in (said.response, *said.followups) if message is not None]
    (file,) = [file for message in messages for file in message.attachments]
    blob = stage.env.backend.cdn.get(file.url)
    assert blob is not None
    return blob.decode()


def first_answers(stage: Stage) -> list[int]:
    """Return how each interaction so far was answered first."""
    return [
        int(body["type"])
        for request in stage.env.http_requests
        if request.path.endswith("/callback") and (body := request.json) is not None
    ]


def is_promised(answer: int) -> bool:
    """Say whether an answer was promised, or is a form: the database may take its time then."""
    return answer in _PROMISED or answer == _FORM
