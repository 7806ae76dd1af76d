"""What the emulated PluralKit hides: null in a field, 403 for a list, 404 for a switch."""

from typing import get_args

import pytest

from bot.sandbox.pluralkit.entities import GroupPrivacy, MemberPrivacy, SystemPrivacy
from bot.sandbox.upstream import JSON
from tests.sandbox.pluralkit_harbour import GUILD, NEWEST, OLDEST, STRANGER, TOKEN, golden, harbour
from tests.sandbox.wire import Answer


def _object(answer: Answer) -> dict[str, JSON]:
    """Return the body of an answer that must be an object."""
    assert answer.status == 200
    assert isinstance(answer.json, dict)
    return answer.json


@pytest.mark.parametrize(
    ("key", "path", "code"),
    [
        ("member_list_privacy", "members", 30001),
        ("group_list_privacy", "groups", 30002),
        ("front_privacy", "fronters", 30004),
        ("front_history_privacy", "switches", 30005),
    ],
)
async def test_a_private_list_is_forbidden_to_strangers(key: SystemPrivacy, path: str, code: int) -> None:
    async with harbour() as sea:
        sea.system.private = set()
        assert (await sea.get(f"/systems/hrbrla/{path}")).status == 200
        sea.system.private = {key}
        answer = await sea.get(f"/systems/hrbrla/{path}")
        assert (answer.status, answer.body) == (403, golden(f"error_{code}"))
        assert (await sea.get(f"/systems/hrbrla/{path}", TOKEN)).status == 200


async def test_a_private_list_of_groups_also_hides_a_member_s_groups_but_no_single_group() -> None:
    async with harbour() as sea:
        sea.system.private = {"group_list_privacy"}
        answer = await sea.get("/members/wrenq/groups")
        assert (answer.status, answer.body) == (403, golden("error_30002"))
        assert (await sea.get("/groups/crewab")).body == golden("group_public")


async def test_the_members_of_a_group_can_be_private() -> None:
    async with harbour() as sea:
        sea.crew.private = {"list_privacy"}
        answer = await sea.get("/groups/crewab/members")
        assert (answer.status, answer.body) == (403, golden("error_30003"))
        assert b'"members":[]' in (await sea.get("/systems/hrbrla/groups?with_members=true")).body
        assert b'"members":["' in (await sea.get("/systems/@me/groups?with_members=true", TOKEN)).body


async def test_a_private_history_hides_a_switch_as_if_it_were_not_there() -> None:
    async with harbour() as sea:
        answer = await sea.get(f"/systems/hrbrla/switches/{OLDEST}")
        assert (answer.status, answer.body) == (404, golden("error_20008"))


async def test_a_switch_is_not_found_under_another_system() -> None:
    async with harbour() as sea:
        other = sea.pk.world.add_system(id="others")
        answer = await sea.get(f"/systems/{other.id}/switches/{OLDEST}")
        assert (answer.status, answer.body) == (404, golden("error_20008"))


async def test_the_newest_switch_can_be_read_from_a_public_history_of_a_private_front() -> None:
    async with harbour() as sea:
        sea.system.private = {"front_privacy"}
        assert (await sea.get("/systems/hrbrla/fronters")).body == golden("error_30004")
        assert (await sea.get("/systems/hrbrla/switches")).body == golden("switches")
        assert (await sea.get(f"/systems/hrbrla/switches/{NEWEST}")).body == golden("fronters_public")


async def test_a_hidden_member_is_left_out_of_lists_alone() -> None:
    async with harbour() as sea:
        sea.wren.private |= {"visibility"}
        sea.system.private = set()
        assert b"wrenq" not in (await sea.get("/systems/hrbrla/members")).body
        assert (await sea.get("/groups/crewab/members")).body == b"[]"
        assert b'"members":[]' in (await sea.get("/systems/hrbrla/groups?with_members=true")).body
        assert b"wrenq" in (await sea.get("/systems/@me/members", TOKEN)).body
        assert (await sea.get("/members/wrenq")).body == golden("member_public")
        assert (await sea.get("/systems/hrbrla/fronters")).body == golden("fronters_public")
        assert (await sea.get("/systems/hrbrla/switches")).body == golden("switches")


