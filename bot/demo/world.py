"""The world of the demo: a server, people, the bot, and data in every service."""

from __future__ import annotations

import inspect
import tempfile
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import discord
import simcord
from discord import app_commands
from PIL import Image
from pydantic import SecretStr
from simcord.backend import Backend
from simcord.preview import Preview

from bot.app import App
from bot.crypto import new_key
from bot.demo.files import HOST, Attachments
from bot.errors import BotError
from bot.media import WebSource
from bot.sandbox import Residents, Sandbox, Seeds
from bot.sandbox.pluralkit.entities import Member
from bot.sandbox.pluralkit.world import World as Systems
from bot.settings import GivenSettings

_HORIZON = 0.7
_POLL_SECONDS = 3.0
"""The emulator is quicker than the vendor."""
_MANAGERS = discord.Permissions(
    manage_guild=True, view_channel=True, send_messages=True, read_message_history=True
)
_WELCOME = (
    "Everything here runs on this machine. Type `/` and pick a command: `/midjourney imagine`, "
    "`/pika create`, `/pluralkit system`, `/pluralkit stats`, `/pluralkit switch set`, `/setup status`, "
    "`/accounts midjourney list`, `/pixela graph show`, `/pixela streaks` or `/help`. ada manages this "
    "server, so only she may use `/setup` and `/accounts`; her PluralKit system and her Pixela user are "
    "linked. Above, somebody spoke through PluralKit: `/pluralkit message ref:{message}` tells who."
)


@dataclass(frozen=True, slots=True)
class World:
    """A server to play in: an administrator, a member, the bot, and data in every service."""

    env: simcord.Env
    channel: simcord.ChannelHandle
    admin: simcord.MemberActor
    member: simcord.MemberActor
    seeds: Seeds
    pictures: Sequence[str]
    """Addresses of pictures that belong to nobody and so have to be drawn here."""


@asynccontextmanager
async def furnished() -> AsyncGenerator[World]:
    """Give a server to play in, everything in it, and take it away again."""
    check_internals()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="switchboard-demo-")))
        sandbox = await stack.enter_async_context(Sandbox())
        settings = GivenSettings(
            database_url=SecretStr(f"sqlite+aiosqlite:///{folder / 'demo.db'}"),
            encryption_keys=SecretStr(new_key()),
            useapi_url=sandbox.useapi.url,
            pixela_url=sandbox.pixela.url,
            pluralkit_url=sandbox.pluralkit.url,
            media_hosts=(HOST, urlsplit(sandbox.useapi.url).netloc),
            job_poll_seconds=_POLL_SECONDS,
        )
        sandbox.pluralkit.limiter_scale = 10  # since the bot's own limits are off, for the reason below
        # A kept connection's clean-up timer would hold every action up, and limits read the wall
        # clock while the bot's own time is SimCord's.
        files = Attachments(await stack.enter_async_context(WebSource("Switchboard demo")))
        app = App(
            settings,
            connector=lambda: aiohttp.TCPConnector(force_close=True),
            budgets={},
            source=files,
        )
        await stack.enter_async_context(app)
        env = _DemoEnv(app, shard_count=1, check_errors=False)
        stack.push_async_callback(env.shutdown)
        await env.start()
        files.store = env.backend.cdn
        env.backend.clock._epoch = datetime.now(UTC)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - no public way; checked at the start
        with env.time_context():
            yield await _furnish(env, app, sandbox)


class _DemoEnv(simcord.Env):
    """SimCord's world, which calls every exception a failure of the action that met it.

    What a person was told in words is none: the page would say that the outcome is uncertain.
    """

    def _record_error(self, error: BaseException) -> None:
        cause = getattr(error, "original", error)
        if not isinstance(cause, BotError | app_commands.AppCommandError):
            super()._record_error(error)


async def _furnish(env: simcord.Env, app: App, sandbox: Sandbox) -> World:
    if app.user is not None:
        await app.user.edit(username="Switchboard")
    guild = env.create_guild("Harbour")
    general = guild.create_text_channel("general")
    office = guild.create_text_channel("office")
    admin = guild.add_member(
        env.create_user("ada"), roles=[guild.create_role("managers", permissions=_MANAGERS)]
    )
    member = guild.add_member(env.create_user("ben"))
    # What is being made is as far as the time that the bot sees.
    sandbox.useapi.clock = lambda: env.now().timestamp()
    seeds = sandbox.seed(
        Residents(account_id=admin.id, other_account_id=member.id, guild_id=guild.id, channel_id=general.id)
    )
    key = await admin.slash(office, "setup connect", service="useapi")
    await admin.submit_modal(key, {"key": seeds.useapi_key})
    habit = await admin.slash(office, "pixela user link", username=seeds.pixela_username)
    await admin.submit_modal(habit, {"token": seeds.pixela_token})
    system = await admin.slash(office, "pluralkit link")
    await admin.submit_modal(system, {"token": seeds.pluralkit_token})
    own = sandbox.pluralkit.world.systems.find(seeds.pluralkit_system)
    crew = [] if own is None else own.members
    message = await _speak(sandbox.pluralkit.world, crew[0], guild, general, admin) if crew else 0
    await admin.send(general, _WELCOME.format(message=message))
    shown = [*([own] if own is not None else []), *crew]
    addresses = [url for each in shown for url in (each.avatar_url, each.banner) if url]
    return World(env, general, admin, member, seeds, addresses)


async def _speak(
    world: Systems,
    member: Member,
    guild: simcord.GuildHandle,
    channel: simcord.ChannelHandle,
    speaker: simcord.MemberActor,
) -> int:
    """Let a member say something as PluralKit would send it; return the message's id."""
    proxy = guild.create_webhook(channel, "PluralKit")
    said = await proxy.send("The lamp is lit.", username=member.display_name or member.name)
    world.add_message(
        id=said.id,
        original=said.id - 1,
        sender=speaker.id,
        channel=channel.id,
        guild=guild.id,
        member=member,
    )
    return said.id


def pictures(urls: Sequence[str]) -> dict[str, tuple[str, bytes]]:
    """Draw a dusk over the sea for each address, since the page loads nothing from elsewhere."""
    drawn: dict[str, tuple[str, bytes]] = {}
    for url in urls:
        size = (600, 150) if "banner" in url else (128, 128)
        picture = Image.new("RGB", size)
        for row in range(size[1]):
            share = row / size[1]
            sky = (int(30 + 180 * share), int(60 + 90 * share), int(110 + 20 * share))
            picture.paste(sky if share < _HORIZON else (24, 58, 82), (0, row, size[0], row + 1))
        file = BytesIO()
        picture.save(file, "PNG")
        drawn[url] = ("picture.png", file.getvalue())
    return drawn


def check_internals() -> None:
    """Stop with a clear word where SimCord's insides are not as this module expects them."""
    expected: dict[str, Callable[[], bool]] = {
        "Env._record_error": lambda: callable(getattr(simcord.Env, "_record_error", None)),
        "Clock._epoch": lambda: hasattr(Backend().clock, "_epoch"),
        "Preview._action": lambda: inspect.iscoroutinefunction(getattr(Preview, "_action", None)),
        "Preview._get_page": lambda: callable(getattr(Preview, "_get_page", None)),
    }
    missing = [name for name, there in expected.items() if not there()]
    if missing:
        raise RuntimeError(f"this SimCord has no {', '.join(missing)}; install the version in the lock")
