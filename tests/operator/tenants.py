"""A database with secrets of every kind in it, as the bot writes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from bot.connections import Connections, Scope
from bot.crypto import Keyring, Place
from bot.settings import GivenSettings, Settings
from bot.storage.audit import Action
from bot.storage.database import Database
from bot.storage.seals import ANSWER
from bot.storage.work import WorkBook
from bot.vault import open_vault
from tests.storage.samples import HARBOUR, Clock, lay

USERNAME = "ada"


def settings_at(file: Path, keys: str | None = None) -> Settings:
    """Return the settings of an operator."""
    return GivenSettings(
        database_url=SecretStr(f"sqlite+aiosqlite:///{file}"),
        encryption_keys=None if keys is None else SecretStr(keys),
    )


@dataclass
class Tenants:
    """A bot as far as it keeps secrets: what it was started with it has until it ends."""

    database: Database
    keyring: Keyring

    @classmethod
    async def move_in(cls, settings: Settings) -> Tenants:
        """Start."""
        database = await Database.open(settings.database_url.get_secret_value())
        return cls(database, await open_vault(settings, database))

    @property
    def connections(self) -> Connections:
        """What members' secrets go through."""
        return Connections(self.database, self.keyring, {}, Clock())

    async def keep(self, member: int) -> None:
        """Keep a secret of each kind for a member: one that is linked, one that is begun, and an answer."""
        scope = Scope(HARBOUR, member)
        await self.connections.begin_pixela(scope, USERNAME, secret_of(member), made_here=True)
        await self.connections.keep_pixela(
            scope, USERNAME, secret_of(member), everywhere=False, action=Action.LINKED
        )
        sealed = self.keyring.seal(secret_of(member), Place(HARBOUR, member, ANSWER))
        await lay(self.database, {"ref": f"job{member}", "user_id": member, "reply_token": sealed})

    async def opens(self, member: int) -> bool:
        """Open a member's secrets in the way the bot does; raises where one does not."""
        scope = Scope(HARBOUR, member)
        begun = await self.connections.find_begun_pixela(scope, USERNAME)
        linked = await self.connections.require_pixela(scope)
        work = await WorkBook(self.database, HARBOUR, Clock()).find(f"job{member}")
        assert begun is not None
        assert work is not None
        assert work.reply_token is not None
        token = self.keyring.open(linked.sealed, Place(HARBOUR, member, linked.service.value))
        answer = self.keyring.open(work.reply_token, Place(HARBOUR, member, ANSWER))
        return begun.token == token == answer == secret_of(member)

    async def move_out(self) -> None:
        """End."""
        await self.database.close()


def secret_of(member: int) -> SecretStr:
    """Return what a member entrusted to the bot."""
    return SecretStr(f"the-token-of-member-{member}")
