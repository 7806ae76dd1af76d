"""What people do while workers come and go, and what came of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.answers import Answer
from benchmarks.loopback import LoopbackDiscord
from bot.sandbox import Sandbox
from bot.sandbox.upstream import Trouble
from tests.jobs.crowd import MANAGER, Crowd, wait_shortly

_SLOW = (2.2, 2.8)
"""Seconds that PluralKit takes now and then: so long that an interaction is written down, not so long that a
stop would not wait for its end."""
TAKEN = {200, 202, 204}


@dataclass
class Town:
    """People who look things up and change them, beside those who have things made."""

    discord: LoopbackDiscord
    sandbox: Sandbox
    system: str
    chance: random.Random
    makers: Crowd
    answers: list[Answer] = field(default_factory=list[Answer])
    are_making: bool = True

    async def mill_about(self, pause: float) -> None:
        """Do one thing after another, without end."""
        while True:
            if self.are_making and self.chance.random() < 0.25:
                await self.makers.act()
            else:
                await self._look()
            await asyncio.sleep(self.chance.uniform(0.2, 1.8) * pause)

    async def _look(self) -> None:
        command = self.chance.choice(("about", "setup status", "help", "pluralkit system"))
        options = {"ref": self.system} if command == "pluralkit system" else {}
        if command == "pluralkit system" and self.chance.random() < 0.5:
            self.sandbox.pluralkit.fail(Trouble.SLOW, times=1, seconds=self.chance.uniform(*_SLOW))
        guild_id = self.chance.choice(self.discord.guild_ids)
        answer = await self.discord.slash(
            command, options, until="none", guild_id=guild_id, permissions=MANAGER
        )
        self.answers.append(answer)
        await wait_shortly(answer)

    @property
    def all_answers(self) -> Sequence[Answer]:
        """What everybody did."""
        return [*self.answers, *self.makers.answers]

    def waiting(self) -> list[Answer]:
        """Return what was taken and is not answered."""
        return [
            each
            for each in self.all_answers
            if each.http_status in TAKEN and (each.loading or not each.finished.is_set())
        ]
