"""INTERACTION_CREATE: who does what where, as the payload that Discord would dispatch."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from benchmarks import forms, options, payloads
from benchmarks.options import Resolved
from benchmarks.wire import Payload
from benchmarks.world import MEMBER_ID, World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
"""https://docs.discord.com/developers/interactions/receiving-and-responding, interaction types."""

IN_GUILD, BOT_DM, PRIVATE_CHANNEL = 0, 1, 2
"""Interaction context types."""

MAX_UPLOAD = 10 * 1024 * 1024
"""Bytes of one attachment, in a guild without boosts."""


class Where(TypedDict, total=False):
    """Who acts and where; everything has a default."""

    user_id: int
    """Default :data:`~benchmarks.world.MEMBER_ID`."""
    user_name: str
    guild_id: int | None
    """Default: the first guild; None: outside any guild."""
    channel_id: int
    """Default: the guild's first channel, or the person's direct messages with the bot."""
    permissions: int
    """The member's in the channel; default :data:`~benchmarks.payloads.MEMBER_PERMISSIONS`."""
    app_permissions: int
    roles: Sequence[int]
    locale: str
    """Default ``en-US``, as the guild's is."""
    installs: Sequence[Literal["guild", "user"]]
    """How the app is installed; default ``["guild"]`` in a guild and in its direct messages."""
    private: bool
    """Outside guilds: in a conversation that the bot is not part of (context 2, user installs)."""


def guild_of(world: World, where: Where) -> int | None:
    """Return the guild that ``where`` means. Raises ``LookupError`` if the bot is in none."""
    if "guild_id" in where:
        return where["guild_id"]
    if not world.guilds:
        raise LookupError("the bot is in no guild: say guild_id=None to act outside")
    return next(iter(world.guilds))


def slash(
    world: World, path: str, values: Mapping[str, Any] | None = None, *, where: Where | None = None
) -> Payload:
    """Return a slash command; ``path`` is its name with its subcommands, separated by blanks."""
    place: Where = where or {}
    data = options.slash_data(world, path, values or {}, guild_id=guild_of(world, place))
    return interaction(world, COMMAND, data, place)


def autocomplete(
    world: World, path: str, values: Mapping[str, Any], focused: str, *, where: Where | None = None
) -> Payload:
    """Return the event of a person typing in ``focused``; ``values`` holds what is there so far."""
    place: Where = where or {}
    typed = {focused: "", **values}
    data = options.slash_data(world, path, typed, guild_id=guild_of(world, place), focused=focused)
    return interaction(world, AUTOCOMPLETE, data, place)


def context_menu(
    world: World,
    name: str,
    *,
    user_id: int | None = None,
    message_id: int | None = None,
    where: Where | None = None,
) -> Payload:
    """Return a context-menu command on a user or on a message that the loopback knows."""
    place: Where = where or {}
    guild_id = guild_of(world, place)
    resolved = Resolved(world, guild_id)
    if message_id is not None:
        kind, target = 3, resolved.message(message_id)
    elif user_id is not None:
        kind, target = 2, resolved.user(user_id)
    else:
        raise ValueError("a context menu needs a user or a message")
    command = world.find_command(name, kind, guild_id) or {"id": str(world.snowflakes.next())}
    data: Payload = {"id": command["id"], "name": name, "type": kind, "target_id": target}
    return interaction(world, COMMAND, data | resolved.as_data(), place)


def component(
    world: World,
    message: Payload,
    which: str,
    values: Sequence[Any] = (),
    *,
    where: Where | None = None,
) -> Payload:
    """Return a press on a button, or a choice in a select, of a message; see :func:`forms.pressed`."""
    place: Where = where or {}
    data = forms.pressed(message, which, values, Resolved(world, guild_of(world, place)))
    return interaction(world, COMPONENT, data, place) | {"message": message}


def modal_submit(
    world: World,
    modal: Payload,
    values: Mapping[str, Any],
    *,
    message: Payload | None = None,
    where: Where | None = None,
) -> Payload:
    """Return the submission of ``modal``; ``message`` is the one whose button had opened it."""
    place: Where = where or {}
    resolved = Resolved(world, guild_of(world, place))
    components = forms.filled(modal, values, resolved)
    data: Payload = {"custom_id": modal["custom_id"], "components": components} | resolved.as_data()
    event = interaction(world, MODAL_SUBMIT, data, place)
    return event if message is None else event | {"message": message}


def interaction(world: World, kind: int, data: Payload, where: Where) -> Payload:
    """Return an interaction of any type with everything around its data."""
    guild_id = guild_of(world, where)
    user_id = where.get("user_id", MEMBER_ID)
    person = payloads.user(user_id, where.get("user_name"))
    locale = where.get("locale", payloads.LOCALE)
    channel_id = where.get("channel_id") or _default_channel(world, guild_id, user_id, where)
    event: Payload = {
        "id": str(world.snowflakes.next()),
        "application_id": world.me["id"],
        "type": kind,
        "data": data,
        "token": secrets.token_urlsafe(48),
        "version": 1,
        "locale": locale,
        "app_permissions": str(where.get("app_permissions", payloads.MEMBER_PERMISSIONS)),
        "entitlements": [],
        "entitlement_sku_ids": [],
        "attachment_size_limit": MAX_UPLOAD,
        "authorizing_integration_owners": _owners(guild_id, user_id, where),
        "context": _context(guild_id, where),
        "channel_id": str(channel_id),
        "channel": _channel(world, channel_id, where),
    }
    return event | _actor(guild_id, person, where)


def _default_channel(world: World, guild_id: int | None, user_id: int, where: Where) -> int:
    """Return the channel to act in where none was named."""
    if guild_id is not None:
        return guild_id + 1
    return world.snowflakes.next() if where.get("private") else world.direct_channel(user_id)


def _actor(guild_id: int | None, person: Payload, where: Where) -> Payload:
    """Return who acts: a member with the guild, or a user."""
    if guild_id is None:
        return {"user": person}
    permissions = where.get("permissions", payloads.MEMBER_PERMISSIONS)
    return {
        "member": payloads.member(person, permissions=permissions, roles=where.get("roles", ())),
        "guild_id": str(guild_id),
        "guild": {"id": str(guild_id), "locale": payloads.LOCALE, "features": []},
        "guild_locale": payloads.LOCALE,
    }


def _owners(guild_id: int | None, user_id: int, where: Where) -> Payload:
    """Return through which installations the app may act; a bot DM has the guild "0"."""
    owners: Payload = {}
    installs = where.get("installs", ["guild"])
    if "guild" in installs:
        owners["0"] = str(guild_id or 0)
    if "user" in installs:
        owners["1"] = str(user_id)
    return owners


def _context(guild_id: int | None, where: Where) -> int:
    if guild_id is not None:
        return IN_GUILD
    return PRIVATE_CHANNEL if where.get("private") else BOT_DM


def _channel(world: World, channel_id: int, where: Where) -> Payload:
    """Return the channel with the member's permissions; one that the bot is not in is made up."""
    permissions = {"permissions": str(where.get("permissions", payloads.MEMBER_PERMISSIONS))}
    guild_id = guild_of(world, where)
    if channel_id in world.direct or guild_id in world.guilds:
        return world.channel(channel_id) | permissions
    if guild_id is None:
        return payloads.dm_channel(channel_id, payloads.user(where.get("user_id", MEMBER_ID))) | permissions
    return payloads.text_channel(channel_id, guild_id) | permissions
