"""The real bot in a browser: emulators of the upstreams, SimCord's preview, and a clock that runs.

Nothing of the bot is replaced. The database and its key live in a folder that is removed at the end.
SimCord's time stands still between actions, so a pump moves it on with the wall clock and shows what
the bot did meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import sys
import tempfile
import time
import webbrowser
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TextIO

import aiohttp
import discord
import simcord
from discord import app_commands
from PIL import Image
from pydantic import SecretStr
from simcord.backend import Backend
from simcord.backend.errors import SetupError
from simcord.preview import Preview

from bot.app import App
from bot.crypto import new_key
from bot.errors import BotError, StartupError
from bot.sandbox import Residents, Sandbox, Seeds
from bot.settings import GivenSettings

_PUMP_SECONDS = 0.25
_HORIZON = 0.7
_MANAGERS = discord.Permissions(
    manage_guild=True, view_channel=True, send_messages=True, read_message_history=True
)
_WELCOME = (
    "Everything here runs on this machine. Type `/` and pick a command: `/setup status`, "
    "`/accounts midjourney list`, `/pixela user create`, `/pluralkit system` or `/help`. "
    "ada manages this server, so only she may use `/setup` and `/accounts`."
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


async def run_demo(*, port: int | None = None, out: TextIO | None = None) -> int:
    """Serve the demo until cancelled or until the session is ended in the page. Returns 0."""
    out = out or sys.stdout
    async with _world() as world, AsyncExitStack() as stack:
        preview = world.env.preview(
            world.channel,
            viewers=[world.admin, world.member],
            layout="channel",
            assets=_pictures(world.pictures),
            port=port,
        )
        try:
            await stack.enter_async_context(preview)
        except SetupError as error:
            raise StartupError(f"--port: {error}") from None
        lock = _serialised(preview)
        pump = asyncio.create_task(_pump(world.env, preview, lock))
        print(f"\nSwitchboard demo: {preview.url}\n", file=out)
        print("You are ada, who manages the server; the page can change to ben, who does not.", file=out)
        print("Type / for the commands. Ctrl-C ends the demo and removes everything.\n", file=out, flush=True)
        await asyncio.to_thread(_open_browser, preview.url)
        try:
            await _until_closed(preview, pump)
        finally:
            for error in world.env.errors:
                print(f"the bot reported: {type(error).__name__}", file=out)
    return 0


async def run_headless(*, out: TextIO | None = None) -> int:
    """Run one command of each service and print the answers. Returns 0 where all were as expected."""
    out = out or sys.stdout
    async with _world() as world:
        failures = 0
        for step in _tour(world.seeds):
            text = await _take(world, step)
            print(f"> {step}\n{text}\n", file=out)
            if step.expected not in text:
                failures += 1
                print(f"!! this should have read: {step.expected}\n", file=out)
        print(f"{failures} answers were not as expected" if failures else "all answered", file=out)
    return 1 if failures else 0


@dataclass(frozen=True, slots=True)
class _Step:
    """A command to run, what to fill its form with, and a piece of the answer that must come."""

    command: str
    expected: str
    options: Mapping[str, str] = field(default_factory=dict[str, str])
    form: Mapping[str, str] = field(default_factory=dict[str, str])

    def __str__(self) -> str:
        return " ".join([f"/{self.command}", *(f"{name}:{value}" for name, value in self.options.items())])


def _tour(seeds: Seeds) -> Sequence[_Step]:
    return (
        _Step("setup status", "Connected"),
        _Step("accounts pika list", "Pika accounts (1)"),
        _Step("accounts midjourney list", "Needs attention"),
        _Step(
            "pixela user link",
            "Pixela is linked",
            options={"username": seeds.pixela_username},
            form={"token": seeds.pixela_token},
        ),
        _Step("pluralkit system", "Fronting"),
        _Step("about", "Version"),
    )


async def _take(world: World, step: _Step) -> str:
    result = await world.admin.slash(world.channel, step.command, **step.options)
    if step.form:
        result = await world.admin.submit_modal(result, dict(step.form))
    return "\n".join(_texts(result.response.components if result.response else []))


@asynccontextmanager
async def _world() -> AsyncGenerator[World]:
    _check_internals()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="switchboard-demo-")))
        sandbox = await stack.enter_async_context(Sandbox())
        settings = GivenSettings(
            database_url=SecretStr(f"sqlite+aiosqlite:///{folder / 'demo.db'}"),
            encryption_keys=SecretStr(new_key()),
            useapi_url=sandbox.useapi.url,
            pixela_url=sandbox.pixela.url,
            pluralkit_url=sandbox.pluralkit.url,
        )
        # A kept connection's clean-up timer would hold every action up, and limits read the wall
        # clock while the bot's own time is SimCord's.
        app = App(settings, connector=lambda: aiohttp.TCPConnector(force_close=True), budgets={})
        await stack.enter_async_context(app)
        env = _DemoEnv(app, shard_count=1, check_errors=False)
        stack.push_async_callback(env.shutdown)
        await env.start()
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
    seeds = sandbox.seed(
        Residents(account_id=admin.id, other_account_id=member.id, guild_id=guild.id, channel_id=general.id)
    )
    key = await admin.slash(office, "setup connect", service="useapi")
    await admin.submit_modal(key, {"key": seeds.useapi_key})
    habit = await admin.slash(office, "pixela user link", username=seeds.pixela_username)
    await admin.submit_modal(habit, {"token": seeds.pixela_token})
    await admin.send(general, _WELCOME)
    own = sandbox.pluralkit.world.find_by_token(seeds.pluralkit_token)
    pictures = [url for url in (own.avatar_url, own.banner) if url] if own is not None else []
    return World(env, general, admin, member, seeds, pictures)


def _pictures(urls: Sequence[str]) -> dict[str, tuple[str, bytes]]:
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


def _serialised(preview: Preview) -> asyncio.Lock:
    """Let the page's actions and the pump take turns; return the lock that they share.

    SimCord refuses two operations at once, and an action on a page that was refreshed since. Here
    the pump refreshes pages by itself, so an action is brought up to date with its page.
    """
    lock = asyncio.Lock()
    act = preview._action  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - no public way; checked at the start

    async def take_turn(context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        async with lock:
            if isinstance(body.get("published_revision"), int):
                page = preview._get_page(context_id)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - likewise
                body = {**body, "published_revision": page.revision}
            return await act(context_id, body)

    preview._action = take_turn  # noqa: SLF001  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue] - likewise
    return lock


async def _pump(env: simcord.Env, preview: Preview, lock: asyncio.Lock) -> None:
    last = time.monotonic()
    seen = len(env.http_requests)
    while True:
        await asyncio.sleep(_PUMP_SECONDS)
        async with lock:
            now = time.monotonic()
            await env.advance_time(now - last)
            last = now
            if len(env.http_requests) != seen:
                seen = len(env.http_requests)
                await preview.refresh()


async def _until_closed(preview: Preview, pump: asyncio.Task[None]) -> None:
    closed = asyncio.create_task(preview.wait_closed())
    try:
        await asyncio.wait({closed, pump}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (closed, pump):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def _open_browser(url: str) -> None:
    """Open the page where there is a browser with a window; one in this terminal would take it over."""
    with contextlib.suppress(webbrowser.Error):
        browser = webbrowser.get()
        if type(browser) is not webbrowser.GenericBrowser:
            browser.open(url)


def _check_internals() -> None:
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


def _texts(components: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for component in components:
        if "content" in component:
            found.append(component["content"])
        elif component.get("type") == discord.ComponentType.button.value:
            found.append(f"[{component['label']}]")
        found += _texts(component.get("components", []))
    return found
