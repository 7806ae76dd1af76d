"""The real bot in a browser: emulators of the upstreams, SimCord's preview, and a clock that runs.

Nothing of the bot is replaced. The database and its key live in a folder that is removed at the end.
SimCord's time stands still between actions, so a pump moves it on with the wall clock and shows what
the bot did meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TextIO

import discord
import simcord
from simcord.backend.errors import SetupError
from simcord.preview import Preview

from bot.demo.world import World, furnished, pictures
from bot.errors import StartupError
from bot.sandbox import Seeds

_PUMP_SECONDS = 0.25


async def run_demo(*, port: int | None = None, out: TextIO | None = None) -> int:
    """Serve the demo until cancelled or until the session is ended in the page. Returns 0."""
    out = out or sys.stdout
    async with furnished() as world, AsyncExitStack() as stack:
        preview = world.env.preview(
            world.channel,
            viewers=[world.admin, world.member],
            layout="channel",
            assets=pictures(world.pictures),
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
    async with furnished() as world:
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
    seconds: float = 0
    """How long to wait for the answer to become what it will be."""

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
        _Step("pixela graph show", "🔥 Streak", options={"graph": "reading"}),
        _Step("pixela streaks", "Longest"),
        _Step("pluralkit system", "Fronting"),
        _Step("pluralkit member", "Total fronted", options={"ref": "Wren"}),
        _Step("pluralkit switch set", "Switched", options={"members": "Tam, Wren"}),
        _Step("pluralkit stats", "Front time of"),
        _Step("midjourney imagine", "[U1]", options={"prompt": "a lamp by the sea"}, seconds=30),
        _Step("pika create", "[🔄 Retry]", options={"prompt": "the lamp flickers"}, seconds=30),
        _Step("about", "Version"),
    )


async def _take(world: World, step: _Step) -> str:
    result = await world.admin.slash(world.channel, step.command, **step.options)
    if step.form:
        result = await world.admin.submit_modal(result, dict(step.form))
    if step.seconds:
        await world.env.advance_time(step.seconds)
    return "\n".join(_texts(result.response.components if result.response else []))


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
    seen = len(env.http_requests)
    while True:
        await asyncio.sleep(_PUMP_SECONDS)
        # What the bot does for longer than SimCord waits, as an import, goes on all the same.
        with contextlib.suppress(TimeoutError):
            async with lock:
                # Actions move SimCord's time on too, so it is brought to where the page's own clock is.
                behind = (datetime.now(UTC) - env.now()).total_seconds()
                if behind > 0:
                    await env.advance_time(behind)
                if len(env.http_requests) != seen:
                    await preview.refresh()
                    seen = len(env.http_requests)


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


def _texts(components: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for component in components:
        if "content" in component:
            found.append(component["content"])
        elif component.get("type") == discord.ComponentType.button.value:
            found.append(f"[{component['label']}]")
        found += _texts(component.get("components", []))
    return found
