"""/pluralkit fronters, history and stats."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pluralkit import FrontTally, Switch
from bot.api.pluralkit.sights import HistorySight, both, see_front, see_history, see_names
from bot.errors import InvalidInput
from bot.ui.card import Card, Clickable
from bot.ui.drawing import draw
from bot.ui.lasting import STALE
from bot.ui.pluralkit.fronts import (
    Statistics,
    chart_of,
    fronters_card,
    history_card,
    shares_of,
    stats_card,
)
from cogs.pluralkit.asking import Asking, Question, see, show
from cogs.pluralkit.eyes import of_whom, whose

if TYPE_CHECKING:
    from bot.app import App

_PAGE = 15
"""Switches on a page."""
_TRAIL = 4
"""Pages that one can turn back: where they began stands in the custom ids of the buttons."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PERIODS = (7, 30, 90, 365)
_DAYS_MOST = 36_500


@dataclass(frozen=True)
class FrontersQuestion(Question, code="f"):
    """Who is at the front, and since when."""

    async def look(self, asking: Asking) -> Card:
        """Show them."""
        sight = await see_front(asking.eyes.client, self.system)
        buttons = asking.buttons(
            see("Refresh", self),
            see("History", HistoryQuestion(self.system)) if not sight.history_hidden else None,
            share=self,
        )
        return fronters_card(sight, asking.eyes.now, buttons)


@dataclass(frozen=True)
class HistoryQuestion(Question, code="h"):
    """Who was at the front: a page of switches.

    ``trail`` holds the moments before which the last pages began, this one's last, with dots between.
    """

    trail: str = ""

    async def look(self, asking: Asking) -> Card:
        """Show the page."""
        before = self._before()
        sight = await see_history(asking.eyes.client, self.system, before=before, length=_PAGE)
        return history_card(
            sight,
            before or asking.eyes.now,
            is_newest=before is None,
            now=asking.eyes.now,
            buttons=asking.buttons(
                *self._turns(sight, public=asking.public), share=replace(self, trail=self._last)
            ),
        )

    @property
    def _last(self) -> str:
        """The moment before which this page begins; empty: it is the newest."""
        return self.trail.rpartition(".")[2]

    def _before(self) -> datetime | None:
        try:
            return _EPOCH + timedelta(microseconds=int(self._last, 36)) if self._last else None
        except (ValueError, OverflowError):
            raise InvalidInput(STALE) from None

    def _turns(self, sight: HistorySight, *, public: bool) -> Sequence[Clickable | None]:
        steps = self.trail.split(".") if self.trail else []
        newer = ".".join(steps[:-1])
        oldest = sight.switches[-1].timestamp if sight.switches else None
        older = None
        if sight.has_older and oldest is not None:
            older = replace(self, trail=".".join([*steps, _written(oldest)][-_TRAIL:]))
        return [
            see("← Newer", replace(self, trail=newer)) if newer else None,
            see("Newest", replace(self, trail="")) if steps else None,
            see("Older →", older),
            # Everybody's message stays what was shared, and no count takes its place.
            see("First", FirstQuestion(self.system)) if sight.has_older and not public else None,
        ]


@dataclass(frozen=True)
class FirstQuestion(Question, code="h1"):
    """Who was at the front at the very beginning."""

    async def look(self, asking: Asking) -> Card:
        """Walk to the first switch, and show the page that it is on."""
        client, now = asking.eyes.client, asking.eyes.now
        last: deque[Switch] = deque(maxlen=_PAGE + 1)

        def take(page: Sequence[Switch]) -> bool:
            last.extend(page)
            return True

        system, names = await both(client.system(self.system), see_names(client, self.system))
        await asking.errand.walk(asking.eyes, self.system, take)
        newer = last[0] if len(last) > _PAGE else None
        switches = sorted(list(last)[-_PAGE:], key=lambda switch: switch.timestamp, reverse=True)
        sight = HistorySight(system, names, switches, has_older=asking.errand.note is not None)
        here = HistoryQuestion(self.system, "" if newer is None else _written(newer.timestamp))
        buttons = asking.buttons(see("Newest", HistoryQuestion(self.system)), share=here)
        until = now if newer is None else newer.timestamp
        return history_card(
            sight, until, is_newest=newer is None, now=now, buttons=buttons, note=asking.errand.note
        )


@dataclass(frozen=True)
class StatsQuestion(Question, code="st"):
    """Who was at the front for how much of the last ``days``; 0: of all the time."""

    days: int = 30

    async def look(self, asking: Asking) -> Card:
        """Count, and show the shares with a picture."""
        if self.days > _DAYS_MOST:
            raise InvalidInput(STALE)
        client, now = asking.eyes.client, asking.eyes.now
        # Before the count, so that nothing can spoil what took a while.
        system, members = await both(client.system(self.system), client.members(self.system))
        tally = FrontTally(now, now - timedelta(days=self.days) if self.days else None)
        await asking.errand.count(asking.eyes, self.system, tally)
        stats = Statistics(system, tally, shares_of(tally, members), asking.errand.note)
        picture = await draw(chart_of(stats)) if stats.shares else None
        return stats_card(stats, picture, asking.buttons(*self._periods(asking), share=self))

    def _periods(self, asking: Asking) -> Sequence[Clickable | None]:
        """Return ways to other periods; everybody's message stays what was shared."""
        if asking.public:
            return []
        other = [days for days in (*_PERIODS, 0) if days != self.days]
        return [see(f"{days} days" if days else "All", replace(self, days=days)) for days in other[:4]]


@of_whom
async def fronters(
    interaction: discord.Interaction[App],
    ref: str | None = None,
    user: discord.User | None = None,
    share: bool = False,
) -> None:
    """Show who is at the front."""
    await show(interaction, FrontersQuestion(whose(ref, user)), share=share)


@of_whom
async def history(
    interaction: discord.Interaction[App],
    ref: str | None = None,
    user: discord.User | None = None,
    share: bool = False,
) -> None:
    """Show the front history."""
    await show(interaction, HistoryQuestion(whose(ref, user)), share=share)


@of_whom
@app_commands.describe(
    days="How many days back (30); 0 for all",
)
async def stats(
    interaction: discord.Interaction[App],
    ref: str | None = None,
    user: discord.User | None = None,
    days: app_commands.Range[int, 0, _DAYS_MOST] = 30,
    share: bool = False,
) -> None:
    """Show the shares of the front time."""
    await show(interaction, StatsQuestion(whose(ref, user), days), share=share)


def _written(moment: datetime) -> str:
    """Return a moment in few characters, to the microsecond."""
    left = (moment - _EPOCH) // timedelta(microseconds=1)
    digits = ""
    while left:
        left, digit = divmod(left, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
