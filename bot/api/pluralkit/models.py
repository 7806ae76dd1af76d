"""What PluralKit answers with (contract of its API v2, "Models"). All of it is frozen.

A field that is None is empty or hidden from whoever asked: the vendor does not tell which. ``privacy``
is there for the owner alone, and says what others do not see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, cast

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from bot.api.lenience import without_nulls


def _text_or_none(value: object) -> object:
    return value if isinstance(value, str) else None


def _filled_or_none(value: object) -> object:
    return value or None


ShortId = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,20}$")]
"""Five or six letters so far; premium ids may come to have others. It becomes part of a path again."""
Uuid = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$")]
_EARLIEST, _LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)


def _reckonable(moment: datetime) -> datetime:
    return min(max(moment, _EARLIEST), _LATEST)


def _texts_or_none(value: object) -> object:
    if not isinstance(value, dict):
        return None
    fields = cast("dict[object, object]", value)
    return {key: each for key, each in fields.items() if isinstance(key, str) and isinstance(each, str)}


Moment = Annotated[AwareDatetime, AfterValidator(_reckonable)]
"""What can be reckoned with: the vendor takes any moment, and one odd switch must not spoil a history."""
Privacy = Annotated[Mapping[str, str] | None, BeforeValidator(_texts_or_none)]
Snowflake = Annotated[str, Field(pattern=r"^[0-9]{1,20}$")]
Colour = Annotated[str | None, BeforeValidator(_text_or_none)]
"""Six hex digits of any case, without ``#``; anything else that is no text counts as none."""


class Model(BaseModel):
    """What all of them share: frozen, unknown keys ignored, values kept out of errors."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class _Lenient(Model):
    """Takes null for a field that may be left out as if it were left out."""

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: object) -> object:
        return without_nulls(data)


class _Owned(_Lenient):
    privacy: Privacy = None

    @property
    def is_own(self) -> bool:
        """Whether this is the owner's view, hidden fields and all."""
        return self.privacy is not None

    def hides(self, key: str) -> bool:
        """Say whether the owner, for whom alone this view is, hides ``key`` from others."""
        return (self.privacy or {}).get(key) == "private"

    @property
    def hides_anything(self) -> bool:
        """Whether the owner, for whom alone this view is, hides any of it."""
        return "private" in (self.privacy or {}).values()


class System(_Owned):
    """A system."""

    id: ShortId
    uuid: Uuid
    name: str | None = None
    description: str | None = None
    tag: str | None = None
    pronouns: str | None = None
    avatar_url: str | None = None
    banner: str | None = None
    color: Colour = None
    created: Moment | None = None


class ProxyTag(Model):
    """What stands around a text that a member says; one of the two may be missing."""

    prefix: str | None = None
    suffix: str | None = None


class Member(_Owned):
    """A member. Where the name is hidden, ``name`` is the display name and ``display_name`` None."""

    id: ShortId
    uuid: Uuid
    system: ShortId | None = None
    """The short id of its system; left out within a :class:`Message`."""
    name: str
    display_name: str | None = None
    color: Colour = None
    birthday: str | None = None
    """``YYYY-MM-DD``, where the year 0004, formerly 0001, stands for one that is kept back."""
    pronouns: str | None = None
    avatar_url: str | None = None
    webhook_avatar_url: str | None = None
    banner: str | None = None
    description: str | None = None
    created: Moment | None = None
    keep_proxy: bool = False
    tts: bool = False
    autoproxy_enabled: bool | None = None
    message_count: int | None = None
    last_message_timestamp: Moment | None = None
    proxy_tags: Sequence[ProxyTag] = ()


class Group(_Owned):
    """A group of members. A hidden name gives way to the display name, as a member's does."""

    id: ShortId
    uuid: Uuid
    name: str
    system: ShortId | None = None
    display_name: str | None = None
    description: str | None = None
    icon: str | None = None
    banner: str | None = None
    color: Colour = None
    created: Moment | None = None
    members: Sequence[Uuid] | None = None
    """Only where they were asked for; empty where that list is hidden."""


class Switch(Model):
    """A line of the front history: who came to the front, and when.

    ``members`` are short ids in no order that means anything, hidden members' among them; none
    means that everybody left the front.
    """

    id: Uuid
    timestamp: Moment
    members: Sequence[ShortId] = ()


class Front(_Lenient):
    """A switch with its members whole and in front order; none means that nobody is at the front."""

    id: Uuid
    timestamp: Moment
    members: Sequence[Member] = ()


class Message(Model):
    """A proxied message. ``system`` and ``member`` are None where they were deleted since."""

    id: Snowflake
    timestamp: Moment
    original: Annotated[Snowflake | None, BeforeValidator(_filled_or_none)] = None
    """The message that it replaced, None where that was not kept."""
    sender: Snowflake
    channel: Snowflake
    guild: Annotated[Snowflake | None, BeforeValidator(_filled_or_none)] = None
    system: System | None = None
    member: Member | None = None


class SystemSettings(_Lenient):
    """A system's settings; what others do not see is None for them."""

    timezone: str | None = None
    """A name of the tz database."""
    pings_enabled: bool = True
    latch_timeout: int | None = None
    """Seconds; None: the vendor's 6 hours; 0: never."""
    member_default_private: bool | None = None
    group_default_private: bool | None = None
    show_private_info: bool | None = None
    member_limit: int | None = None
    group_limit: int | None = None
    case_sensitive_proxy_tags: bool = True
    proxy_error_message_enabled: bool = True
    hid_display_split: bool = False
    hid_display_caps: bool = False
    proxy_switch: str = "off"
    """``off``, ``new`` (a proxied message registers a switch) or ``add`` (it joins the front)."""
    name_format: str | None = None


class SystemGuild(_Lenient):
    """A system's settings in one Discord server."""

    proxying_enabled: bool = True
    tag: str | None = None
    tag_enabled: bool = True
    avatar_url: str | None = None
    display_name: str | None = None


class MemberGuild(_Lenient):
    """A member's settings in one Discord server."""

    display_name: str | None = None
    avatar_url: str | None = None
    keep_proxy: bool | None = None


class Autoproxy(_Lenient):
    """What is proxied by itself in one Discord server."""

    autoproxy_mode: str
    """``off``, ``front``, ``latch`` or ``member``."""
    autoproxy_member: ShortId | None = None
    last_latch_timestamp: Moment | None = None
