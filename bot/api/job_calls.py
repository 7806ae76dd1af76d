"""The calls about jobs that Pika and Midjourney share (useapi.net, contract 2.1, A.3, A.5, B.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, TypedDict, cast

from pydantic import BeforeValidator, SecretStr, TypeAdapter

from bot.api.call import Call
from bot.api.jobs import Job, job_ids
from bot.api.multipart import Part, Upload
from bot.api.policy import JSON, Effect
from bot.api.transport import Transport
from bot.api.useapi import JobDialect

REPLY_MOST = 1024
"""Characters that ``ref`` and ``reply_url`` may have each (contract, 2.1)."""

_SUBMIT_SECONDS = 60.0
"""The vendor answers a submit when Discord did, 35 s later in its own example."""


class Reference(TypedDict, total=False):
    """What may go with a job to know it again (contract, 2.1)."""

    ref: str | None
    """Any text of at most :data:`REPLY_MOST` characters; comes back as :attr:`Job.reply_ref`."""
    reply_url: str | None
    """Where the vendor posts the job when it is over; by default, what its account says."""


class OnChannel(Reference, total=False):
    """The same, for what one account does."""

    channel: str | None
    """The channel of a registered account; by default, one with room is chosen."""


class OnJob(Reference, total=False):
    """The same, for what is made of another job, on its channel."""

    max_jobs: int | None
    """How many jobs may run at once; by default, as the account is registered."""


class Submission(OnChannel, OnJob, total=False):
    """All of them, for a new job."""


_WIRE = {"ref": "replyRef", "reply_url": "replyUrl", "max_jobs": "maxJobs", "channel": "channel"}


def _only_ids(value: object) -> object:
    return job_ids(cast("object", value)) if isinstance(value, list) else value


_JOB_IDS: TypeAdapter[tuple[str, ...]] = TypeAdapter(Annotated[tuple[str, ...], BeforeValidator(_only_ids)])


class JobsClient:
    """The jobs of one of the vendor's bots, with one API key.

    ``submits`` is the path that the verbs stand behind, ``jobs`` the one of the jobs themselves.
    """

    def __init__(
        self, transport: Transport, key: SecretStr, submits: tuple[str, ...], jobs: tuple[str, ...]
    ) -> None:
        self._transport = transport
        self._auth = ("Authorization", SecretStr(f"Bearer {key.get_secret_value()}"))
        self._key = key
        self._submits = submits
        self._jobs = jobs

    async def submit(self, verb: str, fields: Mapping[str, JSON], options: Submission) -> Job:
        """Make a job by JSON; a field that is None is left out.

        Never repeated once it may have been sent. The job may be over already, also badly.
        """
        given = {**fields, **_on_the_wire(options)}
        body: dict[str, JSON] = {name: value for name, value in given.items() if value is not None}
        return await self._transport.fetch(self._call(verb, options, json=body), Job)

    async def submit_form(
        self, verb: str, fields: Mapping[str, str | Upload | None], options: Submission
    ) -> Job:
        """Make a job by a form, like :meth:`submit`."""
        given = {**fields, **_on_the_wire(options)}
        form = [
            Part(name, value if isinstance(value, Upload) else str(value))
            for name, value in given.items()
            if value is not None
        ]
        return await self._transport.fetch(self._call(verb, options, form=form), Job)

    async def get(self, jobid: str, *, deadline: float | None = None) -> Job:
        """Return a job, one that ended badly too. Raises :class:`~bot.errors.NotFound`."""
        return await self._transport.fetch(self._query(("",), Effect.READ, jobid), Job, deadline=deadline)

    async def executing(self) -> Sequence[str]:
        """Return the ids of the jobs that are running, on all channels."""
        return await self._transport.fetch(self._query((), Effect.READ), _JOB_IDS)

    async def cancel(self, jobid: str) -> Job:
        """Cancel a job; what is returned has an id and a status, that of a job that was over already."""
        # By GET, which must not be repeated all the same.
        return await self._transport.fetch(self._query(("cancel", ""), Effect.WRITE, jobid), Job)

    def _call(self, verb: str, options: Submission, *, json: JSON = None, form: Sequence[Part] = ()) -> Call:
        reply_url = options.get("reply_url")
        hidden = (self._key, SecretStr(reply_url)) if reply_url else (self._key,)
        return Call(
            "POST",
            (*self._submits, verb),
            Effect.WRITE,
            json=json,
            form=form,
            auth=self._auth,
            secrets=hidden,
            seconds=_SUBMIT_SECONDS,
            once=True,
        )

    def _query(self, more: tuple[str, ...], effect: Effect, jobid: str | None = None) -> Call:
        return Call(
            "GET",
            (*self._jobs, *more),
            effect,
            query={} if jobid is None else {"jobid": jobid},
            auth=self._auth,
            secrets=(self._key,),
            dialect=None if jobid is None else JobDialect(),
        )


class MakingClient:
    """What may be asked of the jobs of either bot."""

    def __init__(self, jobs: JobsClient) -> None:
        self._jobs = jobs

    async def job(self, jobid: str, *, deadline: float | None = None) -> Job:
        """Return a job, one that ended badly too; ``deadline`` in seconds.

        Raises :class:`~bot.errors.NotFound`.
        """
        return await self._jobs.get(jobid, deadline=deadline)

    async def executing(self) -> Sequence[str]:
        """Return the ids of the jobs that are running."""
        return await self._jobs.executing()

    async def cancel(self, jobid: str) -> Job:
        """Cancel a job; returned are its id and its status alone, that of a job that was over already.

        Raises :class:`~bot.errors.NotFound`.
        """
        return await self._jobs.cancel(jobid)


def _on_the_wire(options: Submission) -> Mapping[str, str | int | None]:
    return {_WIRE[name]: value for name, value in options.items() if isinstance(value, str | int)}
