"""Watching for what servers want to be told: refused keys, accounts with a notice, services that are down.

One worker does so for all. What is wrong is compared with what was told, so that each is told once, whatever
is restarted in between. How a service is doing is known by everybody's calls; one that nobody calls for a
while is called by the watch itself.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection, Mapping

from bot.api.midjourney import MidjourneyAccount
from bot.connections import Connections
from bot.errors import ApiError, NotConnected
from bot.jobs.outlook import UP_AFTER, Outlook
from bot.jobs.rhythm import FINISH_SECONDS, Rhythm
from bot.report import last_turn, loop_turn
from bot.services import Provider, Service
from bot.storage.alerts import AlertDesk, AlertKind, Wrong
from bot.storage.database import Database
from bot.storage.duties import Duties

_log = logging.getLogger(__name__)

_TURN = 60.0
_IDLE = 600.0
"""Seconds between two looks as long as no server chose a channel for alerts."""
_QUIET = 110.0
"""Seconds without a call of anybody's after which a service is called to see whether it answers."""
_SOON = 2.0
_WATCH = "watch"
_DUTY = 150
"""Seconds after which another worker takes over from one that died."""
_ACCOUNTS_EVERY = 900
"""Seconds between two looks at the accounts of a server."""
_A_TURN, _AT_ONCE = 20, 4
"""Servers whose accounts are looked at in one turn, so that it ends in time, and at once."""
_PATIENCE = 15.0
"""Seconds that a look at a service, or at a server's accounts, may take."""


