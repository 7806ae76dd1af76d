"""Which servers are a process's, and how shards are named in a setting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.shards import ALL, MOST, Shards, read_ids


def test_numbers_and_ranges_are_read_and_told_again() -> None:
    assert read_ids("5, 0-2,8 - 8,") == (0, 1, 2, 5, 8)
    assert str(Shards(16, read_ids("8,0-2,5"))) == "0-2, 5, 8 of 16"
    assert str(Shards(4, range(4))) == "0-3 of 4"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (",", "names no shard"),
        ("0,two", "part 2 is neither a number nor a range like 0-3"),
        ("0,1-", "part 2 is neither a number nor a range like 0-3"),
        ("-1", "part 1 is neither a number nor a range like 0-3"),
        ("\u0966", "part 1 is neither a number nor a range like 0-3"),
        ("3-1", "part 1 is a range that ends before it begins"),
        ("0-99999", f"part 1 is above {MOST - 1}"),
        ("0-3,2", "names a shard twice"),
    ],
)
def test_what_names_no_shards_is_refused_in_a_sentence(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=f"^{complaint}$"):
        read_ids(text)


@given(st.integers(1, 40), st.integers(0, 2**63 - 1), st.integers(1, 5))
def test_every_server_belongs_to_one_process(count: int, guild_id: int, processes: int) -> None:
    shares = [Shards(count, range(first, count, processes)) for first in range(min(processes, count))]
    assert [share.have(guild_id) for share in shares].count(True) == 1
    assert [share.are_all for share in shares] == [len(shares) == 1] * len(shares)
    assert ALL.have(guild_id)
    assert ALL.are_all
