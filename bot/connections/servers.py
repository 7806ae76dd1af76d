"""A server's own secrets: its key of useapi.net, and a Pixela user that its members add to."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager

from pydantic import SecretStr

from bot.api.midjourney import MidjourneyClient
from bot.api.pika import PikaClient
from bot.api.pixela import PixelaClient
from bot.api.useapi import Account
from bot.connections.strongbox import Scope, Strongbox
from bot.errors import NotConnected, Unauthorised
from bot.services import Provider, Service
from bot.storage.audit import Action
from bot.storage.credentials import SERVER, Credential


class ServerConnections(Strongbox):
    """The clients of every server."""

    async def disconnect(self, guild_id: int, actor_id: int, provider: Provider) -> bool:
        """Remove a secret of the server's own; return whether there was one."""
        return await self._store(guild_id).remove(SERVER, provider, actor_id, Action.DISCONNECTED)

    # The key of useapi.net.

    async def connect_useapi(self, guild_id: int, actor_id: int, key: SecretStr) -> bool:
        """Try a key upstream and store it; return whether it replaced one.

        Raises :class:`~bot.errors.ApiError` where the key was not proven good; nothing is stored then.
        """
        await MidjourneyClient(self._transports[Provider.USEAPI], key).accounts()
        credential = self._seal(
            Scope(guild_id, SERVER), Provider.USEAPI, key, set_by=actor_id, account=None, everywhere=False
        )
        return await self._store(guild_id).put(credential, Action.CONNECTED)

    async def find_useapi(self, guild_id: int) -> Credential | None:
        """Return what is known of the server's key, sealed as it is; None where there is none."""
        return await self._store(guild_id).find(SERVER, Provider.USEAPI)

    async def require_useapi(self, guild_id: int) -> Credential:
        """Return what :meth:`find_useapi` finds. Raises :class:`~bot.errors.NotConnected`."""
        credential = await self.find_useapi(guild_id)
        if credential is None:
            raise NotConnected(
                "useapi.net is not connected in this server yet. Somebody with the permission Manage "
                "Server connects it with `/setup connect`."
            )
        return credential

    @asynccontextmanager
    async def pika(self, guild_id: int) -> AsyncGenerator[PikaClient]:
        """Give Pika with the server's key. Raises :class:`~bot.errors.NotConnected`."""
        async with self._useapi_key(guild_id) as key:
            yield PikaClient(self._transports[Provider.USEAPI], key)

    @asynccontextmanager
    async def midjourney(self, guild_id: int) -> AsyncGenerator[MidjourneyClient]:
        """Give Midjourney with the server's key. Raises :class:`~bot.errors.NotConnected`."""
        async with self._useapi_key(guild_id) as key:
            yield MidjourneyClient(self._transports[Provider.USEAPI], key)

    @asynccontextmanager
    async def _useapi_key(self, guild_id: int) -> AsyncGenerator[SecretStr]:
        async with self._opened(await self.require_useapi(guild_id)) as key:
            yield key

    async def glance(self, guild_id: int, service: Service, *, seconds: float) -> Mapping[str, Account]:
        """Return the accounts for a completion, within ``seconds``; how it went is not noted.

        Being cut short is no failure of the service. Raises as the clients do.
        """
        key = self._open(await self.require_useapi(guild_id))
        transport = self._transports[Provider.USEAPI]
        client = PikaClient(transport, key) if service is Service.PIKA else MidjourneyClient(transport, key)
        return await client.accounts(deadline=seconds)

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
        credential = await self.find_server_pixela(guild_id)
        if credential is None:
            raise NotConnected(
                "This server has no Pixela user of its own. Somebody with the permission Manage Server "
                "connects one with `/setup connect`."
            )
        try:
            async with self._opened(credential) as token:
                yield self.new_pixela(credential.account or "", token)
        except Unauthorised as error:
            raise NotConnected(
                "Pixela refused the token of this server's user. Somebody with the permission Manage "
                "Server replaces it with `/setup connect`."
            ) from error
