"""The page of how much may be made."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import discord

from bot.errors import InvalidInput
from bot.limits import LimitKind, Limits
from bot.services import Provider, Service
from bot.storage.limits import LimitBook
from bot.ui.administration.limits import limits_page
from bot.ui.card import Card
from bot.ui.lasting import LastingButton
from bot.ui.sheets import Sheet, TextPart
from cogs._drafts import Edit, open_edit
from cogs._in_time import in_time_for_a_form
from cogs._place import require_manager
from cogs.setup.pages import BackButton, Page, add_page

if TYPE_CHECKING:
    from bot.app import App

_MOST = 1_000_000
_LABELS = {
    LimitKind.MEMBER_DAY: "Jobs for each member a day",
    LimitKind.MEMBER_AT_ONCE: "Jobs for each member at once",
    LimitKind.SERVER_DAY: "Jobs for the whole server a day",
}


class LimitEdit(Edit):
    """The limits of a service."""

    kind: ClassVar[str] = "setup.limits"
    in_place: ClassVar[bool] = True
    of: Service

    def sheet(self) -> Sheet:
        """Return the form."""
        parts = [
            TextPart(
                kind.value, label, partial(_number, label), len(str(_MOST)), hint="Left empty: no limit."
            )
            for kind, label in _LABELS.items()
        ]
        return Sheet(f"Limits of {self.of.label}", parts)

    async def save(self, interaction: discord.Interaction[App], changes: dict[str, Any]) -> None:
        """Change them, for who may manage the server."""
        book = _book(interaction, require_manager(interaction))
        wanted = {LimitKind(key): most for key, most in changes.items()}
        await book.change(self.of, wanted, interaction.user.id)
        interaction.client.notices.hurry()
        done = f"✅ The limits of {self.of.label} were changed."
        await interaction.edit_original_response(view=await _show(interaction, done), attachments=[])


class LimitButton(LastingButton, template=r"setup:limit:(?P<service>pika|midjourney)"):
    """Opens the form with the limits of a service."""

    def __init__(self, service: str) -> None:
        super().__init__(f"Limits of {Service(service).label}", f"setup:limit:{service}")
        self._service = Service(service)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Open the form."""
        guild_id = require_manager(interaction)
        async with in_time_for_a_form():
            limits = await _book(interaction, guild_id).limits()
        stands = limits.get(self._service, Limits())
        fields = {kind.value: getattr(stands, kind.value) for kind in LimitKind}
        await open_edit(interaction, LimitEdit(of=self._service), fields)


def _number(label: str, text: str) -> int | None:
    bare = text.strip()
    if not bare:
        return None
    if not (bare.isascii() and bare.isdigit()) or int(bare[:9]) > _MOST or len(bare) > len(str(_MOST)):
        raise InvalidInput(
            f"{label}: this is a whole number from 0 to {_MOST:,}. Leave it empty for no limit."
        )
    return int(bare)


async def _show(interaction: discord.Interaction[App], done: str | None) -> Card:
    limits = await _book(interaction, require_manager(interaction)).limits()
    services = making(interaction)
    buttons = [LimitButton(service.value) for service in services]
    return limits_page(limits, services, [[*buttons, BackButton()]], done)


def making(interaction: discord.Interaction[App]) -> list[Service]:
    """Return the services that make something."""
    return [
        service for service in interaction.client.settings.services if service.provider is Provider.USEAPI
    ]


def _book(interaction: discord.Interaction[App], guild_id: int) -> LimitBook:
    return LimitBook(interaction.client.database, guild_id, interaction.client.clock)


add_page("limits", Page("Limits", "How much a member and the server may make", _show))
