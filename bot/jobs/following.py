"""Looking how a job is doing, until it is over, cancelled, forgotten or too old."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.api.jobs import Job
from bot.errors import ApiError, KeyRemoved, NotConnected, NotFound, Rejected, Unauthorised, VaultError
from bot.jobs.desk import Desk, Later, order_of
from bot.jobs.sending import outcome_of, why
from bot.jobs.telling import Telling
from bot.storage.work import Outcome, Work

_log = logging.getLogger(__name__)

_MOST_MISSES = 3
"""Looks in a row that must find nothing before a job counts as forgotten: a new one may not be there yet."""
_FORGOTTEN = (
    "{service} does not know this job any more. It may belong to a key that was replaced, or have been "
    "removed there."
)
_TOO_LONG = "This took longer than it is waited for. If {service} does finish it, `/{command} job` shows it."
_AWAY = "{service} does not answer right now; it is asked again by itself."


@dataclass(frozen=True, slots=True)
class Following:
    """Polls the jobs that the upstream has."""

    desk: Desk
    telling: Telling

    async def follow(self, work: Work) -> Work | Later | None:
        """Look once."""
        if work.cancelled_by is not None and await self.desk.queue.has_company(work):
            # Somebody else waits for the same job upstream: this card is done, the job goes on.
            return await self.desk.end(work, Outcome.CANCELLED)
        try:
            job = await self.look(work)
        except NotFound:
            return await self._missed(work)
        except (ApiError, NotConnected, VaultError) as error:
            return await self._away(work, error)
        outcome = outcome_of(job)
        if outcome is not None:
            note = work.note if outcome is Outcome.COMPLETED else None
            return await self.desk.end(work, outcome, note=note, job=job)
        if self.desk.is_too_old(work):
            return await self.desk.end(work, Outcome.LOST, note=self._too_long(work), job=job)
        changes = await self.telling.show_job(work, job)
        return self._later(work, {"misses": 0, **changes})

    async def look(self, work: Work) -> Job:
        """Return how the upstream says a job is, having cancelled it there where it is not wanted any more.

        Raises :class:`~bot.errors.ApiError` and :class:`~bot.errors.NotConnected`.
        """
        async with self.desk.client(work) as client:
            if work.cancelled_by is not None:
                try:
                    await client.cancel(work.upstream_id or "")
                except ApiError as error:
                    # It may be over by now, which the job itself tells.
                    _log.info("job %s could not be cancelled (%s)", work.ref, type(error).__name__)
            return await client.job(work.upstream_id or "")

    async def cancel(self, work: Work) -> None:
        """Cancel a job upstream. Raises :class:`~bot.errors.ApiError`, :class:`~bot.errors.NotConnected`."""
        async with self.desk.client(work) as client:
            await client.cancel(work.upstream_id or "")

    async def _missed(self, work: Work) -> Work | Later | None:
        if work.misses + 1 >= _MOST_MISSES:
            note = _FORGOTTEN.format(service=work.service.label)
            return await self.desk.end(work, Outcome.LOST, note=note)
        return self._later(work, {"misses": work.misses + 1})

    async def _away(self, work: Work, error: ApiError | NotConnected | VaultError) -> Work | Later | None:
        _log.info("job %s could not be looked at (%s)", work.ref, type(error).__name__)
        if isinstance(error, KeyRemoved):
            return await self.desk.end(work, Outcome.LOST, note=str(error))
        if self.desk.is_too_old(work):
            return await self.desk.end(work, Outcome.LOST, note=self._too_long(work))
        mendable = isinstance(error, NotConnected | Unauthorised | Rejected)
        note = why(error) if mendable else _AWAY.format(service=work.service.label)
        changes = await self.telling.show_line(work, "🛠️ At work.", note=note)
        return self._later(work, changes)

    def _later(self, work: Work, changes: dict[str, object]) -> Later:
        return Later(work, self.desk.due_after(work.tries + 1), {"tries": work.tries + 1, **changes})

    def _too_long(self, work: Work) -> str:
        return _TOO_LONG.format(service=order_of(work).service.label, command=work.service)
