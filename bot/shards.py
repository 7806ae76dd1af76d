"""Which of the app's servers a process with some of the shards has.

https://docs.discord.com/developers/events/gateway#sharding
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

MOST = 10_000
"""As many shards as anybody may ask for; the largest apps have some thousand."""
_RANGE = re.compile(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Shards:
    """The shards ``ids`` of ``count``."""

    count: int
    ids: Sequence[int]

    @property
    def are_all(self) -> bool:
        """Whether every server of the app is on one of them."""
        return len({*self.ids}) == self.count

    def have(self, guild_id: int) -> bool:
        """Say whether a server is on one of them."""
        return (guild_id >> 22) % self.count in self.ids

    def __str__(self) -> str:
        runs = groupby(enumerate(sorted(self.ids)), lambda pair: pair[1] - pair[0])
        spans = [[number for _, number in run] for _, run in runs]
        named = (f"{span[0]}-{span[-1]}" if len(span) > 1 else f"{span[0]}" for span in spans)
        return f"{', '.join(named)} of {self.count}"


ALL = Shards(1, (0,))
"""Every server, however many shards there are."""


def read_ids(text: str) -> tuple[int, ...]:
    """Read numbers and ranges, such as ``0-3, 8``. Raises ``ValueError`` in words that hold none of it."""
    found: list[int] = []
    for number, part in enumerate((each for each in text.split(",") if each.strip()), 1):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            raise ValueError(f"part {number} is neither a number nor a range like 0-3")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise ValueError(f"part {number} is a range that ends before it begins")
        if last >= MOST:
            raise ValueError(f"part {number} is above {MOST - 1}")
        found += range(first, last + 1)
    if not found:
        raise ValueError("names no shard")
    if len({*found}) < len(found):
        raise ValueError("names a shard twice")
    return tuple(sorted(found))
