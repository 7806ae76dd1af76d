"""Which keys of each model can be written, and by which rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar, cast, get_args

from bot.sandbox.pluralkit.bodies import note_unknown, read_object
from bot.sandbox.pluralkit.call import Call, S
from bot.sandbox.pluralkit.dispatch import changed
from bot.sandbox.pluralkit.entities import GroupPrivacy, MemberPrivacy, SystemPrivacy
from bot.sandbox.pluralkit.errors import failed, objected
from bot.sandbox.pluralkit.validation import (
    Objection,
    Rule,
    birthday,
    color,
    flag,
    hidden,
    lower_color,
    name,
    one_of,
    picture,
    proxy_tags,
    seconds,
    templates,
    text,
    time_zone,
)
from bot.sandbox.upstream import JSON

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Changes:
    """What a body asks for, checked."""

    fields: Mapping[str, object]
    privacy: Mapping[str, bool] = field(default_factory=dict[str, bool])
    """Whether a field is to be private."""

    def apply_to(self, thing: object) -> None:
        """Change what the body names of a thing, and leave the rest."""
        for key, value in self.fields.items():
            setattr(thing, key, value)
        if self.privacy:
            private = cast("set[str]", getattr(thing, "private"))  # noqa: B009 - of several classes
            private.difference_update(self.privacy)
            private.update(key for key, is_private in self.privacy.items() if is_private)


@dataclass(frozen=True, slots=True)
class Form:
    """What can be written of one model."""

    rules: Mapping[str, Rule]
    privacy: Collection[str] = ()
    """The keys of its privacy object."""
    shown: Collection[str] = ()
    """Keys of its answers that cannot be written: who sends one back is ignored, without complaint."""
    needs: Mapping[str, str] = field(default_factory=dict[str, str])
    """What a new thing cannot do without, with what is said where it is missing."""

    def bind(self, call: Call[S]) -> dict[str, JSON]:
        """Return the object that came, complaining of unknown keys. Raises :class:`RefusalError`."""
        own = {"privacy"} if self.privacy else set[str]()
        body = read_object(call, {*self.rules, *self.shown, *own})
        sent = body.get("privacy")
        if self.privacy and isinstance(sent, dict):
            note_unknown(call, sent, self.privacy, under="privacy.")
        return body

    def fill(self, body: Mapping[str, JSON]) -> Changes:
        """Read a body for something new, which may leave all out but what it needs."""
        return self._read(body, {key: said for key, said in self.needs.items() if key not in body})

    def change(self, body: Mapping[str, JSON]) -> Changes:
        """Read a body that changes something; one that changes nothing is refused."""
        changes = self._read(body, {})
        if not changes.fields and not changes.privacy:
            raise failed(400)
        return changes

    def _read(self, body: Mapping[str, JSON], missing: Mapping[str, str]) -> Changes:
        """Check every key before anything is refused; errors lie by the key alone, privacy's too."""
        errors: dict[str, list[JSON]] = {key: [{"message": said}] for key, said in missing.items()}
        fields = _checked({key: (body[key], rule) for key, rule in self.rules.items() if key in body}, errors)
        sent = body.get("privacy") if self.privacy else None
        if not isinstance(sent, dict | None):
            raise failed(400)
        asked = {key: (sent[key], hidden) for key in self.privacy if sent and key in sent}
        privacy = cast("dict[str, bool]", _checked(asked, errors))
        if errors:
            raise objected(errors)
        return Changes(fields, privacy)


def revise(
    thing: T, changes: Changes, show: Callable[[T], dict[str, JSON]]
) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Change a thing; return how it shows itself since, and what of that is new."""
    before = show(thing)
    changes.apply_to(thing)
    after = show(thing)
    return after, changed(before, after)


def _checked(values: Mapping[str, tuple[JSON, Rule]], errors: dict[str, list[JSON]]) -> dict[str, object]:
    """Put values through their rules; add what is objected to ``errors``."""
    kept: dict[str, object] = {}
    for key, (value, rule) in values.items():
        try:
            kept[key] = rule(key, value)
        except Objection as objection:
            errors[key] = [*objection.entries]
    return kept


SYSTEM: Final = Form(
    {
        "name": text(100),
        "description": text(1000),
        "tag": text(79),
        "pronouns": text(100),
        "avatar_url": picture,
        "banner": picture,
        "color": color,
    },
    privacy=get_args(SystemPrivacy),
    shown={"id", "uuid", "created", "webhook_url"},
)
MEMBER: Final = Form(
    {
        "name": name("Member"),
        "display_name": text(100),
        "color": lower_color,
        "birthday": birthday,
        "pronouns": text(100),
        "avatar_url": picture,
        "webhook_avatar_url": picture,
        "banner": picture,
        "description": text(1000),
        "keep_proxy": flag,
        "tts": flag,
        "proxy_tags": proxy_tags,
    },
    privacy=get_args(MemberPrivacy),
    shown={
        "id",
        "uuid",
        "system",
        "created",
        "autoproxy_enabled",
        "message_count",
        "last_message_timestamp",
    },
    needs={"name": "Key 'name' is required when creating new member."},
)
GROUP: Final = Form(
    {
        "name": name("Group"),
        "display_name": text(100),
        "description": text(1000),
        "icon": picture,
        "banner": picture,
        "color": lower_color,
    },
    privacy=get_args(GroupPrivacy),
    shown={"id", "uuid", "system", "created", "members"},
    needs={"name": "Key 'name' is required when creating new group."},
)
SETTINGS: Final = Form(
    {
        "timezone": time_zone,
        "pings_enabled": flag,
        "latch_timeout": seconds,
        "member_default_private": flag,
        "group_default_private": flag,
        "case_sensitive_proxy_tags": flag,
        "proxy_error_message_enabled": flag,
        "hid_display_split": flag,
        "hid_display_caps": flag,
        "card_show_color_hex": flag,
        "proxy_switch": one_of("off", "new", "add", otherwise="off"),
        "name_format": text(),
        "description_templates": templates,
    },
    shown={"show_private_info", "member_limit", "group_limit", "hid_list_padding"},
)
DOCUMENTED_SETTINGS: Final = Form(
    {
        **SETTINGS.rules,
        "show_private_info": flag,
        "hid_list_padding": one_of("off", "left", "right"),
    },
    shown={"member_limit", "group_limit"},
)
SYSTEM_GUILD: Final = Form(
    {
        "proxying_enabled": flag,
        "tag": text(79),
        "tag_enabled": flag,
        "avatar_url": picture,
        "display_name": text(100),
        "name_format": text(),
    },
    shown={"guild_id"},
)
MEMBER_GUILD: Final = Form(
    {"display_name": text(100), "avatar_url": picture, "keep_proxy": flag},
    shown={"guild_id"},
)
