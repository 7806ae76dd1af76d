"""A user to look at: three graphs with most of a year behind them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache

from bot.sandbox.pixela.book import Design, Graph, User
from bot.sandbox.pixela.rules import day_text
from bot.sandbox.pixela.server import Pixela

_DAYS = 365
_STREAK = 9
"""Days without a gap up to today."""
_SHARE = 0.82
"""How many of the earlier days have a pixel."""


def seed(px: Pixela, *, username: str, token: str) -> User:
    """Make a user with the graphs ``reading`` (int), ``running`` (float) and ``kana``, each up to today.

    ``kana`` (int) counts its days in Tokyo. The same day always gets the same quantity. The user is new
    and no supporter, so the 25 % rule holds.
    """
    user = px.add_user(username, token)
    now = px.clock()
    _fill_reading(user.add_graph("reading", "int", _reading()), now)
    _fill_running(user.add_graph("running", "float", _running()), now)
    _fill_kana(user.add_graph("kana", "int", _kana()), now)
    return user


def _kana() -> Design:
    return Design(
        name="Kana", unit="cards", color="ajisai", timezone="Asia/Tokyo", description="Cards learned by heart"
    )


def _reading() -> Design:
    return Design(name="Reading", unit="pages", color="sora", description="Pages read before sleep")


def _running() -> Design:
    return Design(name="Running", unit="km", color="momiji", start_on_monday=True)


def _fill_kana(graph: Graph, now: float) -> None:
    for day, cards in _kana_days(graph.today(now)):
        graph.put(day_text(day), cards)


def _fill_reading(graph: Graph, now: float) -> None:
    for day, pages, note in _reading_days(graph.today(now)):
        graph.put(day_text(day), pages, note)


def _fill_running(graph: Graph, now: float) -> None:
    for day, distance in _running_days(graph.today(now)):
        graph.put(day_text(day), distance)


@lru_cache(maxsize=2)
def _reading_days(today: date) -> Sequence[tuple[date, str, str | None]]:
    days: list[tuple[date, str, str | None]] = []
    for day, luck in _active_days("reading", today):
        pages = luck.randint(4, 32) + (12 if day.weekday() >= 5 else 0)
        note = '{"book":"The Sea Around Us"}' if luck.random() < 0.05 else None
        days.append((day, str(pages), note))
    return days


@lru_cache(maxsize=2)
def _kana_days(today: date) -> Sequence[tuple[date, str]]:
    return [(day, str(10 * luck.randint(1, 8))) for day, luck in _active_days("kana", today)]


@lru_cache(maxsize=2)
def _running_days(today: date) -> Sequence[tuple[date, str]]:
    return [(day, f"{luck.uniform(2, 12):.2f}") for day, luck in _active_days("running", today)]


def _active_days(name: str, today: date) -> Iterator[tuple[date, random.Random]]:
    """Yield the days with an entry; a day has the same one whenever it is asked for."""
    for age in reversed(range(_DAYS)):
        day = today - timedelta(days=age)
        luck = random.Random(f"{name} {day}")  # noqa: S311 - plausible, not secret
        if luck.random() < _SHARE or age < _STREAK:
            yield day, luck
