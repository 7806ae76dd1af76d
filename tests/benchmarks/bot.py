"""A bare discord.py bot to try the loopback Discord with; nothing in it is ours."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands
from discord.http import Route

Interaction = discord.Interaction[discord.Client]


class Form(discord.ui.Modal, title="A form"):
    """Asks for a word and a tick."""

    word = discord.ui.Label(text="Word", component=discord.ui.TextInput[Any](custom_id="word", max_length=20))
    sure = discord.ui.Label(text="Sure", component=discord.ui.Checkbox[Any](custom_id="sure"))

    async def on_submit(self, interaction: Interaction) -> None:
        """Say what was entered."""
        assert isinstance(self.word.component, discord.ui.TextInput)
        assert isinstance(self.sure.component, discord.ui.Checkbox)
        entered = f"{self.word.component.value} {self.sure.component.value}"
        await interaction.response.send_message(entered, ephemeral=True)


class Press(discord.ui.View):
    """A button that counts."""

    pressed = 0

    @discord.ui.button(label="Press me", custom_id="press")
    async def press(self, interaction: Interaction, _: discord.ui.Button[Any]) -> None:
        """Count."""
        self.pressed += 1
        await interaction.response.edit_message(content=f"pressed {self.pressed}")


class Ways(commands.Cog):
    """A command for each way of answering."""

    @app_commands.command(description="Defers, then edits")
    async def slow(self, interaction: Interaction, word: str = "done") -> None:
        """Defer, then edit."""
        await interaction.response.defer(ephemeral=True)
        await interaction.edit_original_response(content=word)

    @app_commands.command(description="Opens a modal")
    async def form(self, interaction: Interaction) -> None:
        """Open a modal."""
        await interaction.response.send_modal(Form())

    @app_commands.command(description="Shows a button")
    async def button(self, interaction: Interaction) -> None:
        """Show a button."""
        await interaction.response.send_message("press", view=Press())

    @app_commands.command(description="Sends a file back")
    async def picture(self, interaction: Interaction, source: discord.Attachment) -> None:
        """Send a file back."""
        file = discord.File(io.BytesIO(await source.read()), "copy.png", description="A copy")
        await interaction.response.send_message(file=file)
        await interaction.followup.send("there it is")

    @app_commands.command(description="Shows a card with a picture")
    async def card(self, interaction: Interaction) -> None:
        """Show a card with a picture."""
        view = discord.ui.LayoutView()
        gallery = discord.ui.MediaGallery[Any](discord.MediaGalleryItem("attachment://dot.png"))
        view.add_item(discord.ui.Container(discord.ui.TextDisplay("# Card"), gallery))
        await interaction.response.defer()
        await interaction.edit_original_response(
            view=view, attachments=[discord.File(io.BytesIO(b"dot"), "dot.png")]
        )

    @app_commands.command(description="Says who and where")
    async def who(self, interaction: Interaction, user: discord.User) -> None:
        """Say who and where."""
        where = "guild" if interaction.is_guild_integration() else "elsewhere"
        await interaction.response.send_message(f"{user.id} {where} {interaction.permissions.administrator}")

    @app_commands.command(description="Completes what is typed")
    async def echo(self, interaction: Interaction, word: str) -> None:
        """Repeat."""
        await interaction.response.send_message(word)

    @echo.autocomplete("word")
    async def words(self, _: Interaction, current: str) -> list[app_commands.Choice[str]]:
        """Complete."""
        return [app_commands.Choice(name=current.upper(), value=current)]


class Tiny(commands.AutoShardedBot):
    """Runs them."""

    def __init__(self) -> None:
        intents = discord.Intents(guilds=True)
        super().__init__("!", intents=intents, guild_ready_timeout=0.01, chunk_guilds_at_startup=False)
        self.gone: asyncio.Queue[int] = asyncio.Queue()

    async def setup_hook(self) -> None:
        """Register the commands."""
        await self.add_cog(Ways())
        self.tree.add_command(menu)
        await self.tree.sync()

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Note a guild that removed the bot."""
        self.gone.put_nowait(guild.id)


@app_commands.context_menu(name="Repeat")
async def menu(interaction: Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"it said {message.content}")


@asynccontextmanager
async def running(api_url: str, token: str) -> AsyncGenerator[Tiny]:
    """Run the bot in this event loop against the API at ``api_url``."""
    before, Route.BASE = Route.BASE, api_url
    try:
        async with Tiny() as bot:
            task = asyncio.create_task(bot.start(token))
            ready = asyncio.create_task(bot.wait_for("ready", timeout=10))
            await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
            ready.cancel()
            if task.done():
                await task
            yield bot
        await task
    finally:
        Route.BASE = before
