"""The Midjourney API v2 of useapi.net. Discontinued by its vendor on 2026-06-24."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Unpack

from pydantic import Field, SecretStr, TypeAdapter

from bot.api.job_calls import JobsClient, MakingClient, OnChannel, OnJob, Reference, Submission
from bot.api.jobs import Job
from bot.api.policy import JSON
from bot.api.subscriber import Subscriber, SubscriberClient
from bot.api.transport import Transport
from bot.api.useapi import Account, AccountsClient

MAX_JOBS = range(1, 16)
"""How many jobs at once a channel may be registered for: 3 on Basic and Standard plans, 15 above."""
PROMPT_MOST = 2048
"""Characters of a prompt (contract, B.4)."""
BLEND = range(2, 6)
"""How many pictures can be blended (contract, B.4)."""
DIMENSIONS = ("Portrait", "Square", "Landscape")
"""The shapes that a blend may have (contract, B.4)."""


class MidjourneyAccount(Account):
    """A server channel with the Midjourney bot."""

    server: str | None = None
    """The id of the Discord server; absent on accounts made since August 2025."""
    pending_mod_message: str | None = Field(default=None, alias="pendingModMessage")
    """What Midjourney wants acknowledged before the account may work again: untrusted text."""


_SHAPES = (MidjourneyAccount, TypeAdapter(dict[str, MidjourneyAccount]))


class MidjourneyClient(MakingClient):
    """Midjourney with one useapi.net key. Calls raise :class:`~bot.errors.ApiError`.

    Making a job takes up to a minute and is never repeated once it may have been sent: where that cannot
    be known it is :class:`~bot.errors.Uncertain`. A full queue is :class:`~bot.errors.QueueFull`, a refused
    prompt or picture :class:`~bot.errors.Moderated`, an account on hold
    :class:`~bot.errors.NeedsAttention`. What else may go with it: :class:`Submission`.
    """

    def __init__(self, transport: Transport, key: SecretStr) -> None:
        self._accounts = AccountsClient(transport, key, ("v2", "account", "midjourney"), _SHAPES)
        super().__init__(JobsClient(transport, key, ("v2", "jobs"), ("v2", "jobs")))
        self._subscriber = SubscriberClient(transport, key)

    async def accounts(self, *, deadline: float | None = None) -> Mapping[str, MidjourneyAccount]:
        """Return the registered accounts by channel id; ``deadline`` in seconds."""
        return await self._accounts.list(deadline=deadline)

    async def account(self, channel: str) -> MidjourneyAccount:
        """Return one account. Raises :class:`~bot.errors.NotFound`."""
        return await self._accounts.get(channel)

    async def register(self, channel: str, server: str, discord: SecretStr, max_jobs: int) -> None:
        """Register or replace an account; ``discord`` is the Discord token of its user."""
        await self._accounts.put(channel, discord, {"server": server, "maxJobs": max_jobs})

    async def register_direct(self, discord: SecretStr, max_jobs: int | None = None) -> MidjourneyAccount:
        """Register or replace an account by its Discord token alone (contract, B.3, B4).

        The vendor finds the Direct Messages channel, which is returned; by default 3 jobs at once.
        """
        return await self._accounts.post(discord, {"maxJobs": max_jobs})

    async def remove(self, channel: str) -> None:
        """Forget an account. Raises :class:`~bot.errors.NotFound`."""
        await self._accounts.remove(channel)

    async def reset(self, channel: str) -> None:
        """Put an account back to work once its moderation notice was acknowledged in Discord."""
        await self._accounts.reset(channel)

    async def subscriber(self) -> Subscriber:
        """Return the vendor's account that the key belongs to."""
        return await self._subscriber.get()

    async def update_subscriber(
        self, *, name: str | None = None, reply_url: str | None = None
    ) -> Subscriber | None:
        """Change that account; None where the vendor confirms without telling what it is now."""
        return await self._subscriber.update(name, reply_url)

    async def imagine(self, prompt: str, **options: Unpack[Submission]) -> Job:
        """Make four pictures from a prompt."""
        return await self._jobs.submit("imagine", {"prompt": prompt}, options)

    async def press(
        self,
        jobid: str,
        button: str,
        *,
        prompt: str | None = None,
        mask: str | None = None,
        **options: Unpack[OnJob],
    ) -> Job:
        """Press a button of a completed job, which makes another one on the same channel.

        ``prompt`` goes with ``Custom Zoom``, and with others in remix mode; ``mask``, a black and white
        picture in base64, with ``Vary (Region)``. Raises :class:`~bot.errors.Conflict` with the job that
        did it where one of U1 to U4 was pressed before.
        """
        fields = {"jobid": jobid, "button": button, "prompt": prompt, "mask": mask}
        return await self._jobs.submit("button", fields, {**options})

    async def blend(
        self, urls: Sequence[str], *, dimensions: str | None = None, **options: Unpack[Submission]
    ) -> Job:
        """Make pictures of others, given by their addresses, in one of :data:`DIMENSIONS`."""
        pictures: list[JSON] = [*urls]
        return await self._jobs.submit(
            "blend", {"blendUrls": pictures, "blendDimensions": dimensions}, options
        )

    async def describe(self, url: str, **options: Unpack[Submission]) -> Job:
        """Find prompts for a picture, given by its address."""
        return await self._jobs.submit("describe", {"describeUrl": url}, options)

    async def info(self, **options: Unpack[OnChannel]) -> Job:
        """Return, as :attr:`Job.content`, what the bot tells of an account.

        This call and the modes need ``channel`` where more than one account is registered.
        """
        return await self._jobs.submit("info", {}, {**options})

    async def relax(self, **options: Unpack[OnChannel]) -> Job:
        """Let an account work in its own time."""
        return await self._jobs.submit("relax", {}, {**options})

    async def fast(self, **options: Unpack[OnChannel]) -> Job:
        """Let an account work fast."""
        return await self._jobs.submit("fast", {}, {**options})

    async def turbo(self, **options: Unpack[OnChannel]) -> Job:
        """Let an account work as fast as can be."""
        return await self._jobs.submit("turbo", {}, {**options})

    async def variability(self, **options: Unpack[OnChannel]) -> Job:
        """Turn the high variation mode of an account on or off: the other way than it was."""
        return await self._jobs.submit("variability", {}, {**options})

    async def remix(self, **options: Unpack[OnChannel]) -> Job:
        """Turn the remix mode of an account on or off: the other way than it was."""
        return await self._jobs.submit("remix", {}, {**options})

    async def seed(self, jobid: str, **options: Unpack[Reference]) -> Job:
        """Ask for a job's seed and wait for it; since November 2024 the same as :meth:`seed_async`."""
        return await self._jobs.submit("seed", {"jobid": jobid}, {**options})

    async def seed_async(self, jobid: str, **options: Unpack[Reference]) -> Job:
        """Start a job that finds another one's seed."""
        return await self._jobs.submit("seed_async", {"jobid": jobid}, {**options})
