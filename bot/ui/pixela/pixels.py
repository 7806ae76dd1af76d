"""Cards of what the days of a graph hold, and of what was recorded on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from bot.api.pixela import DatedPixel, Graph, Pixel, Streak, Tally, show_quantity
from bot.ui.card import Card, Clickable
from bot.ui.graphlook import strong
from bot.ui.text import clip, code, plain

_ODD = 0xD9822B
_DATA = 800
"""Characters that are shown of a day's data."""
_DIGITS = 40
_UNIT = 30
"""Characters of a unit; each may take two, as markdown that is escaped."""
_UNIT_IN_LISTS = 12
"""The same where a line of a month's days must be short, so that all of them fit on a card."""


class Outcome(Enum):
    """Whether what was asked for was done."""

    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Sight:
    """What a day held when it was looked at."""

    pixel: Pixel | None
    tally: Tally | None
    """What the last 365 days add up to, None where the day lies outside of them."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of recording something on a day."""

    graph: Graph
    day: date
    today: date
    outcome: Outcome
    confirmed: bool
    """Whether Pixela said so; otherwise it was told from what the day held before and afterwards."""
    before: Pixel | None
    after: Sight | None
    """None where that could not be looked at."""


def recorded_card(recorded: Recorded, *, title: str | None = None, small: str | None = None) -> Card:
    """Tell what came of it, and what the day holds now; ``title`` instead of the graph's name."""
    after = recorded.after
    card = _card(recorded.graph, title, odd=recorded.outcome is not Outcome.DONE)
    card.lines(*_outcome_lines(recorded))
    if after is not None and after.tally is not None:
        card.lines(streak_line(after.tally))
    if recorded.day > recorded.today:
        card.small("This day is still to come.")
    return card.small(small) if small is not None else card


def _outcome_lines(recorded: Recorded) -> Sequence[str]:
    day = day_words(recorded.day, recorded.today)
    before = _held(recorded.graph, recorded.before)
    after = None if recorded.after is None else _held(recorded.graph, recorded.after.pixel)
    if recorded.confirmed:
        if after is None:
            return (f"✅ It was recorded for {day}.", "What the day holds now could not be looked at.")
        return (f"✅ {day} holds {after}{'' if after == before else f', before that {before}'}.",)
    if recorded.outcome is Outcome.DONE:
        return (f"✅ Pixela did not confirm, but it went through: {day} holds {after}.",)
    if recorded.outcome is Outcome.NOT_DONE:
        still = f"{day} still holds {before}. You may try again."
        return (f"⚠️ Pixela did not confirm, and it did not go through: {still}",)
    now = "what it holds now could not be looked at" if after is None else f"now it holds {after}"
    return (
        "⚠️ Pixela did not confirm, and it is not certain whether it went through.",
        f"Before, {day} held {before}; {now}.",
        "Look with `/pixela pixel get` before you try again, because doing it twice may count twice.",
    )


def day_card(graph: Graph, day: date, today: date, sight: Sight) -> Card:
    """Show what a day holds."""
    card = _card(graph)
    card.lines(f"{day_words(day, today)} holds {_held(graph, sight.pixel)}.")
    if sight.tally is not None:
        card.lines(streak_line(sight.tally))
    data = None if sight.pixel is None else sight.pixel.optional_data
    return card if data is None else card.lines("Its data:", code(data, _DATA))


def days_card(
    graph: Graph, span: tuple[date, date], pixels: Sequence[DatedPixel], buttons: Sequence[Clickable]
) -> Card:
    """List the days of a span that have a pixel, the newest first."""
    first, last = span
    card = _card(graph).small(f"{first.isoformat()} to {last.isoformat()}")
    newest_first = sorted(pixels, key=lambda pixel: pixel.date, reverse=True)
    lines = [_day_line(graph, pixel) for pixel in newest_first]
    card.text("\n".join(lines) if lines else "No day of these has a pixel.")
    total = sum((pixel.quantity for pixel in pixels), Decimal(0))
    if pixels:
        number = len(pixels)
        card.small(f"{number} {'day' if number == 1 else 'days'}, {quantity_text(graph, total)} in all.")
    return card.buttons(buttons)


