"""Forms (modals): what they need to know stands in their custom id, so that any worker takes the answer.

discord.py would keep a form in the memory of the process that showed it. Ours are never kept: when one is
answered, :mod:`bot.submitting` makes it anew.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar, Self

import discord
from discord import ui
from pydantic import SecretStr

from bot.errors import InvalidInput
from bot.services import Service
from bot.ui.given import FIELD_MOST, Given

EXPIRED = (
    "This form has expired: it stood open for too long, or the app was updated meanwhile. Nothing was "
    "done. Run the command again."
)

_PREFIX = "form:"
_TITLE_MOST = 45
"""Characters that Discord takes as a title."""
_kinds: list[type[Form]] = []


class Form(ui.Modal):
    """A form whose custom id is all of its state.

    Subclasses give ``template``, with a named group for each keyword of their own constructor, and take the
    answer in :meth:`submit`. Anybody can send any custom id: what gave the right to open the form is to be
    checked there again. ``service`` is what it is for, where that is one: who may not use it any more when
    the form is sent is refused.
    """

    template: ClassVar[re.Pattern[str]]
    service: ClassVar[Service | None]

    def __init_subclass__(cls, *, template: str, service: Service | None = None) -> None:
        super().__init_subclass__()
        cls.template, cls.service = re.compile(_PREFIX + template), service
        _kinds.append(cls)

    def __init__(self, title: str, custom_id: str, *parts: ui.Item[Any]) -> None:
        super().__init__(title=title[:_TITLE_MOST], custom_id=_PREFIX + custom_id)
        for part in parts:
            self.add_item(part)
        # discord.py keeps no form that is over when it is sent, so there is one way for all answers.
        self.stop()

    @classmethod
    def of(cls, custom_id: str) -> Self:
        """Make a form of this kind anew, as it is without what it showed."""
        match = cls.template.fullmatch(custom_id)
        state: dict[str, Any] = {} if match is None else match.groupdict()
        return cls(**state)

    async def submit(self, interaction: discord.Interaction[Any], given: Given) -> None:
        """Take the answer. Subclasses do."""
        raise NotImplementedError


def find_kind(custom_id: str) -> type[Form] | None:
    """Return the kind of the form with a custom id, None where there is none."""
    return next((kind for kind in _kinds if kind.template.fullmatch(custom_id)), None)


def form_kinds() -> Sequence[type[Form]]:
    """Return every kind of form that was imported."""
    return tuple(_kinds)


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
) -> ui.Label[Any]:
    """Make a field with its label; ``lengths`` are least and most.

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
    return ui.Label(text=label, description=hint, component=box)


def check_box(custom_id: str, label: str, *, hint: str | None = None) -> ui.Label[Any]:
    """Make a check box, unticked, with its label."""
    box: ui.Checkbox[Any] = ui.Checkbox(custom_id=custom_id)
    return ui.Label(text=label, description=hint, component=box)


def check_boxes(
    custom_id: str,
    label: str,
    options: Mapping[str, str],
    ticked: Collection[str],
    *,
    hint: str | None = None,
) -> ui.Label[Any]:
    """Make check boxes (at most 10) from values to words, with their label."""
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
    return ui.Label(text=label, description=hint, component=box)


def choice(
    custom_id: str, label: str, options: Mapping[str, str], chosen: str | None, *, hint: str | None = None
) -> ui.Label[Any]:
    """Make a choice of one (of 2 to 10) from values to words, with its label."""
    box: ui.RadioGroup[Any] = ui.RadioGroup(
        custom_id=custom_id,
        required=False,
        options=[
            discord.RadioGroupOption(label=words, value=value, default=value == chosen)
            for value, words in options.items()
        ],
    )
    return ui.Label(text=label, description=hint, component=box)


def check_secret(text: str, what: str) -> SecretStr:
    """Return what was pasted as a secret. Raises :class:`~bot.errors.InvalidInput`, without it."""
    bare = text.strip()
    if not bare or not bare.isascii() or not bare.isprintable() or " " in bare:
        raise InvalidInput(f"That does not look like a {what}: it is one word of ordinary characters.")
    return SecretStr(bare)
