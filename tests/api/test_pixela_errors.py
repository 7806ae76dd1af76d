"""A token that is wrong, told from a thing that is not there; refusals; a thousand increments."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal

import pytest
from pydantic import SecretStr

from bot.api.pixela import (
    BUDGETS,
    SUPPORTERS_ONLY,
    WRITES,
    Entry,
    GraphFields,
    GraphType,
    Mode,
    PixelaClient,
    ProfileFields,
    Quantity,
    read_svg,
)
from bot.errors import NotFound, RateLimited, Rejected, Unauthorised, Uncertain
from bot.sandbox.pixela import Pixela
from bot.sandbox.upstream import Trouble
from tests.api.desk import Desk, golden
from tests.api.pixela_desk import SUCCESS, TOKEN, Alice, alice_at

DAY = date(2024, 2, 29)
ONE = Quantity(Decimal(1), GraphType.INT)
HOOK = "3f9a6c0d5b7e4182"
RUNNING = GraphFields(name="Running", unit="km", color="sora")

Ask = Callable[[PixelaClient], Awaitable[object]]

OF_USER: list[Ask] = [
    lambda c: c.graphs(),
    lambda c: c.webhooks(),
    lambda c: c.delete(),
    lambda c: c.create_graph("running", GraphType.INT, RUNNING),
]
NAMING: list[Ask] = [
    lambda c: c.update_profile(ProfileFields(pinned_graph_id="no-such-graph")),
    lambda c: c.update(thanks_code="no-such-code"),
]
OF_GRAPH: list[Ask] = [
    lambda c: c.graph("running"),
    lambda c: c.days("running"),
    lambda c: c.pixels("running"),
    lambda c: c.find_pixel("running", DAY),
    lambda c: c.find_latest("running"),
    lambda c: c.today("running"),
    lambda c: c.analyze("running"),
    lambda c: c.increment("running"),
    lambda c: c.post_pixel("running", Entry(DAY, ONE)),
    lambda c: c.stopwatch("running"),
    lambda c: c.create_webhook("running", "increment"),
    lambda c: c.delete_webhook(HOOK),
]


@pytest.mark.parametrize("ask", OF_USER)
async def test_a_user_that_is_not_found_has_a_wrong_token(alice: Alice, ask: Ask) -> None:
    alice.answer(golden("pixela", "wrong_token"), 404)
    with pytest.raises(Unauthorised):
        await ask(alice.client)


@pytest.mark.parametrize("ask", OF_GRAPH)
async def test_a_graph_that_is_not_found_may_mean_a_wrong_token(alice: Alice, ask: Ask) -> None:
    alice.answer(golden("pixela", "wrong_token"), 404, times=2)
    with pytest.raises(Unauthorised):
        await ask(alice.client)


@pytest.mark.parametrize("ask", OF_GRAPH)
async def test_a_graph_that_is_not_found_may_not_be_there(alice: Alice, ask: Ask) -> None:
    alice.answer(golden("pixela", "graph_not_found"), 404)
    alice.answer(golden("pixela", "graphs"))
    with pytest.raises(NotFound):
        await ask(alice.client)


async def test_where_the_token_cannot_be_proven_what_was_asked_for_is_not_there(alice: Alice) -> None:
    alice.answer(golden("pixela", "graph_not_found"), 404)
    alice.answer(b"", 500, times=None)
    with pytest.raises(NotFound):
        await alice.client.graph("running")


@pytest.mark.parametrize("ask", NAMING)
async def test_what_the_user_itself_names_and_is_not_found_does_not_speak_against_the_token(
    alice: Alice, ask: Ask
) -> None:
    missing = golden("pixela", "graph_not_found")
    alice.desk.shop.fail(status=404, body=missing, method="PUT", times=None)
    alice.desk.shop.fail(status=200, body=golden("pixela", "graphs_empty"), method="GET")
    with pytest.raises(NotFound):
        await ask(alice.client)
    alice.desk.shop.fail(status=404, body=golden("pixela", "wrong_token"), method="GET")
    with pytest.raises(Unauthorised):
        await ask(alice.client)


async def test_a_day_that_is_not_found_on_a_graph_that_is_there_is_none(alice: Alice) -> None:
    for _ in range(2):
        alice.answer(golden("pixela", "pixel_not_found"), 404)
        alice.answer(golden("pixela", "graphs"))
    assert await alice.client.find_pixel("test-graph", DAY) is None
    assert await alice.client.find_latest("test-graph") is None


async def test_a_public_thing_that_is_not_found_says_nothing_of_the_token(alice: Alice) -> None:
    alice.answer(golden("pixela", "graph_not_found"), 404, times=2)
    with pytest.raises(NotFound):
        await alice.client.stats("running")
    with pytest.raises(NotFound):
        await alice.client.svg("running")


async def test_what_only_supporters_may_is_told_by_its_status(alice: Alice) -> None:
    alice.answer(golden("pixela", "supporters_only"), 402, times=2)
    for asked in (alice.client.analyze("running"), alice.client.post_pixels("running", [Entry(DAY, ONE)])):
        with pytest.raises(Rejected) as caught:
            await asked
        assert caught.value.status == SUPPORTERS_ONLY


@pytest.mark.parametrize("status", [500, 503])
async def test_a_failure_repeats_a_read_and_leaves_a_write_uncertain(alice: Alice, status: int) -> None:
    alice.answer(b'{"message":"isRejected","isSuccess":false}', status)
    alice.answer(golden("pixela", "stats_int"))
    await alice.client.stats("running")
    alice.answer(b'{"message":"isRejected","isSuccess":false}', status)
    with pytest.raises(Uncertain):
        await alice.client.increment("running")
    assert alice.desk.shop.count("PUT", "*") == 1


async def test_an_increment_whose_answer_is_lost_is_not_sent_again(alice: Alice) -> None:
    alice.desk.shop.fail(Trouble.LOST)
    with pytest.raises(Uncertain):
        await alice.client.increment("running")
    assert alice.desk.shop.count("PUT", "*") == 1


async def test_a_rejected_write_of_any_kind_is_sent_again(alice: Alice) -> None:
    for ask in OF_GRAPH[-5:]:
        alice.answer(golden("pixela", "rejection"), 503, times=3)
        alice.answer(golden("pixela", "webhook_created"))
        await ask(alice.client)
    assert len(alice.desk.shop.requests) == 4 * 5


async def test_a_client_with_less_patience_gives_up_earlier(alice: Alice) -> None:
    alice.answer(golden("pixela", "rejection"), 503, times=None)
    with pytest.raises(RateLimited):
        await alice.client.within(3).graphs()
    assert sum(alice.desk.time.slept) <= 3
    assert alice.client.deadline is None


async def test_neither_a_new_token_nor_a_code_nor_a_hash_comes_back_in_a_reason(alice: Alice) -> None:
    alice.desk.shop.refuse_with(
        400, {"message": f"{TOKEN} new-token-1 code-1 {HOOK}", "isSuccess": False}, times=3
    )
    reasons: list[str | None] = []
    for asked in (
        alice.client.update(new_token=SecretStr("new-token-1"), thanks_code="code-1"),
        alice.client.delete_webhook(HOOK),
        alice.client.invoke_webhook(HOOK),
    ):
        with pytest.raises(Rejected) as caught:
            await asked
        reasons.append(caught.value.reason)
    assert reasons == [
        f"[secret] [secret] [secret] {HOOK}",
        "[secret] new-token-1 code-1 [secret]",
        "[secret] new-token-1 code-1 [secret]",
    ]


async def test_writes_are_kept_from_coming_in_bursts(alice: Alice) -> None:
    alice.answer(SUCCESS)
    assert [*BUDGETS] == [WRITES]
    await alice.client.increment("running")


async def test_a_thousand_increments_are_a_thousand(desk: Desk) -> None:
    async with Pixela(dice=random.Random(4)) as emulator:  # noqa: S311 - no secret depends on it
        emulator.add_user("alice", TOKEN)
        client = alice_at(desk, emulator.url).client
        await client.create_graph("running", GraphType.INT, RUNNING)
        for _ in range(1_000):
            await client.increment("running")
        latest = await client.find_latest("running")
        assert latest is not None
        assert latest.quantity == 1_000
        assert emulator.count("PUT", "*/increment") > 1_250
        assert emulator.complaints == []


async def test_the_picture_of_a_graph_comes_down_to_its_days(desk: Desk) -> None:
    async with Pixela(rejection_rate=0) as emulator:
        emulator.add_user("alice", TOKEN)
        client = alice_at(desk, emulator.url).client
        await client.create_graph("running", GraphType.INT, RUNNING)
        await client.increment("running")
        latest = await client.find_latest("running")
        assert latest is not None
        cells = read_svg(await client.svg("running", Mode.SHORT, dark=True)).cells
        (_, empty), *_, (last, filled) = cells
        assert (len(cells) >= 90, last, filled != empty) == (True, latest.date, True)
        assert emulator.complaints == []
