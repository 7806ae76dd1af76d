"""PluralKit: systems, members and fronters, by the vendor's own bodies and by its emulator."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest
from pydantic import SecretStr

from bot.api.limiter import Budget, Limiter
from bot.api.pluralkit import (
    BUDGETS,
    FRONT_HIDDEN,
    MEMBERS_HIDDEN,
    READS,
    PluralKitClient,
    PluralKitDialect,
)
from bot.api.policy import Reply
from bot.errors import (
    ApiError,
    Broken,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorised,
    Unexpected,
)
from bot.sandbox.pluralkit import PluralKit, Seeded, seed
from bot.sandbox.upstream import JSON
from bot.services import Provider
from tests.api.desk import Desk, golden

TOKEN = "A1b2" * 16
ROWS: list[tuple[str, int, type[ApiError], int | None]] = [
    ("error_400", 400, Rejected, 0),
    ("error_40001", 400, Rejected, 40001),
    ("error_old_path", 400, Rejected, 0),
    ("error_wrong_version", 410, Rejected, 0),
    ("error_401", 401, Unauthorised, 0),
    ("error_401_at_the_door", 401, Unauthorised, 0),
    ("error_403", 403, Forbidden, 0),
    *(
        (f"error_{code}", 404, NotFound, code)
        for code in (20001, 20002, 20004, 20006, 20007, 20008, 20009, 20010)
    ),
    *((f"error_{code}", 403, Forbidden, code) for code in (30001, 30002, 30003, 30004, 30005, 30006)),
    ("error_500", 500, Broken, 0),
    ("error_50001", 501, Broken, 50001),
]
BARE: list[tuple[int, bytes, type[ApiError]]] = [
    (400, b"", Rejected),
    (404, b"", NotFound),
    (405, b"", Rejected),
    (409, b"", Conflict),
    (502, b"<html>", Broken),
    (503, b'{"code":"later"}', Broken),
]


@pytest.fixture
async def emulator(desk: Desk) -> AsyncGenerator[PluralKit]:
    async with PluralKit(clock=desk.time.clock, limits_on=False) as running:
        yield running
        assert running.complaints == []


@pytest.fixture
def seeded(emulator: PluralKit) -> Seeded:
    return seed(
        emulator, account_id=10**17, other_account_id=10**17 + 1, guild_id=10**17 + 2, channel_id=10**17 + 3
    )


def client(
    desk: Desk, url: str | None = None, token: str | None = None, limiter: Limiter | None = None
) -> PluralKitClient:
    transport = desk.transport(
        url, provider=Provider.PLURALKIT, dialect=PluralKitDialect(), limiter=limiter, jitter=1.0
    )
    return PluralKitClient(transport, None if token is None else SecretStr(token))


def calls(desk: Desk) -> list[Callable[[], Awaitable[object]]]:
    """Return every call of the client that is not answered by None where something is private."""
    pk = client(desk)
    return [lambda: pk.system("hrbrla"), lambda: pk.fronters("hrbrla")]


def says(desk: Desk, name: str) -> None:
    desk.shop.fail(status=200, body=golden("pluralkit", name))


async def test_a_system_is_read_as_anybody_sees_it(desk: Desk) -> None:
    says(desk, "system_public")
    system = await client(desk).system("hrbrla")
    assert (system.id, system.name, system.description) == ("hrbrla", "Harbour Lights", None)
    assert (system.tag, system.color, system.privacy) == ("⚓ HL", "2f7fb8", None)
    assert not system.hides("description_privacy")
    (seen,) = desk.shop.requests
    assert seen.path == "/systems/hrbrla"
    assert "authorization" not in seen.headers


async def test_a_system_is_read_as_its_owner_sees_it(desk: Desk) -> None:
    says(desk, "system_own")
    system = await client(desk, token=TOKEN).system("@me")
    assert system.created is not None
    assert system.created.isoformat() == "2021-03-04T05:06:07.123456+00:00"
    assert system.hides("description_privacy")
    assert not system.hides("name_privacy")
    assert not system.hides("something_new")
    (seen,) = desk.shop.requests
    assert (seen.path, seen.headers["authorization"]) == ("/systems/@me", TOKEN)


@pytest.mark.parametrize("colour", [None, 0, 16744448, ["ff8800"], {}])
async def test_a_colour_that_is_none_is_none(desk: Desk, colour: JSON) -> None:
    desk.shop.refuse_with(200, {"id": "hrbrla", "uuid": "u", "color": colour, "new": {"key": 1}})
    system = await client(desk).system("hrbrla")
    assert (system.color, system.name, system.created) == (None, None, None)


async def test_members_are_read_with_their_nulls(desk: Desk) -> None:
    says(desk, "members_public")
    wren = next(iter(await client(desk).members("hrbrla") or ()))
    assert (wren.id, wren.name, wren.display_name, wren.pronouns) == ("wrenq", "Wren 🪶", None, "she/they")


@pytest.mark.parametrize("name", ["member_own", "member_public"])
async def test_a_member_of_either_view_is_a_member(desk: Desk, name: str) -> None:
    desk.shop.fail(status=200, body=b"[" + golden("pluralkit", name) + b"]")
    wren = next(iter(await client(desk).members("hrbrla") or ()))
    assert (wren.id, wren.color) == ("wrenq", "ff8800")
    assert (wren.privacy is not None) is (name == "member_own")


async def test_members_that_are_private_are_none(desk: Desk) -> None:
    desk.shop.fail(status=403, body=golden("pluralkit", "error_30001"))
    assert await client(desk).members("hrbrla") is None


async def test_another_refusal_does_not_pass_for_a_private_list(desk: Desk) -> None:
    desk.shop.fail(status=403, body=golden("pluralkit", "error_403"))
    with pytest.raises(Forbidden):
        await client(desk).members("hrbrla")


async def test_a_firewalls_page_does_not_pass_for_a_private_list(desk: Desk) -> None:
    desk.shop.fail(status=403, body=b"<!DOCTYPE html><title>Just a moment...</title>", times=None)
    for question in (client(desk).members, client(desk).fronters, client(desk).system):
        with pytest.raises(Broken):
            await question("hrbrla")


@pytest.mark.parametrize("change", [{"id": ".."}, {"id": "a/b"}, {"created": "0001-01-01T00:00:00"}])
async def test_a_system_that_could_not_be_shown_or_asked_for_is_unexpected(
    desk: Desk, change: dict[str, str]
) -> None:
    body = json.loads(golden("pluralkit", "system_own")) | change
    desk.shop.fail(status=200, body=json.dumps(body).encode())
    with pytest.raises(Unexpected):
        await client(desk).system("hrbrla")


async def test_fronters_are_read_in_their_order(desk: Desk) -> None:
    says(desk, "fronters_public")
    switch = await client(desk).fronters("hrbrla")
    assert switch is not None
    assert [member.name for member in switch.members] == ["Tam", "Wren 🪶"]
    assert switch.timestamp.isoformat() == "2026-08-01T20:15:00.250000+00:00"


async def test_nobody_fronting_and_no_switch_at_all_are_told_apart(desk: Desk) -> None:
    says(desk, "switch_out")
    switch = await client(desk).fronters("hrbrla")
    assert switch is not None
    assert list(switch.members) == []
    desk.shop.fail(status=204)
    assert await client(desk).fronters("hrbrla") is None


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"id": TOKEN}, "timestamp"),
        ({"id": "1", "timestamp": TOKEN}, "timestamp"),
        ({"id": "1", "timestamp": "2026-08-01T08:00:00Z", "members": [TOKEN]}, "members.0"),
        ({"id": "1", "timestamp": "2026-08-01T08:00:00Z", "members": None}, "members"),
        (TOKEN, "the body"),
    ],
)
async def test_fronters_of_another_shape_are_unexpected(desk: Desk, body: JSON, where: str) -> None:
    desk.shop.refuse_with(200, body)
    with pytest.raises(Unexpected) as caught:
        await client(desk).fronters("hrbrla")
    assert caught.value.where == where
    assert TOKEN not in f"{caught.value!r} {caught.value}"


@pytest.mark.parametrize(("name", "status", "error", "code"), ROWS)
async def test_a_refusal_is_its_error_with_the_vendors_code_and_words(
    desk: Desk, name: str, status: int, error: type[ApiError], code: int
) -> None:
    desk.shop.fail(status=status, body=golden("pluralkit", name), times=None)
    for call in calls(desk):
        with pytest.raises(error) as caught:
            await call()
        assert type(caught.value) is error
        assert (caught.value.status, caught.value.code) == (status, code)
        assert caught.value.reason == json.loads(golden("pluralkit", name))["message"]


@pytest.mark.parametrize(("status", "body", "error"), BARE)
async def test_a_refusal_without_words_is_its_error_too(
    desk: Desk, status: int, body: bytes, error: type[ApiError]
) -> None:
    desk.shop.fail(status=status, body=body, times=None)
    for call in calls(desk):
        with pytest.raises(error) as caught:
            await call()
        assert (caught.value.status, caught.value.code, caught.value.reason) == (status, None, None)


@pytest.mark.parametrize(
    ("body", "header", "seconds"),
    [
        (golden("pluralkit", "error_429"), None, 0.5),
        (golden("pluralkit", "error_429_documented"), None, 0.5),
        (golden("pluralkit", "error_429_first"), None, 0.5),
        (b'{"retry_after":2500}', None, 2.5),
        (b'{"retry_after":2500}', "9", 2.5),
        (b'{"retry_after":-5}', None, 0.5),
        (b'{"retry_after":NaN}', None, 0.5),
        (b'{"retry_after":Infinity}', None, 0.5),
        (b'{"retry_after":1' + b"0" * 400 + b"}", None, 0.5),
        (b'{"retry_after":"soon"}', "3", 3.0),
        (b'{"retry_after":true}', None, 0.5),
        (b"", None, 0.5),
        (b"<html>", "7", 7.0),
    ],
)
def test_the_wait_after_too_many_calls_is_never_nothing(
    body: bytes, header: str | None, seconds: float
) -> None:
    headers = {} if header is None else {"retry-after": header}
    error = PluralKitDialect().read_error(Reply(429, headers, body))
    assert isinstance(error, RateLimited)
    assert (error.retry_after, error.status) == (seconds, 429)


def test_no_refusal_of_pluralkit_promises_that_nothing_was_done() -> None:
    assert not PluralKitDialect().never_executed(Reply(503, {}, b'{"isRejected":true}'))


async def test_a_burst_gets_through_in_the_end_though_the_vendor_refuses_some(
    desk: Desk, emulator: PluralKit, seeded: Seeded
) -> None:
    emulator.limits_on = True
    pk = client(desk, emulator.url)
    for _ in range(15):
        assert (await pk.system(seeded.system_id)).name == "Harbour Lights"
    assert desk.time.slept


async def test_reads_of_others_count_for_our_address_and_those_of_ones_own_for_the_token(desk: Desk) -> None:
    limiter = Limiter({READS: Budget(1, 86_400)}, sleep=desk.time.sleep)
    desk.shop.fail(status=200, body=golden("pluralkit", "system_own"), times=None)
    for token in (TOKEN, TOKEN[::-1]):
        await client(desk, token=token, limiter=limiter).system("@me")
        with pytest.raises(RateLimited):
            await client(desk, token=token, limiter=limiter).system("@me")
    await client(desk, token=TOKEN, limiter=limiter).system("hrbrla")
    for other in (TOKEN[::-1], None):
        with pytest.raises(RateLimited):
            await client(desk, token=other, limiter=limiter).system("hrbrla")
    assert len(desk.shop.requests) == 3


def test_our_own_budgets_stay_below_what_the_vendor_admits() -> None:
    assert {scope: (budget.calls, budget.seconds) for scope, budget in BUDGETS.items()} == {
        "pluralkit reads": (8, 1),
        "pluralkit writes": (2, 1),
    }


async def test_the_owner_sees_more_than_anybody(desk: Desk, emulator: PluralKit, seeded: Seeded) -> None:
    own, anybody = client(desk, emulator.url, seeded.token), client(desk, emulator.url)
    mine, theirs = await own.system("@me"), await anybody.system(seeded.system_id)
    assert mine.id == theirs.id == seeded.system_id
    assert (mine.pronouns, theirs.pronouns) == ("they/them", None)
    assert mine.hides("pronoun_privacy")
    assert len(await own.members("@me") or ()) > len(await anybody.members(seeded.system_id) or ())
    switch = await anybody.fronters(seeded.system_id)
    assert switch is not None
    assert len(switch.members) == 2


async def test_what_is_private_is_told_by_its_code(desk: Desk, emulator: PluralKit, seeded: Seeded) -> None:
    anybody = client(desk, emulator.url)
    assert await anybody.members(seeded.other_system_id) is None
    with pytest.raises(Forbidden) as caught:
        await anybody.fronters(seeded.other_system_id)
    assert caught.value.code == FRONT_HIDDEN == 30004
    assert MEMBERS_HIDDEN == 30001


async def test_a_token_that_is_wrong_is_nobodys(desk: Desk, emulator: PluralKit, seeded: Seeded) -> None:
    stranger = client(desk, emulator.url, TOKEN)
    with pytest.raises(Unauthorised):
        await stranger.system("@me")
    assert (await stranger.system(seeded.system_id)).privacy is None
    with pytest.raises(NotFound) as caught:
        await stranger.system("zzzzzz")
    assert caught.value.code == 20001


async def test_a_system_without_a_switch_has_no_fronters(desk: Desk, emulator: PluralKit) -> None:
    emulator.world.add_system(id="newone", name="New")
    assert await client(desk, emulator.url).fronters("newone") is None
