"""A user to look at: two graphs with most of a year behind them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from bot.sandbox.pixela.book import Design, Graph, User
from bot.sandbox.pixela.rules import day_text
from bot.sandbox.pixela.server import Pixela

_DAYS = 365
_STREAK = 9
"""Days without a gap up to today."""
_SHARE = 0.82
"""How many of the earlier days have a pixel."""


def seed(px: Pixela, *, username: str, token: str) -> User:
    """Make a user with an int graph ``reading`` and a float graph ``running``, each up to today.

    The same day always gets the same quantity. The user is new and no supporter, so the 25 % rule holds.
    """
    user = px.add_user(username, token)
    now = px.clock()
    _fill_reading(user.add_graph("reading", "int", _reading()), now)
    _fill_running(user.add_graph("running", "float", _running()), now)
    return user


def _reading() -> Design:
    return Design(name="Reading", unit="pages", color="sora", description="Pages read before sleep")


def _running() -> Design:
    return Design(name="Running", unit="km", color="momiji", start_on_monday=True)


def _fill_reading(graph: Graph, now: float) -> None:
    for day, luck in _active_days(graph, now):
        pages = luck.randint(4, 32) + (12 if day.weekday() >= 5 else 0)
        note = '{"book":"The Sea Around Us"}' if luck.random() < 0.05 else None
        graph.put(day_text(day), str(pages), note)


def _fill_running(graph: Graph, now: float) -> None:
    for day, luck in _active_days(graph, now):
        graph.put(day_text(day), f"{luck.uniform(2, 12):.2f}")


def _active_days(graph: Graph, now: float) -> Iterator[tuple[date, random.Random]]:
    today = graph.today(now)
    for age in reversed(range(_DAYS)):
        day = today - timedelta(days=age)
        luck = random.Random(f"{graph.id} {day}")  # noqa: S311 - plausible, not secret
        if luck.random() < _SHARE or age < _STREAK:
            yield day, luck
