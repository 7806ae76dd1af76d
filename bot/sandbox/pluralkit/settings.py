"""The settings that systems and members have, by themselves and per Discord guild.

Their fields stand in the order of the API's output.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Settings:
    """A system's settings, as they are for a new system."""

    timezone: str = "UTC"
    pings_enabled: bool = True
    latch_timeout: int | None = None
    """Seconds; None: the vendor's 6 hours; 0: never."""
    member_default_private: bool = False
    group_default_private: bool = False
    show_private_info: bool = True
    member_limit: int = 1000
    group_limit: int = 250
    case_sensitive_proxy_tags: bool = True
    proxy_error_message_enabled: bool = True
    hid_display_split: bool = False
    hid_display_caps: bool = False
    hid_list_padding: Literal["off", "left", "right"] = "off"
    card_show_color_hex: bool = False
    """Only the answer to a change shows it."""
    proxy_switch: Literal["off", "new", "add"] = "off"
    name_format: str | None = None
    """None: the default, which a GET spells out."""
    description_templates: list[str] = field(default_factory=list[str])


@dataclass(slots=True, kw_only=True)
class SystemGuild:
    """A system's settings in one Discord guild."""

    proxying_enabled: bool = True
    tag: str | None = None
    tag_enabled: bool = True
    avatar_url: str | None = None
    display_name: str | None = None
    name_format: str | None = None


@dataclass(slots=True, kw_only=True)
class MemberGuild:
    """A member's settings in one Discord guild."""

    display_name: str | None = None
    avatar_url: str | None = None
    keep_proxy: bool | None = None