class Watch:
    """Watches. ``clock`` gives seconds since 1970; ``told`` is called where there may be news to post."""

    def __init__(
        self,
        database: Database,
        connections: Connections,
        services: Collection[Service],
        *,
        clock: Callable[[], float],
        told: Callable[[], None],
    ) -> None:
        self._desk = AlertDesk(database, clock)
        self._duties = Duties(database, secrets.token_hex(8), clock, alone=database.is_a_file)
        self._connections = connections
        self._providers = frozenset(service.provider for service in services)
        self._clock = clock
        self._told = told
        self._has_accounts = Service.MIDJOURNEY in services
        self._looked_at: dict[int, float] = {}
        """When the accounts of a server were looked at last."""
        self._changed: set[int] = set()
        """Servers in which something was changed here since the last look."""
        self._refused: dict[tuple[int, str], float] = {}
        """When a key was last seen to be refused."""
        self.outlook = Outlook(clock)
        """How the services are doing; it is to be told of every attempt."""
        self.loop = Rhythm(self.turn)
        """What takes the turns."""

    async def start(self) -> None:
        """Watch from now on."""
        self.loop.start()

    async def close(self, seconds: float = FINISH_SECONDS) -> None:
        """Stop watching."""
        await self.loop.finish((), seconds)
        async with last_turn("giving the watch to another worker"):
            await self._duties.give_back(_WATCH)

    def hurry(self, guild_id: int) -> None:
        """Look soon, and at the accounts of a server too: something was changed there."""
        self._looked_at.pop(guild_id, None)
        self._changed.add(guild_id)
        self.loop.hurry(_SOON)

    async def turn(self) -> float:
        """Look at everything; return for how many seconds to rest."""
        async with loop_turn("the watch"):
            watched = await self._desk.watched()
            changed, self._changed = self._changed & watched, set()
            if watched and await self._duties.take(_WATCH, _DUTY):
                await self._watch_keys(watched)
                await self._watch_services(watched)
                self.loop.go_on()
                await self._watch_accounts(await self._desk.connected())
                self._told()
            elif changed:  # whoever watches for all was not told of it
                await self._watch_keys(changed)
                await self._watch_accounts(await self._desk.connected() & changed)
                self._told()
            return _TURN if watched else _IDLE
        return _TURN

    async def _watch_keys(self, among: Collection[int]) -> None:
        await self._desk.drop_unconnected()
        await self._desk.settle(AlertKind.KEY, await self._refused_keys(), among=among)

    async def _refused_keys(self) -> Mapping[int, Wrong]:
        """Return the keys that are refused, or were a moment ago: some are refused for some calls only."""
        found = {guild_id: dict(wrong) for guild_id, wrong in (await self._desk.refused_keys()).items()}
        now = self._clock()
        just = {key: at for key, at in self._refused.items() if 0 <= now - at < UP_AFTER}
        self._refused = just | {(guild_id, subject): now for guild_id in found for subject in found[guild_id]}
        for guild_id, subjects in (await self._desk.known(AlertKind.KEY)).items():
            for subject in subjects:
                if (guild_id, subject) in just:
                    found.setdefault(guild_id, {}).setdefault(subject, int(now))
        return found

    async def _watch_services(self, watched: Collection[int]) -> None:
        connected = await self._desk.connected()
        known = await self._desk.known(AlertKind.SERVICE)
        ailing = frozenset[str]().union(*known.values())
        wanted = self._providers if connected else self._providers - {Provider.USEAPI}
        for provider in sorted(wanted):
            # One that was down is looked at in each turn, so that it is not taken to be back too soon.
            if provider.value in ailing or self.outlook.is_quiet(provider, _QUIET):
                await self._probe(provider)
        down = {
            guild_id: {
                provider.value: self._since(provider)
                for provider in self._providers
                if (provider is not Provider.USEAPI or guild_id in connected)
                and self.outlook.is_down(provider, was_down=provider in known.get(guild_id, ()))
            }
            for guild_id in watched
        }
        await self._desk.settle(AlertKind.SERVICE, down, among=watched)

    def _since(self, provider: Provider) -> int:
        since = self.outlook.failing_since(provider)
        return int(self._clock()) if since is None else since

    async def _probe(self, provider: Provider) -> None:
        """Call a service once; how that went comes to the outlook like every other call."""
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._connections.probe(provider)
        except (ApiError, TimeoutError) as error:
            _log.info("%s was looked at: %s", provider.label, type(error).__name__)

    async def _watch_accounts(self, connected: frozenset[int]) -> None:
        if not self._has_accounts:
            return
        now = self._clock()
        self._looked_at = {
            guild_id: at for guild_id, at in self._looked_at.items() if guild_id in connected and at <= now
        }
        due = [
            guild_id
            for guild_id in connected
            if now - self._looked_at.get(guild_id, -_ACCOUNTS_EVERY) >= _ACCOUNTS_EVERY
        ]
        due.sort(key=lambda guild_id: self._looked_at.get(guild_id, 0))
        room = asyncio.Semaphore(_AT_ONCE)

        async def look(guild_id: int) -> None:
            async with room, loop_turn("a look at accounts"):
                await self._look_at_accounts(guild_id)

        await asyncio.gather(*(look(guild_id) for guild_id in due[:_A_TURN]))

    async def _look_at_accounts(self, guild_id: int) -> None:
        self._looked_at[guild_id] = self._clock()
        try:
            async with asyncio.timeout(_PATIENCE):
                reaches = await self._connections.accounts(guild_id, Service.MIDJOURNEY)
        except (NotConnected, TimeoutError):
            return  # the key was removed meanwhile, or nothing is known anew
        seen = {channel: account for reach in reaches for channel, account in reach.accounts.items()}
        now = int(self._clock())
        noticed = {
            channel: now
            for channel, account in seen.items()
            if isinstance(account, MidjourneyAccount) and account.pending_mod_message
        }
        if any(reach.trouble is not None for reach in reaches):
            # What was known of accounts that could not be asked about stands.
            known = (await self._desk.known(AlertKind.ACCOUNT)).get(guild_id, frozenset[str]())
            noticed |= dict.fromkeys(known - seen.keys(), now)
        await self._desk.settle(AlertKind.ACCOUNT, {guild_id: noticed}, among=[guild_id])
