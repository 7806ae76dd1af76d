"""How often PluralKit is called, and what a call counts for: our address or the token's system."""

from collections.abc import Awaitable, Callable

import pytest

from bot.api.limiter import Budget, Limiter
from bot.api.pluralkit import BUDGETS, ME, READS, WALKS, PluralKitOwner
from bot.api.pluralkit import WRITES as CHANGES
from bot.errors import RateLimited
from tests.api.desk import Desk
from tests.api.pluralkit_calls import QUESTIONS, WRITES, answered
from tests.api.pluralkit_desk import A_DAY, GUILD, TOKEN, Harbour, client, owner, says

OTHER = TOKEN[::-1]
Act = Callable[[PluralKitOwner], Awaitable[object]]
READS_OF_ONES_OWN: dict[str, tuple[Act, str]] = {
    "system": (lambda pk: pk.system(ME), "system_own"),
    "by id": (lambda pk: pk.system("ownone"), "system_own"),
    "members": (lambda pk: pk.members("ownone"), "members_public"),
    "history": (lambda pk: pk.switches("ownone"), "switches"),
    "guild": (lambda pk: pk.system_guild(GUILD), "system_guild"),
    "autoproxy": (lambda pk: pk.autoproxy(GUILD), "autoproxy"),
}
CREATING = ("create member", "create group")
"""What names nothing of the own system in its path."""


def scarce(desk: Desk, scope: str) -> Limiter:
    """Let there be one call a day."""
    return Limiter({scope: Budget(1, A_DAY)}, sleep=desk.time.sleep)


async def refused(act: Act, *all_of: PluralKitOwner) -> bool:
    """Say whether nobody of them may call any more."""
    for pk in all_of:
        with pytest.raises(RateLimited):
            await act(pk)
    return True


def two_owners(desk: Desk, scope: str) -> tuple[PluralKitOwner, PluralKitOwner]:
    """Return two owners of a system each, with one call a day in each budget of that scope."""
    limiter = scarce(desk, scope)
    mine, yours = (owner(desk, token=token, own="ownone", limiter=limiter) for token in (TOKEN, OTHER))
    return mine, yours


@pytest.mark.parametrize("name", QUESTIONS)
async def test_reading_of_others_counts_for_our_address(desk: Desk, name: str) -> None:
    act = QUESTIONS[name]
    answered(desk, act)
    mine, yours = two_owners(desk, READS)
    await act.ask(mine)
    assert await refused(act.ask, mine, yours)
    assert await refused(lambda pk: pk.group("crewab"), yours)
    assert len(desk.shop.requests) == 1


@pytest.mark.parametrize("name", READS_OF_ONES_OWN)
async def test_reading_of_ones_own_counts_for_the_token(desk: Desk, name: str) -> None:
    act, body = READS_OF_ONES_OWN[name]
    says(desk, body)
    mine, yours = two_owners(desk, READS)
    for pk in (mine, yours):
        await act(pk)
        assert await refused(lambda pk: pk.system(ME), pk)
    says(desk, "system_public")
    await mine.system("hrbrla")
    assert len(desk.shop.requests) == 3


@pytest.mark.parametrize("name", sorted({*WRITES} - {*CREATING}))
async def test_changing_what_one_owns_counts_for_the_token(desk: Desk, name: str) -> None:
    act = WRITES[name]
    answered(desk, act)
    for pk in two_owners(desk, CHANGES):
        await act.ask(pk)
        assert await refused(act.ask, pk)
    assert len(desk.shop.requests) == 2


@pytest.mark.parametrize("name", CREATING)
async def test_making_something_new_counts_for_our_address(desk: Desk, name: str) -> None:
    act = WRITES[name]
    answered(desk, act)
    mine, yours = two_owners(desk, CHANGES)
    await act.ask(mine)
    assert await refused(act.ask, mine, yours)
    says(desk, "system_own")
    await mine.edit_system({})
    assert len(desk.shop.requests) == 2


async def test_reading_and_changing_are_counted_apart(desk: Desk) -> None:
    limiter = Limiter({READS: Budget(1, A_DAY), CHANGES: Budget(1, A_DAY)}, sleep=desk.time.sleep)
    says(desk, "system_own")
    pk = owner(desk, limiter=limiter)
    await pk.system(ME)
    await pk.edit_system({})
    assert await refused(lambda pk: pk.system(ME), pk)
    assert await refused(lambda pk: pk.edit_system({}), pk)


async def test_only_walking_through_the_history_of_others_is_slowed(desk: Desk) -> None:
    limiter = scarce(desk, WALKS)
    says(desk, "switches")
    pk = owner(desk, own="ownone", limiter=limiter)
    await client(desk, limiter=limiter).switches("hrbrla", walking=True)
    assert await refused(lambda pk: pk.switches("hrbrla", walking=True), pk)
    for _ in range(2):
        await pk.switches("hrbrla")
        await pk.switches(ME, walking=True)
        await pk.switches("ownone", walking=True)
    assert len(desk.shop.requests) == 7


async def test_a_walk_is_a_read_too(desk: Desk) -> None:
    limiter = scarce(desk, READS)
    says(desk, "switches")
    await client(desk, limiter=limiter).switches("hrbrla", walking=True)
    with pytest.raises(RateLimited):
        await client(desk, limiter=limiter).group("crewab")


def test_our_own_budgets_stay_below_what_the_vendor_admits() -> None:
    budgets = {scope: (budget.calls, budget.seconds) for scope, budget in BUDGETS.items()}
    assert budgets == {READS: (8, 1), CHANGES: (2, 1), WALKS: (4, 1)}


async def test_a_burst_gets_through_in_the_end_though_the_vendor_refuses_some(harbour: Harbour) -> None:
    harbour.emulator.limits_on = True
    pk = harbour.anybody()
    for _ in range(15):
        assert (await pk.system(harbour.seeded.system_id)).name == "Harbour Lights"
    assert harbour.desk.time.slept
