"""Starts of gateway sessions: one of a bucket at a time, and never more than Discord allows for."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy.exc import OperationalError

from bot.errors import StartupError
from bot.starts import BETWEEN, Limit, OwnTurns, Starts

PLENTY = Limit(total=1000, remaining=990, reset_after=36_000.0, max_concurrency=1)


@dataclass
class Scene:
    """A Discord that is asked, and a time that passes while it is slept."""

    limit: Limit = PLENTY
    now: float = 1_800_000_000.0
    asked: int = 0
    slept: list[float] = field(default_factory=list[float])
    resets_at: float | None = None

    def clock(self) -> float:
        """Return seconds since 1970."""
        return self.now

    async def ask(self) -> Limit:
        """Return what is allowed."""
        self.asked += 1
        if self.resets_at is not None and self.now >= self.resets_at:
            self.limit = replace(self.limit, remaining=self.limit.total)
        return self.limit

    async def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds

    def starts(self) -> Starts:
        """Return the starts of a process that is alone."""
        turns = OwnTurns(self.clock)
        return Starts(self.ask, turns, clock=self.clock, monotonic=self.clock, sleep=self.sleep)


async def test_shards_of_a_bucket_start_one_after_the_other_and_those_of_others_at_once() -> None:
    scene = Scene(replace(PLENTY, max_concurrency=2))
    starts = scene.starts()
    await starts.begin(scene.limit, 4)
    at = [scene.now]
    for shard_id in (0, 1, 2, 3):
        await starts.wait(shard_id)
        at.append(scene.now)
    assert [after - at[0] for after in at[1:]] == [0, 0, BETWEEN, BETWEEN]
    assert scene.asked == 0  # it is known from the start, a moment ago
    scene.now += 3600
    await starts.wait(1)
    assert scene.asked == 1


async def test_too_few_starts_stop_the_start_in_a_sentence_that_says_until_when() -> None:
    scene = Scene(replace(PLENTY, remaining=3))
    with pytest.raises(StartupError) as caught:
        await scene.starts().begin(scene.limit, 4)
    [line] = caught.value.problems
    assert line.startswith(
        "DISCORD_TOKEN: Discord lets this app start 3 more gateway sessions until 2027-01-15 18:00 UTC, "
        "and 4 are needed, one a shard; start it after that"
    )


@pytest.mark.parametrize(
    ("remaining", "shards", "pause"), [(500, 4, 0), (499, 1, 72), (499, 4, 289), (40, 4, 600), (4, 4, 600)]
)
async def test_a_process_that_is_started_again_and_again_does_not_use_up_the_starts_of_a_day(
    remaining: int, shards: int, pause: int
) -> None:
    scene = Scene(replace(PLENTY, remaining=remaining))
    await scene.starts().begin(scene.limit, shards)
    assert round(sum(scene.slept)) == pause


async def test_where_no_start_is_left_a_running_shard_waits_for_the_reset() -> None:
    scene = Scene(replace(PLENTY, remaining=1, reset_after=100.0))
    starts = scene.starts()
    await starts.wait(0)
    scene.limit = replace(scene.limit, remaining=0)
    scene.resets_at = scene.now + 100
    await starts.wait(0)
    assert scene.now - scene.resets_at < 45
    assert max(scene.slept) <= 45


async def test_a_shard_outlasts_a_database_that_is_away() -> None:
    class Away:
        def __init__(self, *errors: Exception) -> None:
            self.errors = [*errors]

        async def take(self, bucket: int) -> float:
            del bucket
            if self.errors:
                raise self.errors.pop()
            return 0.0

    scene = Scene()
    lost = OperationalError("connecting", None, ConnectionRefusedError())
    for errors, slept in (([lost, lost], [BETWEEN, BETWEEN]), ([KeyError("a bug")], [])):
        scene.slept.clear()
        starts = Starts(scene.ask, Away(*errors), clock=scene.clock, monotonic=scene.clock, sleep=scene.sleep)
        with nullcontext() if slept else pytest.raises(KeyError):
            await starts.wait(0)
        assert scene.slept == slept


def test_a_proxy_that_tells_of_no_limit_is_content_with_anything() -> None:
    assert Limit.read({"url": "wss://gateway.example", "shards": 1}).pause(1) == 0
    told = {"total": 9, "remaining": 8, "reset_after": 1500, "max_concurrency": 16}
    assert Limit.read({"session_start_limit": told}) == Limit(9, 8, 1.5, 16)
