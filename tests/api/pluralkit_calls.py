"""All that PluralKit is asked, each with the request that the vendor documents for it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Generic, TypeVar

from bot.api.pluralkit import PluralKitClient, PluralKitOwner
from bot.api.policy import JSON
from tests.api.desk import Desk
from tests.api.pluralkit_desk import GUILD, MEMBER, SWITCH, says

C = TypeVar("C", bound=PluralKitClient)

MORNING = datetime(2026, 8, 1, 10, tzinfo=timezone(timedelta(hours=2)))
MOVED = "2026-08-01T08:00:00.000000Z"


@dataclass(frozen=True)
class Act(Generic[C]):
    """Something that somebody asks, and the request that it is to be. ``says``: "" is a 204."""

    ask: Callable[[C], Awaitable[object]]
    method: str
    path: str
    body: JSON = None
    says: str = ""
    query: Mapping[str, str] = field(default_factory=dict[str, str])


QUESTIONS: dict[str, Act[PluralKitClient]] = {
    "system": Act(lambda pk: pk.system("hrbrla"), "GET", "/systems/hrbrla", says="system_public"),
    "settings": Act(
        lambda pk: pk.settings("hrbrla"), "GET", "/systems/hrbrla/settings", says="settings_public"
    ),
    "members": Act(lambda pk: pk.members("hrbrla"), "GET", "/systems/hrbrla/members", says="members_public"),
    "groups": Act(lambda pk: pk.groups("hrbrla"), "GET", "/systems/hrbrla/groups", says="groups_public"),
    "groups with members": Act(
        lambda pk: pk.groups("hrbrla", with_members=True),
        "GET",
        "/systems/hrbrla/groups",
        says="groups_with_members_public",
        query={"with_members": "true"},
    ),
    "fronters": Act(
        lambda pk: pk.fronters("hrbrla"), "GET", "/systems/hrbrla/fronters", says="fronters_public"
    ),
    "switches": Act(
        lambda pk: pk.switches("hrbrla"),
        "GET",
        "/systems/hrbrla/switches",
        says="switches",
        query={"limit": "100"},
    ),
    "switches before": Act(
        lambda pk: pk.switches("hrbrla", before=datetime(2026, 8, 1, 8, tzinfo=UTC), limit=11, walking=True),
        "GET",
        "/systems/hrbrla/switches",
        says="switches",
        query={"limit": "11", "before": "2026-08-01T08:00:00.000000Z"},
    ),
    "switch": Act(
        lambda pk: pk.switch("hrbrla", SWITCH),
        "GET",
        f"/systems/hrbrla/switches/{SWITCH}",
        says="fronters_public",
    ),
    "member": Act(lambda pk: pk.member("wrenq"), "GET", "/members/wrenq", says="member_public"),
    "member's groups": Act(
        lambda pk: pk.member_groups("wrenq"), "GET", "/members/wrenq/groups", says="groups_public"
    ),
    "group": Act(lambda pk: pk.group("crewab"), "GET", "/groups/crewab", says="group_public"),
    "group's members": Act(
        lambda pk: pk.group_members("crewab"), "GET", "/groups/crewab/members", says="members_public"
    ),
    "message": Act(
        lambda pk: pk.message("860690364317958164"),
        "GET",
        "/messages/860690364317958164",
        says="message_public",
    ),
}
"""What anybody may ask."""
OWNER_READS: dict[str, Act[PluralKitOwner]] = {
    "guild": Act(
        lambda pk: pk.system_guild(GUILD), "GET", f"/systems/@me/guilds/{GUILD}", says="system_guild"
    ),
    "autoproxy": Act(
        lambda pk: pk.autoproxy(GUILD),
        "GET",
        "/systems/@me/autoproxy",
        says="autoproxy",
        query={"guild_id": str(GUILD)},
    ),
    "member's guild": Act(
        lambda pk: pk.member_guild("wrenq", GUILD),
        "GET",
        f"/members/wrenq/guilds/{GUILD}",
        says="member_guild",
    ),
}
EDITS: dict[str, Act[PluralKitOwner]] = {
    "edit system": Act(
        lambda pk: pk.edit_system({"name": "Harbour Lights", "description": None}),
        "PATCH",
        "/systems/@me",
        {"name": "Harbour Lights", "description": None},
        "system_own",
    ),
    "edit privacy": Act(
        lambda pk: pk.edit_system({"privacy": {"front_privacy": "private"}}),
        "PATCH",
        "/systems/@me",
        {"privacy": {"front_privacy": "private"}},
        "system_own",
    ),
    "edit nothing": Act(lambda pk: pk.edit_system({}), "PATCH", "/systems/@me", {}, "system_own"),
    "edit settings": Act(
        lambda pk: pk.edit_settings({"latch_timeout": 0}),
        "PATCH",
        "/systems/@me/settings",
        {"latch_timeout": 0},
        "client_settings_patched",
    ),
    "edit guild": Act(
        lambda pk: pk.edit_system_guild(GUILD, {"tag": "| HL"}),
        "PATCH",
        f"/systems/@me/guilds/{GUILD}",
        {"tag": "| HL"},
        "system_guild",
    ),
    "edit autoproxy": Act(
        lambda pk: pk.edit_autoproxy(GUILD, {"autoproxy_mode": "latch"}),
        "PATCH",
        "/systems/@me/autoproxy",
        {"autoproxy_mode": "latch"},
        "autoproxy",
        {"guild_id": str(GUILD)},
    ),
    "create member": Act(
        lambda pk: pk.create_member({"name": "Wren 🪶"}),
        "POST",
        "/members",
        {"name": "Wren 🪶"},
        "member_own",
    ),
    "edit member": Act(
        lambda pk: pk.edit_member("wrenq", {"proxy_tags": [{"prefix": "W:", "suffix": None}]}),
        "PATCH",
        "/members/wrenq",
        {"proxy_tags": [{"prefix": "W:", "suffix": None}]},
        "member_own",
    ),
    "edit member's guild": Act(
        lambda pk: pk.edit_member_guild("wrenq", GUILD, {"display_name": "Wren (mod)"}),
        "PATCH",
        f"/members/wrenq/guilds/{GUILD}",
        {"display_name": "Wren (mod)"},
        "member_guild",
    ),
    "create group": Act(
        lambda pk: pk.create_group({"name": "Night crew"}),
        "POST",
        "/groups",
        {"name": "Night crew"},
        "group_own",
    ),
    "edit group": Act(
        lambda pk: pk.edit_group("crewab", {"color": "223344"}),
        "PATCH",
        "/groups/crewab",
        {"color": "223344"},
        "group_own",
    ),
    "switch": Act(
        lambda pk: pk.register_switch(["tamoze", "wrenq"]),
        "POST",
        "/systems/@me/switches",
        {"members": ["tamoze", "wrenq"]},
        "fronters_public",
    ),
    "switch out": Act(
        lambda pk: pk.register_switch(()), "POST", "/systems/@me/switches", {"members": []}, "switch_out"
    ),
    "switch at": Act(
        lambda pk: pk.register_switch([MEMBER], MORNING),
        "POST",
        "/systems/@me/switches",
        {"members": [MEMBER], "timestamp": MOVED},
        "fronters_public",
    ),
    "move switch": Act(
        lambda pk: pk.move_switch(SWITCH, MORNING),
        "PATCH",
        f"/systems/@me/switches/{SWITCH}",
        {"timestamp": MOVED},
        "fronters_public",
    ),
    "edit switch": Act(
        lambda pk: pk.edit_switch(SWITCH, ["tamoze", "wrenq"]),
        "PATCH",
        f"/systems/@me/switches/{SWITCH}/members",
        ["tamoze", "wrenq"],
        "fronters_public",
    ),
}
QUIET: dict[str, Act[PluralKitOwner]] = {
    "delete member": Act(lambda pk: pk.delete_member("wrenq"), "DELETE", "/members/wrenq"),
    "delete group": Act(lambda pk: pk.delete_group("crewab"), "DELETE", "/groups/crewab"),
    "delete switch": Act(lambda pk: pk.delete_switch(SWITCH), "DELETE", f"/systems/@me/switches/{SWITCH}"),
    "add to group": Act(
        lambda pk: pk.add_to_group("crewab", ["wrenq"]), "POST", "/groups/crewab/members/add", ["wrenq"]
    ),
    "remove from group": Act(
        lambda pk: pk.remove_from_group("crewab", ["wrenq"]),
        "POST",
        "/groups/crewab/members/remove",
        ["wrenq"],
    ),
    "set group's members": Act(
        lambda pk: pk.set_group_members("crewab", []), "POST", "/groups/crewab/members/overwrite", []
    ),
    "add groups": Act(
        lambda pk: pk.add_groups("wrenq", ["crewab", "lampkp"]),
        "POST",
        "/members/wrenq/groups/add",
        ["crewab", "lampkp"],
    ),
    "remove groups": Act(
        lambda pk: pk.remove_groups("wrenq", ["crewab"]), "POST", "/members/wrenq/groups/remove", ["crewab"]
    ),
    "set groups": Act(lambda pk: pk.set_groups("wrenq", []), "POST", "/members/wrenq/groups/overwrite", []),
}
WRITES = EDITS | QUIET
OWNERS = OWNER_READS | WRITES


def answered(desk: Desk, act: Act[C]) -> None:
    """Let the shop answer it as the vendor does."""
    says(desk, act.says, 200 if act.says else 204)
