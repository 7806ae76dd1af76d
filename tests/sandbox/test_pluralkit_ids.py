"""Which spellings of an id the emulated PluralKit takes in a path."""

import pytest

from tests.sandbox.pluralkit_harbour import ACCOUNT, NEWEST, SYSTEM_UUID, TOKEN, WREN_UUID, golden, harbour


def _spellings(name: str) -> list[str]:
    """Return ways to write a short id: case and dashes do not matter."""
    dashed = [f"{name[:3]}-{name[3:]}", f"{name[:2]}-{name[2:]}"]
    return [name, name.upper(), *dashed, dashed[0].upper()]


def _uuid_spellings(uuid: str) -> list[str]:
    """Return ways to write a UUID: case does not matter, and all hyphens may be left out."""
    return [uuid, uuid.upper(), uuid.replace("-", ""), uuid.replace("-", "").upper()]


@pytest.mark.parametrize("ref", [*_spellings("hrbrla"), *_uuid_spellings(SYSTEM_UUID), str(ACCOUNT)])
async def test_a_system_is_found_by_every_spelling(ref: str) -> None:
    async with harbour() as sea:
        assert (await sea.get(f"/systems/{ref}")).body == golden("system_public")


@pytest.mark.parametrize("ref", [*_spellings("wrenq"), *_uuid_spellings(WREN_UUID)])
async def test_a_member_is_found_by_every_spelling(ref: str) -> None:
    async with harbour() as sea:
        assert (await sea.get(f"/members/{ref}")).body == golden("member_public")


@pytest.mark.parametrize(
    "ref", [*_spellings("crewab"), *_uuid_spellings("0f0b7a0e-3c0d-4d0c-9f8e-0a2b4c6d8e10")]
)
async def test_a_group_is_found_by_every_spelling(ref: str) -> None:
    async with harbour() as sea:
        assert (await sea.get(f"/groups/{ref}")).body == golden("group_public")


NOBODY = [
    "abcd",
    "hrbrl1",
    "hrb%20la",
    "hrbrlaz",
    "hrbr-la-",
    "wrenqa",
    "12345",
    "1234567890123456",
    "466378653216014002",
    "99999999999999999999",
    "18446744073709551615",
    "@ME",
    "00000000-0000-4000-8000-000000000000",
    f"%7B{SYSTEM_UUID}%7D",
]


@pytest.mark.parametrize("ref", NOBODY)
async def test_no_system_is_found_by_anything_else(ref: str) -> None:
    async with harbour() as sea:
        answer = await sea.get(f"/systems/{ref}", TOKEN)
        assert (answer.status, answer.body) == (404, golden("error_20001"))


@pytest.mark.parametrize("ref", [*NOBODY, "@me", "wrenqaz", str(ACCOUNT)])
async def test_no_member_and_no_group_is_found_by_anything_else(ref: str) -> None:
    async with harbour() as sea:
        member, group = await sea.get(f"/members/{ref}", TOKEN), await sea.get(f"/groups/{ref}", TOKEN)
        assert (member.status, member.body) == (404, golden("error_20002"))
        assert (group.status, group.body) == (404, golden("error_20004"))


async def test_the_settings_page_cuts_a_seventh_letter_off() -> None:
    async with harbour() as sea:
        assert (await sea.get("/systems/hrbrlaz/settings")).body == golden("settings_public")


@pytest.mark.parametrize("ref", _uuid_spellings(NEWEST))
async def test_a_switch_is_found_by_uuid(ref: str) -> None:
    async with harbour() as sea:
        assert (await sea.get(f"/systems/@me/switches/{ref}", TOKEN)).status == 200


async def test_an_unknown_switch_is_not_found() -> None:
    async with harbour() as sea:
        answer = await sea.get("/systems/@me/switches/00000000-0000-4000-8000-000000000000", TOKEN)
        assert (answer.status, answer.body) == (404, golden("error_20007"))


async def test_a_switch_id_that_is_no_uuid_breaks_the_server() -> None:
    async with harbour() as sea:
        answer = await sea.get("/systems/@me/switches/newest", TOKEN)
        assert (answer.status, answer.body) == (500, golden("error_500"))


async def test_a_path_that_is_not_utf_8_is_a_bad_request() -> None:
    async with harbour() as sea:
        answer = await sea.get("/systems/%FF")
        assert (answer.status, answer.body) == (400, b"")


@pytest.mark.parametrize("ref", ["x", "-1", "18446744073709551616", "1" * 30, "%D9%A1"])
async def test_a_message_id_is_an_unsigned_64_bit_number(ref: str) -> None:
    async with harbour() as sea:
        answer = await sea.get(f"/messages/{ref}")
        assert (answer.status, answer.body) == (400, golden("error_400"))


async def test_an_unknown_message_is_not_found() -> None:
    async with harbour() as sea:
        answer = await sea.get("/messages/18446744073709551615")
        assert (answer.status, answer.body) == (404, golden("error_20006"))
