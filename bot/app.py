"""The bot: builds everything it needs on one exit stack, loads the commands, syncs them when they changed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from typing import Any

import aiohttp
import discord
import discord.gateway
import discord.http
import yarl
from discord import app_commands
from discord.ext import commands

from bot import __version__
from bot.api import pixela, pluralkit
from bot.api.limiter import Budget, Limiter
from bot.api.pixela import PixelaDialect
from bot.api.pluralkit import PluralKitDialect
from bot.api.policy import Dialect
from bot.api.transport import Pace, Transport
from bot.api.useapi import UseapiDialect
from bot.connections import Connections
from bot.errors import DiscordUnusable, InvalidInput, StartupError
from bot.jobs import Jobs
from bot.jobs.reminding import Reminders
from bot.media import Media, Source, WebSource
from bot.report import report
from bot.services import Provider, Service
from bot.settings import DISCORD_API_URL, Settings
from bot.storage.database import Database
from bot.storage.guilds import Guilds
from bot.ui.forms import EXPIRED, is_expired
from bot.ui.lasting import STALE, LastingButton, is_stale, kinds
from bot.vault import open_vault

_log = logging.getLogger(__name__)

_BUDGETS: Mapping[str, Budget] = {**pixela.BUDGETS, **pluralkit.BUDGETS}
_WITHOUT_COMMANDS = ("cogs.residence",)
_ALWAYS = ("cogs.setup", "cogs.about", "cogs.help", "cogs.privacy")
_OF_SERVICES: Mapping[str, frozenset[Service]] = {
    "cogs.accounts": frozenset({Service.PIKA, Service.MIDJOURNEY}),
    "cogs.making": frozenset({Service.PIKA, Service.MIDJOURNEY}),
    "cogs.pixela": frozenset({Service.PIXELA}),
    "cogs.pluralkit": frozenset({Service.PLURALKIT}),
}


_ANSWERING = ("CommandTree-invoker", "discord-ui-modal-dispatch", "discord-ui-dynamic-item")
"""How discord.py names the tasks in which it answers people."""
_FINISH_SECONDS = 8.0
"""How long a stop waits for them; who runs containers gives them ten seconds as a rule."""


def _now() -> float:
    return discord.utils.utcnow().timestamp()


class Tree(app_commands.CommandTree["App"]):
    """The command tree; what fails in it is reported."""

    async def on_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /
    ) -> None:
        """Report what a command raised."""
        await report(interaction, error)


class App(commands.AutoShardedBot):
    """Switchboard as a Discord client.

    ``connector`` opens the connections to the upstreams, and belongs to the app from here on;
    ``pace`` and ``budgets`` say how long and how often they are called; ``clock`` gives seconds since
    1970; ``source`` is where files are downloaded from. All of them have defaults and are there for tests
    and the demo.
    """

    database: Database
    """There once :meth:`prepare` is done."""
    connections: Connections
    """The clients of every server and member, once :meth:`prepare` is done."""
    media: Media
    """What downloads files, once :meth:`prepare` is done."""
    jobs: Jobs
    """What is being made, once :meth:`prepare` is done."""
    reminders: Reminders
    """What people are reminded of, once :meth:`prepare` is done."""

    def __init__(
        self,
        settings: Settings,
        *,
        connector: Callable[[], aiohttp.BaseConnector] = aiohttp.TCPConnector,
        pace: Pace | None = None,
        budgets: Mapping[str, Budget] = _BUDGETS,
        clock: Callable[[], float] = _now,
        source: Source | None = None,
    ) -> None:
        # It would warn at every start that the libraries for voice are not installed.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=(),
            help_command=None,
            tree_cls=Tree,
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            guild_ready_timeout=0.1,  # the default makes every start wait for two seconds
        )
        self.settings = settings
        self.clock = clock
        self.started_at = clock()
        self._connector = connector
        self._pace = pace
        self._budgets = budgets
        self._source = source
        self._resources = AsyncExitStack()
        self._prepared = False
        self.before_finish: list[Callable[[App], None]] = []
        """What makes long work come to its end early, when the app is about to stop; cogs add to it."""
        self.synced = False
        """Whether Discord was told the commands in this run, because they had changed."""
        LastingButton.failed = report

    @property
    def guild_rows(self) -> Guilds:
        """What is remembered of the servers."""
        return Guilds(self.database, self.clock)

    async def prepare(self) -> None:
        """Open what needs no Discord: database, keys, connections to the upstreams.

        Called before the login, so that a wrong setting stops the start before anybody hears of it.
        Raises :class:`~bot.errors.StartupError`.
        """
        if self._prepared:
            return
        database = await Database.open(self.settings.database_url.get_secret_value())
        self._resources.push_async_callback(database.close)
        keyring = await open_vault(self.settings, database)
        session = aiohttp.ClientSession(
            connector=self._connector(),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": user_agent(self.settings.contact)},
        )
        await self._resources.enter_async_context(session)
        self.database = database
        self.connections = Connections(database, keyring, self._transports(session), self.clock)
        self.media = await self._media()
        self.jobs = Jobs(
            self,
            database,
            keyring,
            self.connections,
            self.media,
            clock=self.clock,
            first_wait=self.settings.job_poll_seconds,
            limit=self.settings.job_lost_seconds,
        )
        self.reminders = Reminders(self, database, self.connections, clock=self.clock)
        self._prepared = True

    async def serve(self, token: str) -> None:
        """Connect to Discord and answer until cancelled. Raises as :func:`reaching_discord` does."""
        async with reaching_discord():
            await self.start(token)

    async def tell_commands(self, token: str) -> None:
        """Log in, tell Discord the commands whether they changed or not, and connect no further."""
        async with reaching_discord():
            await self.login(token)
            if not self.synced:
                await self.sync_commands(force=True)

    async def login(self, token: str) -> None:
        """Log in at the address that is set; it covers interactions' answers and webhooks too."""
        discord.http.Route.BASE = self.settings.discord_api_url
        await super().login(token)
        if self.settings.discord_api_url != DISCORD_API_URL:
            # After some reconnects discord.py takes the gateway from a constant, which is Discord's own.
            answer = await self.http.request(discord.http.Route("GET", "/gateway/bot"))
            discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(answer["url"])

    async def setup_hook(self) -> None:
        """Load the commands, and sync them where they changed."""
        await self.prepare()
        for name in _WITHOUT_COMMANDS:
            await import_module(name).setup(self)
        await self.load_commands()
        self.add_dynamic_items(*kinds())
        self.synced = await self.sync_commands()
        await self.jobs.start()
        if Service.PIXELA in self.settings.services:
            await self.reminders.start()

    async def load_commands(self) -> None:
        """Fill the tree. It needs neither Discord nor what :meth:`prepare` opens."""
        for name in extensions(self.settings):
            await import_module(name).setup(self)

    async def sync_commands(self, *, force: bool = False) -> bool:
        """Tell Discord the commands where they differ from those told last; return whether it was told."""
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        digest = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).digest()
        fact = f"commands of {self.application_id}"
        if not force and await self.database.find_fact(fact) == digest:
            return False
        await self.tree.sync()
        await self.database.put_fact(fact, digest)
        _log.info("%d commands synced", len(payload))
        return True

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answer a form or a button that outlived what knew it, which discord.py drops silently."""
        if is_expired(interaction):
            await report(interaction, InvalidInput(EXPIRED))
        elif is_stale(interaction):
            await report(interaction, InvalidInput(STALE))

    async def close(self) -> None:
        """Finish what people wait for, leave Discord, then let go of the rest, the last opened first."""
        for end in self.before_finish:
            end(self)
        await self._finish()
        if self._prepared:
            await self.jobs.close()
            await self.reminders.close()
        await super().close()
        await self._resources.aclose()

    async def _finish(self) -> None:
        """Wait for the commands, forms and buttons that are being answered, for a while."""
        running = {
            task
            for task in asyncio.all_tasks()
            if task.get_name().startswith(_ANSWERING) and task is not asyncio.current_task()
        }
        if running:
            await asyncio.wait(running, timeout=_FINISH_SECONDS)

    async def _media(self) -> Media:
        source = self._source
        if source is None:
            source = await self._resources.enter_async_context(WebSource(user_agent(self.settings.contact)))
        return Media(source, self.settings.media_hosts)

    def _transports(self, session: aiohttp.ClientSession) -> dict[Provider, Transport]:
        limiter = Limiter(self._budgets)
        upstreams: dict[Provider, tuple[str, Dialect]] = {
            Provider.USEAPI: (self.settings.useapi_url, UseapiDialect()),
            Provider.PIXELA: (self.settings.pixela_url, PixelaDialect()),
            Provider.PLURALKIT: (self.settings.pluralkit_url, PluralKitDialect()),
        }
        return {
            provider: Transport(session, provider, url, dialect, limiter, self._pace)
            for provider, (url, dialect) in upstreams.items()
        }


@asynccontextmanager
async def reaching_discord() -> AsyncGenerator[None]:
    """Turn what goes wrong between Discord and us into errors of ours.

    Raises :class:`~bot.errors.StartupError` for a refused token and
    :class:`~bot.errors.DiscordUnusable` for anything else.
    """
    try:
        yield
    except discord.LoginFailure:
        raise StartupError("DISCORD_TOKEN: was refused by Discord; reset it on the Bot page") from None
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        raise DiscordUnusable(f"Discord could not be used ({type(error).__name__})") from error


def extensions(settings: Settings) -> list[str]:
    """Return the modules whose commands are loaded with these settings."""
    return [*_ALWAYS, *(name for name, needs in _OF_SERVICES.items() if needs & {*settings.services})]


def user_agent(contact: str | None) -> str:
    """Return what upstreams see of us: the program, its version, and whom to write to."""
    return f"Switchboard/{__version__} (self-hosted Discord app; {contact or 'the operator set no CONTACT'})"
