"""Answers that are promised while they are made, to the loopback Discord."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest
from discord import app_commands

from benchmarks.faults import Fault
from benchmarks.loopback import LoopbackDiscord
from cogs._promise import promised
from tests.benchmarks.bot import Tiny, running

PANS = ["bread", "fish"]
"""What there is something to make it in for."""


class Kitchen:
    """Makes what is asked for, and notes when."""

    def __init__(self) -> None:
        self.deeds: list[str] = []
        self.made = asyncio.Event()
        self.refused = asyncio.Event()

    @property
    def order(self) -> app_commands.Command[Any, ..., None]:
        """The command that asks for it."""
        return app_commands.Command(name="order", description="Make something", callback=self._order)

    async def _order(self, interaction: discord.Interaction[Tiny], dish: str) -> None:
        try:
            async with promised(interaction):
                self.deeds.append(f"{dish} is made, promised: {interaction.response.is_done()}")
                self.made.set()
                if dish == "stew":
                    await asyncio.Event().wait()
                PANS.remove(dish)
        except ValueError:
            self.deeds.append("it boiled over")
        except discord.NotFound:
            self.refused.set()
        if interaction.response.is_done():
            await interaction.edit_original_response(content=f"{dish}: {self.deeds[-1]}")


async def test_an_answer_is_made_while_it_is_promised_and_told_once_that_is_through() -> None:
    kitchen = Kitchen()
    async with LoopbackDiscord() as world, running(world.api_url, world.token) as bot:
        bot.tree.add_command(kitchen.order)
        await bot.tree.sync()
        world.faults.append(Fault("slow", path="*/callback", seconds=0.05, times=2))

        bread = await world.slash("order", {"dish": "bread"}, until="none")
        await kitchen.made.wait()
        assert bread.deeds == []
        await bread.wait("final", 5)
        assert kitchen.deeds == ["bread is made, promised: False"]
        assert [deed.kind for deed in bread.deeds] == ["callback", "edit"]

        soup = await world.slash("order", {"dish": "soup"})
        assert soup.text == "soup: it boiled over"


async def test_what_discord_lets_nobody_promise_is_made_no_further(caplog: pytest.LogCaptureFixture) -> None:
    kitchen = Kitchen()
    async with LoopbackDiscord() as world, running(world.api_url, world.token) as bot:
        bot.tree.add_command(kitchen.order)
        await bot.tree.sync()
        for dish in ("fish", "stew"):  # that is made at once, and that never
            kitchen.refused.clear()
            world.faults.append(Fault("status", path="*/callback", status=404, times=1))
            order = await world.slash("order", {"dish": dish}, until="none")
            async with asyncio.timeout(5):
                await kitchen.refused.wait()
            assert kitchen.deeds.pop() == f"{dish} is made, promised: False"
            assert order.deeds == []
    assert "never retrieved" not in caplog.text
