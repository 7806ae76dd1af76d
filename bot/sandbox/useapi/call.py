"""One admitted request, as the endpoints see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias

from aiohttp import web

from bot.sandbox.useapi.fields import Fields
from bot.sandbox.useapi.job import Job, Service
from bot.sandbox.useapi.refusal import bad, missing, no_job
from bot.sandbox.useapi.subscriber import Subscriber
from bot.sandbox.useapi.world import World

TEXT_LENGTH = 1024
"""Characters that ``replyUrl`` and ``replyRef`` may have."""

REPLY = ("replyUrl", "replyRef")
PLACE = ("discord", "channel", "maxJobs")


@dataclass(frozen=True, slots=True)
class Call:
    """A request of a subscriber to one of the two APIs."""

    request: web.Request
    world: World
    subscriber: Subscriber
    service: Service

    async def fields(self, known: Collection[str], *, form_only: bool = False) -> Fields:
        """Read the body; whatever is not ``known`` is ignored and complained about."""
        kind = self.request.headers.get("Content-Type", "")
        found = Fields.read(kind, await self.request.read())
        if found is None:
            self.complain("no JSON object")
            return Fields()
        is_expected = found.is_form or (kind.startswith("application/json") and not form_only)
        if not is_expected:
            self.complain("wrong content type", kind)
        if form_only and not found.is_form:
            return Fields()
        for name in found.values:
            if name not in known:
                self.complain("unknown field", name)
        return found

    def complain(self, what: str, name: str | None = None) -> None:
        """Note something that the contract does not know, and what it is called."""
        end = "" if name is None else f": {name}"
        self.world.complain(f"{what}: {self.request.method} {self.request.path}{end}")

    def job(self, jobid: str) -> Job:
        """Return a job of this subscriber and API. Raises :class:`Refusal` 404."""
        job = self.world.jobs.get(jobid)
        if job is None or job not in self.world.jobs_of(self.subscriber, self.service):
            raise no_job(jobid)
        return job


Work: TypeAlias = Callable[[Call], Awaitable[web.Response]]
"""What an endpoint does. Raises :class:`Refusal`."""


def required(fields: Fields, name: str, most: int | None = None) -> str:
    """Return a text that must be there. Raises :class:`Refusal` 400."""
    value = fields.text(name)
    if not value:
        raise missing(name)
    return at_most(name, value, most)


def at_most(name: str, value: str, most: int | None) -> str:
    """Return a text that is not too long. Raises :class:`Refusal` 400."""
    if most is not None and len(value) > most:
        raise bad(f"{name} is too long")
    return value


def reply_of(fields: Fields, subscriber: Subscriber) -> tuple[str | None, str | None]:
    """Return whom to tell and what to say along. Raises :class:`Refusal` 400."""
    url, reference = (at_most(name, fields.text(name), TEXT_LENGTH) or None for name in REPLY)
    return url or subscriber.reply_url, reference
