"""What a test stands on: the emulators, the real bot, and people who use it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import discord
import simcord
from discord import app_commands
from simcord.backend import serializers
from simcord.enums import InteractionType
from simcord.interactions import base_payload, nest_options, walk_to_subcommand
from sqlalchemy import Row, text

from bot.api.limiter import Budget
from bot.api.policy import Patience
from bot.api.transport import Pace, Timeouts
from bot.app import App
from bot.demo.files import Attachments
from bot.errors import BotError
from bot.media import Source
from bot.sandbox import Sandbox, Seeds
from bot.settings import Settings
from bot.storage.database import database_file
from tests.databases import Outside, everything_in
from tests.swift import SwiftApp

QUICK = Pace(
    patience=Patience(deadline=5.0, base=0.0, cap=0.0), timeouts=Timeouts(connect=4.0, read=4.0, attempt=4.0)
)
"""Retries without waiting. SimCord's time stands still while a request hangs, so no time-out may be met."""

_REFERENCE = re.compile(r"\(reference ([0-9a-f]{8})\)")

UNLIMITED: Mapping[str, Budget] = {}
"""No limits on our side: they read the wall clock, while a test's time is virtual."""

MANAGER = discord.Permissions(manage_guild=True, view_channel=True, send_messages=True)


def make_app(settings: Settings, pace: Pace = QUICK, source: Source | None = None) -> App:
    """Make the real bot without waits between retries, limits and kept connections."""
    return SwiftApp(
        settings,
        connector=lambda: aiohttp.TCPConnector(force_close=True),
        pace=pace,
        budgets=UNLIMITED,
        source=source,
    )


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
    forgiven: int = 0
    """How many of the errors so far are not held against the bot."""
    read: int = 0
    """How many of the log's lines are not held against the bot."""
    files: Attachments | None = None
    """Where the bot downloads from."""
    outside: Outside | None = None
    """The database as another program has it open."""

    async def connect_useapi(self, key: str | None = None) -> simcord.InteractionResult:
        """Connect the server as its administrator would."""
        form = await self.admin.slash(self.channel, "setup connect", service="useapi")
        return await self.admin.submit_modal(form, {"key": key or self.seeds.useapi_key})

    def now(self) -> int:
        """Return the bot's time in seconds since 1970."""
        return int(self.env.now().timestamp())

    def bugs(self) -> list[BaseException]:
        """Return what was raised in the bot and is no refusal that a person was told of."""
        raised = [_cause(error) for error in self.env.errors]
        refusals = BotError | app_commands.AppCommandError
        return [error for error in raised[self.forgiven :] if not isinstance(error, refusals)]

    def references(self) -> list[str]:
        """Return the references under which the bot logged bugs of its own."""
        found = (_REFERENCE.search(line) for line in self.log[self.read :])
        return [match[1] for match in found if match]

    def forgive(self) -> list[str]:
        """Return the references of the bugs so far, which the test provoked, and forget those bugs."""
        references = self.references()
        self.forgiven, self.read = len(self.env.errors), len(self.log)
        return references

    async def restart(self, settings: Settings | None = None) -> App:
        """Replace the bot by a fresh one on the same database, as a restart of the process would."""
        before, self.app = self.app, make_app(settings or self.app.settings, source=self.files)
        await self.env.restart_bot(self.app)
        await before.close()
        return self.app

    def another_server(self, name: str = "Lagoon") -> Stage:
        """Return a second server on the same stage, with people of its own."""
        guild = self.env.create_guild(name)
        managers = guild.create_role("managers", permissions=MANAGER)
        return replace(
            self,
            guild=guild,
            channel=guild.create_text_channel("general"),
            admin=guild.add_member(self.env.create_user("cleo"), roles=[managers]),
            member=guild.add_member(self.env.create_user("dan")),
        )

    def demote(self, person: simcord.MemberActor) -> None:
        """Take every role from a member."""
        for role_id in list(self.env.backend.get_member(self.guild.id, person.id).role_ids):
            self.env.backend.remove_member_role(self.guild.id, person.id, role_id)

    def allow(self, person: simcord.MemberActor, command: str) -> None:
        """Let a member use a command whatever its defaults say, as a server's settings can."""
        found = self.env.backend.find_command(command, None)
        assert found is not None
        self.guild.set_command_permissions(int(found["id"]), {person: True})

    async def press(
        self, person: simcord.MemberActor, custom_id: str, message: simcord.ResponseMessage
    ) -> simcord.InteractionResult:
        """Press a button by its custom id alone, whether the message has it or not."""
        return await self._settled(self.begin_to_press(person, custom_id, message))

    def begin_to_press(
        self, person: simcord.MemberActor, custom_id: str, message: simcord.ResponseMessage
    ) -> simcord.InteractionResult:
        """Press a button by its custom id, and do not wait for what it does."""
        stored = self.env.backend.get_message(message.channel_id, message.id)
        payload: dict[str, Any] = dict(serializers.message_payload(self.env.backend, stored))
        if f"'{custom_id}'" not in str(payload["components"]):
            button = {"type": 2, "style": 2, "label": "Old", "custom_id": custom_id}
            payload["components"] = [{"type": 1, "components": [button]}]
        data = {"custom_id": custom_id, "component_type": 2}
        return self.begin(person, InteractionType.MESSAGE_COMPONENT, data, {"message": payload})

    async def force(
        self, person: simcord.MemberActor, name: str, /, **options: Any
    ) -> simcord.InteractionResult:
        """Run a slash command with whatever options, which no client of Discord's would send."""
        return await self._settled(self.begin_to_run(person, name, **options))

    def begin_to_run(
        self, person: simcord.MemberActor, name: str, /, **options: Any
    ) -> simcord.InteractionResult:
        """Run a slash command, and do not wait for its answer."""
        first, *rest = name.split()
        root = self.env.backend.find_command(first, None)
        assert root is not None
        leaf, nesting = walk_to_subcommand(root, rest)
        declared: list[dict[str, Any]] = leaf.get("options") or []
        kinds = {option["name"]: option["type"] for option in declared}
        values = [{"name": key, "type": kinds[key], "value": value} for key, value in options.items()]
        data = {"id": root["id"], "name": first, "type": 1, "options": nest_options(root, nesting, values)}
        return self.begin(person, InteractionType.APPLICATION_COMMAND, data)

    async def dispatch(
        self,
        person: simcord.MemberActor,
        kind: InteractionType,
        data: dict[str, Any],
        extra: Mapping[str, Any] | None = None,
        *,
        alone: bool = False,
    ) -> simcord.InteractionResult:
        """Send the bot an interaction as it stands; see :meth:`begin`."""
        return await self._settled(self.begin(person, kind, data, extra, alone=alone))

    async def _settled(self, begun: simcord.InteractionResult) -> simcord.InteractionResult:
        await self.env.settle(idle=0.005)
        return begun

    def begin(
        self,
        person: simcord.MemberActor,
        kind: InteractionType,
        data: dict[str, Any],
        extra: Mapping[str, Any] | None = None,
        *,
        alone: bool = False,
    ) -> simcord.InteractionResult:
        """Send the bot an interaction as it stands, and do not wait for what it does.

        ``extra`` is what stands beside its data; ``alone``: in a direct message, not in the server.
        """
        record, payload = base_payload(
            self.env.backend,
            type=kind,
            channel_id=person.user.dm_channel.id if alone else self.channel.id,
            guild_id=None if alone else self.guild.id,
            user_id=person.id,
            data=data,
        )
        payload |= dict(extra or {})
        if "message" in payload:
            record.source_message_id = int(payload["message"]["id"])
        self.env.backend.emit("INTERACTION_CREATE", payload)
        return simcord.InteractionResult(self.env, record)

    async def rows(self, query: str) -> Sequence[Row[Any]]:
        """Return what the database answers to a query."""
        async with self.app.database.reading() as connection:
            return (await connection.execute(text(query))).all()

    async def execute(self, statement: str) -> None:
        """Change the database behind the bot's back."""
        async with self.app.database.writing() as connection:
            await connection.execute(text(statement))

    def refuse(self, doing: str, table: str, words: str) -> None:
        """Have the database refuse every ``INSERT``, ``UPDATE`` or ``DELETE`` of a row."""
        assert self.outside is not None
        self.outside.refuse(doing, table, words)

    def permit(self, table: str) -> None:
        """Have it refuse nothing about a table any more."""
        assert self.outside is not None
        self.outside.permit(table)

    def database_bytes(self) -> bytes:
        """Return all that lies on the disk of the database, the log of its last writes included.

        Where the disk is another program's, it is what every row of every table holds.
        """
        file = database_file(self.app.settings.database_url.get_secret_value())
        if file is None:
            assert self.outside is not None
            return everything_in(self.outside)
        beside = [file.with_name(f"{file.name}-{part}") for part in ("wal", "journal")]
        return b"".join(path.read_bytes() for path in (file, *beside) if path.exists())

    def sent(self) -> list[dict[str, Any]]:
        """Return the body of every message that the bot sent or edited so far, as Discord got it."""
        bodies: list[dict[str, Any]] = [request.json or {} for request in self.env.http_requests]
        messages: list[dict[str, Any]] = [body.get("data") or body for body in bodies if "type" in body]
        messages += [body for body in bodies if "type" not in body]
        return [message for message in messages if "components" in message and "title" not in message]


