"""How the API shows things: to their owner (``own``), and to everybody else.

Every key is always there, in the vendor's order; what is hidden or empty is null.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict
from operator import attrgetter
from typing import TypeVar, cast, get_args

from bot.sandbox.pluralkit.entities import (
    Autoproxy,
    Group,
    GroupPrivacy,
    Member,
    MemberPrivacy,
    Message,
    Switch,
    System,
    SystemPrivacy,
)
from bot.sandbox.pluralkit.settings import MemberGuild, Settings, SystemGuild
from bot.sandbox.pluralkit.times import stamp, stamp_of_snowflake, stamp_or_null
from bot.sandbox.upstream import JSON

T = TypeVar("T")

_OWNERS_SETTINGS = (
    "timezone",
    "member_default_private",
    "group_default_private",
    "show_private_info",
    "member_limit",
    "group_limit",
    "description_templates",
)
_OLD_MEDIA = "https://media.discordapp.net/attachments/"
_NEW_MEDIA = "https://cdn.discordapp.com/attachments/"


def system_view(system: System, *, own: bool) -> dict[str, JSON]:
    """Show a system. ``webhook_url`` is there for the owner alone."""

    def shown(value: T, key: SystemPrivacy) -> T | None:
        return value if own or key not in system.private else None

    return {
        "id": system.id,
        "uuid": system.uuid,
        "name": shown(system.name, "name_privacy"),
        "description": shown(system.description, "description_privacy"),
        "tag": system.tag,
        "pronouns": shown(system.pronouns, "pronoun_privacy"),
        "avatar_url": shown(_picture(system.avatar_url), "avatar_privacy"),
        "banner": shown(_picture(system.banner), "banner_privacy"),
        "color": system.color,
        "created": stamp(system.created),
        **({"webhook_url": system.webhook_url} if own else {}),
        "privacy": _privacy(get_args(SystemPrivacy), system.private) if own else None,
    }


def member_view(member: Member, *, own: bool, with_system: bool = True) -> dict[str, JSON]:
    """Show a member. A hidden name gives way to the display name, which is then null itself."""

    def shown(value: T, key: MemberPrivacy) -> T | None:
        return value if own or key not in member.private else None

    return {
        "id": member.id,
        "uuid": member.uuid,
        **({"system": member.system.id} if with_system else {}),
        "name": shown(member.name, "name_privacy") or member.display_name or member.name,
        "display_name": shown(member.display_name, "name_privacy"),
        "color": member.color,
        "birthday": shown(member.birthday, "birthday_privacy"),
        "pronouns": shown(member.pronouns, "pronoun_privacy"),
        "avatar_url": shown(_picture(member.avatar_url), "avatar_privacy"),
        "webhook_avatar_url": shown(_picture(member.webhook_avatar_url), "avatar_privacy"),
        "banner": shown(_picture(member.banner), "banner_privacy"),
        "description": shown(member.description, "description_privacy"),
        "created": shown(stamp(member.created), "metadata_privacy"),
        "keep_proxy": member.keep_proxy,
        "tts": member.tts,
        "autoproxy_enabled": member.autoproxy_enabled if own else None,
        "message_count": shown(member.message_count, "metadata_privacy"),
        "last_message_timestamp": shown(stamp_or_null(member.last_message), "metadata_privacy"),
        "proxy_tags": [
            {"prefix": prefix, "suffix": suffix}
            for prefix, suffix in shown(member.proxy_tags, "proxy_privacy") or ()
        ],
        "privacy": _privacy(get_args(MemberPrivacy), member.private) if own else None,
    }


def group_view(
    group: Group, *, own: bool, with_system: bool = True, with_members: bool = False
) -> dict[str, JSON]:
    """Show a group; with ``with_members`` the UUIDs of those of its members that may be seen."""

    def shown(value: T, key: GroupPrivacy) -> T | None:
        return value if own or key not in group.private else None

    members = visible(shown(group.members, "list_privacy") or (), own=own)
    return {
        "id": group.id,
        "uuid": group.uuid,
        "name": shown(group.name, "name_privacy") or group.display_name or group.name,
        **({"system": group.system.id} if with_system else {}),
        "display_name": shown(group.display_name, "name_privacy"),
        "description": shown(group.description, "description_privacy"),
        "icon": shown(_picture(group.icon), "icon_privacy"),
        # The vendor rewrites addresses of pictures everywhere but here.
        "banner": shown(group.banner, "banner_privacy"),
        "color": group.color,
        "created": shown(stamp(group.created), "metadata_privacy"),
        **({"members": [member.uuid for member in members]} if with_members else {}),
        "privacy": _privacy(get_args(GroupPrivacy), group.private) if own else None,
    }


def switch_view(switch: Switch, *, own: bool, with_system: bool = True) -> dict[str, JSON]:
    """Show a switch with whole members in front order. Hidden members are among them."""
    return {
        "id": switch.uuid,
        "timestamp": stamp(switch.at),
        "members": [member_view(member, own=own, with_system=with_system) for member in switch.members],
    }


def switch_line(switch: Switch) -> dict[str, JSON]:
    """Show a switch as one of a list: short ids, hidden ones too, in the order of the members' making.

    Front order is lost in lists.
    """
    made = sorted(switch.members, key=attrgetter("number"))
    return {"id": switch.uuid, "timestamp": stamp(switch.at), "members": [member.id for member in made]}


def message_view(message: Message, *, own: bool) -> dict[str, JSON]:
    """Show a proxied message. Its member never names its system."""
    member = message.member
    return {
        "timestamp": stamp_of_snowflake(message.id),
        "id": str(message.id),
        "original": "" if message.original is None else str(message.original),
        "sender": str(message.sender),
        "channel": str(message.channel),
        "guild": None if message.guild is None else str(message.guild),
        "system": None if member is None else system_view(member.system, own=own),
        "member": None if member is None else member_view(member, own=own, with_system=False),
    }


def settings_view(settings: Settings, *, own: bool) -> dict[str, JSON]:
    """Show a system's settings, of which others see only some."""
    whole = changed_settings_view(settings) | {"name_format": settings.name_format or "{name} {tag}"}
    del whole["card_show_color_hex"]
    return {key: value for key, value in whole.items() if own or key not in _OWNERS_SETTINGS}


