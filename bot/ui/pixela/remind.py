"""Cards of reminders: the reminder itself, what became of it, and the list of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import discord
from discord import ui

from bot.ui.card import Card, Clickable, warning
from bot.ui.pixela.pixels import Recorded, recorded_card
from bot.ui.text import clip, code, lasting, one_line, plain, when

PAGE = 20
"""Reminders on one page of a list, which leaves them room for 190 characters each."""
_LATE = 300
"""Seconds from which it is said that a reminder is late."""


@dataclass(frozen=True, slots=True)
class Habit:
    """What every card of a reminder says of it."""

    ref: str
    graph: str
    """The graph's own name."""
    user_id: int
    quantity: str
    when: str
    """The time of day."""
    timezone: str


def mark_of(ref: str, day: date) -> str:
    """Return what a reminder of one day is known by: on its message, and as nonce (21 characters)."""
    return f"{ref}-{day:%Y%m%d}"


def done_id(ref: str, day: date) -> str:
    """Return the custom id of the button that records a day."""
    return f"px:done:{ref}:{day:%Y%m%d}"


def stop_id(ref: str) -> str:
    """Return the custom id of the button that ends a reminder."""
    return f"px:stop:{ref}"


def reminder_card(habit: Habit, day: date, *, due_at: int, late: int, elsewhere: int | None = None) -> Card:
    """Remind of a habit.

    It was to be told at ``due_at`` and is ``late`` by so many seconds; ``elsewhere`` is the channel that it
    was set in, where nothing may be written.
    """
    card = Card().text(f"⏰ <@{habit.user_id}> **{plain(habit.graph, 100)}** for {_day(day)}")
    if late >= _LATE:
        card.text(f"This is {lasting(late)} late: it was due at {when(due_at, 't')}.")
    buttons = [
        _button("Done", done_id(habit.ref, day), discord.ButtonStyle.success),
        _button("Stop reminding", stop_id(habit.ref)),
    ]
    card.small(f"Done adds {plain(habit.quantity, 40)}.{_elsewhere(elsewhere)}")
    return card.small(_foot(habit, day)).buttons(buttons)


def refused_card(habit: Habit, day: date, reason: str, *, days: int, elsewhere: int | None = None) -> Card:
    """Tell that a reminder has nothing to go on with, why, and that it is stopped in so many ``days``."""
    card = warning(f"<@{habit.user_id}> {reason} If that stays so, this reminder is stopped in {days} days.")
    if elsewhere is not None:
        card.small(_elsewhere(elsewhere).strip())
    return card.small(_foot(habit, day)).buttons([_button("Stop reminding", stop_id(habit.ref))])


def ended_card(habit: Habit, day: date, reason: str, *, elsewhere: int | None = None) -> Card:
    """Tell that a reminder does not go on, and why."""
    card = warning(f"<@{habit.user_id}> {reason} So this reminder is stopped.")
    card.small(f"`/pixela remind set` sets one again.{_elsewhere(elsewhere)}")
    return card.small(_foot(habit, day))


def done_card(habit: Habit, day: date, recorded: Recorded) -> Card:
    """Show what the day holds since Done was pressed."""
    card = recorded_card(recorded, title=plain(habit.graph, 80), small=_foot(habit, day))
    return card.buttons([_button("Stop reminding", stop_id(habit.ref))])


def stopped_card(habit: Habit) -> Card:
    """Show that a reminder was stopped."""
    return Card().text(
        f"🔕 The reminder of **{plain(habit.graph, 100)}** at {habit.when} ({plain(habit.timezone, 60)}) is "
        "stopped. `/pixela remind set` sets one again."
    )


def set_card(habit: Habit, next_at: int, channel_id: int | None) -> Card:
    """Show a new reminder; ``channel_id`` is None where it comes as a direct message."""
    place = "as a direct message" if channel_id is None else f"in <#{channel_id}>, for all there to see"
    daily = f"every day at {habit.when} ({plain(habit.timezone, 60)})"
    return (
        Card("Reminder set")
        .text(f"**{plain(habit.graph, 100)}**, {daily}, {place}. Next: {when(next_at, 'F')}.")
        .small(f"Its button Done adds {plain(habit.quantity, 40)}. Days that have something are left out.")
    )


def reminders_card(
    lines: Sequence[tuple[Habit, int]], total: int, reader: int, buttons: Sequence[Clickable]
) -> Card:
    """List a page of reminders with when each comes next.

    Those of others than the reader say whose they are, and what ``/pixela remind remove`` takes for them.
    """
    card = Card("Reminders")
    if not total:
        return card.text("None here. `/pixela remind set` sets one.")
    card.lines(*(_line(habit, next_at, reader) for habit, next_at in lines))
    return card.small(f"{total} in all. `/pixela remind remove` removes one.").buttons(buttons)


def _line(habit: Habit, next_at: int, reader: int) -> str:
    whose = "" if habit.user_id == reader else f" · <@{habit.user_id}> · {code(habit.ref)}"
    place = f"at {habit.when} ({plain(habit.timezone, 40)})"
    return f"- **{plain(habit.graph, 40)}** {place}{whose} · next {when(next_at)}"


def choice_name(habit: Habit, *, whose: str | None = None) -> str:
    """Name a reminder in the list that completes an option: at most 100 characters."""
    name = f"{habit.when} {habit.timezone} · {one_line(habit.graph)}"
    return clip(f"{name} · {whose}" if whose else name, 100)


def _elsewhere(channel_id: int | None) -> str:
    return "" if channel_id is None else f" It was set in <#{channel_id}>, where nothing may be written."


def _foot(habit: Habit, day: date) -> str:
    return f"{habit.when} ({plain(habit.timezone, 60)}) · reminder {code(mark_of(habit.ref, day))}"


def _day(day: date) -> str:
    return f"{day:%A}, {day.isoformat()}"


def _button(
    label: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> Clickable:
    button: ui.Button[Any] = ui.Button(label=label, custom_id=custom_id, style=style)
    return button
