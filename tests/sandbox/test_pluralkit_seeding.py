"""The data that the demo and the sandbox show."""

import re
from datetime import UTC, datetime, timedelta

import aiohttp

from bot.sandbox.pluralkit import PluralKit, Seeded, seed, seed_large
from bot.sandbox.pluralkit.entities import System
from bot.sandbox.upstream import JSON
from tests.sandbox.pluralkit_harbour import Clock


def _seeded() -> tuple[PluralKit, Seeded]:
    """Return an emulator that is not running yet, and what was put into it."""
    pk = PluralKit(clock=Clock(), limits_on=False)
    return pk, seed(pk, account_id=11, other_account_id=22, guild_id=33, channel_id=44)


def _own() -> tuple[Clock, System]:
    """Return the own system, and the clock it was seeded by."""
    pk, seeded = _seeded()
    system = pk.world.find_by_token(seeded.token)
    assert system is not None
    return Clock(), system


async def _read(pk: PluralKit, path: str, token: str = "") -> tuple[int, JSON]:
    async with pk, aiohttp.ClientSession(headers={"Authorization": token}) as session:
        answer = await session.get(pk.url + path)
        return answer.status, await answer.json()


def test_seeding_twice_gives_the_same_ids() -> None:
    assert _seeded()[1] == _seeded()[1]
    assert _own()[1].switches[3].uuid == _own()[1].switches[3].uuid


def test_what_is_given_looks_like_the_vendor_s() -> None:
    seeded = _seeded()[1]
    assert re.fullmatch(r"[A-Za-z0-9+/]{64}", seeded.token)
    assert re.fullmatch(r"[a-z]{6}", seeded.system_id)


def test_the_own_system_is_large_enough_to_look_at() -> None:
    system = _own()[1]
    assert (len(system.members), len(system.groups), len(system.switches)) == (12, 2, 60)
    assert sum("visibility" in member.private for member in system.members) == 1


def test_switches_fill_the_last_thirty_days_in_order() -> None:
    clock, system = _own()
    now = datetime.fromtimestamp(clock(), UTC)
    moments = [switch.at for switch in system.switches]
    assert moments == sorted(set(moments))
    assert now - timedelta(days=30) < moments[0]
    assert now - timedelta(hours=2) < moments[-1] < now
    assert len(system.switches[-1].members) == 2
    assert any(not switch.members for switch in system.switches)
    assert all(len(set(switch.members)) == len(switch.members) for switch in system.switches)


async def test_the_message_was_sent_by_the_own_account() -> None:
    pk, seeded = _seeded()
    status, body = await _read(pk, f"/messages/{seeded.message_id}")
    assert status == 200
    assert isinstance(body, dict)
    assert (body["sender"], body["channel"], body["guild"]) == ("11", "44", "33")
    assert body["timestamp"] == "2025-11-20T18:21:35Z"


async def test_each_account_leads_to_its_system() -> None:
    pk, seeded = _seeded()
    for account, system in ((11, seeded.system_id), (22, seeded.other_system_id)):
        status, body = await _read(pk, f"/systems/{account}")
        assert status == 200
        assert isinstance(body, dict)
        assert body["id"] == system


async def test_the_other_system_hides_its_fronters_and_members_even_from_the_first() -> None:
    pk, seeded = _seeded()
    other = f"/systems/{seeded.other_system_id}"
    assert (await _read(pk, f"{other}/fronters", seeded.token))[1] == {
        "message": "Unauthorized to view current fronters.",
        "code": 30004,
    }
    assert (await _read(pk, f"{other}/members", seeded.token))[0] == 403
    _, body = await _read(pk, other)
    assert isinstance(body, dict)
    assert body["description"] is None


def _fleet() -> tuple[PluralKit, System]:
    """Return an emulator with a large system, smaller than the largest to be quick."""
    pk = PluralKit(clock=Clock(), limits_on=False)
    return pk, seed_large(pk.world, members=50, switches=2_000)


def test_a_large_system_is_as_large_as_was_asked_and_the_same_every_time() -> None:
    fleet, again = _fleet()[1], _fleet()[1]
    assert (len(fleet.members), len(fleet.switches)) == (50, 2_000)
    assert [member.id for member in fleet.members] == [member.id for member in again.members]
    assert fleet.switches[-1].uuid == again.switches[-1].uuid
    moments = [switch.at for switch in fleet.switches]
    assert moments == sorted(set(moments))
    assert {len(switch.members) for switch in fleet.switches} == {0, 1, 2, 3}


async def test_a_large_system_can_be_paged_to_its_end() -> None:
    pk, fleet = _fleet()
    seen: list[JSON] = []
    async with pk, aiohttp.ClientSession() as session:
        query = {"limit": "100"}
        while page := await (await session.get(f"{pk.url}/systems/{fleet.id}/switches", params=query)).json():
            seen += [switch["id"] for switch in page]
            query["before"] = page[-1]["timestamp"]
    assert seen == [switch.uuid for switch in reversed(fleet.switches)]


def test_a_large_system_has_a_token_and_may_be_empty() -> None:
    world = PluralKit().world
    fleet = seed_large(world, members=0, switches=5)
    assert world.find_by_token(fleet.token) is fleet
    assert fleet.switches == []
