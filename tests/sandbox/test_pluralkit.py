"""The pages of the emulated PluralKit, byte by byte."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.sandbox.pluralkit.times import DISCORD_EPOCH, parse_instant, stamp
from tests.sandbox.pluralkit_harbour import (
    ACCOUNT,
    GUILD,
    MESSAGE,
    NEWEST,
    OLDEST,
    ORIGINAL,
    TOKEN,
    WREN_UUID,
    Answer,
    golden,
    harbour,
)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/systems/hrbrla", "system_public"),
        ("/systems/hrbrla/settings", "settings_public"),
        ("/systems/hrbrla/groups", "groups_public"),
        ("/systems/hrbrla/groups?with_members=false", "groups_public"),
        ("/systems/hrbrla/groups?with_members=true", "groups_with_members_public"),
        ("/systems/hrbrla/fronters", "fronters_public"),
        ("/systems/hrbrla/oembed.json", "oembed_system"),
        ("/members/wrenq", "member_public"),
        ("/members/wrenq/groups", "groups_public"),
        ("/groups/crewab", "group_public"),
        ("/groups/crewab/members", "members_public"),
        (f"/messages/{MESSAGE}", "message_public"),
    ],
)
async def test_a_stranger_reads_the_public_view(path: str, body: str) -> None:
    async with harbour() as sea:
        answer = await sea.get(path)
        assert (answer.status, answer.body) == (200, golden(body))
        assert sea.pk.complaints == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/systems/@me", "system_own"),
        ("/systems/hrbrla", "system_own"),
        ("/systems/@me/settings", "settings_own"),
        (f"/systems/@me/guilds/{GUILD}", "system_guild"),
        (f"/systems/hrbrla/guilds/{GUILD}", "system_guild"),
        (f"/systems/@me/autoproxy?guild_id={GUILD}", "autoproxy"),
        ("/systems/@me/autoproxy?guild_id=1", "autoproxy_new"),
        ("/systems/@me/switches", "switches"),
        (f"/systems/@me/switches/{OLDEST}", "switch_out"),
        ("/members/wrenq", "member_own"),
        (f"/members/wrenq/guilds/{GUILD}", "member_guild"),
        ("/groups/crewab", "group_own"),
    ],
)
async def test_the_owner_reads_everything(path: str, body: str) -> None:
    async with harbour() as sea:
        answer = await sea.get(path, TOKEN)
        assert (answer.status, answer.body) == (200, golden(body))
        assert sea.pk.complaints == []


async def test_a_message_of_a_deleted_member_names_nobody() -> None:
    async with harbour() as sea:
        sea.pk.world.messages[MESSAGE].member = None
        assert (await sea.get(f"/messages/{MESSAGE}")).body == golden("message_of_deleted_member")


async def test_an_old_message_has_an_empty_original_and_no_guild() -> None:
    async with harbour() as sea:
        sea.pk.world.messages[MESSAGE].original = sea.pk.world.messages[MESSAGE].guild = None
        answer = (await sea.get(f"/messages/{MESSAGE}")).json
        assert isinstance(answer, dict)
        assert (answer["original"], answer["guild"]) == ("", None)


async def test_the_owner_sees_the_private_view_inside_a_message() -> None:
    async with harbour() as sea:
        body = (await sea.get(f"/messages/{MESSAGE}", TOKEN)).body
        assert b'"system":' + golden("system_own") in body
        assert b'"name":"Wren"' in body


@pytest.mark.parametrize(("minutes", "status"), [(0, 200), (29, 200), (30, 404)])
async def test_the_original_of_a_message_is_known_for_half_an_hour(minutes: int, status: int) -> None:
    async with harbour() as sea:
        sent = datetime(2021, 7, 3, 1, 16, 13, 707_000, tzinfo=UTC)
        sea.clock.now = (sent + timedelta(minutes=minutes)).timestamp()
        assert (await sea.get(f"/messages/{ORIGINAL}")).status == status


async def test_fronters_without_any_switch_are_no_content() -> None:
    async with harbour() as sea:
        sea.system.switches.clear()
        answer = await sea.get("/systems/hrbrla/fronters")
        assert (answer.status, answer.body) == (204, b"")


async def test_fronters_after_everybody_left_are_an_empty_switch() -> None:
    async with harbour() as sea:
        del sea.system.switches[1]
        answer = await sea.get("/systems/hrbrla/fronters")
        assert (answer.status, answer.body) == (200, golden("switch_out"))


def _listed(answer: Answer) -> list[str]:
    """Return the ids of a list of switches."""
    assert answer.status == 200
    assert isinstance(answer.json, list)
    return [str(item["id"]) for item in answer.json if isinstance(item, dict)]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [NEWEST, OLDEST]),
        ("?limit=1", [NEWEST]),
        ("?limit=0", []),
        ("?limit=1000", [NEWEST, OLDEST]),
        ("?before=2026-08-01T20:15:00.25Z", [OLDEST]),
        ("?before=2026-08-01T20:15:00.250001Z", [NEWEST, OLDEST]),
        ("?before=2026-08-01T20%3A15%3A00.250001000Z&limit=1", [NEWEST]),
        ("?before=2026-08-01T08:00:00Z", []),
    ],
)
async def test_switches_are_listed_newest_first_before_a_moment(query: str, ids: list[str]) -> None:
    async with harbour() as sea:
        assert _listed(await sea.get(f"/systems/@me/switches{query}", TOKEN)) == ids


async def test_a_list_holds_a_hundred_switches_at_most() -> None:
    async with harbour() as sea:
        for day in range(120):
            sea.pk.world.add_switch(system=sea.system, at=datetime(2025, 1, 1, tzinfo=UTC) + timedelta(day))
        assert len(_listed(await sea.get("/systems/@me/switches", TOKEN))) == 100
        assert len(_listed(await sea.get("/systems/@me/switches?limit=101", TOKEN))) == 100


async def test_switches_to_come_are_left_out_of_the_list_alone() -> None:
    async with harbour() as sea:
        coming = sea.pk.world.add_switch(system=sea.system, at=datetime(2027, 1, 1, tzinfo=UTC))
        assert coming.uuid not in _listed(await sea.get("/systems/@me/switches", TOKEN))
        assert coming.uuid.encode() in (await sea.get("/systems/@me/fronters", TOKEN)).body


@pytest.mark.parametrize(
    "query",
    ["before=yesterday", "before=2026-08-01T20:15:00%2B02:00", "before=2026-13-01T00:00:00Z", "limit=x"],
)
async def test_an_unreadable_page_of_switches_is_a_bad_request(query: str) -> None:
    async with harbour() as sea:
        answer = await sea.get(f"/systems/@me/switches?{query}", TOKEN)
        assert (answer.status, answer.body) == (400, golden("error_400"))


async def test_a_negative_limit_breaks_the_server() -> None:
    async with harbour() as sea:
        answer = await sea.get("/systems/@me/switches?limit=-1", TOKEN)
        assert (answer.status, answer.body) == (500, golden("error_500"))


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/members/wrenq", "Wren 🪶 (Harbour Lights)"),
        ("/members/tamoze", "Tam (Harbour Lights)"),
        ("/groups/crewab", "Night crew (Harbour Lights)"),
    ],
)
async def test_an_embed_is_titled_with_the_system(path: str, title: str) -> None:
    async with harbour() as sea:
        answer = (await sea.get(f"{path}/oembed.json")).json
        assert isinstance(answer, dict)
        assert answer["title"] == title


async def test_an_embed_of_a_nameless_system_shows_its_id() -> None:
    async with harbour() as sea:
        sea.system.name = None
        assert b"System with ID `hrbrla`" in (await sea.get("/systems/hrbrla/oembed.json")).body


async def test_pictures_on_the_old_media_host_are_shown_on_the_new_one() -> None:
    async with harbour() as sea:
        sea.wren.avatar_url = sea.crew.banner = "https://media.discordapp.net/attachments/1/2/a.png"
        member = (await sea.get("/members/wrenq")).body
        assert b'"avatar_url":"https://cdn.discordapp.com/attachments/1/2/a.png"' in member
        assert b'"banner":"https://media.discordapp.net/' in (await sea.get("/groups/crewab")).body


async def test_systems_are_named_only_on_single_reads_where_the_documentation_says_so() -> None:
    async with harbour() as sea:
        sea.pk.documented.system_on_single_get = True
        assert (await sea.get("/members/wrenq")).body == golden("member_public")
        assert (await sea.get("/groups/crewab")).body == golden("group_public")
        for path in ("systems/hrbrla/fronters", "systems/hrbrla/groups", "groups/crewab/members"):
            assert b'"system"' not in (await sea.get(f"/{path}")).body


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC), "2024-05-06T07:08:09Z"),
        (datetime(2024, 5, 6, 7, 0, 0, tzinfo=UTC), "2024-05-06T07:00:00Z"),
        (datetime(2024, 5, 6, 7, 8, 9, 500_000, tzinfo=UTC), "2024-05-06T07:08:09.5Z"),
        (datetime(2024, 5, 6, 7, 8, 9, 123_456, tzinfo=UTC), "2024-05-06T07:08:09.123456Z"),
    ],
)
def test_moments_are_written_without_trailing_zeros_and_read_back(moment: datetime, text: str) -> None:
    assert stamp(moment) == text
    assert parse_instant(text) == moment


def test_discord_ids_count_from_2015() -> None:
    assert DISCORD_EPOCH.timestamp() * 1000 == 1_420_070_400_000


async def test_the_world_refuses_an_id_that_is_taken() -> None:
    async with harbour() as sea:
        with pytest.raises(ValueError, match="wrenq"):
            sea.pk.world.add_member(system=sea.system, name="Other", id="wrenq")
        with pytest.raises(ValueError, match=WREN_UUID):
            sea.pk.world.add_member(system=sea.system, name="Other", uuid=WREN_UUID)
        assert sea.pk.world.add_member(system=sea.system, name="Other").id.isalpha()
        assert sea.pk.world.find_by_account(ACCOUNT) is sea.system
