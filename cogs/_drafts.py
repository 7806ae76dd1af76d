"""Forms with what stands somewhere, of which only what was changed is saved.

What stood in such a form, and what was typed into it where it was refused, is kept as a draft, so that any
worker takes the answer and opens the form again.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import discord
from discord import ui
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.drafts import Opened
from bot.errors import BotError, InvalidInput
from bot.report import answer, report
from bot.services import Service
from bot.ui.card import note
from bot.ui.forms import EXPIRED, Form
from bot.ui.given import Given
from bot.ui.lasting import LastingButton
from bot.ui.sheets import Sheet, Typed, pack, unpack
from cogs._in_time import in_time_for_a_form
from cogs._place import scope_of

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

_WRITE_SECONDS = 0.8
"""What is left of the time for a form once what stands in it was asked for."""
_KEY = r"(?P<key>[0-9a-f]{32})"
_GONE = "What was typed is no longer kept. Run the command again."
_kinds: dict[str, type[Edit]] = {}


class Edit(BaseModel, ABC):
    """What a form changes. Its fields are all that has to be known of that wherever the form is answered.

    ``kind`` is each one's alone. Who may not use ``service`` any more is refused. ``in_place``: the answer
    takes the place of the message that the form was opened from.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    kind: ClassVar[str]
    service: ClassVar[Service | None] = None
    in_place: ClassVar[bool] = False
    unchanged: ClassVar[str] = "Nothing was changed: the form was left as it was."

    @classmethod
    def __pydantic_init_subclass__(cls, **_: object) -> None:
        """Make the kind known."""
        if "kind" in vars(cls):
            _kinds[cls.kind] = cls

    @abstractmethod
    def sheet(self) -> Sheet:
        """Return the form."""

    @abstractmethod
    async def save(self, interaction: discord.Interaction[Any], changes: dict[str, Any]) -> None:
        """Send what was changed, for who still may, and answer; the answer was deferred."""


def edits() -> Sequence[type[Edit]]:
    """Return every kind of such a form that was imported."""
    return tuple(_kinds.values())


@dataclass(frozen=True, slots=True)
class _Filled:
    """A form that stands open: what stood in it, what is typed into it, and the server where that is."""

    edit: Edit
    before: Mapping[str, Typed]
    typed: Mapping[str, Typed]
    home: int
    """The server that it is kept for, which is none where the app is the person's alone."""
    place: int | None

    def opened(self) -> Opened:
        """Return it as it is kept."""
        content = {
            "edit": self.edit.model_dump(mode="json"),
            "before": pack(self.before),
            "typed": pack(self.typed),
            "place": self.place,
        }
        return Opened(self.home, self.edit.kind, content)

    @classmethod
    def of(cls, opened: Opened) -> _Filled | None:
        """Return what was kept; None where it was kept by another version of the program."""
        try:
            content = opened.content
            edit = _kinds[opened.kind].model_validate(content["edit"])
            before, typed = unpack(content["before"]), unpack(content["typed"])
            return cls(edit, before, typed, opened.guild_id, content["place"])
        except (KeyError, ValidationError):
            return None


class _SentAlready(InvalidInput):
    """The form is being saved, or was."""


class SheetForm(Form, template=rf"sheet:{_KEY}"):
    """A form with what stands. When it is answered, it is made without."""

    def __init__(self, key: str, title: str = "", parts: Sequence[ui.Item[Any]] = ()) -> None:
        super().__init__(title, f"sheet:{key}", *parts)
        self._key = key

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Save what was changed; keep what was typed where that is refused, whatever the reason."""
        filled = await _find(interaction, self._key)
        if filled is None:
            raise InvalidInput(EXPIRED)
        edit, sheet = filled.edit, filled.edit.sheet()
        if edit.service is not None:
            await interaction.client.gate.admit(interaction, edit.service)
        typed = sheet.read(given)
        taken = False
        try:
            changes = sheet.changes(typed, filled.before)
            if not changes:
                await answer(interaction, note(edit.unchanged))
                return
            await self._take(interaction, edit)
            taken = True
            await edit.save(interaction, changes)
        except BotError as error:
            if isinstance(error, _SentAlready):
                raise
            kept = await _keep(interaction, self._key, replace(filled, typed=typed), taken=taken)
            await report(interaction, error, [ReopenButton(self._key)] if kept else [])
        else:
            await _drop(interaction, self._key)

    async def _take(self, interaction: discord.Interaction[App], edit: Edit) -> None:
        """Promise an answer, and see that nobody else saves it: the same answer may come to two workers."""
        await interaction.response.defer(ephemeral=True, thinking=not edit.in_place)
        if not await interaction.client.drafts.take(interaction.user.id, self._key):
            raise _SentAlready("This form was sent already. Run the command again to change more.")


class ReopenButton(LastingButton, template=rf"draft:again:{_KEY}"):
    """Opens a form again with what was typed into it, after that was refused."""

    def __init__(self, key: str) -> None:
        super().__init__("Open it again", f"draft:again:{key}", discord.ButtonStyle.primary)
        self._key = key

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Open the form."""
        async with in_time_for_a_form():
            filled = await _find(interaction, self._key)
            if filled is None or not await interaction.client.drafts.prolong(interaction.user.id, self._key):
                raise InvalidInput(_GONE)
        await interaction.response.send_modal(_form(self._key, filled))


async def open_edit(
    interaction: discord.Interaction[App], edit: Edit, fields: Mapping[str, Any] | None = None
) -> None:
    """Open a form with ``fields`` in it. No secret belongs into it.

    Raises :class:`~bot.errors.UserError` where the database is too busy to keep what stands in it.
    """
    before = edit.sheet().standing(fields or {})
    filled = _Filled(edit, before, before, scope_of(interaction).guild_id, interaction.guild_id)
    async with in_time_for_a_form(seconds=_WRITE_SECONDS):
        key = await interaction.client.drafts.put(interaction.user.id, filled.opened())
    await interaction.response.send_modal(_form(key, filled))


def _form(key: str, filled: _Filled) -> SheetForm:
    sheet = filled.edit.sheet()
    return SheetForm(key, sheet.title, sheet.show(filled.typed))


async def _find(interaction: discord.Interaction[App], key: str) -> _Filled | None:
    opened = await interaction.client.drafts.find(interaction.user.id, key)
    filled = None if opened is None else _Filled.of(opened)
    return filled if filled is not None and filled.place == interaction.guild_id else None


async def _keep(interaction: discord.Interaction[App], key: str, filled: _Filled, *, taken: bool) -> bool:
    """Keep what was typed; say whether that went well."""
    box, user_id = interaction.client.drafts, interaction.user.id
    try:
        return await box.give_back(user_id, key, filled.opened(), taken=taken)
    except Exception as error:  # noqa: BLE001 - why the form was refused is worth more
        _log.warning("what was typed into a form could not be kept (%s)", type(error).__name__)
        return False


async def _drop(interaction: discord.Interaction[App], key: str) -> None:
    try:
        await interaction.client.drafts.drop(interaction.user.id, key)
    except Exception as error:  # noqa: BLE001 - what was saved is saved, and the draft goes by itself
        _log.warning("a draft could not be dropped (%s)", type(error).__name__)
