"""Days written to a graph: in batches that may be taken in part, and one by one where that is safer."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from datetime import date
from decimal import Decimal

import aiohttp
import pytest

from bot.api.pixela import GraphType, PixelaClient, Quantity
from bot.habit_csv import Row, Sheet
from bot.habit_transfer import End, Import
from bot.sandbox.pixela import Choices, Graph, Pixela
from tests.api.desk import Desk, Shop
from tests.api.pixela_desk import TOKEN, alice_at

DAYS = [date(2025, 12, day) for day in (28, 29, 30, 31)]
BROKEN, LARGE = "not json", json.dumps("x" * 10_050)
"""What our own rules do not let through, and other clients may have left."""


@pytest.fixture
async def desk() -> AsyncGenerator[Desk]:
    """Give a place to send calls from."""
    async with aiohttp.ClientSession() as session, Shop() as shop:
        yield Desk(session, shop)


@pytest.fixture
async def pixela() -> AsyncGenerator[Pixela]:
    """Give an emulator with a supporter who has a graph."""
    async with Pixela(choices=Choices(partial_batch_status=200)) as emulator:
        emulator.add_user("alice", TOKEN, thanks_code="thanks").add_graph("walks", "int")
        yield emulator


def walks(pixela: Pixela) -> Graph:
    return pixela.users["alice"].graphs["walks"]


def held(pixela: Pixela) -> list[tuple[str, str | None]]:
    """Return what the days hold, in their order."""
    pixels = walks(pixela).pixels
    return [(str(pixels[day].quantity), pixels[day].optional_data) for day in sorted(pixels)]


def rows(*quantities: int, data: str | None = None) -> Sequence[Row]:
    """Return a row for each of the first days; the last one has the data."""
    made = [
        Row(day, Quantity(Decimal(quantity), GraphType.INT))
        for day, quantity in zip(DAYS, quantities, strict=False)
    ]
    return [*made[:-1], Row(made[-1].day, made[-1].quantity, data)]


async def brought(client: PixelaClient, given: Sequence[Row]) -> Import:
    """Return an import that was carried out."""

    async def show() -> None:
        return

    sheet = Sheet({row.day: row for row in given})
    one = Import(client, "walks", sheet, clock=lambda: 0.0, until=1.0, show=show)
    assert await one.run() is End.DONE
    return one


async def test_a_batch_that_was_taken_in_part_is_made_whole(desk: Desk, pixela: Pixela) -> None:
    client = alice_at(desk, pixela.url).client
    walks(pixela).put("20251229", "1", LARGE)  # the batch passes it on, and Pixela refuses it there
    walks(pixela).put("20251230", "1", BROKEN)
    one = await brought(client, rows(5, 6, 7, 8))
    assert (one.recorded, one.total, one.refused) == (4, 4, [])
    assert held(pixela) == [("5", None), ("6", LARGE), ("7", BROKEN), ("8", None)]
    assert (pixela.count("POST", "*/pixels"), pixela.count("PUT", "*")) == (1, 1)
    pixela.choices.batch_is_partial = False
    walks(pixela).pixels.clear()
    pixela.refuse_with(400, {"message": "one of them", "isSuccess": False}, method="POST", path="*/pixels")
    one = await brought(client, rows(1, 2))
    assert (one.recorded, held(pixela)) == (2, [("1", None), ("2", None)])


@pytest.mark.parametrize("thanks", ["thanks", None])
async def test_a_day_that_breaks_a_rule_does_not_sink_the_others(
    desk: Desk, pixela: Pixela, thanks: str | None
) -> None:
    pixela.users["alice"].thanks_code = thanks
    pixela.rejection_rate = 0.0
    walks(pixela).put("20251228", "1", BROKEN)
    client = alice_at(desk, pixela.url).client
    one = await brought(client, rows(5, 6, 7, data=BROKEN))
    assert (one.recorded, one.refused) == (2, [DAYS[2]])
    assert held(pixela) == [("5", BROKEN), ("6", None)]
    # What differs by less than a cent is the noise of an upstream that counts in floating point.
    walks(pixela).put("20251229", "6.0000000001")
    assert (await brought(client, rows(5, 6))).unchanged == 2
