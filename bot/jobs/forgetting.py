"""Giving up what is being made for somebody who asks to be forgotten, before the rows of it go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.errors import ApiError, NotConnected, VaultError
from bot.jobs.desk import Desk, order_of
from bot.jobs.following import Following
from bot.jobs.sending import Sending
from bot.jobs.telling import Telling
from bot.report import loop_turn
from bot.storage.work import State, Work

_log = logging.getLogger(__name__)

_SECONDS = 8.0
"""How long somebody waits for it; less than a lease lasts, so that no loop takes such a row up again."""


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Takes rows out of everybody's hands. ``hold`` leases one once nobody is at it any more."""

    desk: Desk
    sending: Sending
    following: Following
    telling: Telling
    hold: Callable[[int], Awaitable[Work | None]]

    async def give_up(self, rows: Sequence[Work]) -> None:
        """Cancel jobs and take back their words, all at once, as far as that goes in time.

        The rows are held afterwards, so that nobody works on them until they are removed. Never raises.
        """
        if not rows:
            return
        steps = {asyncio.create_task(self._give_up(work), name=f"forgetting {work.ref}") for work in rows}
        _, late = await asyncio.wait(steps, timeout=_SECONDS)
        for step in late:
            step.cancel()
        if late:
            _log.warning("%d jobs of somebody who is forgotten could not be given up in time", len(late))

    async def _give_up(self, listed: Work) -> None:
        async with loop_turn(f"giving up job {listed.ref}", listed.ref):
            work = await self.hold(listed.id)
            if work is not None:
                # Side by side: neither is to wait for the other where one of them does not answer.
                await asyncio.gather(self.telling.take_back(work), self._cancel(work))

    async def _cancel(self, work: Work) -> None:
        try:
            upstream_id = await self._upstream_id(work)
            if upstream_id is not None:
                await self.following.cancel(replace(work, upstream_id=upstream_id))
        except (ApiError, NotConnected, VaultError) as error:
            _log.info("job %s could not be cancelled (%s)", work.ref, type(error).__name__)
            return
        if upstream_id is not None:
            await self.desk.queue.lanes.wake(work)

    async def _upstream_id(self, work: Work) -> str | None:
        """Return what to cancel upstream, None where there is nothing or somebody else waits for it too."""
        if work.state is State.SENDING:
            found = await self.sending.find(work, order_of(work))
            return None if found is None else found.jobid
        if work.state is not State.RUNNING or await self.desk.queue.has_company(work):
            return None
        return work.upstream_id
