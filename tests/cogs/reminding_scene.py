"""What the tests of reminders share: a member with a graph, time that passes, what came in the channel."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import discord
import simcord

from bot.sandbox.pixela import Design, Graph
from tests.bodies import parts_of
from tests.cogs.making_scene import later, posts
from tests.cogs.pixela_scene import link, user
from tests.stage import Stage, shown

DAY = 24 * 3600


async def go_to(stage: Stage, text: str) -> None:
    """Let time pass until a moment, in UTC."""
    await later(stage, datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() - stage.now())
    await later(stage, 1)


async def begin(stage: Stage) -> Graph:
    """Let the member link a user with a graph in Berlin that has no day yet."""
    await link(stage)
    await go_to(stage, "2026-03-01 12:00")
    return add_walks(stage)


def add_walks(stage: Stage) -> Graph:
    """Make the graph."""
    design = Design(name="Walks", unit="km", timezone="Europe/Berlin")
    return user(stage).add_graph("walks", "float", design)


async def remind(stage: Stage, time: str = "21:30", graph: str = "walks", **options: str) -> str:
    """Let the member set a reminder; return what is said."""
    said = await stage.member.slash(stage.channel, "pixela remind set", time=time, graph=graph, **options)
    assert said.ephemeral
    return shown(said)


def told(stage: Stage, place: simcord.ChannelHandle | None = None) -> list[discord.Message]:
    """Return what the bot wrote by itself, as it is by now, oldest first."""
    return [
        message for message in (place or stage.channel).history() if text_of(message)[:1] in {*"⏰✅⚠🔕#"}
    ]


def text_of(message: discord.Message) -> str:
    """Return what a message says."""
    rows: list[dict[str, Any]] = [row.to_dict() for row in message.components]  # pyright: ignore[reportAssignmentType]
    return "\n".join(part["content"] for part in parts_of(rows) if "content" in part)


def days(stage: Stage) -> list[str]:
    """Return the days that were reminded of, wherever."""
    first = [
        next(part["content"] for part in parts_of(post["components"]) if "content" in part)
        for post in posts(stage)
    ]
    return [line.rpartition(", ")[2] for line in first if line.startswith("⏰")]


async def press(
    stage: Stage, label: str, who: simcord.MemberActor | None = None
) -> simcord.InteractionResult:
    """Press a button under the newest reminder."""
    return await (who or stage.member).click(told(stage)[-1], label=label)


async def change(stage: Stage, assignments: str) -> None:
    """Change every reminder behind the bot's back."""
    await stage.execute(f"UPDATE reminders SET {assignments}")  # noqa: S608 - words of the tests


async def due_at(stage: Stage) -> int:
    """Return when the first reminder comes next."""
    ((at,),) = await stage.rows("SELECT min(next_at) FROM reminders")
    return int(at)
