"""Reminders of habits: once a day at a time of day, each a message that can be answered with a button.

Each reminder is a row. One loop claims those that are due, looks whether the day has something already,
writes down that it is about to post, posts, and plans the next day. A process that dies leaves a row that
says so, and whoever comes next looks for the message before it posts another one.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Generator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime

import discord

from bot.api.pixela import PixelaClient
from bot.connections import Connections, Scope
from bot.daytimes import day_of, next_moment, show_daytime
from bot.errors import ApiError, InvalidInput, NotConnected, NotFound, Unauthorised, VaultError
from bot.jobs.messenger import Away, Gone, Messenger, Refused
from bot.jobs.rhythm import Rhythm
from bot.moments import zone_of
from bot.report import loop_turn
from bot.storage.database import Database
from bot.storage.guilds import SHARED
from bot.storage.reminders import Reminder, ReminderBook, ReminderQueue
from bot.storage.schema import NOWHERE
from bot.ui.card import Card
from bot.ui.pixela.remind import Habit, ended_card, mark_of, reminder_card
from bot.ui.text import plain

__all__ = ["Reminders", "habit_of"]

_log = logging.getLogger(__name__)

LATEST = 3 * 3600
"""Seconds from which a reminder that was missed is left out."""
_AT_ONCE = 16
"""Reminders that are worked on at the same time in one process."""
_LOOK_SECONDS = 8.0
"""How long Pixela may take to say whether a day has something: less than a lease."""
_REST = 60.0
"""Seconds between two looks at most: a machine that slept is on time again soon."""
_REST_ALONE = 3600.0
"""The same where there is no reminder, and nobody else who could write one."""
_BUSY = 1.0
_FIRST_WAIT, _LONGEST_WAIT = 15, 600
"""Seconds before what Discord did not take is tried again."""
_SKEW = 60
"""Seconds by which Discord's clock may be behind ours."""
_FINISH_SECONDS = 5.0
"""How long a stop waits for the messages that are under way."""


@dataclass(frozen=True, slots=True)
class _News:
    """What is to be told: a card, made for where it comes to, and whether the reminder ends with it."""

    card: Callable[[int | None], Card]
    """Takes the channel that it was set in where it comes to another place."""
    mark: str
    is_last: bool


