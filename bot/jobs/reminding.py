"""Reminders of habits: once a day at a time of day, each a message that can be answered with a button.

Each reminder is a row. One loop claims those that are due, sees that its member is still served there, looks
whether the day has something already, writes down that it is about to post, posts, and plans the next day.
A process that dies leaves a row that says so, and whoever comes next looks for the message before it posts
another one.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import discord

from bot.connections import Connections
from bot.daytimes import next_moment, show_daytime
from bot.jobs.looking import Found, Looking
from bot.jobs.messenger import Away, Gone, Messenger, Refused
from bot.jobs.rhythm import FINISH_SECONDS, Rhythm
from bot.jobs.standing import RulesOf, Standing
from bot.moments import zone_of
from bot.report import loop_turn
from bot.storage.database import Database
from bot.storage.reminder_days import ReminderDays
from bot.storage.reminders import Reminder, ReminderBook, ReminderQueue
from bot.storage.schema import NOWHERE
from bot.ui.card import Card
from bot.ui.pixela.remind import Habit, ended_card, mark_of, refused_card, reminder_card

__all__ = ["Reminders", "habit_of"]

_log = logging.getLogger(__name__)

LATEST = 3 * 3600
"""Seconds from which a reminder that was missed is left out."""
_AT_ONCE = 16
"""Reminders that are worked on at the same time in one process."""
_REST = 60.0
"""Seconds between two looks at most: a machine that slept is on time again soon; others may write rows."""
_REST_ALONE = 3600.0
"""The same where there is no reminder, and nobody else who could write one."""
_AFTER_TROUBLE = 4.0
"""Seconds before what went wrong as a whole, with the database for instance, is tried again."""
_BUSY = 1.0
_FIRST_WAIT, _LONGEST_WAIT = 15, 600
"""Seconds before what Discord did not take is tried again."""
_SKEW = 60
"""Seconds by which Discord's clock may be behind ours."""
_REFUSALS = 3
"""Days in a row on which Pixela refuses after which a reminder ends: one may be somebody else's mistake."""


@dataclass(frozen=True, slots=True)
class _News:
    """What is to be told: a card, made for where it comes to, and what is noted of the row then."""

    card: Callable[[int | None], Card]
    """Takes the channel that it was set in where it comes to another place."""
    mark: str
    found: Found

    @property
    def is_last(self) -> bool:
        """Whether the reminder ends with it."""
        return self.found.refusals >= _REFUSALS


