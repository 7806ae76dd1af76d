"""The buttons under a reminder: Done, which records the day once, and the one that stops it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import discord

from bot.api.pixela import PixelaClient, Quantity, parse_day, parse_quantity
from bot.connections import Scope
from bot.errors import ApiError, InvalidInput, NotAllowed, NotFound, UserError
from bot.jobs.reminding import habit_of
from bot.report import answer
from bot.storage.guilds import SHARED
from bot.storage.reminder_days import REMEMBERED, DayClaim, ReminderDays
from bot.storage.reminders import Reminder
from bot.storage.schema import NOWHERE
from bot.ui.lasting import LastingButton
from bot.ui.pixela.pixels import Outcome, Recorded, recorded_card
from bot.ui.pixela.remind import done_card, stop_id, stopped_card
from bot.ui.text import clip, is_visible, one_line
from cogs._place import scope_of
from cogs.pixela.habit import Habit
from cogs.pixela.recording import Change, adding, look, record

if TYPE_CHECKING:
    from bot.app import App

_REF = r"(?P<ref>[0-9a-f]{12})"
_CALL_SECONDS = 10.0
"""How long Pixela may take for each answer. There are five at most up to the one that says that the day is
recorded, so that a claim outlives them: two to a look before, where it is not the first press, two to what
the day held, and that one."""
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
        async with await _opening(interaction, reminder) as client:
            habit = await _habit(interaction, reminder, client)
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
        everybodys = interaction.guild_id == reminder.guild_id and reaches_everybodys(interaction)
        if await book.remove(self._ref, everybodys=everybodys) is None:
            raise NotAllowed("This is somebody else's reminder.")
        await interaction.edit_original_response(view=stopped_card(habit_of(reminder)))


def name_of(habit: Habit) -> str:
    """Return what a graph is called, its id where its name shows as nothing."""
    name = one_line(habit.graph.name)
    return clip(name, 100) if is_visible(name) else habit.graph.id


def reaches_everybodys(interaction: discord.Interaction[App]) -> bool:
    """Say whether somebody manages the server, and so may see and stop everybody's reminders there."""
    in_server = scope_of(interaction).guild_id != NOWHERE
    return in_server and interaction.permissions.manage_guild


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
    """Record a day, unless an earlier press did, be it one that was never answered."""
    quantity = parse_quantity(reminder.quantity, habit.graph.type)
    days = interaction.client.reminders.days
    # Noted first of all, so that after a restart it is known that the day may hold it already.
    claim = await days.claim(reminder, day)
    if claim is None:
        await _own(interaction, reminder.ref)
        raise InvalidInput(
            "Done was pressed just now, and what came of that is not known yet. Press again in a minute."
        )
    try:
        recorded = None if claim.is_first else await _find_recorded(habit, quantity, day)
    except (ApiError, UserError):
        await days.settle(claim)
        raise
    if recorded is None:
        return await _record(days, claim, habit, adding(habit, quantity, day))
    await days.settle(claim)
    return recorded


async def _find_recorded(habit: Habit, quantity: Quantity, day: date) -> Recorded | None:
    """Look what came of an earlier press, of which it may never have been told; None: nothing.

    Since days that have something are not reminded of, one that has nothing was not recorded. Raises
    :class:`~bot.errors.InvalidInput` where the day holds something else.
    """
    sight = await look(habit, day)
    if sight.pixel is None or not sight.pixel.quantity:
        return None
    if sight.pixel.quantity != quantity.value:
        raise InvalidInput(
            "Done was pressed for this day already. `/pixela pixel get` shows what it holds, "
            "`/pixela pixel add` adds more."
        )
    return Recorded(habit.graph, day, habit.today, Outcome.DONE, confirmed=True, before=None, after=sight)


async def _record(days: ReminderDays, claim: DayClaim, habit: Habit, change: Change) -> Recorded:
    """Record a day that is noted as being recorded, and take the note away where that was not done.

    Where nobody knows it may still be on its way: then the claim stands until that cannot be.
    """
    try:
        recorded = await record(habit, change)
    except (ApiError, UserError):  # certainly not done
        await days.drop(claim)
        raise
    if recorded.outcome is Outcome.DONE:
        await days.settle(claim)
    elif recorded.outcome is Outcome.NOT_DONE:
        await days.drop(claim)
    return recorded


async def _opening(
    interaction: discord.Interaction[App], reminder: Reminder
) -> AbstractAsyncContextManager[PixelaClient]:
    """Return what opens the user of a reminder, also where its button is pressed in a direct message."""
    connections = interaction.client.connections
    if not reminder.graph.startswith(SHARED):
        return connections.pixela(Scope(reminder.guild_id, reminder.user_id))
    await _require_recorder(interaction, reminder.guild_id)
    return connections.server_pixela(reminder.guild_id)


async def _habit(interaction: discord.Interaction[App], reminder: Reminder, client: PixelaClient) -> Habit:
    """Return the graph of a reminder.

    No part of what is opened, since SimCord takes a generator that waits between two tries for stuck.
    """
    client = client.within(_CALL_SECONDS)
    try:
        graph = await client.graph(reminder.graph.removeprefix(SHARED))
    except NotFound:
        raise InvalidInput("The graph is not there any more, so nothing was recorded.") from None
    return Habit(client, graph, reminder.graph, datetime.fromtimestamp(interaction.client.clock(), UTC))


async def _require_recorder(interaction: discord.Interaction[App], guild_id: int) -> None:
    """Raise :class:`~bot.errors.NotAllowed` where somebody may not record on a server's graphs by now."""
    app = interaction.client
    try:
        guild = app.get_guild(guild_id) or await app.fetch_guild(guild_id, with_counts=False)
        member = await guild.fetch_member(interaction.user.id)
    except (discord.NotFound, discord.Forbidden):
        member = None
    if member is None:
        raise NotAllowed("You are not in the server any more whose graph this is.")
    roles = await app.guild_rows.recorders(guild_id)
    if roles and not member.guild_permissions.manage_guild and not roles & {r.id for r in member.roles}:
        raise NotAllowed("Your roles do not allow you to record on the server's graphs any more.")
