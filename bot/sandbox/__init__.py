"""Emulators of the upstreams, on loopback, for the demo and the tests."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Self

from bot.sandbox.pixela import Pixela
from bot.sandbox.pixela.seeding import seed as seed_pixela
from bot.sandbox.pluralkit import PluralKit
from bot.sandbox.pluralkit import seed as seed_pluralkit
from bot.sandbox.upstream import Upstream
from bot.sandbox.useapi import MidjourneyAccount, PikaAccount, Useapi

USEAPI_KEY = "user:10001-sandboxkey7f3a"
PIXELA_USERNAME = "sandbox-user"
PIXELA_TOKEN = "sandbox-pixela-token"  # noqa: S105 - of an emulator, and printed by it

_DISCORD_TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.Gsandb.0x-not-a-token-of-anybody-{number}"  # noqa: S105 - likewise
_NOTICE = "Your prompt was blocked by our filters. Please acknowledge the warning before you go on."


@dataclass(frozen=True, slots=True)
class Residents:
    """The Discord ids that the seeded PluralKit systems are tied to."""

    account_id: int = 100000000000000001
    other_account_id: int = 100000000000000002
    guild_id: int = 100000000000000003
    channel_id: int = 100000000000000004


@dataclass(frozen=True, slots=True)
class Seeds:
    """What was put into the emulators, for whoever wants to use it."""

    useapi_key: str
    pluralkit_token: str
    pluralkit_system: str
    pluralkit_message: str
    pixela_username: str
    pixela_token: str


class Sandbox:
    """The three emulators. ``clock`` gives seconds since 1970.

    Use it as ``async with Sandbox() as sandbox:``, or call :meth:`start` and :meth:`close`.
    """

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.useapi = Useapi(clock=clock)
        self.pixela = Pixela(clock=clock)
        self.pluralkit = PluralKit(clock=clock)
        self._running = AsyncExitStack()

    @property
    def upstreams(self) -> tuple[Upstream, ...]:
        """The emulators, in the order of their ports."""
        return (self.useapi, self.pixela, self.pluralkit)

    async def start(self, port: int = 0) -> None:
        """Listen, the first emulator on ``port`` (0: a free one) and the others on free ports."""
        for upstream in self.upstreams:
            await upstream.start(port if upstream is self.useapi else 0)
            self._running.push_async_callback(upstream.close)

    async def close(self) -> None:
        """Stop listening."""
        await self._running.aclose()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    def seed(self, residents: Residents | None = None) -> Seeds:
        """Fill the emulators with something to look at, the same every time but for the dates."""
        who = residents or Residents()
        self._seed_useapi()
        seed_pixela(self.pixela, username=PIXELA_USERNAME, token=PIXELA_TOKEN)
        seeded = seed_pluralkit(
            self.pluralkit,
            account_id=who.account_id,
            other_account_id=who.other_account_id,
            guild_id=who.guild_id,
            channel_id=who.channel_id,
        )
        return Seeds(
            useapi_key=USEAPI_KEY,
            pluralkit_token=seeded.token,
            pluralkit_system=seeded.system_id,
            pluralkit_message=seeded.message_id,
            pixela_username=PIXELA_USERNAME,
            pixela_token=PIXELA_TOKEN,
        )

    def _seed_useapi(self) -> None:
        subscriber = self.useapi.subscribe(USEAPI_KEY)
        tokens = [_DISCORD_TOKEN.format(number=number) for number in (1, 2, 3)]
        subscriber.pika["100000000000000011"] = PikaAccount("100000000000000011", tokens[0], 10)
        subscriber.midjourney["100000000000000021"] = MidjourneyAccount(
            "100000000000000021", "100000000000000020", tokens[1], 3
        )
        subscriber.midjourney["100000000000000023"] = MidjourneyAccount(
            "100000000000000023", "100000000000000022", tokens[2], 3, pending_mod_message=_NOTICE
        )
