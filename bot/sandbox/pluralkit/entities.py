"""What the emulator's world is made of: systems, members, groups, switches and messages.

Everything can be changed while the emulator runs. Moments are ``datetime`` with a time zone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from bot.sandbox.pluralkit.settings import MemberGuild, Settings, SystemGuild

SystemPrivacy: TypeAlias = Literal[
    "name_privacy",
    "avatar_privacy",
    "description_privacy",
    "banner_privacy",
    "pronoun_privacy",
    "member_list_privacy",
    "group_list_privacy",
    "front_privacy",
    "front_history_privacy",
]
"""What a system can hide, in the order of the API's output."""

MemberPrivacy: TypeAlias = Literal[
    "visibility",
    "name_privacy",
    "description_privacy",
    "banner_privacy",
    "birthday_privacy",
    "pronoun_privacy",
    "avatar_privacy",
    "metadata_privacy",
    "proxy_privacy",
]
"""What a member can hide, in the order of the API's output."""

GroupPrivacy: TypeAlias = Literal[
    "name_privacy",
    "description_privacy",
    "banner_privacy",
    "icon_privacy",
    "list_privacy",
    "metadata_privacy",
    "visibility",
]
"""What a group can hide, in the order of the API's output."""

LONG_AGO: Final = datetime(2021, 1, 1, tzinfo=UTC)
"""When things were made that do not say so."""


@dataclass(slots=True, kw_only=True, eq=False)
class System:
    """A system. Ids that are left out are made by the world."""

    id: str = ""
    uuid: str = ""
    name: str | None = None
    description: str | None = None
    tag: str | None = None
    pronouns: str | None = None
    avatar_url: str | None = None
    banner: str | None = None
    color: str | None = None
    created: datetime = LONG_AGO
    webhook_url: str | None = None
    """Where its owner wants to hear of changes."""
    webhook_token: str = field(default="", repr=False)
    """What the webhook tells the vendor by."""
    private: set[SystemPrivacy] = field(default_factory=set[SystemPrivacy])
    token: str | None = field(default=None, repr=False)
    """What its owner sends as ``Authorization``; None: nobody can."""
    accounts: list[int] = field(default_factory=list[int])
    """The Discord accounts linked to it."""
    settings: Settings = field(default_factory=Settings)
    guilds: dict[int, SystemGuild] = field(default_factory=dict[int, SystemGuild])
    """By Discord guild. A guild without a row has no settings, and says so with 404."""
    autoproxy: dict[int, Autoproxy] = field(default_factory=dict[int, "Autoproxy"])
    """By Discord guild."""
    members: list[Member] = field(default_factory=list["Member"], repr=False)
    groups: list[Group] = field(default_factory=list["Group"], repr=False)
    switches: list[Switch] = field(default_factory=list["Switch"], repr=False)
    """Oldest first. Whoever changes the list by hand keeps it so."""


@dataclass(slots=True, kw_only=True, eq=False)
class Member:
    """A member of a system."""

    system: System = field(repr=False)
    name: str
    id: str = ""
    uuid: str = ""
    display_name: str | None = None
    color: str | None = None
    birthday: str | None = None
    """``YYYY-MM-DD``; the year 0004 stands for one that is kept back."""
    pronouns: str | None = None
    avatar_url: str | None = None
    webhook_avatar_url: str | None = None
    banner: str | None = None
    description: str | None = None
    created: datetime = LONG_AGO
    keep_proxy: bool = False
    tts: bool = False
    autoproxy_enabled: bool = True
    message_count: int = 0
    last_message: datetime | None = None
    proxy_tags: list[tuple[str | None, str | None]] = field(
        default_factory=list[tuple[str | None, str | None]]
    )
    """Pairs of prefix and suffix."""
    private: set[MemberPrivacy] = field(default_factory=set[MemberPrivacy])
    guilds: dict[int, MemberGuild] = field(default_factory=dict[int, MemberGuild])
    """By Discord guild. A guild without a row has no settings, and says so with 404."""
    number: int = 0
    """Counts the members of all systems as they are made; the world fills it in."""


@dataclass(slots=True, kw_only=True, eq=False)
class Group:
    """A group of members."""

    system: System = field(repr=False)
    name: str
    id: str = ""
    uuid: str = ""
    display_name: str | None = None
    description: str | None = None
    icon: str | None = None
    banner: str | None = None
    color: str | None = None
    created: datetime = LONG_AGO
    private: set[GroupPrivacy] = field(default_factory=set[GroupPrivacy])
    members: list[Member] = field(default_factory=list[Member], repr=False)


@dataclass(slots=True, kw_only=True, eq=False)
class Switch:
    """Who came to the front, and when. Its only id is a UUID."""

    system: System = field(repr=False)
    at: datetime
    members: list[Member] = field(default_factory=list[Member])
    """In front order; empty: everybody left the front."""
    uuid: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """A proxied message."""

    id: int
    original: int | None
    """The message that was replaced; None: it was not kept."""
    sender: int
    channel: int
    guild: int | None
    member: Member | None
    """None: the member, or its system, has been deleted since."""


@dataclass(slots=True, kw_only=True)
class Autoproxy:
    """What a system has proxied without being asked in one Discord guild."""

    mode: Literal["off", "front", "latch", "member"] = "off"
    member: Member | None = None
    last_latch: datetime | None = None
