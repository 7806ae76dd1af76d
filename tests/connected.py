"""Connections to the emulators, for tests of them alone, and what they stand on."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
from pydantic import SecretStr

from bot.api.limiter import Limiter
from bot.api.pixela import PixelaDialect
from bot.api.pluralkit import PluralKitDialect
from bot.api.transport import Transport
from bot.api.useapi import UseapiDialect
from bot.connections import Connections, Scope
from bot.crypto import Keyring, new_key
from bot.sandbox import PIXELA_USERNAME, USEAPI_KEY, Sandbox, Seeds
from bot.services import Provider
from bot.storage.audit import Action
from bot.storage.credentials import Credential
from bot.storage.database import Database
from tests.stage import QUICK, UNLIMITED
from tests.storage.samples import ADA, HARBOUR, Clock


@dataclass
class Home:
    """The connections under test, and what they stand on."""

    connections: Connections
    database: Database
    sandbox: Sandbox
    seeds: Seeds
    clock: Clock

    async def connect(self, guild_id: int = HARBOUR, key: str = USEAPI_KEY, name: str | None = None) -> bool:
        """Connect a server to useapi.net; return whether the key took the place of another."""
        return (await self.connections.connect_useapi(guild_id, ADA, SecretStr(key), name)).replaced

    async def known(self) -> Credential:
        """Return what is known of the first server's key."""
        return await self.connections.require_useapi(HARBOUR)

    async def link(self, scope: Scope, *, everywhere: bool = False) -> None:
        """Link Ada's PluralKit system."""
        token = SecretStr(self.seeds.pluralkit_token)
        await self.connections.link_pluralkit(scope, token, everywhere=everywhere)

    async def keep(self, scope: Scope, token: str, *, everywhere: bool = False) -> Credential | None:
        """Keep a token of Pixela's that was proven good."""
        return await self.connections.keep_pixela(
            scope, PIXELA_USERNAME, SecretStr(token), everywhere=everywhere, action=Action.CREATED
        )

    async def used(self, scope: Scope) -> str | None:
        """Return the name of the system that a call sees as its own, None without a link."""
        async with self.connections.pluralkit(scope) as client:
            return None if client is None else (await client.system("@me")).name


@asynccontextmanager
async def at_home(database: Database, sandbox: Sandbox) -> AsyncGenerator[Home]:
    seeds, clock, limiter = sandbox.seed(), Clock(), Limiter(UNLIMITED)
    upstreams = {
        Provider.USEAPI: (sandbox.useapi.url, UseapiDialect()),
        Provider.PIXELA: (sandbox.pixela.url, PixelaDialect()),
        Provider.PLURALKIT: (sandbox.pluralkit.url, PluralKitDialect()),
    }
    async with aiohttp.ClientSession(headers={"User-Agent": "tests"}) as session:
        transports = {
            provider: Transport(session, provider, url, dialect, limiter, QUICK)
            for provider, (url, dialect) in upstreams.items()
        }
        connections = Connections(database, Keyring.from_text(new_key()), transports, clock)
        yield Home(connections, database, sandbox, seeds, clock)
