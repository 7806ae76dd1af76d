"""The Midjourney API v2 of useapi.net. Discontinued by its vendor on 2026-06-24."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, SecretStr, TypeAdapter

from bot.api.transport import Transport
from bot.api.useapi import Account, AccountsClient

MAX_JOBS = range(1, 16)
"""How many jobs at once a channel may be registered for: 3 on Basic and Standard plans, 15 above."""


class MidjourneyAccount(Account):
    """A server channel with the Midjourney bot."""

    server: str | None = None
    """The id of the Discord server; absent on accounts made since August 2025."""
    pending_mod_message: str | None = Field(default=None, alias="pendingModMessage")
    """What Midjourney wants acknowledged before the account may work again: untrusted text."""


_SHAPES = (MidjourneyAccount, TypeAdapter(dict[str, MidjourneyAccount]))


class MidjourneyClient:
    """Midjourney with one useapi.net key. Calls raise :class:`~bot.errors.ApiError`."""

    def __init__(self, transport: Transport, key: SecretStr) -> None:
        self._accounts = AccountsClient(transport, key, ("v2", "account", "midjourney"), _SHAPES)

    async def accounts(self, *, deadline: float | None = None) -> Mapping[str, MidjourneyAccount]:
        """Return the registered accounts by channel id; ``deadline`` in seconds."""
        return await self._accounts.list(deadline=deadline)

    async def account(self, channel: str) -> MidjourneyAccount:
        """Return one account. Raises :class:`~bot.errors.NotFound`."""
        return await self._accounts.get(channel)

    async def register(self, channel: str, server: str, discord: SecretStr, max_jobs: int) -> None:
        """Register or replace an account; ``discord`` is the Discord token of its user."""
        await self._accounts.put(channel, discord, {"server": server, "maxJobs": max_jobs})

    async def remove(self, channel: str) -> None:
        """Forget an account. Raises :class:`~bot.errors.NotFound`."""
        await self._accounts.remove(channel)

    async def reset(self, channel: str) -> None:
        """Put an account back to work once its moderation notice was acknowledged in Discord."""
        await self._accounts.reset(channel)
