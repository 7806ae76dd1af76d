"""Selects as workers that know nothing of each other make them."""

from __future__ import annotations

from itertools import pairwise

from bot.services import Service
from cogs.setup.access import PlaceSelect, RuleSelect, ServiceSelect


def test_selects_have_ids_that_another_worker_does_not_come_to_as_well() -> None:
    ids = [
        select.item.id or 0
        for _ in range(5)
        for select in (ServiceSelect(tuple(Service)), RuleSelect("pika", "allow"), PlaceSelect("pika"))
    ]
    assert all(1_000_000 <= each < 2**31 for each in ids)
    assert {after - before for before, after in pairwise(ids)} != {1}, "counted, as any other would"
