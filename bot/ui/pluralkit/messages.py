"""The card that tells who sent a message."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.api.pluralkit import Message, System
from bot.api.pluralkit.sights import MemberSight
from bot.ui.card import Card, Clickable
from bot.ui.pluralkit.marks import colour_of, dashboard, seconds_of, titled
from bot.ui.pluralkit.members import add_member
from bot.ui.text import code, is_visible, when

_BELOW = 500
"""Characters that are kept for what is said of the message itself."""


def message_card(message: Message, sender: MemberSight | None, buttons: Sequence[Clickable]) -> Card:
    """Show the member that a message is of, its system, and the account that it was sent from."""
    card = Card(colour=None if sender is None else colour_of(sender.member.color))
    if sender is None:
        card.text("### Deleted member\nThe member that sent this, or its whole system, was deleted since.")
    else:
        add_member(card, sender, keep=_BELOW)
    card.rule().lines(
        _system(message.system),
        f"**Sent by:** <@{message.sender}> ({code(message.sender)})",
        f"**Sent:** {when(seconds_of(message.timestamp), 'f')}",
        f"**Message id:** {code(message.id)}",
        f"**Original id:** {code(message.original) if message.original else 'not kept'}",
    )
    place = message.guild or "@me"
    address = f"https://discord.com/channels/{place}/{message.channel}/{message.id}"
    links = [ui.Button[ui.LayoutView](label="Jump to message", url=address)]
    if sender is not None:
        links.append(
            ui.Button[ui.LayoutView](label="View on dashboard", url=dashboard("m", sender.member.id))
        )
    return card.buttons([*buttons, *links])


def _system(system: System | None) -> str | None:
    if system is None:
        return None
    ref = code(system.id)
    return f"**System:** {titled(system)} ({ref})" if is_visible(system.name) else f"**System:** {ref}"
