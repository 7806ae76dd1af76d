"""The page of who changed what, and the file of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import discord

from bot.report import answer
from bot.storage.audit import KEPT_SECONDS, AuditBook, Entry
from bot.storage.channels import ChannelBook
from bot.ui.administration.changes import Change, Posting, changes_page
from bot.ui.administration.frame import file_card
from bot.ui.card import Card, Clickable
from bot.ui.lasting import LastingButton, LastingChannelSelect
from cogs._place import require_manager
from cogs._server import channels_there, find_server
from cogs.setup.pages import BackButton, Page, add_page, turn_to
from cogs.setup.posting import POSTED_IN, check_postable, is_closed

if TYPE_CHECKING:
    from bot.app import App

PAGE = 10
"""Entries on a page."""
_MOST_EXPORTED = 50_000
_DAY = 24 * 3600
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What spreadsheets take a cell for a formula by."""


class ChangesButton(LastingButton, template=r"setup:changes:(?P<page>[0-9]{1,5}):(?P<place>[a-z]+)"):
    """Turns the pages. ``place`` keeps the custom ids of one message apart."""

    def __init__(self, page: str, place: str) -> None:
        super().__init__(place.capitalize(), f"setup:changes:{page}:{place}")
        self._page = int(page)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Show the page."""
        await turn_to(interaction, lambda: show_changes(interaction, page=self._page))


class ExportChangesButton(LastingButton, template=r"setup:changes:file"):
    """Hands out the whole list as a file."""

    def __init__(self) -> None:
        super().__init__("As a file", "setup:changes:file")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Send the file."""
        guild_id = require_manager(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        book = AuditBook(interaction.client.database, guild_id)
        await book.note_export(interaction.user.id, int(interaction.client.clock()))
        interaction.client.notices.hurry()
        entries = await book.list(most=_MOST_EXPORTED)
        words = f"{len(entries)} {'entry' if len(entries) == 1 else 'entries'}, the newest first."
        await answer(interaction, file_card(words, "changes.csv", _csv(entries)))


class AuditChannelSelect(LastingChannelSelect, template=r"setup:auditchannel"):
    """Chooses where new entries are posted."""

    def __init__(self, chosen: Collection[int] = ()) -> None:
        words = "Channel to post changes in (none: nowhere)"
        super().__init__("setup:auditchannel", placeholder=words, kinds=POSTED_IN, chosen=chosen, most=1)

    async def choose(self, interaction: discord.Interaction[App], channels: Collection[int]) -> None:
        """Keep it, and show the page anew."""
        guild_id = require_manager(interaction)

        async def change() -> Card:
            channel_id = await check_postable(interaction, channels)
            book = ChannelBook(interaction.client.database, guild_id, interaction.client.clock)
            await book.choose_audit(channel_id, interaction.user.id)
            interaction.client.notices.hurry()
            where = "nowhere" if channel_id is None else "there"
            return await show_changes(interaction, done=f"✅ Changes are posted {where} now.")

        await turn_to(interaction, change)


async def show_changes(
    interaction: discord.Interaction[App], *, page: int = 0, done: str | None = None
) -> Card:
    """Make a page of the list. Raises :class:`~bot.errors.NotAllowed`."""
    guild_id = require_manager(interaction)
    book = AuditBook(interaction.client.database, guild_id)
    total = await book.count()
    entries = await book.list(most=PAGE, skip=page * PAGE)
    chosen = await ChannelBook(interaction.client.database, guild_id, interaction.client.clock).chosen()
    turners: list[Clickable] = []
    if page > 0:
        turners.append(ChangesButton(str(page - 1), "newer"))
    if (page + 1) * PAGE < total:
        turners.append(ChangesButton(str(page + 1), "older"))
    server = None if chosen.audit is None else await find_server(interaction)
    there = channels_there(server, [] if chosen.audit is None else [chosen.audit])
    rows = [[AuditChannelSelect(there)], [*turners, ExportChangesButton(), BackButton()]]
    return changes_page(
        [change_of(entry) for entry in entries],
        total=total,
        number=page,
        kept_days=KEPT_SECONDS // _DAY,
        posting=Posting(chosen.audit, is_closed(server, chosen.audit)),
        rows=rows,
        done=done,
    )


def change_of(entry: Entry) -> Change:
    """Return an entry as it is shown."""
    return Change(entry.actor_id, entry.action.value, entry.service, entry.detail, entry.at)


def _csv(entries: Sequence[Entry]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["time", "who", "action", "service", "detail"])
    for entry in entries:
        at = datetime.fromtimestamp(entry.at, UTC).isoformat()
        who = "" if entry.actor_id is None else str(entry.actor_id)
        service = "" if entry.service is None else entry.service.value
        writer.writerow([at, who, entry.action.value, service, _cell(entry.detail)])
    return text.getvalue().encode()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULAS) else text


async def _show(interaction: discord.Interaction[App], done: str | None) -> Card:
    return await show_changes(interaction, done=done)


add_page("changes", Page("Recent changes", "Who changed what, and where that is posted", _show))
