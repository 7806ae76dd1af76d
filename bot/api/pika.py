"""The Pika API v1 of useapi.net. Decommissioned by its vendor by December 2025."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

from pydantic import SecretStr, TypeAdapter

from bot.api.job_calls import JobsClient, MakingClient, OnJob, Submission
from bot.api.jobs import Job
from bot.api.multipart import Upload
from bot.api.transport import Transport
from bot.api.useapi import Account, AccountsClient

MAX_JOBS = range(1, 11)
"""How many jobs at once a channel may be registered for."""
PROMPT_MOST = 1500
"""Characters of a prompt (contract, A.3)."""
MESSAGE_MOST = 20
"""Characters of a message that ``encrypt_text`` hides (contract, A.3)."""
FONTS = ("MODERN", "COMICS", "SANS SERIF", "BAUHAUS", "RETRO")
"""The fonts of ``encrypt_text``, in this case of letters (contract, A.3)."""
RETRY = "retry"
"""The one button that may be pressed (contract, A.3)."""


class PikaAccount(Account):
    """A Direct Messages channel with the Pika bot."""


_SHAPES = (PikaAccount, TypeAdapter(dict[str, PikaAccount]))


class PikaClient(MakingClient):
    """Pika with one useapi.net key. Calls raise :class:`~bot.errors.ApiError`.

    Making a job takes up to a minute and is never repeated once it may have been sent: where that cannot
    be known it is :class:`~bot.errors.Uncertain`. A full queue is :class:`~bot.errors.QueueFull`, a refused
    prompt or picture :class:`~bot.errors.Moderated`. What else may go with it: :class:`Submission`.
    """

    def __init__(self, transport: Transport, key: SecretStr) -> None:
        self._accounts = AccountsClient(transport, key, ("v1", "pika", "account"), _SHAPES)
        super().__init__(JobsClient(transport, key, ("v1", "pika"), ("v1", "pika", "jobs")))

    async def accounts(self, *, deadline: float | None = None) -> Mapping[str, PikaAccount]:
        """Return the registered accounts by channel id; ``deadline`` in seconds."""
        return await self._accounts.list(deadline=deadline)

    async def account(self, channel: str) -> PikaAccount:
        """Return one account. Raises :class:`~bot.errors.NotFound`."""
        return await self._accounts.get(channel)

    async def register(self, channel: str, discord: SecretStr, max_jobs: int) -> None:
        """Register or replace an account; ``discord`` is the Discord token of its user."""
        await self._accounts.put(channel, discord, {"maxJobs": max_jobs})

    async def remove(self, channel: str) -> None:
        """Forget an account. Raises :class:`~bot.errors.NotFound`."""
        await self._accounts.remove(channel)

    async def create(self, prompt: str, *, image: Upload | None = None, **options: Unpack[Submission]) -> Job:
        """Make a video from a prompt, and from a picture to start with."""
        return await self._jobs.submit_form("create", {"prompt": prompt, "image": image}, options)

    async def animate(
        self, image: Upload, *, prompt: str | None = None, **options: Unpack[Submission]
    ) -> Job:
        """Make a video from a picture."""
        return await self._jobs.submit_form("animate", {"prompt": prompt, "image": image}, options)

    async def encrypt_text(
        self,
        message: str,
        prompt: str,
        *,
        font: str | None = None,
        image: Upload | None = None,
        **options: Unpack[Submission],
    ) -> Job:
        """Make a video with a message in it, in one of :data:`FONTS`, and a picture to refer to."""
        fields = {"message": message, "prompt": prompt, "font": font, "image": image}
        return await self._jobs.submit_form("encrypt_text", fields, options)

    async def encrypt_image(
        self, message: Upload, prompt: str, *, image: Upload | None = None, **options: Unpack[Submission]
    ) -> Job:
        """Make a video with a picture in it, and another picture to refer to."""
        fields = {"message": message, "prompt": prompt, "image": image}
        return await self._jobs.submit_form("encrypt_image", fields, options)

    async def press(self, jobid: str, button: str, **options: Unpack[OnJob]) -> Job:
        """Press a button of a completed job, which makes another one on the same channel."""
        return await self._jobs.submit_form("button", {"jobid": jobid, "button": button}, {**options})