class Reminders:
    """Sends reminders. ``clock`` gives seconds since 1970."""

    def __init__(
        self,
        client: discord.Client,
        database: Database,
        connections: Connections,
        rules_of: RulesOf,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._looking = Looking(connections)
        self._messenger = Messenger(client)
        self._standing = Standing(self._messenger, rules_of)
        self.queue = ReminderQueue(database, secrets.token_hex(8), clock)
        """All reminders, wherever they are."""
        self.days = ReminderDays(database, clock)
        """The days for which Done was pressed."""
        self._steps: set[asyncio.Task[None]] = set()
        self.loop = Rhythm(self.turn)
        """What takes the turns."""

    def book(self, guild_id: int, user_id: int) -> ReminderBook:
        """Return the reminders of a member in a place."""
        return ReminderBook(self._database, guild_id, user_id)

    def hurry(self) -> None:
        """Look at the rows soon: there is a new one."""
        self.loop.hurry(_BUSY)

    async def start(self) -> None:
        """Send what is due, from now on."""
        if self._database.is_a_file:
            await self.queue.take_over()
            await self.days.take_over()
        self.loop.start()

    async def close(self, seconds: float = FINISH_SECONDS) -> None:
        """Stop, having sent what is under way where that takes no longer."""
        await self.loop.finish(self._steps, seconds)

    async def turn(self) -> float:
        """Send what is due; return for how many seconds nothing is."""
        async with loop_turn("the turn of the reminders"):
            due_at = await self.queue.next_due()
            if due_at is not None and due_at <= self.queue.now():
                await self._send_due()
                due_at = await self.queue.next_due()
            return self._rest(due_at)
        return _AFTER_TROUBLE

    async def _send_due(self) -> None:
        claimed = _AT_ONCE
        while claimed == _AT_ONCE:  # many people choose the full hour
            self.loop.go_on()
            rows = await self.queue.claim(_AT_ONCE)
            claimed = len(rows)
            for reminder in rows:
                step = asyncio.create_task(self._work_on(reminder), name=f"reminder {reminder.ref}")
                self._steps.add(step)
                step.add_done_callback(self._steps.discard)
            if self._steps:
                await asyncio.wait(self._steps)

    def _rest(self, due_at: int | None) -> float:
        if due_at is None:
            return _REST_ALONE if self._database.is_a_file else _REST
        return min(max(due_at - self.queue.now(), _BUSY), _REST)

    async def _work_on(self, reminder: Reminder) -> None:
        async with loop_turn(f"reminder {reminder.ref}", reminder.ref):
            try:
                await self._take(reminder)
            except Away:
                _log.info("reminder %s is sent later", reminder.ref)
                await self._put_off(reminder)
            return
        async with loop_turn(f"putting reminder {reminder.ref} off"):
            await self._put_off(reminder)

    async def _take(self, reminder: Reminder) -> None:
        now = self.queue.now()
        late = now - reminder.next_at
        if late < -_SKEW:  # the clock was put back since it was planned
            await self._plan(reminder, now)
            return
        if late >= LATEST:  # where days were missed, the last one may not be too late yet
            await self._plan(reminder, max(now - LATEST, reminder.next_at))
            return
        if await self._is_away(reminder):
            await self._plan_next(reminder)
            return
        _following(reminder, now)  # raises for a row that cannot be planned, before anything is told
        obstacle = await self._standing.find_obstacle(reminder)
        if obstacle is not None:
            _log.info("reminder %s ends: %s", reminder.ref, obstacle)
            await self.queue.end(reminder)
            return
        found = await self._looking.look(reminder)
        news = _news(reminder, found, late)
        if news is None:
            await self._plan_next(reminder, found)
        elif reminder.posting_at is not None or await self._begin(reminder, found):
            await self._tell(reminder, news)

    async def _is_away(self, reminder: Reminder) -> bool:
        return reminder.guild_id != NOWHERE and await self.queue.has_left(reminder.guild_id)

    async def _begin(self, reminder: Reminder, found: Found) -> bool:
        """Write down that the message is about to be sent; return False where another worker is at it."""
        return await self.queue.keep(reminder, posting_at=self.queue.now(), graph_zone=found.zone)

    async def _tell(self, reminder: Reminder, news: _News) -> None:
        try:
            await self._deliver(reminder, news)
        except Refused:
            _log.warning("reminder %s: Discord does not take its message", reminder.ref)
        if news.is_last:
            await self.queue.end(reminder)
        else:
            await self._plan_next(reminder, news.found)

    async def _deliver(self, reminder: Reminder, news: _News) -> None:
        guild_id, channel_id = reminder.guild_id, reminder.channel_id
        is_public = guild_id != NOWHERE and channel_id != 0
        if is_public and await self._post(reminder, news, guild_id, channel_id):
            return
        elsewhere = channel_id if is_public else None
        try:
            direct = await self._messenger.open_direct(reminder.user_id)
            if await self._post(reminder, news, None, direct, elsewhere):
                return
        except Gone:
            pass
        _log.info("reminder %s: nobody can be told", reminder.ref)

    async def _post(
        self,
        reminder: Reminder,
        news: _News,
        guild_id: int | None,
        channel_id: int,
        elsewhere: int | None = None,
    ) -> bool:
        """Write into a channel, unless it was done before; return False where that may not be done."""
        messenger, began = self._messenger, reminder.posting_at
        if began is not None:
            since = began - _SKEW
            if await messenger.find_posted(guild_id, channel_id, news.mark, since=since) is not None:
                return True
            if not await self.queue.keep(reminder):  # it took so long that another worker is at it
                raise Away
        card = news.card(elsewhere)
        try:
            await messenger.post(guild_id, channel_id, card, nonce=news.mark, mention=reminder.user_id)
        except Gone:
            return False
        return True

    async def _plan_next(self, reminder: Reminder, found: Found | None = None) -> None:
        """Go on with the next day: never with the one that is over, also where the clock was put back."""
        noted = {} if found is None else {"graph_zone": found.zone, "refusals": found.refusals}
        await self._plan(reminder, max(self.queue.now(), reminder.next_at), **noted)

    async def _plan(self, reminder: Reminder, after: int, **noted: Any) -> None:
        at = _following(reminder, after)
        await self.queue.release(reminder, next_at=at, due_at=at, posting_at=None, tries=0, **noted)

    async def _put_off(self, reminder: Reminder) -> None:
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(reminder.tries, 10))
        await self.queue.release(reminder, due_at=self.queue.now() + wait, tries=reminder.tries + 1)


def habit_of(reminder: Reminder) -> Habit:
    """Return what cards say of a reminder."""
    return Habit(
        reminder.ref,
        reminder.graph_name,
        reminder.user_id,
        reminder.quantity,
        show_daytime(reminder.minute),
        reminder.timezone,
    )


def _following(reminder: Reminder, after: int) -> int:
    """Return when a reminder is due next after a moment."""
    moment = datetime.fromtimestamp(after, UTC)
    _, following = next_moment(moment, reminder.minute, zone_of(reminder.timezone))
    return int(following.timestamp())


def _news(reminder: Reminder, found: Found, late: int) -> _News | None:
    """Return what is to be told, None where nothing is: of a refusal only the first and the last time."""
    if found.has_something or (found.refusal is not None and 1 < found.refusals < _REFUSALS):
        return None
    habit, day, reason = habit_of(reminder), found.day, found.refusal

    def card(elsewhere: int | None) -> Card:
        if reason is None:
            return reminder_card(habit, day, due_at=reminder.next_at, late=late, elsewhere=elsewhere)
        if found.refusals >= _REFUSALS:
            return ended_card(habit, day, reason, elsewhere=elsewhere)
        return refused_card(habit, day, reason, days=_REFUSALS - found.refusals, elsewhere=elsewhere)

    return _News(card, mark_of(reminder.ref, day), found)
