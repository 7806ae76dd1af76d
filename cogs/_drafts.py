"""Forms that were refused, kept for a while with what was typed into them."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import discord

from bot.errors import BotError, InvalidInput
from bot.report import answer, report
from bot.services import Service
from bot.ui.card import note
from bot.ui.forms import Form
from bot.ui.lasting import LastingButton
from bot.ui.sheets import Sheet, Typed

if TYPE_CHECKING:
    from bot.app import App

Save = Callable[[discord.Interaction[Any], dict[str, Any]], Awaitable[None]]
"""Send what was changed, and answer; the answer was deferred."""

_MOST = 100
"""Refused forms of which is kept what was typed."""
_drafts: OrderedDict[tuple[int, str], Callable[[], Form]] = OrderedDict()
"""By whose they are and the key of their button."""


class ReopenButton(LastingButton, template=r"(?:pk|draft):again:(?P<key>[0-9a-f]{16})"):
    """Opens a form again with what was typed into it, after that was refused."""

    def __init__(self, key: str) -> None:
        super().__init__("Open it again", f"draft:again:{key}", discord.ButtonStyle.primary)
        self._key = key

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Open the form."""
        make = _drafts.get((interaction.user.id, self._key))
        if make is None:
            raise InvalidInput("What was typed is no longer kept. Run the command again.")
        await interaction.response.send_modal(make())


def keep_draft(interaction: discord.Interaction[Any], make: Callable[[], Form]) -> ReopenButton:
    """Keep a refused form: ``make`` makes it anew with what was typed.

    In memory alone: it is the person's own, and soon typed again. No secret belongs into it.
    """
    key = secrets.token_hex(8)
    _drafts[interaction.user.id, key] = make
    if len(_drafts) > _MOST:
        _drafts.popitem(last=False)
    return ReopenButton(key)


def change_form(
    service: Service | None,
    sheet: Sheet,
    before: Mapping[str, Typed],
    save: Save,
    *,
    in_place: bool = False,
) -> Form:
    """Make a form with what stands; what is changed in it is handed to ``save``.

    What was typed into a form that is refused is kept, whatever the reason. ``in_place``: the answer is to
    take the place of the message that the form is opened from.
    """
    return _form(service, sheet, before, before, save, in_place=in_place)


def _form(
    service: Service | None,
    sheet: Sheet,
    before: Mapping[str, Typed],
    typed: Mapping[str, Typed],
    save: Save,
    *,
    in_place: bool,
) -> Form:
    shown = {part.key: part.show(typed[part.key]) for part in sheet.parts}

    async def submit(interaction: discord.Interaction[Any]) -> None:
        given = {key: read() for key, (_, read) in shown.items()}
        try:
            changes = sheet.changes(given, before)
            if not changes:
                await answer(interaction, note("Nothing was changed: the form was left as it was."))
                return
            await interaction.response.defer(ephemeral=True, thinking=not in_place)
            await save(interaction, changes)
        except BotError as error:
            again = keep_draft(
                interaction, lambda: _form(service, sheet, before, given, save, in_place=in_place)
            )
            await report(interaction, error, [again])

    return Form(
        sheet.title, *(label for label, _ in shown.values()), submit=submit, failed=report, service=service
    )
