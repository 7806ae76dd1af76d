"""What of a system, a member, a group and the settings can be edited, and in which form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from bot.api.pluralkit import ProxyTag
from bot.api.pluralkit.fields import (
    ADDRESS_MOST,
    DESCRIPTION_MOST,
    NAME_MOST,
    TAG_MOST,
    parse_birthday,
    parse_colour,
    parse_name,
    parse_picture,
    parse_proxy_tags,
    parse_text,
    typed_birthday,
    typed_proxy_tags,
)
from bot.errors import InvalidInput
from bot.moments import find_zone, parse_length
from bot.ui.forms import FIELD_MOST
from bot.ui.sheets import ChoicePart, Part, Sheet, TextPart, TicksPart
from bot.ui.text import lasting

_ADDRESS = "An address that begins with https://; empty for none."
_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
_NEVER = "never"
_LATCH_MOST = 2**31 - 1


def _text(key: str, label: str, most: int = NAME_MOST, *, long: bool = False) -> TextPart:
    return TextPart(key, label, partial(parse_text, label=f"The {label.lower()}", most=most), most, long=long)


def _picture(key: str, label: str) -> TextPart:
    return TextPart(
        key, label, partial(parse_picture, label=f"The {label.lower()}"), ADDRESS_MOST, hint=_ADDRESS
    )


def _privacy(names: Mapping[str, str]) -> TicksPart:
    return TicksPart(
        "privacy",
        "Hidden from others",
        names,
        "private",
        "public",
        within="privacy",
        hint="Ticked is private.",
    )


def _read_proxy_avatar(text: str) -> str:
    address = parse_picture(text, "The proxy avatar")
    if address is None:
        raise InvalidInput("PluralKit cannot take the proxy avatar away over its API; its own bot can.")
    return address


def _read_zone(text: str) -> str:
    bare = text.strip().replace(" ", "_")
    if not _ZONE.fullmatch(bare) or find_zone(bare) is None:
        raise InvalidInput("A time zone is named like `Europe/Copenhagen`, `America/New_York` or `UTC`.")
    return bare


def _read_latch(text: str) -> int | None:
    bare = text.strip().lower()
    if not bare:
        return None
    length = 0 if bare == _NEVER else parse_length(bare)
    if length is None or length > _LATCH_MOST:
        raise InvalidInput(
            "The latch timeout is typed like `2h 30m`; `never`, or empty for PluralKit's 6 hours."
        )
    return length


def _write_latch(seconds: int) -> str:
    return lasting(seconds) if seconds else _NEVER


_NAME = TextPart("name", "Name", parse_name, NAME_MOST, required=True)
_COLOUR = TextPart(
    "color", "Colour", parse_colour, 7, write="#{}".format, hint="Six hex digits, like #ff8800."
)
_DESCRIPTION = _text("description", "Description", DESCRIPTION_MOST, long=True)
_BIRTHDAY = TextPart(
    "birthday",
    "Birthday",
    parse_birthday,
    10,
    write=typed_birthday,
    hint="1994-07-16, or 07-16 without the year.",
)
_PROXIED = {"keep_proxy": "Keep the proxy tags in messages", "tts": "Read messages aloud (text to speech)"}
_LOOKS: Mapping[str, str] = {"name_privacy": "Name", "avatar_privacy": "Avatar"}
_MORE: Mapping[str, str] = {
    "description_privacy": "Description",
    "banner_privacy": "Banner",
    "pronoun_privacy": "Pronouns",
}

SYSTEM: Mapping[str, Sheet] = {
    "profile": Sheet(
        "Your system",
        [
            _text("name", "Name"),
            _text("tag", "Tag", TAG_MOST),
            _text("pronouns", "Pronouns"),
            _COLOUR,
            _DESCRIPTION,
        ],
    ),
    "pictures": Sheet(
        "Pictures of your system", [_picture("avatar_url", "Avatar"), _picture("banner", "Banner")]
    ),
    "privacy": Sheet(
        "Privacy of your system",
        [
            _privacy(
                {
                    **_LOOKS,
                    **_MORE,
                    "member_list_privacy": "List of members",
                    "group_list_privacy": "List of groups",
                    "front_privacy": "Who is fronting",
                    "front_history_privacy": "Front history",
                }
            )
        ],
    ),
    "server": Sheet(
        "Your system in this server",
        [
            _text("display_name", "Display name"),
            _text("tag", "Tag", TAG_MOST),
            _picture("avatar_url", "Avatar"),
            TicksPart("on", "Here", {"proxying_enabled": "Proxy messages", "tag_enabled": "Show the tag"}),
        ],
    ),
}
"""What of a system can be edited, by the part that is chosen."""

MEMBER: Mapping[str, Sheet] = {
    "profile": Sheet(
        "A member",
        [_NAME, _text("display_name", "Display name"), _text("pronouns", "Pronouns"), _COLOUR, _DESCRIPTION],
    ),
    "details": Sheet("Details of a member", [_BIRTHDAY, TicksPart("on", "Messages", _PROXIED)]),
    "pictures": Sheet(
        "Pictures of a member",
        [
            _picture("avatar_url", "Avatar"),
            TextPart("webhook_avatar_url", "Proxy avatar", _read_proxy_avatar, ADDRESS_MOST, hint=_ADDRESS),
            _picture("banner", "Banner"),
        ],
    ),
    "privacy": Sheet(
        "Privacy of a member",
        [
            _privacy(
                {
                    "visibility": "The member in lists",
                    **_LOOKS,
                    **_MORE,
                    "birthday_privacy": "Birthday",
                    "metadata_privacy": "Dates and number of messages",
                    "proxy_privacy": "Proxy tags",
                }
            )
        ],
    ),
    "server": Sheet(
        "A member in this server",
        [
            _text("display_name", "Display name"),
            _picture("avatar_url", "Avatar"),
            ChoicePart(
                "keep_proxy",
                "Proxy tags in messages here",
                {"keep": "Keep them", "drop": "Take them out"},
                {"keep": True, "drop": False},
            ),
        ],
    ),
}
"""What of a member can be edited, by the part that is chosen. See also :func:`member_details`."""

GROUP: Mapping[str, Sheet] = {
    "profile": Sheet("A group", [_NAME, _text("display_name", "Display name"), _COLOUR, _DESCRIPTION]),
    "pictures": Sheet("Pictures of a group", [_picture("icon", "Icon"), _picture("banner", "Banner")]),
    "privacy": Sheet(
        "Privacy of a group",
        [
            _privacy(
                {
                    "visibility": "The group in lists",
                    "name_privacy": "Name",
                    "description_privacy": "Description",
                    "banner_privacy": "Banner",
                    "icon_privacy": "Icon",
                    "list_privacy": "Its members",
                    "metadata_privacy": "Date of creation",
                }
            )
        ],
    ),
}
"""What of a group can be edited, by the part that is chosen."""

PROXY_SWITCH: Mapping[str, str] = {
    "off": "changes nothing at the front",
    "new": "registers a switch",
    "add": "adds to the front",
}
"""What a proxied message can do to the front."""
SWITCHED_ON: Mapping[str, str] = {
    "pings_enabled": "Others may ping you by reaction",
    "case_sensitive_proxy_tags": "Proxy tags heed capitals",
    "proxy_error_message_enabled": "Say when proxying fails",
    "member_default_private": "New members are private",
    "group_default_private": "New groups are private",
    "hid_display_split": "Show ids as abc-def",
    "hid_display_caps": "Show ids in capitals",
}
"""The settings that are on or off."""
SETTINGS = Sheet(
    "Settings of your system",
    [
        TextPart("timezone", "Time zone", _read_zone, 64, hint="Like Europe/Copenhagen.", required=True),
        TextPart(
            "latch_timeout",
            "Latch timeout",
            _read_latch,
            40,
            write=_write_latch,
            hint="Like 2h 30m; “never”, or empty for PluralKit's 6 hours.",
        ),
        _text("name_format", "Name format", 200),
        ChoicePart("proxy_switch", "A proxied message", PROXY_SWITCH),
        TicksPart("on", "Switched on", SWITCHED_ON),
    ],
)
"""The settings of a system."""

AUTOPROXY_MODES: Mapping[str, str] = {
    "off": "nobody: they stay as you wrote them",
    "front": "whoever fronts",
    "latch": "whoever spoke last",
    "member": "one member",
}
"""What can be proxied by itself."""
AUTOPROXY = Sheet(
    "Autoproxy in this server",
    [
        ChoicePart("autoproxy_mode", "Messages without proxy tags are sent by", AUTOPROXY_MODES),
        TextPart(
            "autoproxy_member",
            "Which member",
            lambda text: text.strip() or None,
            NAME_MOST,
            hint="A name or an id; only for “whoever spoke last” and “one member”.",
        ),
    ],
)
"""What is proxied by itself in a server."""


def member_details(standing: tuple[ProxyTag, ...]) -> Sheet:
    """Return the form for a member's birthday, proxy tags and so on; ``standing`` are the tags there are.

    Where these are longer than a form takes, it leaves them out, lest the rest of them gets lost.
    """
    if len(typed_proxy_tags(standing)) > FIELD_MOST:
        return MEMBER["details"]
    tags = TextPart(
        "proxy_tags",
        "Proxy tags, one a line",
        partial(parse_proxy_tags, standing=standing),
        FIELD_MOST,
        write=typed_proxy_tags,
        hint="What stands around the word text: W:text or {text}.",
        long=True,
    )
    birthday, ticks = MEMBER["details"].parts
    parts: list[Part] = [birthday, tags, ticks]
    return Sheet(MEMBER["details"].title, parts)
