"""/pixela remind: a time of day at which one is reminded of a habit."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pixela import check_timezone, parse_quantity, show_quantity
from bot.daytimes import next_moment, parse_daytime
from bot.errors import InvalidInput
from bot.jobs.reminding import habit_of
from bot.moments import zone_of
from bot.report import answer
from bot.storage.reminders import Reminder, ReminderBook, Wish
from bot.storage.schema import NOWHERE
from bot.ui.card import Card, Clickable, note
from bot.ui.lasting import LastingButton
from bot.ui.pixela.remind import PAGE, choice_name, reminders_card, set_card
from bot.ui.text import code
from cogs._place import scope_of
from cogs.pixela.habit import Habit, complete_graph, open_habit
from cogs.pixela.nudges import name_of, reaches_everybodys
from cogs.pixela.zones import complete_timezone

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

_MOST = 25
"""Reminders of one person in one place: as many as a completion shows."""
_CHOICES = 25


async def _complete_reminder(
    interaction: discord.Interaction[App], current: str
) -> list[app_commands.Choice[str]]:
    """Complete a reminder that may be removed; empty on any trouble."""
    try:
        found = await _book(interaction).list(everybodys=reaches_everybodys(interaction))
    except Exception as error:  # noqa: BLE001 - a list that stays empty is better than one that fails
        _log.info("reminders could not be completed: %s", type(error).__name__)
        return []
    named = [(choice_name(habit_of(each), whose=_whose(interaction, each)), each.ref) for each in found]
    wanted = current.strip().casefold()
    return [
        app_commands.Choice(name=name, value=ref)
        for name, ref in named
        if wanted in name.casefold() or (wanted and ref.startswith(wanted))
    ][:_CHOICES]


class RemindersButton(LastingButton, template=r"px:reminders:(?P<page>[0-9]{1,4}):(?P<way>back|next)"):
    """Turns the pages of the list. ``way`` keeps the custom ids of one message apart."""

    def __init__(self, page: str, way: str) -> None:
        super().__init__("← Back" if way == "back" else "Next →", f"px:reminders:{page}:{way}")
        self._page = int(page)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Show the page."""
        await interaction.response.defer()
        await interaction.edit_original_response(view=await _list(interaction, self._page))


class PixelaRemind(app_commands.Group):
    """The commands of /pixela remind."""

    def __init__(self) -> None:
        super().__init__(name="remind", description="A daily reminder of a habit")

    @app_commands.command(name="set", description="Be reminded every day")
    @app_commands.describe(
        time="Like 21:30, 9pm or 7",
        timezone="The graph's, unless you say another",
        graph="Name or id; the last one used",
        quantity="What Done adds; 1",
    )
    @app_commands.autocomplete(timezone=complete_timezone, graph=complete_graph)
    async def set(
        self,
        interaction: discord.Interaction[App],
        time: str,
        timezone: str | None = None,
        graph: str | None = None,
        quantity: str = "1",
    ) -> None:
        """Write a reminder down."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        minute = parse_daytime(time)
        zone = None if timezone is None else check_timezone(timezone)
        async with open_habit(interaction, graph) as habit:
            amount = _amount(quantity, habit)
        wish = _wish(interaction, habit, minute, zone or habit.graph.timezone or "UTC", amount)
        book = _book(interaction)
        _check_others(await book.list(), wish)
        reminder = await book.add(wish)
        interaction.client.reminders.hurry()
        await answer(interaction, set_card(habit_of(reminder), reminder.next_at, reminder.channel_id or None))

    @app_commands.command(name="list", description="Your reminders here")
    async def list_all(self, interaction: discord.Interaction[App]) -> None:
        """List them; to managers those of all members."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await answer(interaction, await _list(interaction, 0))

    @app_commands.command(description="Stop a reminder")
    @app_commands.describe(reminder="Which one")
    @app_commands.autocomplete(reminder=_complete_reminder)
    async def remove(self, interaction: discord.Interaction[App], reminder: str) -> None:
        """Remove one."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        everybodys = reaches_everybodys(interaction)
        removed = await _book(interaction).remove(reminder.strip(), everybodys=everybodys)
        if removed is None:
            raise InvalidInput("There is no such reminder of yours here. Pick one from the list.")
        whose = "" if removed.user_id == interaction.user.id else f" It was <@{removed.user_id}>'s."
        await answer(interaction, note(f"Removed: {code(choice_name(habit_of(removed)))}.{whose}"))


async def _list(interaction: discord.Interaction[App], page: int) -> Card:
    found = await _book(interaction).list(everybodys=reaches_everybodys(interaction))
    page = max(0, min(page, -(-len(found) // PAGE) - 1))
    shown = found[page * PAGE : (page + 1) * PAGE]
    buttons: list[Clickable] = []
    if page > 0:
        buttons.append(RemindersButton(str(page - 1), "back"))
    if (page + 1) * PAGE < len(found):
        buttons.append(RemindersButton(str(page + 1), "next"))
    lines = [(habit_of(reminder), reminder.next_at) for reminder in shown]
    return reminders_card(lines, len(found), interaction.user.id, buttons)


def _whose(interaction: discord.Interaction[App], reminder: Reminder) -> str | None:
    """Say whose a reminder is where it is somebody else's, in a list that shows no mentions."""
    return None if reminder.user_id == interaction.user.id else f"of {reminder.user_id}"


def _amount(quantity: str, habit: Habit) -> str:
    amount = parse_quantity(quantity, habit.graph.type).value
    if not amount:
        raise InvalidInput("Done must add something: a quantity of 0 would count as nothing recorded.")
    return show_quantity(amount)


def _wish(
    interaction: discord.Interaction[App], habit: Habit, minute: int, timezone: str, quantity: str
) -> Wish:
    _, moment = next_moment(habit.now, minute, zone_of(timezone))
    return Wish(
        ref=secrets.token_hex(6),
        channel_id=(interaction.channel_id or 0) if _is_told_here(interaction) else 0,
        graph=habit.name,
        graph_name=name_of(habit),
        quantity=quantity,
        minute=minute,
        timezone=timezone,
        next_at=int(moment.timestamp()),
        graph_zone=habit.graph.timezone or "UTC",
    )


def _check_others(others: Sequence[Reminder], wish: Wish) -> None:
    """Raise :class:`~bot.errors.InvalidInput` where there are too many, or the very same."""
    if len(others) >= _MOST:
        raise InvalidInput(f"You have {_MOST} reminders here, the most there can be. Remove one first.")
    for other in others:
        if (other.graph, other.minute, other.timezone) == (wish.graph, wish.minute, wish.timezone):
            raise InvalidInput(
                "You have this reminder already. To change it, remove it with `/pixela remind remove` first."
            )


def _book(interaction: discord.Interaction[App]) -> ReminderBook:
    scope = scope_of(interaction)
    return interaction.client.reminders.book(scope.guild_id, scope.user_id)


def _is_told_here(interaction: discord.Interaction[App]) -> bool:
    """Say whether the bot and whoever asks may both write there; otherwise it comes as a direct message."""
    if scope_of(interaction).guild_id == NOWHERE:
        return False
    in_thread = isinstance(interaction.channel, discord.Thread)
    return all(
        may.view_channel and (may.send_messages_in_threads if in_thread else may.send_messages)
        for may in (interaction.app_permissions, interaction.permissions)
    )
