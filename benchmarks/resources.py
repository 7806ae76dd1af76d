"""Routes of what lasts: the app, its commands, guilds, channels and their messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from benchmarks import payloads
from benchmarks.rest import Route
from benchmarks.wire import Call, Payload, Refusal, invalid_form
from benchmarks.world import APPLICATION_ID, OWNER_ID, World

_MOST_GUILDS = 200
"""As many as a page may hold."""


class Resources:
    """Answers for everything but interactions. ``gateway_url`` is asked for the gateway's address."""

    def __init__(self, world: World, gateway_url: Callable[[], str], shards: int) -> None:
        self._world = world
        self._gateway_url = gateway_url
        self._shards = shards

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        return (
            Route("GET", "/users/@me", self.me),
            Route("POST", "/users/@me/channels", self.open_direct),
            Route("GET", "/users/@me/guilds", self.own_guilds),
            Route("GET", "/users/{user}", self.user),
            Route("GET", "/gateway", self.gateway, open=True),
            Route("GET", "/gateway/bot", self.gateway_bot),
            Route("GET", "/applications/@me", self.application),
            Route("GET", "/oauth2/applications/@me", self.application),
            Route("GET", "/guilds/{guild}", self.guild),
            Route("GET", "/guilds/{guild}/channels", self.guild_channels),
            Route("GET", "/guilds/{guild}/members/{user}", self.member),
            *self._command_routes("/applications/{app}/commands"),
            *self._command_routes("/applications/{app}/guilds/{guild}/commands"),
            Route("GET", "/channels/{channel}", self.channel),
            Route("POST", "/channels/{channel}/typing", self.typing),
            Route("GET", "/channels/{channel}/messages", self.messages),
            Route("POST", "/channels/{channel}/messages", self.create_message),
            Route("GET", "/channels/{channel}/messages/{message}", self.message),
            Route("PATCH", "/channels/{channel}/messages/{message}", self.edit_message),
            Route("DELETE", "/channels/{channel}/messages/{message}", self.delete_message),
        )

    def _command_routes(self, base: str) -> Sequence[Route]:
        one = base + "/{command}"
        return (
            Route("GET", base, self.commands),
            Route("PUT", base, self.replace_commands),
            Route("POST", base, self.upsert_command),
            Route("GET", one, self.command),
            Route("PATCH", one, self.edit_command),
            Route("DELETE", one, self.delete_command),
        )

    # The app and where it connects to

    def me(self, _: Call) -> Payload:
        """Return the bot's user."""
        return payloads.own_user(APPLICATION_ID, self._world.name)

    def user(self, call: Call) -> Payload:
        """Return any user: everybody exists."""
        return payloads.user(call.id("user"))

    def own_guilds(self, call: Call) -> Sequence[Payload]:
        """Return a page of the guilds that the bot is in, in the order of their ids."""
        limit = int(call.query.get("limit", "200"))
        if not 1 <= limit <= _MOST_GUILDS:
            raise invalid_form("limit", "NUMBER_TYPE_MAX", f"int value should be 1 to {_MOST_GUILDS}.")
        after, before = int(call.query.get("after", "0")), int(call.query.get("before", str(1 << 63)))
        return self._world.own_guilds(after, before, limit)

    def application(self, _: Call) -> Payload:
        """Return the application."""
        owner = payloads.user(OWNER_ID)
        world = self._world
        made = payloads.application(APPLICATION_ID, world.name, owner, world.me, len(world.guilds))
        return made | {"verify_key": world.public_key}

    def gateway(self, _: Call) -> Payload:
        """Return the gateway's address."""
        return {"url": self._gateway_url()}

    def gateway_bot(self, _: Call) -> Payload:
        """Return the gateway's address with the advised number of shards."""
        limit = self._world.starts.payload()
        return {"url": self._gateway_url(), "shards": self._shards, "session_start_limit": limit}

    def guild(self, call: Call) -> Payload:
        """Return a guild."""
        return self._world.guild(call.id("guild"))

    def guild_channels(self, call: Call) -> Sequence[Payload]:
        """Return the channels of a guild."""
        self._world.guild(call.id("guild"))
        return self._world.channels(call.id("guild"))

    def member(self, call: Call) -> Payload:
        """Return any user as a member without roles: everybody is everywhere."""
        self._world.guild(call.id("guild"))
        return payloads.member(payloads.user(call.id("user")))

    # Commands

    def _scope(self, call: Call) -> int | None:
        """Return whose commands a request is about. Refuses another app's."""
        if call.id("app") != APPLICATION_ID:
            raise Refusal(403, 20012, "You are not authorized to perform this action on this application")
        return call.id("guild") if "guild" in call.params else None

    def commands(self, call: Call) -> Sequence[Payload]:
        """Return the commands registered."""
        return self._world.commands.get(self._scope(call), [])

    def replace_commands(self, call: Call) -> Sequence[Payload]:
        """Register commands in the place of all that there were; same name and type keeps its id."""
        scope = self._scope(call)
        self._world.commands[scope] = [self._registered(body, scope) for body in call.objects()]
        return self._world.commands[scope]

    def upsert_command(self, call: Call) -> Payload:
        """Register one command, in the place of the one of its name and type."""
        scope = self._scope(call)
        command = self._registered(call.object(), scope)
        others = [one for one in self._world.commands.get(scope, []) if one["id"] != command["id"]]
        self._world.commands[scope] = [*others, command]
        return command

    def command(self, call: Call) -> Payload:
        """Return one command."""
        for command in self._world.commands.get(self._scope(call), ()):
            if command["id"] == call.params["command"]:
                return command
        raise Refusal(404, 10063, "Unknown application command")

    def edit_command(self, call: Call) -> Payload:
        """Change one command."""
        command = self.command(call)
        command.update(call.object(), version=str(self._world.snowflakes.next()))
        return command

    def delete_command(self, call: Call) -> None:
        """Take one command away."""
        self._world.commands[self._scope(call)].remove(self.command(call))

    def _registered(self, body: Payload, scope: int | None) -> Payload:
        """Return a command as Discord gives it back."""
        kind = body.get("type") or 1
        old = next(
            (
                c
                for c in self._world.commands.get(scope, ())
                if (c["name"], c["type"]) == (body["name"], kind)
            ),
            None,
        )
        permissions = body.get("default_member_permissions")
        command: Payload = {
            "description": "",
            "contexts": None,
            "integration_types": [0],
            "nsfw": False,
            **{key: value for key, value in body.items() if value is not None},
            "id": self._new_id() if old is None else old["id"],
            "application_id": str(APPLICATION_ID),
            "version": self._new_id(),
            "type": kind,
            "default_member_permissions": None if permissions is None else str(permissions),
        }
        return command if scope is None else command | {"guild_id": str(scope)}

    def _new_id(self) -> str:
        return str(self._world.snowflakes.next())

    # Channels and messages

    def open_direct(self, call: Call) -> Payload:
        """Open the direct messages with a user."""
        return self._world.channel(self._world.direct_channel(int(call.object()["recipient_id"])))

    def channel(self, call: Call) -> Payload:
        """Return a channel."""
        return self._world.channel(call.id("channel"))

    def typing(self, call: Call) -> None:
        """Show the bot as typing."""
        self._world.channel(call.id("channel"))

    def messages(self, call: Call) -> Sequence[Payload]:
        """Return the latest messages of a channel, newest first."""
        channel = self.channel(call)
        limit = int(call.query.get("limit", "50"))
        here = [message for message in self._world.messages.values() if _visible(message, channel["id"])]
        before = int(call.query.get("before", str(1 << 63)))
        return [message for message in reversed(here) if int(message["id"]) < before][:limit]

    def create_message(self, call: Call) -> Payload:
        """Create a message, unless its nonce is enforced and was used here within minutes.

        https://docs.discord.com/developers/resources/message#create-message: then the first message is
        returned and none created.
        """
        channel_id, body = int(self.channel(call)["id"]), call.object()
        nonce = body.get("nonce")
        if nonce is None:
            return self._world.create_message(channel_id, body, call.files)
        if len(str(nonce)) > 25:
            raise invalid_form("nonce", "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer in length.")
        first = self._world.same_nonce(channel_id, str(nonce)) if body.get("enforce_nonce") else None
        if first is not None:
            return first
        message = self._world.create_message(channel_id, body, call.files, nonce=nonce)
        self._world.nonces[channel_id, str(nonce)] = (self._world.clock(), int(message["id"]))
        return message

    def message(self, call: Call) -> Payload:
        """Return one message. What only one person sees is unknown here."""
        channel = self.channel(call)
        message = self._world.message(call.id("message"))
        if not _visible(message, channel["id"]):
            raise Refusal(404, 10008, "Unknown Message")
        return message

    def edit_message(self, call: Call) -> Payload:
        """Change a message of the bot's."""
        return self._world.edit_message(int(self.message(call)["id"]), call.object(), call.files)

    def delete_message(self, call: Call) -> Any:
        """Delete a message."""
        self._world.delete_message(int(self.message(call)["id"]))


def _visible(message: Payload, channel_id: str) -> bool:
    """Say whether a message shows in a channel to everybody."""
    return message["channel_id"] == channel_id and not message["flags"] & payloads.EPHEMERAL
