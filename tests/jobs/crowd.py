"""Members who have things made and press buttons under them, whether the bot lives or not."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from benchmarks.answers import Answer
from benchmarks.gateway import NotConnected
from benchmarks.loopback import LoopbackDiscord
from benchmarks.messages import walk
from benchmarks.shown import is_unfinished
from benchmarks.wire import Payload

MANAGER = 1 << 5
MEMBERS = range(1_000_000_000_000_000_100, 1_000_000_000_000_000_112)
PRESSED = {"U1", "U2", "V1", "V2", "Upscale (Subtle)", "🔄 Retry"}
"""Labels of buttons that make something at once: two of them never twice, the others as often as pressed."""
_ANSWERED_SECONDS = 1.0


@asynccontextmanager
async def milling(doings: Iterable[Coroutine[None, None, None]]) -> AsyncGenerator[None]:
    """Have members do meanwhile what has no end."""
    tasks = [asyncio.create_task(doing) for doing in doings]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


async def wait_shortly(answer: Answer) -> None:
    """Wait until Discord hears something from the bot, but not for one that is dead."""
    with suppress(TimeoutError):
        await answer.wait("first", _ANSWERED_SECONDS)


@dataclass
class Crowd:
    """What members did, by the interactions that Discord sent."""

    discord: LoopbackDiscord
    chance: random.Random
    answers: list[Answer] = field(default_factory=list[Answer])
    pressed: set[tuple[int, str]] = field(default_factory=set[tuple[int, str]])

    async def connect(self, key: str) -> None:
        """Connect every server with a key of its own, which begins with ``key``."""
        for number, guild_id in enumerate(self.discord.guild_ids):
            form = await self.discord.slash(
                "setup connect", {"service": "useapi"}, permissions=MANAGER, guild_id=guild_id
            )
            panel = await self.discord.submit(form, {"key": f"{key}{number}"})
            assert "The key works and is stored" in panel.text

    async def mill_about(self, *, most: int, pause: float) -> None:
        """Ask and press without end, while fewer than ``most`` jobs are unfinished."""
        while True:
            await self.discord.wait_ready(timeout=60)
            if sum(is_unfinished(message) for message in self.discord.messages()) < most:
                await self.act()
            await asyncio.sleep(self.chance.uniform(0.2, 1.8) * pause)

    async def act(self) -> None:
        """Press a button if there is one and chance wants it, else ask for something."""
        buttons = self._buttons()
        try:
            if buttons and self.chance.random() < 0.4:
                await self._press(*self.chance.choice(buttons))
            else:
                await self.ask()
        except NotConnected:
            return

    async def ask(self) -> None:
        """Ask for something that nobody asked for before."""
        command, thing = self.chance.choice((("midjourney imagine", "harbour"), ("pika create", "ferry")))
        prompt = f"{thing} {len(self.answers)} at dusk"
        answer = await self.discord.slash(
            command,
            {"prompt": prompt},
            until="none",
            guild_id=self.chance.choice(self.discord.guild_ids),
            user_id=self.chance.choice(MEMBERS),
        )
        await self._wait(answer)

    async def _press(self, message: Payload, label: str) -> None:
        self.pressed.add((int(message["id"]), label))
        member = self.chance.choice(MEMBERS)
        await self._wait(
            await self.discord.click(message, label, until="none", user_id=member, permissions=MANAGER)
        )

    async def _wait(self, answer: Answer) -> None:
        self.answers.append(answer)
        await wait_shortly(answer)

    def _buttons(self) -> Sequence[tuple[Payload, str]]:
        """Return what nobody pressed yet: the message and the label."""
        return [
            (message, label)
            for message in self.discord.messages()
            for label in _labels(message) & PRESSED
            if (int(message["id"]), label) not in self.pressed
        ]


def _labels(message: Payload) -> set[str]:
    return {
        one.get("label", "")
        for one in walk(message["components"])
        if one.get("custom_id", "").startswith("job:press:")
    }
