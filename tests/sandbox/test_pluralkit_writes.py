"""What the emulated PluralKit keeps and answers when systems, members and groups are written."""

import json
import re

import pytest

from bot.sandbox.pluralkit.world import World
from bot.sandbox.upstream import JSON
from tests.sandbox.pluralkit_harbour import (
    ACCOUNT,
    GUILD,
    MESSAGE,
    NEWEST,
    TOKEN,
    add_strangers,
    golden,
    harbour,
)
from tests.sandbox.wire import Answer

WHOLE_MEMBER: dict[str, JSON] = {
    "name": "Gull",
    "display_name": "Gull 🐦",
    "color": "C0FFEE",
    "birthday": "0004-02-29",
    "pronouns": "they/them",
    "avatar_url": "https://cdn.example.org/gull.webp",
    "webhook_avatar_url": "https://cdn.example.org/gull-proxy.webp",
    "banner": "https://cdn.example.org/gull-banner.webp",
    "description": "Steals chips.",
    "keep_proxy": True,
    "tts": True,
    "proxy_tags": [{"prefix": "G:"}, {"prefix": "", "suffix": None}, {"suffix": "-g"}],
    "privacy": {"visibility": "private", "description_privacy": "", "name_privacy": None},
}


def _with_golden_ids(answer: Answer, name: str) -> bytes:
    """Return a body with the ids of the golden one in place of those that the world made."""
    wanted = json.loads(golden(name))
    made = re.match(rb'\{"id":"([a-z]{6})","uuid":"([0-9a-f-]{36})"', answer.body)
    assert made is not None
    return answer.body.replace(made[1], wanted["id"].encode(), 1).replace(made[2], wanted["uuid"].encode(), 1)


@pytest.mark.parametrize(
    ("path", "sent", "body"),
    [
        ("/members", {"name": "Gull"}, "member_created"),
        ("/members", WHOLE_MEMBER, "member_created_whole"),
        ("/groups", {"name": "Divers", "description": " "}, "group_created"),
    ],
    ids=["member", "whole-member", "group"],
)
async def test_what_is_created_is_answered_as_its_owner_sees_it(path: str, sent: JSON, body: str) -> None:
    async with harbour() as sea:
        answer = await sea.write("POST", path, sent)
        assert (answer.status, _with_golden_ids(answer, body)) == (200, golden(body))
        assert sea.pk.complaints == []
        made = json.loads(answer.body)["id"]
        assert (await sea.get(f"{path}/{made}", TOKEN)).body == answer.body


@pytest.mark.parametrize(
    ("path", "sent", "body"),
    [
        (
            "/systems/@me",
            {
                "tag": " \t",
                "color": "AbCdEf",
                "banner": "<https://cdn.example.org/hl/banner.webp>",
                "privacy": {"description_privacy": "public", "pronoun_privacy": "private"},
            },
            "system_patched",
        ),
        (
            "/members/WRENQ",
            {
                "name": "Wren Q.",
                "display_name": None,
                "birthday": None,
                "keep_proxy": True,
                "proxy_tags": [],
                "privacy": {"name_privacy": None, "visibility": ""},
            },
            "member_patched",
        ),
        (
            "/groups/cre-wab",
            {
                "display_name": "Owls",
                "description": "Up late.",
                "icon": "https://cdn.example.org/owl.webp",
                "color": "AABBCC",
                "privacy": {"list_privacy": "private"},
            },
            "group_patched",
        ),
    ],
    ids=["system", "member", "group"],
)
async def test_a_change_changes_only_what_it_names(path: str, sent: JSON, body: str) -> None:
    async with harbour() as sea:
        answer = await sea.write("PATCH", path, sent)
        assert (answer.status, answer.body) == (200, golden(body))
        assert (await sea.get(path, TOKEN)).body == golden(body)
        assert sea.pk.complaints == []


@pytest.mark.parametrize("ref", ["@me", "hrbrla", "HRB-RLA", str(ACCOUNT)])
async def test_the_own_system_can_be_changed_by_every_spelling(ref: str) -> None:
    async with harbour() as sea:
        assert (await sea.write("PATCH", f"/systems/{ref}", {"name": "Lights"})).status == 200
        assert sea.system.name == "Lights"