async def test_a_hidden_group_is_left_out_of_lists_alone() -> None:
    async with harbour() as sea:
        sea.crew.private = {"visibility"}
        assert (await sea.get("/systems/hrbrla/groups")).body == b"[]"
        assert (await sea.get("/members/wrenq/groups")).body == b"[]"
        assert (await sea.get("/groups/crewab")).body == golden("group_public")
        assert b"crewab" in (await sea.get("/systems/@me/groups", TOKEN)).body


async def test_a_system_that_hides_everything_still_shows_what_it_must() -> None:
    async with harbour() as sea:
        sea.system.private = set(get_args(SystemPrivacy))
        shown = {key for key, value in _object(await sea.get("/systems/hrbrla")).items() if value is not None}
        assert shown == {"id", "uuid", "tag", "color", "created"}


async def test_a_member_that_hides_everything_still_shows_what_it_must() -> None:
    async with harbour() as sea:
        sea.wren.private = set(get_args(MemberPrivacy))
        body = _object(await sea.get("/members/wrenq"))
        shown = {key for key, value in body.items() if value is not None}
        assert shown == {"id", "uuid", "system", "name", "color", "keep_proxy", "tts", "proxy_tags"}
        assert (body["name"], body["proxy_tags"]) == ("Wren 🪶", [])


async def test_a_hidden_name_stays_where_there_is_no_display_name() -> None:
    async with harbour() as sea:
        sea.tam.private = {"name_privacy"}
        assert _object(await sea.get("/members/tamoze"))["name"] == "Tam"


async def test_a_group_that_hides_everything_still_shows_what_it_must() -> None:
    async with harbour() as sea:
        sea.crew.private, sea.crew.display_name = set(get_args(GroupPrivacy)), "The late ones"
        body = _object(await sea.get("/groups/crewab"))
        shown = {key for key, value in body.items() if value is not None}
        assert shown == {"id", "uuid", "name", "system", "color"}
        assert body["name"] == "The late ones"


async def test_an_embed_of_a_member_asks_for_no_privacy_and_that_of_a_system_does() -> None:
    async with harbour() as sea:
        sea.system.private = {"name_privacy"}
        assert _object(await sea.get("/systems/hrbrla/oembed.json"))["title"] == "System with ID `hrbrla`"
        title = _object(await sea.get("/members/wrenq/oembed.json"))["title"]
        assert title == "Wren 🪶 (Harbour Lights)"


@pytest.mark.parametrize(
    ("path", "token", "status", "body"),
    [
        (f"/systems/hrbrla/guilds/{GUILD}", None, 403, "error_403"),
        (f"/systems/hrbrla/guilds/{GUILD}", STRANGER, 403, "error_403"),
        ("/systems/@me/guilds/1", TOKEN, 404, "error_20009"),
        ("/systems/@me/guilds/x", TOKEN, 400, "error_400"),
        (f"/systems/hrbrla/autoproxy?guild_id={GUILD}", None, 403, "error_403"),
        ("/systems/@me/autoproxy", TOKEN, 501, "error_50001"),
        (f"/systems/@me/autoproxy?guild_id={GUILD}&channel_id=1", TOKEN, 501, "error_50001"),
        ("/systems/@me/autoproxy?guild_id=x", TOKEN, 400, "error_400"),
        (f"/members/wrenq/guilds/{GUILD}", None, 401, "error_401"),
        (f"/members/wrenq/guilds/{GUILD}", STRANGER, 403, "error_30006"),
        ("/members/wrenq/guilds/1", TOKEN, 404, "error_20010"),
        ("/members/wrenq/guilds/x", TOKEN, 400, "error_400"),
        ("/systems/hrbrla/groups?with_members=1", None, 400, "error_400"),
    ],
)
async def test_what_is_the_owner_s_alone_is_refused(
    path: str, token: str | None, status: int, body: str
) -> None:
    async with harbour() as sea:
        sea.pk.world.add_system(id="others", token=STRANGER)
        answer = await sea.get(path, token)
        assert (answer.status, answer.body) == (status, golden(body))