class Reminders:
    """Sends reminders. ``clock`` gives seconds since 1970."""

    def __init__(
        self,
        client: discord.Client,
        database: Database,
        connections: Connections,
        *,
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._connections = connections
        self._messenger = Messenger(client)
        self.queue = ReminderQueue(database, secrets.token_hex(8), clock)
        """All reminders, wherever they are."""
        self._steps: set[asyncio.Task[None]] = set()
        self._recording: set[tuple[int, date]] = set()
        self._loop = Rhythm(self.turn)

    def book(self, guild_id: int, user_id: int) -> ReminderBook:
        """Return the reminders of a member in a place."""
        return ReminderBook(self._database, guild_id, user_id)

    def hurry(self) -> None:
        """Look at the rows soon: there is a new one."""
        self._loop.hurry(_BUSY)

    @contextmanager
    def recording(self, reminder: Reminder, day: date) -> Generator[None]:
        """Keep a day of a reminder to one press at a time.

        Raises :class:`~bot.errors.InvalidInput` where another press is at it.
        """
        press = reminder.id, day
        if press in self._recording:
            raise InvalidInput("Done was pressed just now, and is still being recorded.")
        self._recording.add(press)
        try:
            yield
        finally:
            self._recording.discard(press)

    async def start(self) -> None:
        """Send what is due, from now on."""
        if self._database.is_a_file:
            await self.queue.take_over()
        self._loop.start()

    async def close(self) -> None:
        """Stop, having sent what is under way where that does not take long."""
        await self._loop.finish(self._steps, _FINISH_SECONDS)

    async def turn(self) -> float:
        """Send what is due; return for how many seconds nothing is."""
        async with loop_turn("the turn of the reminders"):
            due_at = await self.queue.next_due()
            if due_at is not None and due_at <= self.queue.now():
                await self._send_due()
                due_at = await self.queue.next_due()
            return self._rest(due_at)
        return _REST

    async def _send_due(self) -> None:
        claimed = _AT_ONCE
        while claimed == _AT_ONCE:  # many people choose the full hour
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
        async with loop_turn(f"reminder {reminder.ref}"):
            await self._take(reminder)
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
        news = await self._news(reminder, late)
        if news is None:
            await self._plan_next(reminder)
        elif reminder.posting_at is not None or await self._begin(reminder):
            await self._tell(reminder, news)

    async def _is_away(self, reminder: Reminder) -> bool:
        return reminder.guild_id != NOWHERE and await self.queue.has_left(reminder.guild_id)

    async def _news(self, reminder: Reminder, late: int) -> _News | None:
        """Return what is to be told, None where the day has something already."""
        day, habit = _day_of(reminder), habit_of(reminder)
        reason = None
        try:
            if await self._has_something(reminder, day):
                return None
        except NotFound:
            reason = f"The graph **{plain(habit.graph, 100)}** is not there any more."
        except (NotConnected, Unauthorised):
            reason = _disconnected(habit, reminder)
        except (ApiError, VaultError) as error:
            _log.info("reminder %s is sent without a look (%s)", reminder.ref, type(error).__name__)

        def card(elsewhere: int | None) -> Card:
            if reason is not None:
                return ended_card(habit, day, reason, elsewhere=elsewhere)
            return reminder_card(habit, day, due_at=reminder.next_at, late=late, elsewhere=elsewhere)

        return _News(card, mark_of(reminder.ref, day), reason is not None)

    async def _has_something(self, reminder: Reminder, day: date) -> bool:
        async with self._client_of(reminder) as client:
            pixels = await client.within(_LOOK_SECONDS).pixels(reminder.graph.removeprefix(SHARED), day, day)
        return any(pixel.quantity for pixel in pixels)

    def _client_of(self, reminder: Reminder) -> AbstractAsyncContextManager[PixelaClient]:
        if reminder.graph.startswith(SHARED):
            return self._connections.server_pixela(reminder.guild_id)
        return self._connections.pixela(Scope(reminder.guild_id, reminder.user_id))

    async def _begin(self, reminder: Reminder) -> bool:
        """Write down that the message is about to be sent; return False where another worker is at it."""
        return await self.queue.keep(reminder, posting_at=self.queue.now())

    async def _tell(self, reminder: Reminder, news: _News) -> None:
        try:
            await self._deliver(reminder, news)
        except Away:
            _log.info("reminder %s is sent later", reminder.ref)
            await self._put_off(reminder)
            return
        except Refused:
            _log.warning("reminder %s: Discord does not take its message", reminder.ref)
        if news.is_last:
            await self.queue.end(reminder)
        else:
            await self._plan_next(reminder)

    async def _deliver(self, reminder: Reminder, news: _News) -> None:
        guild_id, channel_id = reminder.guild_id, reminder.channel_id
        if guild_id != NOWHERE and await self._post(reminder, news, guild_id, channel_id):
            return
        elsewhere = None if guild_id == NOWHERE else channel_id
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
        card = news.card(elsewhere)
        try:
            await messenger.post(guild_id, channel_id, card, nonce=news.mark, mention=reminder.user_id)
        except Gone:
            return False
        return True

    async def _plan_next(self, reminder: Reminder) -> None:
        """Go on with the next day: never with the one that is over, also where the clock was put back."""
        await self._plan(reminder, max(self.queue.now(), reminder.next_at))

    async def _plan(self, reminder: Reminder, after: int) -> None:
        moment = datetime.fromtimestamp(after, UTC)
        _, following = next_moment(moment, reminder.minute, zone_of(reminder.timezone))
        at = int(following.timestamp())
        await self.queue.release(reminder, next_at=at, due_at=at, posting_at=None, tries=0)

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


def _day_of(reminder: Reminder) -> date:
    moment = datetime.fromtimestamp(reminder.next_at, UTC)
    return day_of(moment, reminder.minute, zone_of(reminder.timezone))


def _disconnected(habit: Habit, reminder: Reminder) -> str:
    graph = plain(habit.graph, 100)
    if reminder.graph.startswith(SHARED):
        return f"The server's Pixela user that has **{graph}** is not connected any more."
    return (
        f"Your Pixela user that has **{graph}** is not linked any more, or its token was refused. "
        "`/pixela user link` links it again, then `/pixela remind set`."
    )
