"""A server's keys of useapi.net: several, told apart by their names, one of which is the default."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from bot.api.jobs import Job
from bot.api.midjourney import MidjourneyClient
from bot.api.pika import PikaClient
from bot.api.useapi import Account
from bot.connections.strongbox import Scope, Strongbox, not_that_important
from bot.errors import ApiError, InvalidInput, KeyRemoved, NotConnected, NotFound, VaultError
from bot.key_names import fold_key_name, label_of_key, read_key_name
from bot.services import Provider, Service
from bot.storage.audit import Action, AuditBook, Entry
from bot.storage.credentials import SERVER, Credential

MOST_KEYS = 10
"""Keys that a server may have."""
NO_SUCH_KEY = "No key of that name is connected here. Pick one from the list; `/setup status` shows them too."
"""Without what was typed: somebody may take a name for the place of the key itself."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a key that was set."""

    name: str
    """Its name."""
    replaced: bool
    """Whether another one of that name stood there."""
    default: str
    """The name of the key that is used where none is named."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The accounts of a service that a key reaches."""

    key: Credential
    accounts: Mapping[str, Account]
    """By channel id."""
    trouble: ApiError | VaultError | None = None
    """Why they are not known."""


class UseapiConnections(Strongbox):
    """The keys of every server. Names are compared as people read them: case does not matter."""

    async def connect_useapi(
        self, guild_id: int, actor_id: int, key: SecretStr, name: str | None = None
    ) -> Stored:
        """Try a key upstream and store it under a name, as typed; None replaces the default one.

        Raises :class:`~bot.errors.ApiError` where the key was not proven good and
        :class:`~bot.errors.InvalidInput` where it cannot have the name; nothing is stored then.
        """
        typed = None if name is None else read_key_name(name)
        if typed is not None and key.get_secret_value() in typed:
            raise InvalidInput("The name holds the key itself. Choose a name that everybody may read.")
        await MidjourneyClient(self._transports[Provider.USEAPI], key).accounts()

        def settle(there: Sequence[Credential]) -> Credential:
            name = _name_among(there, typed)
            self._check_new(there, name, key)
            home = Scope(guild_id, SERVER)
            return self._seal(
                home, Provider.USEAPI, key, set_by=actor_id, account=None, everywhere=False, name=name
            )

        stored, before = await self._store(guild_id).put_among(
            SERVER, Provider.USEAPI, settle, Action.CONNECTED
        )
        default = next((other.name for other in before if other.is_default), stored.name)
        return Stored(stored.name, any(other.name == stored.name for other in before), default)

    async def list_useapi(self, guild_id: int) -> Sequence[Credential]:
        """Return what is known of the server's keys, sealed as they are, the default one first."""
        return await self._store(guild_id).list(SERVER, Provider.USEAPI)

    async def find_useapi(self, guild_id: int, name: str | None = None) -> Credential | None:
        """Return what is known of the key of a name, or of the default one; None where there is none."""
        keys = await self.list_useapi(guild_id)
        return next(iter(keys), None) if name is None else _find(keys, name)

    async def require_useapi(self, guild_id: int, name: str | None = None) -> Credential:
        """Return what :meth:`find_useapi` finds. Raises :class:`~bot.errors.NotConnected`.

        Where there are others but none of the name, that is :class:`~bot.errors.KeyRemoved`.
        """
        keys = await self._require_any(guild_id)
        found = keys[0] if name is None else _find(keys, name)
        if found is None:
            raise KeyRemoved(
                f"The key `{label_of_key(name or '')}` of useapi.net that this belongs to was removed from "
                "this server. Somebody with the permission Manage Server can set it again under that name "
                "with `/setup connect`."
            )
        return found

    async def choose_useapi(self, guild_id: int, actor_id: int, name: str) -> Credential:
        """Make the key of a name the default one, and return it. Jobs stay with the key that they have.

        Raises :class:`~bot.errors.InvalidInput` where there is none.
        """
        found = await self.find_useapi(guild_id, name)
        store = self._store(guild_id)
        if found is None or not await store.make_default(SERVER, Provider.USEAPI, found.name, actor_id):
            raise InvalidInput(NO_SUCH_KEY)
        return found

    @asynccontextmanager
    async def pika(self, guild_id: int, key_name: str | None = None) -> AsyncGenerator[PikaClient]:
        """Give Pika with a key of the server, by default the default one.

        Raises :class:`~bot.errors.NotConnected`.
        """
        async with self._opened(await self.require_useapi(guild_id, key_name)) as key:
            yield PikaClient(self._transports[Provider.USEAPI], key)

    @asynccontextmanager
    async def midjourney(
        self, guild_id: int, key_name: str | None = None
    ) -> AsyncGenerator[MidjourneyClient]:
        """Give Midjourney as :meth:`pika` gives Pika."""
        async with self._opened(await self.require_useapi(guild_id, key_name)) as key:
            yield MidjourneyClient(self._transports[Provider.USEAPI], key)

    async def accounts(self, guild_id: int, service: Service) -> Sequence[Reach]:
        """Ask with every key for its accounts, side by side; the default key comes first.

        Raises :class:`~bot.errors.NotConnected` where there is no key.
        """
        return await self._reaches(guild_id, service, None)

    async def glance(self, guild_id: int, service: Service, *, seconds: float) -> Sequence[Reach]:
        """Do as :meth:`accounts`, within ``seconds``; how it went is not noted.

        Being cut short is no failure of the service.
        """
        return await self._reaches(guild_id, service, seconds)

    async def find_job(
        self, guild_id: int, service: Service, jobid: str, *, seconds: float | None = None
    ) -> tuple[Credential, Job]:
        """Return a job upstream with the key that knows it; with ``seconds`` as :meth:`glance` does.

        Raises :class:`~bot.errors.NotFound` where none does, else what a key came to that could not be
        asked, and :class:`~bot.errors.NotConnected`.
        """
        keys = await self._require_any(guild_id)
        answers = await asyncio.gather(*(self._job(key, service, jobid, seconds) for key in keys))
        failures: list[ApiError | VaultError] = []
        for key, answer in zip(keys, answers, strict=True):
            if isinstance(answer, Job):
                return key, answer
            failures.append(answer)
        raise next((error for error in failures if not isinstance(error, NotFound)), failures[0])

    async def note_account(
        self, guild_id: int, actor_id: int, action: Action, service: Service, channel: str
    ) -> None:
        """Write down who changed an account. Never raises: what was done upstream is done."""
        entry = Entry(guild_id, actor_id, action, int(self._clock()), service, channel)
        with not_that_important():
            await AuditBook(self._database, guild_id).add(entry)

    async def _require_any(self, guild_id: int) -> Sequence[Credential]:
        keys = await self.list_useapi(guild_id)
        if not keys:
            raise NotConnected(
                "useapi.net is not connected in this server yet. Somebody with the permission Manage "
                "Server connects it with `/setup connect`."
            )
        return keys

    async def _reaches(self, guild_id: int, service: Service, seconds: float | None) -> Sequence[Reach]:
        keys = await self._require_any(guild_id)
        return await asyncio.gather(*(self._reach(key, service, seconds) for key in keys))

    async def _reach(self, key: Credential, service: Service, seconds: float | None) -> Reach:
        try:
            async with self._asked(key, service, seconds) as client:
                return Reach(key, await client.accounts(deadline=seconds))
        except (ApiError, VaultError) as error:
            return Reach(key, {}, error)

    async def _job(
        self, key: Credential, service: Service, jobid: str, seconds: float | None
    ) -> Job | ApiError | VaultError:
        try:
            async with self._asked(key, service, seconds) as client:
                return await client.job(jobid, deadline=seconds)
        except (ApiError, VaultError) as error:
            return error

    @asynccontextmanager
    async def _asked(
        self, key: Credential, service: Service, seconds: float | None
    ) -> AsyncGenerator[PikaClient | MidjourneyClient]:
        transport = self._transports[Provider.USEAPI]
        kind = PikaClient if service is Service.PIKA else MidjourneyClient
        if seconds is not None:
            yield kind(transport, self._open(key))
            return
        async with self._opened(key) as secret:
            yield kind(transport, secret)

    def _check_new(self, there: Sequence[Credential], name: str, key: SecretStr) -> None:
        """Raise :class:`~bot.errors.InvalidInput` where a key cannot be stored beside the others."""
        others = [other for other in there if other.name != name]
        same = next((other for other in others if self._is(other, key)), None)
        if same is not None:
            raise InvalidInput(
                f"This key is stored here already, under the name `{label_of_key(same.name)}`. "
                "Nothing was changed."
            )
        if len(others) == len(there) >= MOST_KEYS:
            raise InvalidInput(
                f"This server has {MOST_KEYS} keys of useapi.net, which is the most. Remove one in "
                "`/setup status` first, or replace one by typing its name."
            )

    def _is(self, credential: Credential, key: SecretStr) -> bool:
        try:
            return self._open(credential).get_secret_value() == key.get_secret_value()
        except VaultError:  # one that does not open keeps nobody from setting another
            return False


def _find(keys: Sequence[Credential], name: str) -> Credential | None:
    wanted = fold_key_name(name)
    return next((key for key in keys if fold_key_name(key.name) == wanted), None)


def _name_among(there: Sequence[Credential], typed: str | None) -> str:
    """Return the name that a key is stored under: as it is spelled, where one of that name is there."""
    if typed is None:
        return next((key.name for key in there if key.is_default), "")
    found = _find(there, typed)
    return typed if found is None else found.name
