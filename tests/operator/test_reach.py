"""What can be asked from here, and what time it is there."""

from __future__ import annotations

import pytest

from bot.operator.reach import Answer, ask
from tests.operator.answering import answer, answering, dated

NOW = 1_800_000_000.0


def clock() -> float:
    return NOW


@pytest.mark.parametrize(
    ("said", "ahead"),
    [
        (dated(NOW), 0),
        (dated(NOW - 90, status="502 Bad Gateway"), 90),
        (dated(NOW + 86_400), -86_400),
        (dated(NOW - 600, Age="600"), 0),
        (dated(NOW - 600, Age="long"), 600),
        (answer("Date: Fri, 15 Jan 2027 08:00:00 -0000"), 0),
        (answer("Date: yesterday"), None),
        (answer(), None),
    ],
)
async def test_any_answer_counts_and_tells_the_time(said: bytes, ahead: float | None) -> None:
    async with answering(said) as address:
        assert await ask({"it": address}, clock) == [Answer("it", status=int(said.split()[1]), ahead=ahead)]


async def test_each_way_of_not_answering_has_its_words_and_all_are_asked_side_by_side() -> None:
    async with answering(None) as silent, answering(b"220 smtp.example\r\n") as other:
        async with answering(answer()) as gone:
            pass
        addresses = {
            "silent": silent,
            "other": other,
            "gone": gone,
            "unknown": "https://nowhere.invalid",
            "in clear": other.replace("http:", "https:"),
        }
        failures = {each.name: each.failure or "" for each in await ask(addresses, clock, seconds=0.3)}
    assert failures["silent"] == "no answer in time"
    assert failures["other"].startswith("what it answers is not HTTP (")
    assert failures["gone"] == "no connection (Connection refused)"
    assert failures["unknown"] == "its name is not known here (DNS)"
    assert failures["in clear"].startswith("no connection (")
    assert {*failures} == {*addresses}