def everything(result: simcord.InteractionResult) -> str:
    """Return all that a person sees of an answer, the messages that followed it too."""
    return "\n".join([shown(result), *(shown(message) for message in result.followups)])


def _cause(error: BaseException) -> BaseException:
    return error.original if isinstance(error, app_commands.CommandInvokeError) else error


def shown(result: simcord.InteractionResult | simcord.ResponseMessage | None) -> str:
    """Return all text that a person sees of an answer, a line each, buttons in brackets."""
    message = result.response if isinstance(result, simcord.InteractionResult) else result
    return "" if message is None else "\n".join(_texts(message.components))


def buttons(result: simcord.InteractionResult) -> list[str]:
    """Return the labels of the buttons of an answer."""
    return [line[1:-1] for line in shown(result).splitlines() if line.startswith("[") and line.endswith("]")]


def fields(form: simcord.InteractionResult) -> list[str]:
    """Return the custom ids of what a form asks for."""
    labels: list[dict[str, Any]] = (form.modal or {}).get("components", [])
    return [label["component"]["custom_id"] for label in labels if label.get("component")]


def _texts(components: list[dict[str, Any]]) -> Iterator[str]:
    for component in components:
        if "content" in component:
            yield component["content"]
        if component.get("type") == 2:
            yield f"[{component['label']}]"
        yield from _texts(component.get("components", []))
        if component.get("accessory"):
            yield from _texts([component["accessory"]])


class LineCollector(logging.Handler):
    """Keeps every line that is logged, formatted as a handler of ours would write it."""

    def __init__(self, lines: list[str], formatter: logging.Formatter) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(formatter)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self._lines.append(self.format(record))
