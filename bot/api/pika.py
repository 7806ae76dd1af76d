"""The Pika API v1 of useapi.net. Decommissioned by its vendor by December 2025."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr, TypeAdapter

from bot.api.transport import Transport
from bot.api.useapi import Account, AccountsClient

MAX_JOBS = range(1, 11)
"""How many jobs at once a channel may be registered for."""


class PikaAccount(Account):
    """A Direct Messages channel with the Pika bot."""


_SHAPES = (PikaAccount, TypeAdapter(dict[str, PikaAccount]))


class PikaClient:
    """Pika with one useapi.net key. Calls raise :class:`~bot.errors.ApiError`."""

    def __init__(self, transport: Transport, key: SecretStr) -> None:
        self._accounts = AccountsClient(transport, key, ("v1", "pika", "account"), _SHAPES)

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
