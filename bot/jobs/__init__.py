"""What Pika and Midjourney make, from the asking to the telling, whatever happens in between.

Each job is a row that is written before the upstream is told. One loop (:mod:`~bot.jobs.runner`) claims the
rows that are due and takes each a step further: :mod:`~bot.jobs.sending` brings it to the upstream,
:mod:`~bot.jobs.following` looks how it is doing, :mod:`~bot.jobs.telling` shows that in Discord. A process
that dies leaves rows, and whoever comes next goes on from them.
"""

from __future__ import annotations

import logging
import random
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import discord

from bot.answering import hand_on
from bot.api.jobs import Job
from bot.connections import Connections
from bot.crypto import Keyring
from bot.errors import ApiError, NotConnected
from bot.jobs.composing import Composition, compose
from bot.jobs.desk import Desk, job_of, sheet_of, snapshot
from bot.jobs.following import Following
from bot.jobs.forgetting import Forgetting
from bot.jobs.messenger import Away, Messenger
from bot.jobs.rhythm import FINISH_SECONDS, Rhythm
from bot.jobs.runner import Runner
from bot.jobs.sending import Sending, outcome_of
from bot.jobs.telling import REPLY_SECONDS, Telling
from bot.jobs.waits import Waits
from bot.media import Media
from bot.orders import Order
from bot.storage.database import Database
from bot.storage.limits import forget_old_tallies
from bot.storage.people import PersonalData
from bot.storage.queue import WorkQueue
from bot.storage.servers import ServerData
from bot.storage.work import ANSWERING, Outcome, State, Work, WorkBook
from bot.ui.card import Card
from bot.ui.jobs import progress_card

__all__ = ["Jobs"]

_log = logging.getLogger(__name__)

_REF = 20
"""Characters of a reference."""