def changed_settings_view(settings: Settings) -> dict[str, JSON]:
    """Show a system's settings as the answer to a change does, which the inner server writes."""
    return cast("dict[str, JSON]", asdict(settings))


def guild_view(guild: SystemGuild | MemberGuild) -> dict[str, JSON]:
    """Show the settings for one Discord guild."""
    return cast("dict[str, JSON]", asdict(guild))


def autoproxy_view(autoproxy: Autoproxy) -> dict[str, JSON]:
    """Show what is proxied by itself, the member by its short id."""
    return {
        "autoproxy_mode": autoproxy.mode,
        "autoproxy_member": None if autoproxy.member is None else autoproxy.member.id,
        "last_latch_timestamp": stamp_or_null(autoproxy.last_latch),
    }


def oembed_view(kind: str, title: str) -> dict[str, JSON]:
    """Show what other sites embed for a link to a system, member or group."""
    return {
        "type": "rich",
        "provider_name": f"PluralKit {kind}",
        "provider_url": "https://pluralkit.me",
        "title": title,
    }


V = TypeVar("V", Member, Group)


def visible(things: Iterable[V], *, own: bool) -> list[V]:
    """Return those of a list that may be seen in it."""
    return [thing for thing in things if own or "visibility" not in thing.private]


def _privacy(keys: Collection[str], private: Collection[str]) -> dict[str, JSON]:
    return {key: "private" if key in private else "public" for key in keys}


def _picture(address: str | None) -> str | None:
    """Rewrite the address of an attachment on Discord's old host, as the vendor does on the way out."""
    if address is None or not address.startswith(_OLD_MEDIA):
        return address
    return _NEW_MEDIA + address.removeprefix(_OLD_MEDIA)
