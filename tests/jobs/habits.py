"""Members who keep habits at Pixela: what they want to be reminded of, and who presses Done under it."""

from __future__ import annotations

import asyncio
import random
import re
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from benchmarks.answers import Answer
from benchmarks.gateway import NotConnected
from benchmarks.loopback import LoopbackDiscord
from benchmarks.messages import text_of, walk
from benchmarks.wire import Payload
from bot.daytimes import moment_of, next_moment
from bot.sandbox.pixela import Design, Pixela
from bot.storage.database import Database
from bot.storage.reminders import ReminderBook, Wish
from bot.storage.schema import NOWHERE
from tests.jobs.crowd import MEMBERS, wait_shortly

ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati", "Asia/Tokyo")
LATEST = 170
"""Minutes by which a reminder may be late when it is written down: nearly as many as it may be told after."""
_DONE = re.compile(r"px:done:([0-9a-f]{12}):([0-9]{8})")
_MARK = re.compile(r"reminder `([0-9a-f]{12}-[0-9]{8})`")


@dataclass(frozen=True)
class Habit:
    """One reminder and the one time that it is due."""

    ref: str
    day: str
    user_id: int
    is_kept: bool
    """Whether Done is pressed for it."""

    @property
    def mark(self) -> str:
        """What its message says, and what it is counted by."""
        return f"{self.ref}-{self.day}"


@dataclass
class Habits:
    """What members wished for and pressed. Each habit is a graph of its own, and each press adds 1."""

    discord: LoopbackDiscord
    pixela: Pixela
    chance: random.Random
    kept: dict[str, Habit] = field(default_factory=dict[str, Habit])
    """By reference."""
    answers: list[tuple[Habit, Answer]] = field(default_factory=list[tuple[Habit, Answer]])

    async def link(self) -> None:
        """Have every member link a Pixela user of their own, for everywhere."""
        for member in MEMBERS:
            name = _account(member)
            self.pixela.add_user(name, f"token-of-{name}")
            options = {"username": name, "everywhere": True}
            form = await self.discord.slash("pixela user link", options, user_id=member)
            linked = await self.discord.submit(form, {"token": f"token-of-{name}"})
            assert "Pixela is linked" in linked.text

    async def wish(self, database: Database, number: int, *, ahead: bool) -> None:
        """Write reminders down that were due while the bot was off, and with ``ahead`` some that soon are."""
        for _ in range(number):
            await self._wish_for(database, self._moment(ahead=ahead))

    async def mill_about(self, *, pause: float) -> None:
        """Press Done without end."""
        while True:
            await self.discord.wait_ready(timeout=60)
            await self._press()
            await asyncio.sleep(self.chance.uniform(0.2, 1.8) * pause)

    def count_told(self) -> Counter[str]:
        """Count the messages about each day of each reminder."""
        return Counter(mark for message in self.discord.messages() for mark in _marks(message))

    def recorded(self) -> Mapping[str, int]:
        """Return what the days hold."""
        return {
            f"{graph_id.removeprefix('g')}-{day}": int(pixel.quantity)
            for user in self.pixela.users.values()
            for graph_id, graph in user.graphs.items()
            for day, pixel in graph.pixels.items()
        }

    def waiting(self) -> Sequence[tuple[Payload, Habit]]:
        """Return the messages that still ask for a press of somebody who does press."""
        found: list[tuple[Payload, Habit]] = []
        for message in self.discord.messages():
            pressed = [_DONE.fullmatch(one.get("custom_id", "")) for one in walk(message["components"])]
            habits = [self.kept[done[1]] for done in pressed if done is not None]
            found += [(message, habit) for habit in habits if habit.is_kept]
        return found

    def _moment(self, *, ahead: bool) -> datetime:
        """Return a whole minute of the last hours, or the one that is nearest."""
        now = datetime.now(UTC)
        minute = now.replace(second=0, microsecond=0)
        if ahead and self.chance.random() < 0.4:
            return minute + timedelta(minutes=now.second >= 30)
        return minute - timedelta(minutes=self.chance.randrange(LATEST))

    async def _wish_for(self, database: Database, moment: datetime) -> None:
        name = self.chance.choice(ZONES)
        zone = ZoneInfo(name)
        wall = moment.astimezone(zone)
        minute = wall.hour * 60 + wall.minute
        if moment_of(wall.date(), minute, zone) != moment:
            return  # an hour that comes twice tonight
        user_id, ref = self.chance.choice(MEMBERS), secrets.token_hex(6)
        guild_id, channel_id = self.chance.choice(self._places(user_id))
        kept_in = self.chance.choice(ZONES)
        day = f"{moment.astimezone(ZoneInfo(kept_in)):%Y%m%d}"
        habit = Habit(ref, day, user_id, is_kept=self.chance.random() < 0.8)
        design = Design(name="Walks", timezone=kept_in)
        self.pixela.users[_account(user_id)].add_graph(f"g{ref}", "int", design)
        self.kept[ref] = habit
        # Of several days that were missed only the last one is told.
        missed = timedelta(days=self.chance.choice((0, 0, 0, 0, 1, 5)), seconds=1)
        _, planned = next_moment(moment - missed, minute, zone)
        wish = Wish(ref, channel_id, f"g{ref}", "Walks", "1", minute, name, next_at=int(planned.timestamp()))
        await ReminderBook(database, guild_id, user_id).add(wish)

    def _places(self, user_id: int) -> Sequence[tuple[int, int]]:
        """Return every channel with its server, and the person's direct messages."""
        (guild_id,) = self.discord.guild_ids
        channels = [(guild_id, int(each["id"])) for each in self.discord.world.channels(guild_id)]
        return [*channels, (NOWHERE, self.discord.world.direct_channel(user_id))]

    async def _press(self) -> None:
        waiting = self.waiting()
        if not waiting:
            return
        message, habit = self.chance.choice(waiting)
        custom_id = f"px:done:{habit.ref}:{habit.day}"
        try:
            answer = await self.discord.click(message, custom_id, until="none", user_id=habit.user_id)
        except NotConnected:
            return
        self.answers.append((habit, answer))
        await wait_shortly(answer)


def _account(user_id: int) -> str:
    return f"walker-{user_id % 1000}"


def _marks(message: Payload) -> Sequence[str]:
    return _MARK.findall(text_of(message))
