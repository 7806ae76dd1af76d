"""A server's own secrets that are no key of useapi.net: a Pixela user that its members add to."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from bot.api.pixela import PixelaClient
from bot.connections.strongbox import Scope, Strongbox
from bot.errors import NotConnected, Unauthorised
from bot.key_names import fold_key_name
from bot.services import Provider
from bot.storage.audit import Action
from bot.storage.credentials import SERVER, Credential


class ServerConnections(Strongbox):
    """The clients of every server."""

    async def disconnect(
        self, guild_id: int, actor_id: int, provider: Provider, name: str | None = None
    ) -> bool:
        """Remove the secret of a name, or with None all of the server's own; return whether there was one."""
        store = self._store(guild_id)
        if name is not None:
            wanted = fold_key_name(name)
            there = await store.list(SERVER, provider)
            name = next((key.name for key in there if fold_key_name(key.name) == wanted), name)
        return await store.remove(SERVER, provider, actor_id, Action.DISCONNECTED, name)

    # The Pixela user.

    async def connect_pixela(self, guild_id: int, actor_id: int, username: str, token: SecretStr) -> bool:
        """Try a Pixela user upstream and store it for the server; return whether it replaced one.

        Raises :class:`~bot.errors.ApiError` where the token was not proven good; nothing is stored then.
        """
        await self.new_pixela(username, token).graphs()
        credential = self._seal(
            Scope(guild_id, SERVER),
            Provider.PIXELA,
            token,
            set_by=actor_id,
            account=username,
            everywhere=False,
        )
        return await self._store(guild_id).put(credential, Action.CONNECTED)

    async def find_server_pixela(self, guild_id: int) -> Credential | None:
        """Return what is known of the server's Pixela user; None where there is none."""
        return await self._store(guild_id).find(SERVER, Provider.PIXELA)

    @asynccontextmanager
    async def server_pixela(self, guild_id: int) -> AsyncGenerator[PixelaClient]:
        """Give Pixela as the server's user.

        Raises :class:`~bot.errors.NotConnected`, also where its token turns out to be refused: members
        cannot mend that.
        """
        credential = await self._require_server_pixela(guild_id)
        try:
            async with self._opened(credential) as token:
                yield self.new_pixela(credential.account or "", token)
        except Unauthorised as error:
            raise NotConnected(
                "Pixela refused the token of this server's user. Somebody with the permission Manage "
                "Server replaces it with `/setup connect`."
            ) from error

    async def glance_server_pixela(self, guild_id: int, *, seconds: float) -> PixelaClient:
        """Return Pixela as the server's user for a completion, as :meth:`glance` does the accounts.

        Raises :class:`~bot.errors.NotConnected`.
        """
        credential = await self._require_server_pixela(guild_id)
        return self.new_pixela(credential.account or "", self._open(credential)).within(seconds)

    async def _require_server_pixela(self, guild_id: int) -> Credential:
        credential = await self.find_server_pixela(guild_id)
        if credential is None:
            raise NotConnected(
                "This server has no Pixela user of its own. Somebody with the permission Manage Server "
                "connects one with `/setup connect`."
            )
        return credential
