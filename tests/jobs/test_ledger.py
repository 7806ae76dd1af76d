"""What the drill counts with does complain."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from tests.jobs.ledger import Ledger

A, B = "a" * 20, "b" * 20


def row(ref: str, **fields: Any) -> dict[str, Any]:
    """Return a row as it is once all is done."""
    names = ("id", "note", "sent_at", "ended_at", "posting_at", "message_id")
    asked = json.dumps({"prompt": f"a harbour for {ref}"})
    end = {"ref": ref, "state": "told", "outcome": "completed", "asked": asked}
    return dict.fromkeys(names) | end | fields


GOOD = Ledger(
    answered=[A],
    unanswered=1,
    odd=[],
    rows={ref: row(ref) for ref in (A, B)},
    made=Counter((A, B)),
    shown=Counter((A, B)),
    empty=[],
)


def test_a_run_in_which_each_was_made_and_shown_once_has_no_complaints() -> None:
    assert GOOD.complaints() == []
    assert replace(GOOD, made=Counter([A]), shown=Counter([A])).complaints() == []


def test_what_was_given_up_need_not_have_been_made() -> None:
    rows = {A: row(A, outcome="uncertain"), B: row(B)}
    assert replace(GOOD, rows=rows, made=Counter([B]), empty=[A]).complaints() == []
    (twice,) = replace(GOOD, rows=rows, made=Counter([A, A, B])).complaints()
    assert twice.startswith(f"answered {A}: made 2")


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        (replace(GOOD, made=Counter((A, A, B))), f"answered {A}: made 2, shown 1"),
        (replace(GOOD, shown=Counter((A, A, B))), f"answered {A}: made 1, shown 2"),
        (replace(GOOD, shown=Counter([B])), f"answered {A}: made 1, shown 0"),
        (replace(GOOD, made=Counter((A, B, B))), f"unanswered {B}: made 2, shown 1"),
        (replace(GOOD, made=Counter((A, B, "stray"))), "2 jobs that nobody was told of, but 1"),
        (replace(GOOD, unanswered=0), "1 jobs that nobody was told of, but 0"),
        (replace(GOOD, rows={A: row(A), B: row(B, state="ended")}), f"unfinished {B}"),
        (replace(GOOD, rows={A: row(A), B: row(B, asked=row(A)["asked"])}), "written down 2 times"),
        (replace(GOOD, odd=["Something went wrong"]), "no job: Something went wrong"),
        (replace(GOOD, empty=[A]), f"without a file: {A}"),
    ],
)
def test_whatever_is_not_once_is_complained_of(bad: Ledger, complaint: str) -> None:
    assert bad.complaints()[0].startswith(complaint)
