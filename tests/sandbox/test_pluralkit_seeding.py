"""The data that the demo and the sandbox show."""

import re
from datetime import UTC, datetime, timedelta

import aiohttp

from bot.sandbox.pluralkit import PluralKit, Seeded, seed
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
