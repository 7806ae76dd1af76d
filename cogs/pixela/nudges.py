"""The buttons under a reminder: Done, which records the day once, and the one that stops it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import discord

from bot.api.pixela import parse_day, parse_quantity
from bot.connections import Scope
from bot.errors import ApiError, InvalidInput, NotAllowed, NotFound, UserError
from bot.jobs.reminding import habit_of
from bot.report import answer
from bot.storage.guilds import SHARED
from bot.storage.reminders import REMEMBERED, Reminder
from bot.storage.schema import NOWHERE
from bot.ui.lasting import LastingButton
from bot.ui.pixela.pixels import Outcome, Recorded, recorded_card
from bot.ui.pixela.remind import done_card, stop_id, stopped_card
from bot.ui.text import clip, is_visible, one_line
from cogs._place import scope_of
from cogs.pixela.habit import Habit
from cogs.pixela.recording import adding, record

if TYPE_CHECKING:
    from bot.app import App

_REF = r"(?P<ref>[0-9a-f]{12})"
_GONE = "This reminder was removed. `/pixela pixel add` records a day without it."


class DoneButton(LastingButton, template=rf"px:done:{_REF}:(?P<day>[12][0-9]{{7}})"):
    """Records the day that was reminded of."""

    def __init__(self, ref: str, day: str) -> None:
        super().__init__("Done", f"px:done:{ref}:{day}", discord.ButtonStyle.success)
        self._ref = ref
        self._day = day

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Record it, where it was not recorded before."""
        await interaction.response.defer()
        day = parse_day(self._day, date.max)
        reminder = await _own(interaction, self._ref)
        async with _open(interaction, reminder) as habit:
            if not habit.now.date() - REMEMBERED <= day:
                raise InvalidInput(
                    "This is too long ago for a button. Use `/pixela pixel add` with its date."
                )
            recorded = await _record_once(interaction, reminder, habit, day)
        if recorded.outcome is Outcome.DONE:
            card = done_card(habit_of(reminder), day, recorded)
            await interaction.edit_original_response(view=card)
        else:
            await answer(interaction, recorded_card(recorded))


class StopButton(LastingButton, template=rf"px:stop:{_REF}"):
    """Ends a reminder."""

    def __init__(self, ref: str) -> None:
        super().__init__("Stop reminding", stop_id(ref))
        self._ref = ref

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """End it, and leave that on the message."""
        await interaction.response.defer()
        reminders = interaction.client.reminders
        reminder = await reminders.queue.find(self._ref)
        if reminder is None:
            raise InvalidInput("This reminder was removed already.")
        book = reminders.book(reminder.guild_id, interaction.user.id)
        shared = reach_of(interaction) if interaction.guild_id == reminder.guild_id else None
        if await book.remove(self._ref, shared=shared) is None:
            raise NotAllowed("This is somebody else's reminder.")
        await interaction.edit_original_response(view=stopped_card(habit_of(reminder)))


def name_of(habit: Habit) -> str:
    """Return what a graph is called, its id where its name shows as nothing."""
    name = one_line(habit.graph.name)
    return clip(name, 100) if is_visible(name) else habit.graph.id


def reach_of(interaction: discord.Interaction[App]) -> str | None:
    """Return what graphs' names begin with of which a manager may stop everybody's reminders.

    None: own ones alone.
    """
    in_server = scope_of(interaction).guild_id != NOWHERE
    return SHARED if in_server and interaction.permissions.manage_guild else None


async def _own(interaction: discord.Interaction[App], ref: str) -> Reminder:
    reminder = await interaction.client.reminders.queue.find(ref)
    if reminder is None:
        raise InvalidInput(_GONE)
    if reminder.user_id != interaction.user.id:
        raise NotAllowed("This is somebody else's reminder. `/pixela remind set` sets one of your own.")
    return reminder


async def _record_once(
    interaction: discord.Interaction[App], reminder: Reminder, habit: Habit, day: date
) -> Recorded:
    quantity = parse_quantity(reminder.quantity, habit.graph.type)
    queue = interaction.client.reminders.queue
    # First of all, so that of two presses, and of a press before and one after a restart, one counts.
    if not await queue.mark_done(reminder, day):
        raise InvalidInput(
            "Done was pressed for this day already. `/pixela pixel get` shows what it holds, "
            "`/pixela pixel add` adds more."
        )
    try:
        recorded = await record(habit, adding(habit, quantity, day))
    except (ApiError, UserError):  # certainly not done
        await queue.unmark_done(reminder, day)
        raise
    if recorded.outcome is Outcome.NOT_DONE:
        await queue.unmark_done(reminder, day)
    return recorded


@asynccontextmanager
async def _open(interaction: discord.Interaction[App], reminder: Reminder) -> AsyncGenerator[Habit]:
    """Give the graph of a reminder, also where its button is pressed in a direct message."""
    app = interaction.client
    if reminder.graph.startswith(SHARED):
        await _require_recorder(interaction, reminder.guild_id)
        opened = app.connections.server_pixela(reminder.guild_id)
    else:
        opened = app.connections.pixela(Scope(reminder.guild_id, reminder.user_id))
    async with opened as client:
        try:
            graph = await client.graph(reminder.graph.removeprefix(SHARED))
        except NotFound:
            raise InvalidInput("The graph is not there any more, so nothing was recorded.") from None
        yield Habit(client, graph, reminder.graph, datetime.fromtimestamp(app.clock(), UTC))


async def _require_recorder(interaction: discord.Interaction[App], guild_id: int) -> None:
    """Raise :class:`~bot.errors.NotAllowed` where somebody may not record on a server's graphs by now."""
    app = interaction.client
    guild = app.get_guild(guild_id)
    try:
        member = None if guild is None else await guild.fetch_member(interaction.user.id)
    except discord.NotFound:
        member = None
    if member is None:
        raise NotAllowed("You are not in the server any more whose graph this is.")
    roles = await app.guild_rows.recorders(guild_id)
    if roles and not member.guild_permissions.manage_guild and not roles & {r.id for r in member.roles}:
        raise NotAllowed("Your roles do not allow you to record on the server's graphs any more.")
