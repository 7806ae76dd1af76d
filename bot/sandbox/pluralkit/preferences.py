"""What the API answers to writes of settings, by themselves and per Discord guild, and of autoproxy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.sandbox.pluralkit.bodies import read_object
from bot.sandbox.pluralkit.call import Call, Page, Pages, autoproxied_guild, number
from bot.sandbox.pluralkit.entities import Autoproxy, Member, System
from bot.sandbox.pluralkit.errors import failed, objected, refused
from bot.sandbox.pluralkit.forms import (
    DOCUMENTED_SETTINGS,
    MEMBER_GUILD,
    SETTINGS,
    SYSTEM_GUILD,
    Changes,
    revise,
)
from bot.sandbox.pluralkit.references import as_short_id, as_uuid
from bot.sandbox.pluralkit.validation import words
from bot.sandbox.pluralkit.views import autoproxy_view, changed_settings_view, guild_view
from bot.sandbox.upstream import JSON

_MODES = ("off", "front", "latch", "member")
_WITH_MEMBER = {"latch", "member"}


def _patch_settings(call: Call[System]) -> JSON:
    form = DOCUMENTED_SETTINGS if call.documented.all_settings_writable else SETTINGS
    body = form.bind(call)
    call.demand_own()
    shown, news = revise(call.subject.settings, form.change(body), changed_settings_view)
    call.tell(call.subject, "UPDATE_SETTINGS", None, news)
    return shown


def _patch_system_guild(call: Call[System]) -> JSON:
    body = SYSTEM_GUILD.bind(call)
    call.demand_own()
    guild = call.subject.guilds.get(number(call.path["guild"]))
    if guild is None:
        raise refused(20009)
    shown, news = revise(guild, SYSTEM_GUILD.change(body), guild_view)
    call.tell(call.subject, "UPDATE_SYSTEM_GUILD", None, _in_guild(call.path["guild"], news))
    return shown


def _patch_member_guild(call: Call[Member]) -> JSON:
    member = call.subject
    body = MEMBER_GUILD.bind(call)
    call.demand_own()
    guild = member.guilds.get(number(call.path["guild"]))
    if guild is None:
        raise refused(20010)
    shown, news = revise(guild, MEMBER_GUILD.change(body), guild_view)
    call.tell(member.system, "UPDATE_MEMBER_GUILD", member.uuid, _in_guild(call.path["guild"], news))
    return shown


def _patch_autoproxy(call: Call[System]) -> JSON:
    body = read_object(call, {"autoproxy_mode", "autoproxy_member", "last_latch_timestamp"})
    call.demand_own()
    guild = autoproxied_guild(call)
    autoproxy = call.subject.autoproxy.setdefault(guild, Autoproxy())
    changes = Changes(_wanted(call, body, autoproxy))
    shown, news = revise(autoproxy, changes, autoproxy_view)
    call.tell(call.subject, "UPDATE_AUTOPROXY", None, _in_guild(str(guild), news))
    return shown


PREFERENCES: Final = Pages(
    systems=(
        Page("/systems/{system}/settings", _patch_settings, method="PATCH"),
        Page("/systems/{system}/guilds/{guild}", _patch_system_guild, method="PATCH"),
        Page(
            "/systems/{system}/autoproxy",
            _patch_autoproxy,
            frozenset({"guild_id", "channel_id"}),
            method="PATCH",
        ),
    ),
    members=(Page("/members/{member}/guilds/{guild}", _patch_member_guild, method="PATCH"),),
)


def _wanted(call: Call[System], body: Mapping[str, JSON], now: Autoproxy) -> dict[str, object]:
    """Return mode and member as a body wants them. Everything but another's member is a 40001."""
    if not body.keys() & {"autoproxy_mode", "autoproxy_member"}:
        raise failed(400)
    sent = body.get("autoproxy_mode", now.mode)
    mode = "off" if sent is None else sent
    if mode not in _MODES:
        raise _objection("autoproxy_mode", "Field autoproxy_mode is invalid.")
    ref = words(body.get("autoproxy_member"))
    if ref is not None and mode not in _WITH_MEMBER:
        raise _objection("autoproxy_member", "Field autoproxy_member is invalid.")
    kept = now.member if "autoproxy_member" not in body and mode in _WITH_MEMBER else None
    member = kept if ref is None else _member(call, ref)
    if mode == "member" and member is None:
        if call.documented.autoproxy_40002:
            raise refused(40002)
        raise _objection("autoproxy_member", "Missing autoproxy member for member-mode autoproxy.")
    return {"mode": mode, "member": member}


def _member(call: Call[System], ref: str) -> Member:
    """Return the own member that a body names, in any spelling of a path."""
    found = call.world.members.find(as_uuid(ref) or as_short_id(ref) or "")
    if found is None:
        raise _objection("autoproxy_member", "Member not found.")
    if found.system is not call.subject:
        raise failed(403)
    return found


def _objection(key: str, message: str) -> Exception:
    return objected({key: [{"message": message}]})


def _in_guild(guild: str, news: Mapping[str, JSON]) -> JSON:
    """Return what is told of a change in one Discord guild, whose id stands in no other body."""
    return {"guild_id": guild, **news} if news else {}