def _day_line(graph: Graph, pixel: DatedPixel) -> str:
    data = "" if pixel.optional_data is None else " · with data"
    amount = quantity_text(graph, pixel.quantity, _UNIT_IN_LISTS)
    return f"`{pixel.date.isoformat()}` {pixel.date:%a} · **{amount}**{data}"


def ask_day_deletion_card(
    graph: Graph, day: date, today: date, pixel: Pixel, buttons: Sequence[Clickable]
) -> Card:
    """Ask whether a day's pixel shall really go."""
    card = _card(graph, f"Delete a day of {plain(graph.name, 80)}?")
    data = " Its data goes too." if pixel.optional_data is not None else ""
    card.text(f"{day_words(day, today)} holds {_held(graph, pixel)}.{data}")
    return card.buttons(buttons)


def running_card(graph: Graph, buttons: Sequence[Clickable], *, by_stop: bool = False) -> Card:
    """Say that the stopwatch runs; ``by_stop``: although it was to be stopped."""
    card = _card(graph, f"⏱️ {plain(graph.name, 80)}")
    if by_stop:
        card.text(
            "⚠️ The stopwatch did not run any more, so pressing Stop started it. Press Stop again to stop it; "
            "only what lies between counts."
        )
    else:
        card.text("The stopwatch runs. Stop it, and the minutes until then are added to today.")
    zone = plain(graph.timezone, 40) or "UTC"
    return card.small(f"It has to be stopped before midnight ({zone}).").buttons(buttons)


def stopped_card(recorded: Recorded, minutes: Decimal | None) -> Card:
    """Say that the stopwatch was stopped, and what today holds."""
    if minutes is None and recorded.after is not None and recorded.after.pixel is not None:
        held = Decimal(0) if recorded.before is None else recorded.before.quantity
        minutes = recorded.after.pixel.quantity - held
    what = "The stopwatch was stopped."
    if minutes is not None:
        added = "minute was" if minutes == 1 else "minutes were"
        what = f"The stopwatch was stopped: {show_quantity(minutes)} {added} added."
    return recorded_card(recorded, title=f"⏱️ {plain(recorded.graph.name, 80)}", small=what)


def unknown_stopwatch_card(graph: Graph, buttons: Sequence[Clickable]) -> Card:
    """Say that nobody knows whether the stopwatch runs."""
    card = _card(graph, f"⏱️ {plain(graph.name, 80)}", odd=True)
    return card.text(
        "⚠️ Pixela did not confirm, and what the day holds does not tell whether the stopwatch runs. Pressing "
        "Stop stops it, or starts it where it does not run; you will be told which."
    ).buttons(buttons)


def streak_line(tally: Tally) -> str:
    """Say how long the current streak is."""
    if tally.current is None:
        return "No streak at the moment."
    rest = "; today is still open" if tally.is_open else ""
    return f"🔥 Streak: **{_length(tally.current)}**{rest}"


def _length(streak: Streak) -> str:
    return f"{streak.length} {'day' if streak.length == 1 else 'days'}"


def quantity_text(graph: Graph, quantity: Decimal, most: int = _UNIT) -> str:
    """Return a quantity with the graph's unit, of which ``most`` characters are shown."""
    # Cut before markdown is escaped: half of what escapes would take hold of what follows.
    return f"{clip(show_quantity(quantity), _DIGITS)} {plain(graph.unit, most)}".rstrip()


def day_words(day: date, today: date) -> str:
    """Return a day, and which it is where that has a word."""
    word = {0: " (today)", 1: " (yesterday)"}.get((today - day).days, "")
    return f"**{day.isoformat()}**{word}"


def _held(graph: Graph, pixel: Pixel | None) -> str:
    return "nothing" if pixel is None else f"**{quantity_text(graph, pixel.quantity)}**"


def _card(graph: Graph, title: str | None = None, *, odd: bool = False) -> Card:
    return Card(title or plain(graph.name, 80) or code(graph.id), colour=_ODD if odd else strong(graph))
