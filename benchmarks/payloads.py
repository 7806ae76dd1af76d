"""Discord's objects as JSON: users, members, guilds, channels, messages. Values in, payloads out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from benchmarks.wire import Payload

MEMBER_PERMISSIONS = 1 << 6 | 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 18 | 1 << 31
"""React, view, send, embed, attach, read history, foreign emoji, use commands: what @everyone may."""

ALL_PERMISSIONS = (1 << 53) - 1
"""What Discord sends for an administrator: every bit."""

LOCALE = "en-US"

EPHEMERAL = 1 << 6
LOADING = 1 << 7
COMPONENTS_V2 = 1 << 15
"""Flags of a message: https://docs.discord.com/developers/resources/message#message-object-message-flags."""

TEXT_CHANNEL, DM_CHANNEL = 0, 1
DEFAULT_MESSAGE, REPLY_MESSAGE, SLASH_MESSAGE, CONTEXT_MENU_MESSAGE = 0, 19, 20, 23

JOINED_AT = "2024-01-01T00:00:00.000000+00:00"


def now() -> str:
    """Return this moment in the spelling of Discord's timestamps."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


def user(user_id: int, name: str | None = None, *, bot: bool = False) -> Payload:
    """Return a user; the name follows from the id where none is given."""
    return {
        "id": str(user_id),
        "username": name or f"member{user_id % 1_000_000}",
        "global_name": None if bot else (name or f"Member {user_id % 1_000_000}"),
        "discriminator": "0001" if bot else "0",
        "avatar": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "banner": None,
        "accent_color": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
        "bot": bot,
        "system": False,
    }


def own_user(user_id: int, name: str) -> Payload:
    """Return the bot's own user, with what only it may see of itself."""
    private = {"verified": True, "mfa_enabled": True, "locale": LOCALE, "email": None, "premium_type": 0}
    return user(user_id, name, bot=True) | private


def member(of: Payload | None, *, permissions: int | None = None, roles: Sequence[int] = ()) -> Payload:
    """Return a member of a guild. Discord leaves the user out in ``resolved``: pass None there."""
    payload: Payload = {
        "nick": None,
        "avatar": None,
        "banner": None,
        "roles": [str(role) for role in roles],
        "joined_at": JOINED_AT,
        "premium_since": None,
        "communication_disabled_until": None,
        "unusual_dm_activity_until": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
    }
    if of is not None:
        payload["user"] = of
    if permissions is not None:
        payload["permissions"] = str(permissions)
    return payload


def everyone(guild_id: int) -> Payload:
    """Return the @everyone role, whose id is the guild's."""
    return {
        "id": str(guild_id),
        "name": "@everyone",
        "description": None,
        "permissions": str(MEMBER_PERMISSIONS),
        "position": 0,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def text_channel(channel_id: int, guild_id: int, position: int = 0) -> Payload:
    """Return a text channel of a guild."""
    return {
        "id": str(channel_id),
        "type": TEXT_CHANNEL,
        "guild_id": str(guild_id),
        "name": f"channel-{position}",
        "position": position,
        "permission_overwrites": [],
        "topic": None,
        "nsfw": False,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "parent_id": None,
        "flags": 0,
    }


def dm_channel(channel_id: int, recipient: Payload) -> Payload:
    """Return the direct-message channel between the bot and one user."""
    return {
        "id": str(channel_id),
        "type": DM_CHANNEL,
        "last_message_id": None,
        "flags": 0,
        "recipients": [recipient],
    }


def own_guild(guild_id: int) -> Payload:
    """Return a guild as ``GET /users/@me/guilds`` shows it."""
    return {
        "id": str(guild_id),
        "name": f"Guild {guild_id % 1_000_000}",
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": "0",
        "features": [],
    }


def guild(guild_id: int, channels: Sequence[Payload], *, owner_id: int) -> Payload:
    """Return a guild as REST shows it, without channels; :func:`guild_create` adds the rest."""
    return {
        "id": str(guild_id),
        "name": f"Guild {guild_id % 1_000_000}",
        "icon": None,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "features": [],
        "owner_id": str(owner_id),
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": channels[0]["id"] if channels else None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "verification_level": 0,
        "roles": [everyone(guild_id)],
        "default_message_notifications": 0,
        "mfa_level": 0,
        "explicit_content_filter": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "premium_tier": 0,
        "premium_subscription_count": 0,
        "preferred_locale": LOCALE,
        "rules_channel_id": None,
        "safety_alerts_channel_id": None,
        "public_updates_channel_id": None,
        "premium_progress_bar_enabled": False,
        "premium_progress_bar_enabled_user_updated_at": None,
        "nsfw": False,
        "nsfw_level": 0,
        "emojis": [],
        "stickers": [],
        "incidents_data": None,
        "inventory_settings": None,
        "embed_enabled": False,
        "embed_channel_id": None,
    }


def guild_create(payload: Payload, channels: Sequence[Payload], me: Payload) -> Payload:
    """Return the data of GUILD_CREATE: a guild with its channels and, lacking intents, the bot alone."""
    return payload | {
        "joined_at": JOINED_AT,
        "large": False,
        "unavailable": False,
        "member_count": 2,
        "members": [me],
        "channels": list(channels),
        "voice_states": [],
        "threads": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message(message_id: int, channel_id: int, author: Payload, kind: int = DEFAULT_MESSAGE) -> Payload:
    """Return an empty message."""
    return {
        "id": str(message_id),
        "type": kind,
        "channel_id": str(channel_id),
        "author": author,
        "content": "",
        "timestamp": now(),
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "flags": 0,
        "components": [],
    }


def application(application_id: int, name: str, owner: Payload, bot: Payload, guilds: int) -> Payload:
    """Return the application as its own bot sees it."""
    installation = {"oauth2_install_params": {"scopes": ["applications.commands"], "permissions": "0"}}
    return {
        "id": str(application_id),
        "name": name,
        "icon": None,
        "description": "",
        "summary": "",
        "type": None,
        "bot": bot,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "owner": owner,
        "team": None,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "event_webhooks_url": None,
        "event_webhooks_status": 1,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "integration_types_config": {"0": installation, "1": installation},
        "approximate_guild_count": guilds,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
    }
