"""Forms (modals) that answer also when they outlived the process that showed them.

discord.py keeps a form in memory until it is submitted, for a time at most, and drops the answer to
one that it does not know without a word. So a form marks the answers that it takes, and an answer
that none took is met with a sentence (:func:`is_expired`).
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, ClassVar

import discord
from discord import ui
from pydantic import SecretStr

from bot.answering import follow, opener
from bot.errors import InvalidInput
from bot.services import Service

FIELD_MOST = 4000
"""Characters that a field takes at most."""
BOOT_ID = secrets.token_hex(4)
"""Different for every process, so that no form takes the answer to one of another process."""

EXPIRED = (
    "This form has expired: it stood open for too long, or the app was restarted meanwhile. Nothing was "
    "done. Run the command again."
)

_PREFIX = "form:"
_LIFETIME = 60 * 60
"""Seconds that a form waits. Its answer is an interaction of its own, so it may come late."""
_TAKEN = "taken by a form"
_numbers = itertools.count(1)

Submit = Callable[[discord.Interaction[Any]], Awaitable[None]]
Failed = Callable[[discord.Interaction[Any], Exception], Awaitable[None]]
Admit = Callable[[discord.Interaction[Any], Service], Awaitable[None]]
"""Raises where a member may not use a service any more."""


class Form(ui.Modal):
    """A form. ``submit`` takes its answer, ``failed`` what goes wrong in it.

    ``service`` is what it is for, where that is one: who may not use it any more when the form is sent is
    refused. ``admit`` is set once, when the app starts.
    """

    admit: ClassVar[Admit | None] = None

    def __init__(
        self,
        title: str,
        *parts: ui.Item[Any],
        submit: Submit,
        failed: Failed,
        service: Service | None = None,
    ) -> None:
        super().__init__(title=title, timeout=_LIFETIME, custom_id=f"{_PREFIX}{BOOT_ID}:{next(_numbers)}")
        for part in parts:
            self.add_item(part)
        self._submit = submit
        self._failed = failed
        self._opener = opener()
        self._service = service

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Mark the answer as taken; it is for whoever opened the form, and nobody else sees that."""
        interaction.extras[_TAKEN] = True
        if not await follow(interaction, self._opener):
            return False
        if self._service is not None and Form.admit is not None:
            await Form.admit(interaction, self._service)
        return True

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        """Hand the answer on."""
        await self._submit(interaction)

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        """Hand what went wrong on."""
        await self._failed(interaction, error)


def text_field(
    custom_id: str,
    label: str,
    *,
    hint: str | None = None,
    placeholder: str | None = None,
    required: bool = True,
    lengths: tuple[int, int] = (1, FIELD_MOST),
    typed: str = "",
    long: bool = False,
) -> tuple[ui.Label[Any], ui.TextInput[Any]]:
    """Make a field and the labelled part that shows it; ``lengths`` are least and most.

    ``typed`` stands in it from the start, ``long`` gives it several lines.
    """
    box: ui.TextInput[Any] = ui.TextInput(
        custom_id=custom_id,
        placeholder=placeholder,
        required=required,
        min_length=lengths[0] if required else None,
        max_length=lengths[1],
        default=typed or None,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
    )
    return ui.Label(text=label, description=hint, component=box), box


def check_box(
    custom_id: str, label: str, *, hint: str | None = None
) -> tuple[ui.Label[Any], ui.Checkbox[Any]]:
    """Make a check box, unticked, and the labelled part that shows it."""
    box: ui.Checkbox[Any] = ui.Checkbox(custom_id=custom_id)
    return ui.Label(text=label, description=hint, component=box), box


def check_boxes(
    custom_id: str,
    label: str,
    options: Mapping[str, str],
    ticked: Collection[str],
    *,
    hint: str | None = None,
) -> tuple[ui.Label[Any], ui.CheckboxGroup[Any]]:
    """Make check boxes (at most 10) from values to words, and the labelled part that shows them."""
    box: ui.CheckboxGroup[Any] = ui.CheckboxGroup(
        custom_id=custom_id,
        required=False,
        min_values=0,
        max_values=len(options),
        options=[
            discord.CheckboxGroupOption(label=words, value=value, default=value in ticked)
            for value, words in options.items()
        ],
    )
    return ui.Label(text=label, description=hint, component=box), box


def choice(
    custom_id: str, label: str, options: Mapping[str, str], chosen: str | None, *, hint: str | None = None
) -> tuple[ui.Label[Any], ui.RadioGroup[Any]]:
    """Make a choice of one (of 2 to 10) from values to words, and the labelled part that shows it."""
    box: ui.RadioGroup[Any] = ui.RadioGroup(
        custom_id=custom_id,
        required=False,
        options=[
            discord.RadioGroupOption(label=words, value=value, default=value == chosen)
            for value, words in options.items()
        ],
    )
    return ui.Label(text=label, description=hint, component=box), box


def check_secret(text: str, what: str) -> SecretStr:
    """Return what was pasted as a secret. Raises :class:`~bot.errors.InvalidInput`, without it."""
    bare = text.strip()
    if not bare or not bare.isascii() or not bare.isprintable() or " " in bare:
        raise InvalidInput(f"That does not look like a {what}: it is one word of ordinary characters.")
    return SecretStr(bare)


def is_of_this_process(interaction: discord.Interaction[Any]) -> bool:
    """Say whether this is the answer to a form that this process showed."""
    return str((interaction.data or {}).get("custom_id", "")).startswith(f"{_PREFIX}{BOOT_ID}:")


def is_expired(interaction: discord.Interaction[Any]) -> bool:
    """Say whether this is the answer to a form of ours that nobody waits for any more.

    discord.py starts the form's task before that of the event, so a form that is alive has marked it.
    """
    custom_id = str((interaction.data or {}).get("custom_id", ""))
    is_answer = interaction.type is discord.InteractionType.modal_submit
    return is_answer and custom_id.startswith(_PREFIX) and _TAKEN not in interaction.extras
