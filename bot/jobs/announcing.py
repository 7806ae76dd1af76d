"""Posting what servers are to be told in the channels that they chose: each notice once.

A row is noted as about to be posted before it is, and looked for in the channel where its worker died in
between; beside that Discord takes its nonce once.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

import discord

from bot.jobs.messenger import Away, Gone, Messenger, Refused
from bot.jobs.rhythm import FINISH_SECONDS, Rhythm
from bot.report import loop_turn
from bot.storage.alerts import News
from bot.storage.database import Database
from bot.storage.notices import Notice, NoticeQueue
from bot.ui.administration.changes import Change
from bot.ui.alerts import alert_card, change_card
from bot.ui.card import Card

_log = logging.getLogger(__name__)

_AT_ONCE = 20
_REST = 30.0
"""Seconds between two looks."""
_REST_AMONG_OTHERS = 5.0
"""The same where other workers write rows, and may die over them."""
_IDLE = 600.0
"""The same as long as no server chose a channel."""
_IDLE_AMONG_OTHERS = 30.0
_BUSY = 0.5
_FIRST_WAIT, _LONGEST_WAIT = 15, 600
_MOST_TRIES = 12
"""After some hours nobody needs to be told any more."""
_SKEW = 60
"""Seconds by which Discord's clock may be behind ours."""


class Notices:
    """Posts notices. ``clock`` gives seconds since 1970."""

    def __init__(self, client: discord.Client, database: Database, *, clock: Callable[[], float]) -> None:
        self._database = database
        self._messenger = Messenger(client)
        self._queue = NoticeQueue(database, secrets.token_hex(8), clock)
        self._rest = _REST if database.is_a_file else _REST_AMONG_OTHERS
        self._idle = _IDLE if database.is_a_file else _IDLE_AMONG_OTHERS
        self.loop = Rhythm(self.turn)
        """What takes the turns."""

    def hurry(self) -> None:
        """Look at the rows soon: there is a new one."""
        self.loop.hurry(_BUSY)

    async def start(self) -> None:
        """Post what is due, from now on."""
        if self._database.is_a_file:
            await self._queue.take_over()
        self.loop.start()

    async def close(self, seconds: float = FINISH_SECONDS) -> None:
        """Stop; what is under way is finished where that takes no longer."""
        await self.loop.finish((), seconds)

    async def turn(self) -> float:
        """Post what is due; return for how many seconds to rest."""
        async with loop_turn("the turn of the notices"):
            due_at = await self._queue.next_due()
            while due_at is not None and due_at <= self._queue.now():
                self.loop.go_on()
                claimed = await self._queue.claim(_AT_ONCE)
                if not claimed:  # another worker has them, or they wait for one that is tried again later
                    return self._rest
                stuck: set[int] = set()
                for notice in claimed:
                    # What a channel is told comes in order: nothing overtakes what is tried again later.
                    if notice.channel_id in stuck:
                        await self._queue.release(notice)
                    elif not await self._work_on(notice):
                        stuck.add(notice.channel_id)
                due_at = await self._queue.next_due()
            if due_at is not None:
                return min(max(due_at - self._queue.now(), _BUSY), self._rest)
            return self._rest if await self._queue.is_wanted() else self._idle
        return self._rest

    async def _work_on(self, notice: Notice) -> bool:
        """Post a notice; return whether it is done with, and not to be tried again later."""
        async with loop_turn(f"notice {notice.ref}", notice.ref):
            try:
                await self._post(notice)
            except (Gone, Refused) as error:
                _log.warning(
                    "a notice cannot be posted in the channel %d (%s)",
                    notice.channel_id,
                    type(error).__name__,
                )
                await self._queue.end(notice)
            except Away:
                await self._put_off(notice)
                return False
            except Exception:  # raised again: whatever it was, it holds up no other and is not tried again
                await self._queue.end(notice)
                raise
        return True

    async def _post(self, notice: Notice) -> None:
        where = notice.guild_id, notice.channel_id
        began = notice.posting_at
        if began is not None and await self._messenger.find_posted(*where, notice.ref, since=began - _SKEW):
            await self._queue.end(notice)
            return
        card = await self._card(notice)
        if card is not None and await self._queue.begin(notice):
            await self._messenger.post(*where, card, nonce=notice.ref, mention=None)
        await self._queue.end(notice)

    async def _put_off(self, notice: Notice) -> None:
        if notice.tries + 1 >= _MOST_TRIES:
            _log.warning("a notice was given up: Discord did not take it for hours")
            await self._queue.end(notice)
            return
        await self._queue.put_off(notice, min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(notice.tries, 10)))

    async def _card(self, notice: Notice) -> Card | None:
        if notice.body is not None:
            news = News.from_json(notice.body)
            alert = news.alert
            seconds = max(0, news.at - alert.since)
            return alert_card(
                alert.kind.value, alert.subject, over=news.over, seconds=seconds, ref=notice.ref
            )
        entry = await self._queue.find_entry(notice)
        if entry is None:
            return None
        change = Change(entry.actor_id, entry.action.value, entry.service, entry.detail, entry.at)
        return change_card(change, notice.ref)
