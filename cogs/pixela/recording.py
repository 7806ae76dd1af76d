"""Recording on a graph so that it can be told afterwards what came of it, answered or not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bot.api.pixela import WINDOW, GraphType, Pixel, Quantity, parse_quantity, tally
from bot.errors import ApiError, InvalidInput, Uncertain
from bot.ui.pixela.pixels import Outcome, Recorded, Sight
from cogs.pixela.habit import Habit

_SAME = Decimal("0.005")
"""Quantities that are nearer to each other are the same: an upstream may count in floating point."""


_OVER = {500, 503}
"""Statuses by which Pixela itself says that a write failed. After silence, or the word of what stands in
front of it, the write may still be on its way."""

Expect = Callable[[Decimal | None], Decimal | None]


@dataclass(frozen=True, slots=True)
class Change:
    """Something to be done to a day.

    ``expect`` tells from what the day held (None: nothing) what it holds once that was done; it is None
    where that cannot be told.
    """

    day: date
    send: Callable[[], Awaitable[object]]
    expect: Expect | None


def setting(habit: Habit, quantity: Quantity, day: date) -> Change:
    """Set what a day holds; its data stays."""
    client, graph_id = habit.client, habit.graph.id
    return Change(day, lambda: client.put_pixel(graph_id, day, quantity), lambda _: quantity.value)


def adding(habit: Habit, quantity: Quantity, day: date) -> Change:
    """Add to a day."""
    client, graph_id = habit.client, habit.graph.id
    return Change(day, lambda: client.add(graph_id, quantity, day), _plus(quantity.value))


def subtracting(habit: Habit, quantity: Quantity, day: date) -> Change:
    """Subtract from a day."""
    client, graph_id = habit.client, habit.graph.id
    return Change(day, lambda: client.subtract(graph_id, quantity, day), _plus(-quantity.value))


def stepping(habit: Habit, *, down: bool = False) -> Change:
    """Add one step to today, or take one.

    With the date: around midnight Pixela's today may be another than the one that is told.
    """
    step = Quantity(step_of(habit.graph.type), habit.graph.type)
    return (subtracting if down else adding)(habit, step, habit.today)


def deleting(habit: Habit, day: date) -> Change:
    """Delete a day's pixel."""
    client, graph_id = habit.client, habit.graph.id
    return Change(day, lambda: client.delete_pixel(graph_id, day), lambda _: None)


def expectation(kind: str, quantity: str | None, graph_type: GraphType) -> Expect | None:
    """Return what a webhook of a kind does to today, None where that cannot be told.

    Without a ``quantity`` it goes by steps, as Pixela does.
    """
    step = step_of(graph_type)
    try:
        amount = step if not quantity else parse_quantity(quantity, graph_type).value
    except InvalidInput:
        return None
    changes = {"increment": step, "decrement": -step, "add": amount, "subtract": -amount}
    return _plus(changes[kind]) if kind in changes else None


def step_of(kind: GraphType) -> Decimal:
    """Return by how much a step changes a day (contract 6)."""
    return Decimal(1) if kind is GraphType.INT else Decimal("0.01")


async def record(habit: Habit, change: Change) -> Recorded:
    """Do it, and tell what came of it from what the day held before and afterwards.

    Raises :class:`~bot.errors.ApiError` where it was certainly not done.
    """
    before = await habit.client.find_pixel(habit.graph.id, change.day)
    doubt: Uncertain | None = None
    try:
        await change.send()
    except Uncertain as error:
        doubt = error
    after = await look_again(habit, change.day)
    outcome = Outcome.DONE if doubt is None else _told(before, after, change, doubt)
    return Recorded(habit.graph, change.day, habit.today, outcome, doubt is None, before, after)


async def look(habit: Habit, day: date) -> Sight:
    """Look at what a day holds, and where that costs nothing more at the streak.

    Raises :class:`~bot.errors.ApiError`.
    """
    today = habit.today
    if not 0 <= (today - day).days < WINDOW:
        return Sight(await habit.client.find_pixel(habit.graph.id, day), None)
    first = today - timedelta(days=WINDOW - 1)
    pixels = {pixel.date: pixel for pixel in await habit.client.pixels(habit.graph.id, first, today)}
    return Sight(pixels.get(day), tally({day: pixel.quantity for day, pixel in pixels.items()}, today))


async def look_again(habit: Habit, day: date) -> Sight | None:
    """Look at a day after something was done to it; None where that fails, since it is done."""
    try:
        return await look(habit, day)
    except ApiError:
        return None


def _told(before: Pixel | None, after: Sight | None, change: Change, doubt: Uncertain) -> Outcome:
    """Tell what came of a write that was not confirmed."""
    if after is None or change.expect is None:
        return Outcome.UNKNOWN
    held = None if before is None else before.quantity
    holds = None if after.pixel is None else after.pixel.quantity
    if _are_same(holds, change.expect(held)):
        return Outcome.DONE
    return Outcome.NOT_DONE if doubt.status in _OVER and _are_same(holds, held) else Outcome.UNKNOWN


def _are_same(one: Decimal | None, other: Decimal | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < _SAME


def _plus(amount: Decimal) -> Expect:
    return lambda held: (held or Decimal(0)) + amount
