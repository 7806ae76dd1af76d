"""Cards about the app itself: what it is, and what it can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.ui.card import Card
from bot.ui.text import when


@dataclass(frozen=True, slots=True)
class Vitals:
    """How the app is doing. ``latency`` is in seconds, None where it is not measured yet.

    ``shards`` is None where interactions come over HTTP; ``servers`` is about how many there are
    where not all of them are known.
    """

    version: str
    started_at: int
    shard: int | None
    shards: int | None
    latency: float | None
    servers: int
    are_all_known: bool
    invite_url: str


def about_card(vitals: Vitals) -> Card:
    """Show how the app is doing."""
    latency = "not measured yet" if vitals.latency is None else f"{vitals.latency * 1000:.0f} ms"
    shard = (
        "none (used outside a server)" if vitals.shard is None else f"{vitals.shard + 1} of {vitals.shards}"
    )
    way = [f"**Shard** {shard}", f"**Latency** {latency}"]
    if vitals.shards is None:
        way = ["**Connection** interactions come over HTTP"]
    servers = f"{'' if vitals.are_all_known else 'about '}{vitals.servers}"
    return (
        Card("Switchboard")
        .text("Pika, Midjourney, Pixela and PluralKit as slash commands. `/help` shows them all.")
        .rule()
        .lines(
            f"**Version** {vitals.version}",
            f"**Up since** {when(vitals.started_at)}",
            *way,
            f"**Servers** {servers}",
        )
        .buttons([ui.Button(label="Add to a server", url=vitals.invite_url, style=discord.ButtonStyle.link)])
    )


@dataclass(frozen=True, slots=True)
class CommandHelp:
    """A command as the tree knows it; ``options`` are name, description and whether it is required."""

    name: str
    description: str
    options: Sequence[tuple[str, str, bool]]
    managers_only: bool
    in_servers_only: bool


def help_card(commands: Sequence[CommandHelp]) -> Card:
    """List every command, a block for each top-level one; what they do is told where it fits."""
    card = Card("Commands")
    card.text("`/help command:` explains one of them.").rule()
    blocks: dict[str, list[CommandHelp]] = {}
    for command in commands:
        blocks.setdefault(command.name.split(" ", 1)[0], []).append(command)
    told = {top: "\n".join(map(_line, block)) for top, block in blocks.items()}
    for top in sorted(blocks, key=lambda top: len(blocks[top]), reverse=True):
        if len("\n\n".join(told.values())) > card.room:
            told[top] = _names(blocks[top])
    return card.text("\n\n".join(told.values()))


def _line(command: CommandHelp) -> str:
    return f"`/{command.name}` {command.description}"


def _names(block: Sequence[CommandHelp]) -> str:
    return f"{' · '.join(f'`/{command.name}`' for command in block)} ({len(block)} commands)"


def command_card(command: CommandHelp) -> Card:
    """Explain one command."""
    card = Card(f"/{command.name}").text(command.description)
    if command.options:
        card.rule().lines(
            *(
                f"`{name}` {'' if required else '(optional) '}{description}"
                for name, description, required in command.options
            )
        )
    limits = [
        "Needs the permission Manage Server." if command.managers_only else None,
        "Works in servers only." if command.in_servers_only else "Works in servers and in direct messages.",
    ]
    return card.rule().small(" ".join(limit for limit in limits if limit))