class Jobs:
    """Takes jobs and works on them: what the commands use.

    ``clock`` gives seconds since 1970, ``limit`` is the age in seconds at which a job is given up,
    ``first_wait`` the seconds before the first look at it.
    """

    def __init__(
        self,
        client: discord.Client,
        database: Database,
        keyring: Keyring,
        connections: Connections,
        media: Media,
        *,
        clock: Callable[[], float],
        first_wait: float,
        limit: float,
    ) -> None:
        waits = Waits(first_wait)
        self._database = database
        self._clock = clock
        self._keyring = keyring
        queue = WorkQueue(database, secrets.token_hex(8), clock, longest=waits.longest)
        self._queue = queue
        self._desk = Desk(queue, connections, media, waits, limit, random.random, keyring.pseudonym)
        self._telling = Telling(self._desk, Messenger(client), keyring)
        self._following = Following(self._desk, self._telling)
        sending = Sending(self._desk, self._telling)
        alone = database.is_a_file
        self._runner = Runner(self._desk, sending, self._following, self._telling, alone=alone)
        self._forgetting = Forgetting(self._desk, sending, self._following, self._telling, self._runner.hold)

    def pseudonym(self, guild_id: int, user_id: int) -> str:
        """Return who a member of a server is where jobs are counted."""
        return self._keyring.pseudonym(guild_id, user_id)

    def book(self, guild_id: int) -> WorkBook:
        """Return the jobs of a server."""
        return WorkBook(self._database, guild_id, self._clock)

    async def start(self) -> None:
        """Go on with what is unfinished, from now on."""
        await self._runner.start()

    @property
    def loop(self) -> Rhythm:
        """The loop that looks for what is due."""
        return self._runner.loop

    async def close(self, seconds: float = FINISH_SECONDS) -> None:
        """Stop, having finished the steps that are under way where that takes no longer."""
        await self._runner.close(seconds)

    async def advance(self, job_id: int) -> None:
        """Take a job as far as it goes now, unless somebody else is at it."""
        await self._runner.advance(job_id)

    async def give_up_all(self, user_id: int) -> None:
        """Give up whatever is not finished for a person, everywhere, before they are forgotten.

        It is cancelled upstream and its cards are changed as far as that goes within some seconds.
        """
        unfinished = await PersonalData(self._database, user_id, self._clock).give_up()
        await self._forgetting.give_up(unfinished)
        self._runner.hurry(self._desk.waits.turn)  # somebody else may have waited for the slots

    async def give_up_server(self, guild_id: int, actor_id: int) -> None:
        """Give up whatever is not finished in a server, before its rows go; as :meth:`give_up_all` does."""
        await self._forgetting.give_up(
            await ServerData(self._database, guild_id, self._clock).give_up(actor_id)
        )

    async def take(
        self, interaction: discord.Interaction[Any], order: Order, guild_id: int, key_name: str
    ) -> None:
        """Write down a job that is made with a key of the server, answer the member in public, and begin.

        Raises what Discord raises where it cannot be answered; nothing is made then. An interaction that
        comes twice, since the worker died that had it first, makes one job: its reference is made of its id.
        """
        ref = self._keyring.pseudonym(guild_id, interaction.id)[:_REF]
        member = interaction.user.id
        reply_until = int((self._clock() + REPLY_SECONDS) * 1000)
        work = await self.book(guild_id).add(
            ref,
            user_id=member,
            channel_id=interaction.channel_id or 0,
            service=order.service,
            lane=order.lane(key_name),
            key_name=key_name,
            asked=order.model_dump_json(exclude_none=True),
            reply=(self._telling.seal(guild_id, member, interaction.token), reply_until),
            upload_limit=interaction.filesize_limit,
            who=self.pseudonym(guild_id, member),
        )
        self._runner.hurry(ANSWERING / 1000)  # whatever keeps the row from being advanced below
        try:
            await self._answer(interaction, work)
        except discord.HTTPException:
            # Discord did not take the answer and the member sees that, so nothing is made.
            await self.book(guild_id).withdraw(ref, self.pseudonym(guild_id, member))
            raise
        except Away:
            _log.warning("job %s: whether the member was answered is not known", ref)
        else:
            hand_on()
        await self.advance(work.id)

    async def _answer(self, interaction: discord.Interaction[Any], work: Work) -> None:
        card = progress_card(sheet_of(work), "🛠️ On its way …")
        message_id = await self._telling.messenger.answer(interaction, card)
        if message_id is not None:
            await self.book(work.guild_id).note_message(work.ref, message_id)

    @asynccontextmanager
    async def shown(self, work: Work, *, most: int) -> AsyncGenerator[Sequence[Card]]:
        """Give cards of how a job is now, asked of the upstream where that knows more.

        The first one that Discord takes is to be shown; the files are in those that come first.

        Raises :class:`~bot.errors.ApiError` and :class:`~bot.errors.NotConnected`.
        """
        work = await self._asked_anew(work)
        async with AsyncExitStack() as stack:
            if work.outcome is None:
                job = job_of(work)
                percent = None if job is None else job.percent
                yield [progress_card(sheet_of(work), _STATES[work.state], percent=percent)]
                return
            made: Composition = await compose(self._desk.media, work, stack, most=most, is_last_try=True)
            yield [made.card(), made.without_files().card(), made.bare_card()]

    async def _asked_anew(self, work: Work) -> Work:
        """Return a row with what the upstream says of its job now."""
        if work.upstream_id is None:
            return work
        try:
            job = await self._following.look(replace(work, cancelled_by=None))
        except (ApiError, NotConnected):
            if work.outcome is None:
                raise
            return work  # what was kept of it is better than nothing
        if work.outcome is Outcome.COMPLETED:
            return _with_new_links(work, job)
        outcome, body = outcome_of(job) or work.outcome, snapshot(job)
        note = work.note if outcome is work.outcome else None  # it was on how it had seemed to end
        if work.state is State.TOLD and outcome is not None:
            await self.book(work.guild_id).keep_news(work.ref, outcome, body, note)
        return replace(work, outcome=outcome, note=note, body=body)

    async def purge(self) -> int:
        """Remove the jobs that are kept no longer; return how many they were."""
        await forget_old_tallies(self._database, self._clock())
        return await self._queue.purge()


_STATES = {
    State.WAITING: "⏳ Waiting for a free account.",
    State.SENDING: "🛠️ On its way …",
    State.RUNNING: "🛠️ At work.",
}


def _with_new_links(work: Work, job: Job) -> Work:
    """Return a row that is shown once more: with links that work, and the buttons that its cards bear."""
    kept = job_of(work)
    if kept is None or not job.files:
        return work
    return replace(work, body=snapshot(job.model_copy(update={"buttons": kept.buttons})))
