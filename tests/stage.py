"""What a test stands on: the emulators, the real bot, and people who use it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord
import simcord
from discord import app_commands

from bot.api.limiter import Budget
from bot.api.policy import Patience
from bot.api.transport import Pace, Timeouts
from bot.app import App
from bot.errors import BotError
from bot.sandbox import Sandbox, Seeds

QUICK = Pace(
    patience=Patience(deadline=5.0, base=0.0, cap=0.0), timeouts=Timeouts(connect=1.0, read=0.1, attempt=0.5)
)
"""Retries without waiting, and short time-outs."""

UNLIMITED: Mapping[str, Budget] = {}
"""No limits on our side: they read the wall clock, while a test's time is virtual."""

MANAGER = discord.Permissions(manage_guild=True, view_channel=True, send_messages=True)


@dataclass
class Stage:
    """One server with an administrator and a member, the bot in it, the upstreams behind it."""

    env: simcord.Env
    app: App
    sandbox: Sandbox
    seeds: Seeds
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    admin: simcord.MemberActor
    member: simcord.MemberActor
    log: list[str] = field(default_factory=list[str])
    """Every line that was logged, as an operator at DEBUG would read it."""

    async def connect_useapi(self, key: str | None = None) -> simcord.InteractionResult:
        """Connect the server as its administrator would."""
        form = await self.admin.slash(self.channel, "setup connect", service="useapi")
        return await self.admin.submit_modal(form, {"key": key or self.seeds.useapi_key})

    def bugs(self) -> list[BaseException]:
        """Return what was raised in the bot and is no refusal that a person was told of."""
        return [
            error
            for error in self.env.errors
            if not isinstance(error, BotError | app_commands.AppCommandError)
        ]


def shown(result: simcord.InteractionResult | simcord.ResponseMessage | None) -> str:
    """Return all text that a person sees of an answer, a line each, buttons in brackets."""
    message = result.response if isinstance(result, simcord.InteractionResult) else result
    return "" if message is None else "\n".join(_texts(message.components))


def buttons(result: simcord.InteractionResult) -> list[str]:
    """Return the labels of the buttons of an answer."""
    return [line[1:-1] for line in shown(result).splitlines() if line.startswith("[") and line.endswith("]")]


def fields(form: simcord.InteractionResult) -> list[str]:
    """Return the custom ids of what a form asks for."""
    return list(_custom_ids((form.modal or {}).get("components", [])))


def _texts(components: list[dict[str, Any]]) -> Iterator[str]:
    for component in components:
        if "content" in component:
            yield component["content"]
        if component.get("type") == 2:
            yield f"[{component['label']}]"
        yield from _texts(component.get("components", []))
        if component.get("accessory"):
            yield from _texts([component["accessory"]])


def _custom_ids(components: list[dict[str, Any]]) -> Iterator[str]:
    for component in components:
        inner = component.get("component")
        if inner:
            yield inner["custom_id"]


class LineCollector(logging.Handler):
    """Keeps every line that is logged, formatted as a handler of ours would write it."""

    def __init__(self, lines: list[str], formatter: logging.Formatter) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(formatter)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self._lines.append(self.format(record))