async def test_what_can_never_be_set_is_ignored_in_silence_and_the_unknown_with_a_complaint() -> None:
    async with harbour() as sea:
        sent: JSON = {
            "id": "wrenqq",
            "uuid": "x",
            "created": "x",
            "message_count": 0,
            "autoproxy_enabled": False,
            "nmae": "Wren!",
            "pronouns": "she",
            "privacy": {"mood": "private"},
        }
        answer = await sea.write("PATCH", "/members/wrenq", sent)
        changed = golden("member_own").replace(b"she/they", b"she")
        assert (answer.status, answer.body) == (200, changed)
        assert sea.pk.complaints == [
            "unknown field: PATCH /v2/members/wrenq nmae",
            "unknown field: PATCH /v2/members/wrenq privacy.mood",
        ]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"webhook_avatar_url": None}, "https://a.example/old"),
        ({"webhook_avatar_url": "  "}, "https://a.example/old"),
        (
            {"webhook_avatar_url": "https://a.example/x", "avatar_url": "https://a.example/x"},
            "https://a.example/old",
        ),
        (
            {"webhook_avatar_url": "https://a.example/y", "avatar_url": "https://a.example/x"},
            "https://a.example/y",
        ),
    ],
    ids=["null", "blank", "same-as-avatar", "another"],
)
async def test_a_proxy_avatar_is_kept_unless_another_comes(sent: dict[str, JSON], kept: str) -> None:
    async with harbour() as sea:
        sea.wren.webhook_avatar_url = "https://a.example/old"
        await sea.write("PATCH", "/members/wrenq", {"name": "Wren", **sent})
        assert sea.wren.webhook_avatar_url == kept


async def test_a_deleted_member_leaves_no_trace() -> None:
    async with harbour() as sea:
        sea.system.autoproxy[GUILD].mode = "member"
        answer = await sea.write("DELETE", "/members/wrenq")
        assert (answer.status, answer.body) == (204, b"")
        assert (await sea.get("/members/wrenq")).status == 404
        assert (await sea.get(f"/members/{sea.wren.uuid}")).status == 404
        assert b"wrenq" not in (await sea.get("/systems/@me/members", TOKEN)).body
        assert (await sea.get("/groups/crewab/members")).body == b"[]"
        assert sea.switches[1].members == [sea.tam]
        assert sea.system.autoproxy[GUILD].member is None
        assert (await sea.get(f"/messages/{MESSAGE}")).body == golden("message_of_deleted_member")


async def test_a_switch_of_deleted_members_alone_stays_and_is_empty() -> None:
    async with harbour() as sea:
        for member in ("wrenq", "tamoze"):
            await sea.write("DELETE", f"/members/{member}")
        switch = await sea.read(f"/systems/@me/switches/{NEWEST}")
        assert isinstance(switch, dict)
        assert switch["members"] == []


async def test_a_deleted_group_leaves_its_members() -> None:
    async with harbour() as sea:
        assert (await sea.write("DELETE", "/groups/crewab")).status == 204
        assert (await sea.get("/groups/crewab")).status == 404
        assert (await sea.get("/members/wrenq/groups")).body == b"[]"


async def test_the_next_id_is_not_that_of_something_deleted() -> None:
    async with harbour() as sea:
        first = json.loads((await sea.write("POST", "/members", {"name": "One"})).body)["id"]
        await sea.write("DELETE", f"/members/{first}")
        second = json.loads((await sea.write("POST", "/members", {"name": "Two"})).body)["id"]
        third = json.loads((await sea.write("POST", "/members", {"name": "Two"})).body)["id"]
        assert len({first, second, third}) == 3


async def test_written_members_name_their_system_only_where_the_documentation_says_so() -> None:
    async with harbour() as sea:
        sea.pk.documented.system_on_single_get = True
        for method, path in (("POST", "/members"), ("PATCH", "/members/wrenq"), ("PATCH", "/groups/crewab")):
            assert b'"system"' not in (await sea.write(method, path, {"name": "N"})).body


@pytest.mark.parametrize(("path", "code"), [("/members", 40007), ("/groups", 40008)])
async def test_there_is_room_for_only_so_many(path: str, code: int) -> None:
    async with harbour() as sea:
        sea.system.settings.member_limit, sea.system.settings.group_limit = 2, 1
        add_strangers(sea.pk.world)
        answer = await sea.write("POST", path, {})
        assert (answer.status, answer.body) == (400, golden(f"error_{code}"))
        await sea.write("DELETE", "/members/tamoze")
        await sea.write("DELETE", "/groups/crewab")
        assert (await sea.write("POST", path, {"name": "Room"})).status == 200


def test_the_world_makes_another_id_where_one_is_taken() -> None:
    world, again = World(), World()
    made = [world.add_system().id, world.add_system().id]
    again.add_system(id=made[1])
    assert again.add_system().id not in made
