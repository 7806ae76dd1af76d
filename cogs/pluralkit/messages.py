"""/pluralkit message, and the same in a message's menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pluralkit import parse_message_ref
from bot.api.pluralkit.sights import see_message_member
from bot.ui.card import Card
from bot.ui.pluralkit.messages import message_card
from cogs.pluralkit.asking import Asking, Question, Ref, show
from cogs.pluralkit.eyes import SHARE
from cogs.pluralkit.members import whole_time

if TYPE_CHECKING:
    from bot.app import App


@dataclass(frozen=True)
class MessageQuestion(Question, code="w"):
    """Who sent a message."""

    message: Ref = ""

    async def look(self, asking: Asking) -> Card:
        """Show the member, and the account behind it."""
        message = await asking.eyes.client.message(self.message)
        sender = await see_message_member(asking.eyes.client, message, asking.eyes.now)
        whole = None if sender is None else whole_time(asking, sender)
        return message_card(message, sender, asking.buttons(whole, share=self))


@app_commands.describe(ref="Its link or id", share=SHARE)
async def message(interaction: discord.Interaction[App], ref: str, share: bool = False) -> None:
    """Show who sent a message."""
    await show(interaction, MessageQuestion("", parse_message_ref(ref)), share=share)


async def sender_of_message(interaction: discord.Interaction[App], message: discord.Message) -> None:
    """Show who sent the message whose menu it is."""
    await show(interaction, MessageQuestion("", str(message.id)), share=False)
