"""Secrets sealed and opened, and what is noted beside them: when one last worked, when it was refused.

This is the only place where a sealed secret is opened.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from bot.api.pixela import PixelaClient
from bot.api.transport import Transport
from bot.crypto import Keyring, Place
from bot.errors import ApiError, Broken, RateLimited, Unauthorised, Uncertain, Unexpected, Unreachable
from bot.services import Provider
from bot.storage.credentials import Credential, Credentials
from bot.storage.database import Database

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


class Strongbox:
    """The ground of :class:`~bot.connections.Connections`. ``clock`` gives seconds since 1970."""

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

    def new_pixela(self, username: str, token: SecretStr) -> PixelaClient:
        """Give Pixela as a user whose token is not stored yet."""
        return PixelaClient(self._transports[Provider.PIXELA], username, token)

    def _seal(
        self,
        home: Scope,
        provider: Provider,
        secret: SecretStr,
        *,
        set_by: int,
        account: str | None,
        everywhere: bool,
        name: str = "",
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
            name=name,
        )

    def _open(self, credential: Credential) -> SecretStr:
        place = Place(credential.guild_id, credential.owner_id, credential.service.value)
        return self._keyring.open(credential.sealed, place)

    @asynccontextmanager
    async def _opened(self, credential: Credential) -> AsyncGenerator[SecretStr]:
        """Give a secret inside a block, and note how what happens there went."""
        secret = self._open(credential)
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
            with not_that_important():
                await self._store(credential.guild_id).note_success(credential)

    async def _note_failure(self, credential: Credential, error: ApiError) -> None:
        refused = isinstance(error, Unauthorised)
        with not_that_important():
            await self._store(credential.guild_id).note_failure(
                credential, type(error).__name__, refused=refused
            )

    def _store(self, guild_id: int) -> Credentials:
        return Credentials(self._database, guild_id, self._clock)


@contextmanager
def not_that_important() -> Generator[None]:
    """Keep book-keeping from changing the outcome: what was done upstream is done."""
    try:
        yield
    except Exception:  # noqa: BLE001 - whatever it is, it must not hide what happened
        _log.exception("how a credential is doing could not be noted")
