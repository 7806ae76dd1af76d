"""Front statistics over 100,000 switches: added up page by page, and as one would without a thought."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import TypeAdapter

from benchmarks.measuring import Effort, Measurement, peak_megabytes, seconds_by_turns
from bot.api.pluralkit import FrontTally, Switch

PAGES = 1_000
PER_PAGE = 100
MEMBERS = 1_000

MOST_SECONDS = 1.0
MOST_MEGABYTES = 50.0

_UNTIL = datetime(2026, 1, 1, tzinfo=UTC)
_PAGE = TypeAdapter(list[Switch])
"""Parses a page as the client does."""
_LETTERS = str.maketrans("0123456789", "abcdefghij")


def history(pages: int = PAGES) -> Iterator[bytes]:
    """Yield the pages of a front history as PluralKit sends them, the newest first; always the same."""
    chance = random.Random(7)  # noqa: S311 - nothing secret
    names = [f"{number:05d}".translate(_LETTERS) for number in range(MEMBERS)]
    moment = _UNTIL
    for _ in range(pages):
        page: list[dict[str, object]] = []
        for _ in range(PER_PAGE):
            moment -= timedelta(microseconds=chance.randrange(1, 10**10))
            page.append(
                {
                    "id": str(UUID(int=chance.getrandbits(128), version=4)),
                    "timestamp": moment.isoformat().replace("+00:00", "Z"),
                    "members": chance.sample(names, chance.randrange(4)),
                }
            )
        yield json.dumps(page).encode()


def front_statistics(effort: Effort) -> Sequence[Measurement]:
    """Measure :class:`~bot.api.pluralkit.FrontTally`; the other way keeps every switch until the end.

    Raises ``ValueError`` where the two do not come to the same.
    """
    rounds = effort.rounds
    sent = [*history(effort.of(PAGES, 20))]
    compare(tallied(sent), reckoned_at_the_end(sent))
    alone = _alone(rounds, [_PAGE.validate_json(page) for page in sent])
    whole = seconds_by_turns(rounds, lambda: tallied(sent), lambda: reckoned_at_the_end(sent))
    peaks = [peak_megabytes(lambda: tallied(sent)), peak_megabytes(lambda: reckoned_at_the_end(sent))]
    return [
        Measurement("adding up alone", alone[0], "s", alone[1], MOST_SECONDS),
        Measurement("parsing and adding up", whole[0], "s", whole[1], MOST_SECONDS),
        Measurement("peak memory of both", peaks[0], "MB", peaks[1], MOST_MEGABYTES),
    ]


def _alone(rounds: int, pages: Sequence[list[Switch]]) -> list[float]:
    together = [switch for page in pages for switch in page]
    return seconds_by_turns(rounds, lambda: _add_up(pages), lambda: _reckon(together))


def tallied(sent: Sequence[bytes]) -> dict[str, float]:
    """Return the seconds of each member, page by page, as the bot does."""
    return _add_up(_PAGE.validate_json(page) for page in sent)


def reckoned_at_the_end(sent: Sequence[bytes]) -> dict[str, float]:
    """Return the seconds of each member from all switches at once."""
    return _reckon([switch for page in sent for switch in _PAGE.validate_json(page)])


def compare(one: Mapping[str, float], other: Mapping[str, float]) -> None:
    """Raise ``ValueError`` where two ways do not come to the same seconds."""
    if one.keys() != other.keys() or not all(math.isclose(one[name], other[name]) for name in one):
        raise ValueError("the two ways do not come to the same seconds")


def _add_up(pages: Iterable[list[Switch]]) -> dict[str, float]:
    tally = FrontTally(_UNTIL)
    for page in pages:
        tally.add(page)
    return dict(tally.seconds)


def _reckon(switches: Sequence[Switch]) -> dict[str, float]:
    seconds: dict[str, float] = {}
    ends = _UNTIL
    for switch in switches:
        lasted = (ends - switch.timestamp).total_seconds()
        for member in switch.members:
            seconds[member] = seconds.get(member, 0.0) + lasted
        ends = switch.timestamp
    return seconds
