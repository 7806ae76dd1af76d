"""What the drill of reminders counts with does complain."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.jobs.almanac import Almanac

A, B, C = "a-20261120", "b-20261120", "c-20261120"


def row(**fields: Any) -> dict[str, Any]:
    """Return a row as it is once all is done."""
    done: dict[str, Any] = {"ref": "a", "next_at": 9, "due_at": 9, "posting_at": None}
    return done | {"tries": 0, "lease_until": 0} | fields


GOOD = Almanac(
    due={A, B, C},
    told=Counter((A, B, C)),
    pressed={A, B},
    answered={A},
    recorded={A: 1},
    odd=[],
    rows=[row()],
)


def test_a_run_in_which_each_was_told_once_and_recorded_as_answered_has_no_complaints() -> None:
    assert GOOD.complaints() == []
    assert replace(GOOD, recorded={A: 1, B: 1}).complaints() == []


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        (replace(GOOD, told=Counter((A, B))), f"told 0 times instead of 1: {C}"),
        (replace(GOOD, told=Counter((A, B, C, C))), f"told 2 times instead of 1: {C}"),
        (replace(GOOD, due={A, B}), f"told 1 times instead of 0: {C}"),
        (replace(GOOD, recorded={}), f"recorded 0 times instead of 1: {A}"),
        (replace(GOOD, recorded={A: 1, B: 2}), f"recorded 2 times instead of 1: {B}"),
        (replace(GOOD, recorded={A: 1, C: 1}), f"recorded 1 times instead of 0: {C}"),
        (replace(GOOD, odd=["Something went wrong"]), "not done: Something went wrong"),
        (replace(GOOD, rows=[row(posting_at=7)]), "unfinished: ref=a, next_at=9, due_at=9, posting_at=7"),
    ],
)
def test_whatever_is_not_once_is_complained_of(bad: Almanac, complaint: str) -> None:
    (line,) = bad.complaints()
    assert line.startswith(complaint)
