"""The bot: builds everything it needs on one exit stack, loads the commands, syncs them when they changed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from importlib import import_module
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import discord.http

from bot.answering import Answering, follow
from bot.api.attempts import Observer
from bot.api.limiter import Budget, Limiter
from bot.api.sharing import SharedCounts
from bot.api.transport import Pace
from bot.connections import Connections
from bot.crypto import Keyring
from bot.drafts import DraftBox
from bot.errors import InvalidInput
from bot.extensions import WITHOUT_COMMANDS, extensions
from bot.gate import Gate
from bot.jobs import Jobs
from bot.jobs.announcing import Notices
from bot.jobs.owing import Owing
from bot.jobs.reminding import Reminders
from bot.jobs.watching import Watch
from bot.measures import Measures
from bot.media import Media, Source, WebSource
from bot.reaching import reaching_discord, until_cancelled
from bot.report import report, tell
from bot.services import Service
from bot.settings import Settings
from bot.sharded import Sharded
from bot.starts import OwnTurns, Starts
from bot.storage.database import Database
from bot.storage.guilds import Guilds
from bot.storage.identifying import Turns
from bot.submitting import take_form
from bot.tree import Tree
from bot.ui.lasting import STALE, LastingButton, is_stale, kinds
from bot.upstreams import BUDGETS, shared_counts, transports, user_agent
from bot.vault import open_vault

if TYPE_CHECKING:
    from bot.health import Look

_log = logging.getLogger(__name__)

_STOP_SECONDS = 8.5
"""How long a stop takes at most before Discord is left; who runs containers gives ten as a rule."""
_FINISH_SECONDS = 6.0
"""How much of it those get who are being answered."""
_LEAST_SECONDS = 0.5
_LEAVE_SECONDS = 1.0


def _now() -> float:
    return discord.utils.utcnow().timestamp()


class App(Sharded):
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
    gate: Gate
    """Who may use what, once :meth:`prepare` is done."""
    drafts: DraftBox
    """What is known of forms that stand open, once :meth:`prepare` is done."""
    jobs: Jobs
    """What is being made, once :meth:`prepare` is done."""
    reminders: Reminders
    """What people are reminded of, once :meth:`prepare` is done."""
    notices: Notices
    """What servers are told in channels that they chose, once :meth:`prepare` is done."""
    watch: Watch
    """What looks for what servers want to be told, once :meth:`prepare` is done."""
    owing: Owing
    """The answers that are owed to whose interactions came over HTTP, once :meth:`prepare` is done."""

    def __init__(
        self,
        settings: Settings,
        *,
        connector: Callable[[], aiohttp.BaseConnector] = aiohttp.TCPConnector,
        pace: Pace | None = None,
        budgets: Mapping[str, Budget] = BUDGETS,
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
            shard_count=settings.shard_count,
        )
        self.shard_ids = None if settings.shard_ids is None else [*settings.shard_ids]
        self.http.http_trace = _trace(settings)
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
        self.measures = Measures()
        """What was counted since the start."""
        self.answering = Answering(self.measures, tell)
        """Whom we are answering."""
        self.shared: SharedCounts | None = None
        """Where calls of upstreams are counted together with other workers, if anywhere."""
        self.observers: list[Observer] = [self.measures.note_attempt]
        """Who is told of every request to an upstream; whoever watches over those adds to it."""
        self.loops: dict[str, Callable[[], float]] = {}
        """By how many seconds each loop is late, infinite once it has ended; who starts a loop adds it."""
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
        self.shared = await shared_counts(self.settings, keyring.alias)
        if self.shared is not None:
            self._resources.push_async_callback(self.shared.close)
        limiter = Limiter(self._budgets, shared=self.shared, workers=self.settings.workers)
        calls = transports(self.settings, session, limiter, self._pace, self.observers)
        self.database = database
        self.connections = Connections(database, keyring, calls, self.clock)
        self.gate = Gate(database, self.clock)
        self.drafts = DraftBox(database, keyring, self.clock)
        LastingButton.admit = self.gate.admit_press
        source = self._source
        if source is None:
            web = WebSource(user_agent(self.settings.contact))
            source = await self._resources.enter_async_context(web)
        self.media = Media(source, self.settings.media_hosts)
        self._make_work(database, keyring)
        turns = OwnTurns() if database.is_a_file else Turns(database, secrets.token_hex(8))
        self.starts = Starts(self.start_limit, turns, clock=self.clock)
        self._prepared = True

    def _make_work(self, database: Database, keyring: Keyring) -> None:
        """Make what is done in loops; each is started once Discord is there."""
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
        self.reminders = Reminders(self, database, self.connections, self.gate.rules, clock=self.clock)
        self.notices = Notices(self, database, clock=self.clock)
        self.owing = Owing(self, database, keyring, clock=self.clock)
        self.watch = Watch(
            database,
            self.connections,
            self.settings.services,
            clock=self.clock,
            told=self.notices.hurry,
        )
        self.observers.append(self.watch.outlook.observe)

    async def serve(self, token: str) -> None:
        """Connect to Discord and answer until cancelled. Raises as :func:`reaching_discord` does."""
        await self.tell_health()
        async with reaching_discord():
            await until_cancelled(self.start(token))

    async def tell_commands(self, token: str) -> None:
        """Log in, tell Discord the commands whether they changed or not, and connect no further."""
        async with reaching_discord():
            await until_cancelled(self.login(token))
            if not self.synced:
                await self.sync_commands(force=True)

    async def login(self, token: str) -> None:
        """Log in at the address that is set; it covers interactions' answers and webhooks too."""
        discord.http.Route.BASE = self.settings.discord_api_url
        await super().login(token)

    async def setup_hook(self) -> None:
        """Load the commands, and sync them where they changed."""
        await self.prepare()
        for name in WITHOUT_COMMANDS:
            await import_module(name).setup(self)
        await self.load_commands()
        self.add_dynamic_items(*kinds())
        self.synced = await self.sync_commands()
        await self.jobs.start()
        self.loops["jobs"] = self.jobs.loop.lateness
        if Service.PIXELA in self.settings.services:
            await self.reminders.start()
            self.loops["reminders"] = self.reminders.loop.lateness
        await self.notices.start()
        self.loops["notices"] = self.notices.loop.lateness
        await self.watch.start()
        self.loops["watch"] = self.watch.loop.lateness

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
        """Answer a form, and a button that outlived what knew it, which discord.py drops silently."""
        if interaction.type is discord.InteractionType.modal_submit:
            await take_form(interaction)
        elif is_stale(interaction):
            await follow(interaction, "expired")
            await report(interaction, InvalidInput(STALE))

    async def close(self) -> None:
        """Finish what people wait for, leave Discord, then let go of the rest, the last opened first."""
        ends = time.monotonic() + _STOP_SECONDS
        for end in self.before_finish:
            end(self)
        await self.answering.finish(_FINISH_SECONDS)
        if self._prepared:
            left = max(_LEAST_SECONDS, ends - time.monotonic())
            working = (self.jobs, self.reminders, self.notices, self.watch, self.owing)
            await asyncio.gather(*(work.close(left) for work in working))
        try:
            async with asyncio.timeout(_LEAVE_SECONDS):
                await super().close()
        except TimeoutError:  # a gateway that says nothing any more has half a minute in discord.py
            await self.http.close()
        await self._resources.aclose()

    async def tell_health(self, arrivals: Look | None = None) -> None:
        """Answer probes from now on, where that is wanted. Raises :class:`~bot.errors.StartupError`.

        ``arrivals`` is what to look at instead of the gateway.
        """
        if self.settings.health_port is None:
            return
        from bot.vitals import Vitals  # noqa: PLC0415 - a web server and more, where somebody wants it

        vitals = Vitals(
            self, self.database, self.loops, self.answering, self.measures, self.clock, shared=self.shared
        )
        health = vitals.health(arrivals)
        self._resources.push_async_callback(health.close)
        await health.start(self.settings.health_host, self.settings.health_port)


def _trace(settings: Settings) -> aiohttp.TraceConfig | None:
    if settings.health_port is None:
        return None
    from bot.health import first_answers  # noqa: PLC0415 - a web server, where somebody wants it

    return first_answers()
