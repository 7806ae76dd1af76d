"""Answers that are owed to people whose interaction came over HTTP and was taken: none is forgotten.

Whoever posts an interaction is told that it was taken (2xx) once it is answered or, where that takes long,
once it is written down that this worker is at it. Where the worker dies then, another one tells the person,
who would wait for ever. Nothing is done a second time: nobody knows how far the first worker came.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import Any

import discord
from pydantic import SecretStr

from bot.answering import CUT_OFF, Settled
from bot.crypto import Keyring, Place
from bot.errors import VaultError
from bot.jobs.messenger import Away, Gone, Messenger, Refused
from bot.jobs.rhythm import Rhythm
from bot.report import last_turn, loop_turn
from bot.storage.database import Database
from bot.storage.leases import LEASE_SECONDS
from bot.storage.owed import Owed, OwedAnswers
from bot.storage.seals import OWED
from bot.ui.card import warning

_log = logging.getLogger(__name__)

TOKEN_SECONDS = 14 * 60
"""How long an interaction's token is counted upon; Discord takes it for a quarter of an hour."""
_REST = 2.0
"""Seconds between two renewals of leases, and two looks for rows of a worker that died."""
_REST_ALONE = 3600.0
_SOON = 0.05
_AT_ONCE = 16


class Owing:
    """Keeps account of the answers that are owed. ``clock`` gives seconds since 1970."""

    def __init__(
        self, client: discord.Client, database: Database, keyring: Keyring, *, clock: Callable[[], float]
    ) -> None:
        self._alone = database.is_a_file
        self._keyring = keyring
        self._messenger = Messenger(client)
        self._clock = clock
        self.rows = OwedAnswers(database, secrets.token_hex(8), clock)
        """All that is owed, by whichever worker."""
        self._held: dict[int, Settled] = {}
        """The interactions that this worker answers and wrote down."""
        self._telling: dict[int, asyncio.Task[None]] = {}
        """What looks after each row of a worker that died."""
        self._troubled_at: float | None = None
        """When a turn failed last, as long as that matters."""
        self.loop = Rhythm(self.turn)
        """What takes the turns."""

    async def start(self) -> None:
        """Look after the rows of workers that died, from now on."""
        if self._alone:
            await self.rows.take_over()
        self.loop.start()

    async def close(self, seconds: float) -> None:
        """Stop: whoever was still being answered was told so, which another worker makes sure of."""
        await self.loop.finish(self._telling.values(), seconds)
        cut_off = {owed for owed, settled in self._held.items() if settled.is_cut_off}
        async with last_turn("the end of the owed answers"):
            await self._settle({*self._held} - cut_off)
            await self.rows.leave(cut_off)

    async def write_down(self, settled: Settled) -> None:
        """Write down what is left to do about an interaction, before its sender is told that it was taken.

        Raises what the database raises.
        """
        interaction = settled.interaction
        expires_at = int(self._clock()) + TOKEN_SECONDS
        if settled.is_elsewhere:
            # By another worker, which may have died: why else would we be asked too?
            await self.rows.doubt(interaction.id, self._seal(interaction), expires_at)
            self.loop.hurry(_REST)
        elif settled.is_open:
            await self.rows.owe(interaction.id, self._seal(interaction), expires_at)
            self._held[interaction.id] = settled
            settled.task.add_done_callback(lambda _: self.loop.hurry(_SOON))
            self.loop.hurry(_REST)

    async def turn(self) -> float:
        """Hold what is being answered, let go of what is done, and tell whom a dead worker left waiting."""
        async with loop_turn("the turn of the owed answers"):
            await self._settle({owed for owed, settled in self._held.items() if settled.task.done()})
            if working := [*self._held, *self._telling]:
                await self.rows.renew(working)
            if not self._is_troubled():
                await self._take_on()
            # One that is alone has written every row itself, or finds it when it starts.
            return _REST_ALONE if self._alone and not await self.rows.is_any() else _REST
        self._troubled_at = self._clock()
        return _REST

    def _is_troubled(self) -> bool:
        """Say whether other workers may have been kept from renewing their leases as this one was."""
        if self._troubled_at is not None and not 0 <= self._clock() - self._troubled_at < LEASE_SECONDS:
            self._troubled_at = None
        return self._troubled_at is not None

    async def _take_on(self) -> None:
        while (room := _AT_ONCE - len(self._telling)) > 0 and (claimed := await self.rows.claim(room)):
            for owed in claimed:
                # Beside the turns, which hold all leases meanwhile: Discord may take its time.
                step = asyncio.create_task(self._look_after(owed), name=f"owed answer {owed.id}")
                self._telling[owed.id] = step
                step.add_done_callback(lambda _, owed=owed: self._looked_after(owed))

    def _looked_after(self, owed: Owed) -> None:
        del self._telling[owed.id]
        self.loop.hurry(_SOON)

    async def _settle(self, ids: set[int]) -> None:
        if ids:
            await self.rows.settle(ids)
            for interaction_id in ids:
                self._held.pop(interaction_id, None)

    async def _look_after(self, owed: Owed) -> None:
        async with loop_turn("telling whom a worker left waiting"):
            try:
                await self._tell(owed)
            except Away:  # it is claimed again once the lease ends, until the token does
                if owed.expires_at > self._clock():
                    _log.info("who was left waiting is told later")
                    return
            except (Gone, Refused, VaultError) as error:
                _log.info("who was left waiting cannot be told (%s)", type(error).__name__)
            await self.rows.end(owed)

    async def _tell(self, owed: Owed) -> None:
        token = self._keyring.open(owed.sealed, Place(0, owed.id, OWED)).get_secret_value()
        if await self._messenger.is_thinking(token):
            await self._messenger.edit_answer(token, None, warning(CUT_OFF))
        elif not owed.doubtful:
            await self._messenger.add_to_answer(token, warning(CUT_OFF))
        else:
            return  # who acknowledged it has answered
        _log.warning("somebody was told that the worker was gone that answered")

    def _seal(self, interaction: discord.Interaction[Any]) -> bytes:
        return self._keyring.seal(SecretStr(interaction.token), Place(0, interaction.id, OWED))
