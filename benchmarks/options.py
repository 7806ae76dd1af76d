"""From what a person types behind a slash to the ``data`` of the interaction."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks import payloads
from benchmarks.wire import Payload, UploadedFile
from benchmarks.world import World

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(
    1, 12
)
"""https://docs.discord.com/developers/interactions/application-commands, option types."""


def slash_data(
    world: World,
    path: str,
    values: Mapping[str, Any],
    *,
    guild_id: int | None = None,
    focused: str | None = None,
) -> Payload:
    """Return the data of a slash command such as ``"setup connect"`` with its options' values.

    A command that the app registered lends its id and the types of its options, and refuses, as the
    client would, what it does not know (``LookupError``) or does not take (``ValueError``). Of an
    unregistered one the types follow from the values. ``focused`` is the option being completed.
    """
    first, *rest = path.split()
    command = world.find_command(first, 1, guild_id)
    resolved = Resolved(world, guild_id)
    if command is None:
        leaves = _guessed(values, focused, resolved)
        kinds = [GROUP, SUBCOMMAND][2 - len(rest) :] if rest else []
        command_id = str(world.snowflakes.next())
    else:
        kinds, known = _descend(command, rest)
        leaves = _typed(known, values, focused, resolved)
        command_id = command["id"]
    for name, kind in reversed(list(zip(rest, kinds, strict=True))):
        leaves = [{"name": name, "type": kind, "options": leaves}]
    data: Payload = {"id": command_id, "name": first, "type": 1, "options": leaves}
    if guild_id is not None and command is not None and "guild_id" in command:
        data["guild_id"] = str(guild_id)
    return data | resolved.as_data()


def _descend(command: Payload, names: Sequence[str]) -> tuple[list[int], list[Payload]]:
    """Follow subcommand names; return their types and the options of the last."""
    kinds: list[int] = []
    options: list[Payload] = command.get("options") or []
    for name in names:
        found = next((o for o in options if o["name"] == name and o["type"] in {SUBCOMMAND, GROUP}), None)
        if found is None:
            raise LookupError(f"/{command['name']} has no subcommand {name!r}")
        kinds.append(found["type"])
        options = found.get("options") or []
    if any(option["type"] in {SUBCOMMAND, GROUP} for option in options):
        raise LookupError(f"/{' '.join([command['name'], *names])} needs a subcommand")
    return kinds, options


def _typed(
    known: Sequence[Payload], values: Mapping[str, Any], focused: str | None, resolved: Resolved
) -> list[Payload]:
    """Return option values with the types that the command declares."""
    by_name = {option["name"]: option for option in known}
    for name in [*values, *([focused] if focused else [])]:
        if name not in by_name:
            raise LookupError(f"no option {name!r}; there are {sorted(by_name)}")
    missing = [name for name, option in by_name.items() if option.get("required") and name not in values]
    if missing and focused is None:
        raise ValueError(f"required options are missing: {missing}")
    leaves: list[Payload] = []
    for name, value in values.items():
        option = by_name[name]
        allowed = [choice["value"] for choice in option.get("choices") or ()]
        if allowed and value not in allowed:
            raise ValueError(f"{value!r} is no choice of {name!r}; there are {allowed}")
        leaves.append(_leaf(name, option["type"], value, focused, resolved))
    return leaves


def _guessed(values: Mapping[str, Any], focused: str | None, resolved: Resolved) -> list[Payload]:
    """Return option values with types that follow from the values."""
    return [_leaf(name, _kind(value), value, focused, resolved) for name, value in values.items()]


def _kind(value: object) -> int:
    """Return the type of option that a value is most likely meant for."""
    # A bool is an int as well, so it is asked about first.
    kinds = ((bool, BOOLEAN), (int, INTEGER), (float, NUMBER), (UploadedFile, ATTACHMENT))
    return next((kind for made, kind in kinds if isinstance(value, made)), STRING)


def _leaf(name: str, kind: int, value: Any, focused: str | None, resolved: Resolved) -> Payload:
    """Return one option. What is being typed is sent as text, whatever the option's type."""
    if name == focused:
        return {"name": name, "type": kind, "value": str(value), "focused": True}
    return {"name": name, "type": kind, "value": resolved.take(kind, value)}


class Resolved:
    """Gathers what an interaction mentions by id: users, channels, roles, attachments, messages."""

    def __init__(self, world: World, guild_id: int | None) -> None:
        self._world = world
        self._guild_id = guild_id
        self._found: dict[str, Payload] = {}

    def take(self, kind: int, value: Any) -> Any:
        """Return an option's value as it travels, and remember the object that it stands for."""
        takes: dict[int, Callable[[Any], Any]] = {
            STRING: str,
            INTEGER: int,
            NUMBER: float,
            BOOLEAN: bool,
            USER: self.user,
            MENTIONABLE: self.user,
            CHANNEL: self.channel,
            ROLE: self.role,
            ATTACHMENT: self.attachment,
        }
        return takes[kind](value)

    def user(self, value: Any) -> str:
        """Mention a user, and the member where there is a guild."""
        key = str(value)
        self._add("users", key, payloads.user(int(key)))
        if self._guild_id is not None:
            self._add("members", key, payloads.member(None, permissions=payloads.MEMBER_PERMISSIONS))
        return key

    def channel(self, value: Any) -> str:
        """Mention a channel."""
        channel = self._world.channel(int(value))
        self._add("channels", channel["id"], channel | {"permissions": str(payloads.MEMBER_PERMISSIONS)})
        return channel["id"]

    def role(self, value: Any) -> str:
        """Mention a role; the loopback knows @everyone alone."""
        key = str(value)
        self._add("roles", key, payloads.everyone(int(key)))
        return key

    def attachment(self, value: Any) -> str:
        """Upload a file: an :class:`UploadedFile`, or JSON with ``filename``, ``content_type``, ``data``.

        In JSON ``data`` is base64.
        """
        if not isinstance(value, UploadedFile):
            kind = value.get("content_type", "application/octet-stream")
            value = UploadedFile(value["filename"], kind, base64.b64decode(value["data"], validate=True))
        hosted = self._world.host(value)
        self._add("attachments", hosted["id"], hosted | {"ephemeral": True})
        return hosted["id"]

    def message(self, message_id: int) -> str:
        """Mention a message that the loopback knows."""
        self._add("messages", str(message_id), self._world.message(message_id))
        return str(message_id)

    def as_data(self) -> Payload:
        """Return ``{"resolved": …}``, or nothing where nothing was mentioned."""
        return {"resolved": self._found} if self._found else {}

    def _add(self, group: str, key: str, value: Payload) -> None:
        self._found.setdefault(group, {})[key] = value
