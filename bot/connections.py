"""From a place and a person to a client that is ready to call, or :class:`~bot.errors.NotConnected`.

This is the only place where a sealed secret is opened. A client is handed out inside a block, and
what happens in the block is noted beside the secret: when it last worked, when it was refused.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from bot.api.midjourney import MidjourneyClient
from bot.api.pika import PikaClient
from bot.api.pixela import PixelaClient
from bot.api.pluralkit import PluralKitClient, PluralKitOwner, System
from bot.api.transport import Transport
from bot.api.useapi import Account
from bot.crypto import Keyring, Place
from bot.errors import (
    ApiError,
    Broken,
    NotConnected,
    RateLimited,
    Unauthorised,
    Uncertain,
    Unexpected,
    Unreachable,
)
from bot.services import Provider, Service
from bot.storage.audit import Action
from bot.storage.credentials import SERVER, Credential, Credentials
from bot.storage.database import Database
from bot.storage.schema import NOWHERE

_log = logging.getLogger(__name__)

_HINT = 4
_HINTED_FROM = 12
"""A secret shorter than this is not hinted at: four of its characters would say too much of it."""

_FAILURES = (Unauthorised, Unreachable, Broken, RateLimited, Unexpected, Uncertain)
"""What counts against a connection. The others are answers to the question that was asked."""

_FRESH = 60
"""Seconds that a noted success stands before it is noted again, so that reads stay reads."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a member's own secret belongs. ``guild_id`` is 0 where the scope is the person alone."""

    guild_id: int
    user_id: int


