"""A bare discord.py bot that answers as the bot does, in the library's plain idiom; nothing in it is ours.

``python -m benchmarks.bare`` connects to ``DISCORD_API_URL`` with ``DISCORD_TOKEN`` and asks
``PLURALKIT_URL``; ``--sync`` tells Discord its commands first. Its cards say what the bot's cards say of a
server where nothing was chosen yet.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any, TypeAlias

import aiohttp
import discord
from discord import app_commands, ui
from discord.ext import commands
from discord.http import Route

Interaction = discord.Interaction["Bare"]

Box: TypeAlias = ui.Container[Any]
Text: TypeAlias = ui.TextDisplay[Any]
Line: TypeAlias = ui.Separator[Any]
Row: TypeAlias = ui.ActionRow[Any]
Button: TypeAlias = ui.Button[Any]

_ABOUT = "Pika, Midjourney, Pixela and PluralKit as slash commands. `/help` shows them all."
_INVITE = "https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands"
_PAGES = {
    "Access": "Who may use a service, and in which channels",
    "Limits": "How much a member and the server may make",
    "Recent changes": "Who changed what, and where that is posted",
    "Alerts": "What is wrong, and where that is told",
    "Data": "Export the settings, or remove everything",
}
_DASHBOARD = "https://dash.pluralkit.me/profile/s/{}"


class Bare(commands.AutoShardedBot):
    """Runs the commands."""

    def __init__(self, upstream: str, *, sync: bool) -> None:
        intents = discord.Intents(guilds=True)
        super().__init__(
            "!",
            intents=intents,
            guild_ready_timeout=0.1,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        self.upstream = upstream
        self.session: aiohttp.ClientSession
        self.started_at = discord.utils.utcnow()
        self._sync = sync

    async def setup_hook(self) -> None:
        """Add the commands."""
        self.session = aiohttp.ClientSession()
        await self.add_cog(About())
        self.tree.add_command(Setup())
        self.tree.add_command(PluralKit())
        if self._sync:
            await self.tree.sync()

    async def close(self) -> None:
        """Leave Discord, then close the other session."""
        await super().close()
        await self.session.close()

    async def read(self, *path: str) -> Any:
        """Ask the upstream."""
        async with self.session.get("/".join((self.upstream, "systems", *path))) as answer:
            return await answer.json()


class About(commands.Cog):
    """The command of /about."""

    @app_commands.command(description="What this app is and how it is doing")
    async def about(self, interaction: Interaction) -> None:
        """Answer at once."""
        bot = interaction.client
        shard = interaction.guild.shard_id if interaction.guild else 0
        latency = dict(bot.latencies)[shard] * 1000
        box = Box(
            Text("### Switchboard"),
            Text(_ABOUT),
            Line(),
            Text(
                "**Version** 1.0.0\n"
                f"**Up since** {discord.utils.format_dt(bot.started_at, 'R')}\n"
                f"**Shard** {shard + 1} of {bot.shard_count}\n"
                f"**Latency** {latency:.0f} ms\n"
                f"**Servers** {len(bot.guilds)}"
            ),
            Row(Button(label="Add to a server", url=_INVITE.format(bot.application_id))),
        )
        view = ui.LayoutView().add_item(box)
        await interaction.response.send_message(view=view, ephemeral=True)


class Setup(app_commands.Group):
    """The command of /setup."""

    def __init__(self) -> None:
        super().__init__(name="setup", description="Connect this server to its services")

    @app_commands.command(description="What is connected, and how it is doing")
    async def status(self, interaction: Interaction) -> None:
        """Promise an answer, then give it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.edit_original_response(view=_panel())


class PluralKit(app_commands.Group):
    """The command of /pluralkit."""

    def __init__(self) -> None:
        super().__init__(name="pluralkit", description="Look up systems")

    @app_commands.command(description="Look a system up")
    async def system(self, interaction: Interaction, user: discord.User) -> None:
        """Promise an answer, ask, then give it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        read = interaction.client.read
        system = await read(str(user.id))
        members, front = await asyncio.gather(read(system["id"], "members"), read(system["id"], "fronters"))
        await interaction.edit_original_response(view=_system(system, members, front))


def _panel() -> ui.LayoutView:
    return ui.LayoutView().add_item(
        Box(
            Text("### Setup of this server"),
            Line(),
            Text(
                "**useapi.net** · Pika and Midjourney\n"
                "⚪ Not connected. Its commands answer once a key is set."
            ),
            Row(Button(label="Connect", style=discord.ButtonStyle.primary, custom_id="setup:connect:useapi")),
            Line(),
            Text(
                "**Pixela**\n"
                "Members link their own user with `/pixela user link`.\n"
                "Linked here by members: 0.\n"
                "⚪ No user of the server. Connect one, and members record on its graphs together."
            ),
            Row(
                Button(
                    label="Connect a user",
                    style=discord.ButtonStyle.primary,
                    custom_id="setup:connect:pixela",
                )
            ),
            Line(),
            Text(
                "**PluralKit** · needs no key\n"
                "Public look-ups work at once; private ones with `/pluralkit link`.\n"
                "Linked here by members: 0."
            ),
            Line(),
            Text("**Access** · everybody may use everything, everywhere\n**Limits** · none"),
            Text("**Health**\n⚪ Nobody watches: choose a channel for alerts below."),
            Row(
                ui.Select[Any](
                    custom_id="setup:open",
                    placeholder="Change more: access, limits, alerts …",
                    options=[
                        discord.SelectOption(label=label, value=label.lower(), description=words)
                        for label, words in _PAGES.items()
                    ],
                )
            ),
        )
    )


def _ago(moment: str) -> str:
    return discord.utils.format_dt(discord.utils.parse_time(moment), "R")


def _system(system: dict[str, Any], members: list[Any], front: dict[str, Any]) -> ui.LayoutView:
    system_id, name = system["id"], system["name"]
    fronting = ", ".join(member["display_name"] or member["name"] for member in front["members"])
    since = _ago(front["timestamp"])
    created = _ago(system["created"])
    ways = ("Members", "Groups", "Fronting", "History", "Share")
    return ui.LayoutView().add_item(
        Box(
            ui.Section[Any](
                Text(
                    f"### {name}\n**Tag:** {system['tag']}\n"
                    f"**Members:** {len(members)}\n**Fronting:** {fronting} since {since}"
                ),
                accessory=ui.Thumbnail[Any](system["avatar_url"], description=f"Avatar of {name}"),
            ),
            Line(),
            Text(system["description"]),
            ui.MediaGallery[Any](discord.MediaGalleryItem(system["banner"], description=f"Banner of {name}")),
            Line(),
            Text(f"-# System id `{system_id}` · created {created}"),
            Row(
                *(
                    Button(label=way, custom_id=f"pk:{way}:{system_id}:{index}")
                    for index, way in enumerate(ways)
                )
            ),
            Row(Button(label="View on dashboard", url=_DASHBOARD.format(system_id))),
            accent_colour=int(system["color"], 16),
        )
    )


def main() -> None:
    """Run from the command line, until SIGTERM or SIGINT."""
    Route.BASE = os.environ["DISCORD_API_URL"]
    bot = Bare(os.environ.get("PLURALKIT_URL", ""), sync="--sync" in sys.argv)
    bot.run(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    main()