class Connections:
    """The clients of every server and member. ``clock`` gives seconds since 1970."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        transports: Mapping[Provider, Transport],
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._transports = transports
        self._clock = clock

    # The server's own key of useapi.net.

    async def connect_useapi(self, guild_id: int, actor_id: int, key: SecretStr) -> bool:
        """Try a key upstream and store it; return whether it replaced one.

        Raises :class:`~bot.errors.ApiError` where the key was not proven good; nothing is stored then.
        """
        await MidjourneyClient(self._transports[Provider.USEAPI], key).accounts()
        credential = self._seal(
            Scope(guild_id, SERVER), Provider.USEAPI, key, set_by=actor_id, account=None, everywhere=False
        )
        return await self._store(guild_id).put(credential, Action.CONNECTED)

    async def disconnect_useapi(self, guild_id: int, actor_id: int) -> bool:
        """Remove the server's key; return whether there was one."""
        store = self._store(guild_id)
        return await store.remove(SERVER, Provider.USEAPI, actor_id, Action.DISCONNECTED)

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

    async def count_linked(self, guild_id: int, provider: Provider) -> int:
        """Count the members who linked their own account in this server."""
        return await self._store(guild_id).count_members(provider)

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
        credential = await self.require_useapi(guild_id)
        key = self._keyring.open(credential.sealed, _place(credential))
        transport = self._transports[Provider.USEAPI]
        client = PikaClient(transport, key) if service is Service.PIKA else MidjourneyClient(transport, key)
        return await client.accounts(deadline=seconds)

    # A member's own Pixela user.

    def new_pixela(self, username: str, token: SecretStr) -> PixelaClient:
        """Give Pixela as a user whose token is not stored yet."""
        return PixelaClient(self._transports[Provider.PIXELA], username, token)

    async def keep_pixela(
        self, scope: Scope, username: str, token: SecretStr, *, everywhere: bool, action: Action
    ) -> Credential | None:
        """Store a token that was proven good; return what it took the place of, None for nothing."""
        return await self._link(scope, Provider.PIXELA, token, username, everywhere=everywhere, action=action)

    # A member's own PluralKit system.

    async def link_pluralkit(self, scope: Scope, token: SecretStr, *, everywhere: bool) -> System:
        """Try a system token upstream, store it, and return the system that it belongs to.

        Raises :class:`~bot.errors.Unauthorised` where the token is not valid; nothing is stored then.
        """
        system = await PluralKitOwner(self._transports[Provider.PLURALKIT], token).system("@me")
        await self._link(
            scope, Provider.PLURALKIT, token, system.id, everywhere=everywhere, action=Action.LINKED
        )
        return system

    def pluralkit_public(self) -> PluralKitClient:
        """Give PluralKit as anybody sees it."""
        return PluralKitClient(self._transports[Provider.PLURALKIT])

    @asynccontextmanager
    async def pluralkit(self, scope: Scope) -> AsyncGenerator[PluralKitOwner | None]:
        """Give PluralKit with the member's own token, None where none is linked."""
        credential = await self.find_linked(scope, Provider.PLURALKIT)
        if credential is None:
            yield None
            return
        async with self._opened(credential) as token:
            yield PluralKitOwner(self._transports[Provider.PLURALKIT], token, credential.account)

    # Members' own secrets of any kind.

    async def find_linked(self, scope: Scope, provider: Provider) -> Credential | None:
        """Return what a member's own call uses here: this place's, else the one for everywhere."""
        return await self._store(scope.guild_id).find_for_member(scope.user_id, provider)

    async def unlink(self, scope: Scope, provider: Provider) -> Credential | None:
        """Remove what :meth:`find_linked` returns, and return it; None where there was nothing."""
        found = await self.find_linked(scope, provider)
        if found is not None:
            store = self._store(found.guild_id)
            await store.remove(scope.user_id, provider, scope.user_id, Action.UNLINKED)
        return found

    async def _link(
        self,
        scope: Scope,
        provider: Provider,
        secret: SecretStr,
        account: str,
        *,
        everywhere: bool,
        action: Action,
    ) -> Credential | None:
        home = Scope(NOWHERE if everywhere else scope.guild_id, scope.user_id)
        credential = self._seal(
            home, provider, secret, set_by=scope.user_id, account=account, everywhere=everywhere
        )
        before = await self._store(home.guild_id).find(scope.user_id, provider)
        await self._store(home.guild_id).put(credential, action)
        if home == scope:
            return before
        # The newest link holds at once: an older one of this server alone would still come first.
        here = await self._store(scope.guild_id).find(scope.user_id, provider)
        await self._store(scope.guild_id).remove(scope.user_id, provider, scope.user_id, Action.UNLINKED)
        return here or before

    def _seal(
        self,
        home: Scope,
        provider: Provider,
        secret: SecretStr,
        *,
        set_by: int,
        account: str | None,
        everywhere: bool,
    ) -> Credential:
        now = int(self._clock())
        text = secret.get_secret_value()
        return Credential(
            guild_id=home.guild_id,
            owner_id=home.user_id,
            service=provider,
            sealed=self._keyring.seal(secret, Place(home.guild_id, home.user_id, provider.value)),
            hint=text[-_HINT:] if len(text) >= _HINTED_FROM else "",
            account=account,
            everywhere=everywhere,
            set_by=set_by,
            set_at=now,
            succeeded_at=now,
        )

    @asynccontextmanager
    async def _opened(self, credential: Credential) -> AsyncGenerator[SecretStr]:
        secret = self._keyring.open(credential.sealed, _place(credential))
        try:
            yield secret
        except _FAILURES as error:
            await self._note_failure(credential, error)
            raise
        except ApiError:
            await self._note_success(credential)
            raise
        await self._note_success(credential)

    async def _note_success(self, credential: Credential) -> None:
        last = credential.succeeded_at or 0
        failed_since = (credential.failed_at or 0) >= last
        if failed_since or last + _FRESH < self._clock():
            with _not_that_important():
                await self._store(credential.guild_id).note_success(credential)

    async def _note_failure(self, credential: Credential, error: ApiError) -> None:
        refused = isinstance(error, Unauthorised)
        with _not_that_important():
            await self._store(credential.guild_id).note_failure(
                credential, type(error).__name__, refused=refused
            )

    def _store(self, guild_id: int) -> Credentials:
        return Credentials(self._database, guild_id, self._clock)


def _place(credential: Credential) -> Place:
    return Place(credential.guild_id, credential.owner_id, credential.service.value)


@contextmanager
def _not_that_important() -> Generator[None]:
    """Keep book-keeping from changing the outcome: what was done upstream is done."""
    try:
        yield
    except Exception:  # noqa: BLE001 - whatever it is, it must not hide what happened
        _log.exception("how a credential is doing could not be noted")
