"""Buttons and selects that work after a restart: what they need to know stands in their custom id."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, ClassVar, Generic, Self, TypeVar

import discord
from discord import ui

from bot.answering import follow

STALE = "This button has expired. Run the command again."


Failed = Callable[[discord.Interaction[Any], Exception], Awaitable[None]]
Admit = Callable[[discord.Interaction[Any]], Awaitable[None]]
ItemT = TypeVar("ItemT", bound=ui.Item[Any])
_NOTHING = r"(?!)"
"""The template of what is no kind of its own: it matches no custom id."""
_MOST_CHOSEN = 25
"""Values that a select takes at most."""
_kinds: list[type[_Lasting[Any]]] = []
_LEAST_ID, _MOST_ID = 1_000_000, 2**31 - 1
"""Between what Discord numbers the parts of a message with by itself, and what it takes."""


class _Lasting(ui.DynamicItem[ItemT], Generic[ItemT], template=_NOTHING):
    """An item whose custom id is all of its state.

    Subclasses give ``template``, with a named group for each keyword of their own constructor.
    """

    def __init_subclass__(cls, *, template: str) -> None:
        super().__init_subclass__(template=template)
        if template != _NOTHING:
            _kinds.append(cls)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Make it again from the custom id of the one that was used."""
        del interaction, item
        state: dict[str, Any] = match.groupdict()
        return cls(**state)

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Go on unless the app is about to stop."""
        return await follow(interaction, type(self).__name__)


class LastingButton(_Lasting[ui.Button[Any]], template=_NOTHING):
    """A button whose custom id is all of its state.

    Subclasses give ``template``, with a named group for each keyword of their own constructor, and
    answer in :meth:`press`. discord.py only logs what a dynamic item raises, so ``failed`` is set once, when
    the app starts, to where failures are told.
    """

    failed: ClassVar[Failed | None] = None
    admit: ClassVar[Admit | None] = None
    """Raises where a member may not press; set like ``failed``."""

    def __init__(
        self, label: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
    ) -> None:
        super().__init__(ui.Button(label=label, style=style, custom_id=custom_id))

    async def press(self, interaction: discord.Interaction[Any]) -> None:
        """Do what the button says. Subclasses answer here."""
        raise NotImplementedError

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Press the button, and tell what goes wrong."""
        await _told(interaction, lambda: self.press(interaction))


class LastingSelect(_Lasting[ui.Select[Any]], template=_NOTHING):
    """A select whose custom id is all of its state; see :class:`LastingButton`.

    ``options`` are shown; when somebody has chosen, it is made without them.
    """

    def __init__(
        self,
        custom_id: str,
        *,
        placeholder: str | None = None,
        options: Sequence[discord.SelectOption] = (),
        most: int = 1,
    ) -> None:
        select: ui.Select[Any] = ui.Select(
            custom_id=custom_id,
            placeholder=placeholder,
            options=[*options],
            max_values=most,
            id=_fresh_id(),
        )
        super().__init__(select)

    async def choose(self, interaction: discord.Interaction[Any], values: Sequence[str]) -> None:
        """Do what was chosen. Subclasses answer here."""
        raise NotImplementedError

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what was chosen, and tell what goes wrong."""
        await _told(interaction, lambda: self.choose(interaction, self.item.values))


class LastingRoleSelect(_Lasting[ui.RoleSelect[Any]], template=_NOTHING):
    """A select of roles, none to 25, whose custom id is all of its state; see :class:`LastingButton`.

    ``chosen`` are the ids of those that are ticked; when somebody has chosen, it is made without them.
    """

    def __init__(self, custom_id: str, *, placeholder: str, chosen: Collection[int] = ()) -> None:
        ticked = [discord.Object(role_id, type=discord.Role) for role_id in sorted(chosen)[:_MOST_CHOSEN]]
        select: ui.RoleSelect[Any] = ui.RoleSelect(
            custom_id=custom_id,
            placeholder=placeholder,
            min_values=0,
            max_values=_MOST_CHOSEN,
            default_values=ticked,
            id=_fresh_id(),
        )
        super().__init__(select)

    async def choose(self, interaction: discord.Interaction[Any], roles: Collection[int]) -> None:
        """Do what was chosen: the ids of roles. Subclasses answer here."""
        raise NotImplementedError

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what was chosen, and tell what goes wrong."""
        chosen = {role.id for role in self.item.values}
        await _told(interaction, lambda: self.choose(interaction, chosen))


class LastingChannelSelect(_Lasting[ui.ChannelSelect[Any]], template=_NOTHING):
    """A select of channels, none to ``most``, whose custom id is its state; see :class:`LastingButton`.

    ``chosen`` are the ids of those that are ticked; when somebody has chosen, it is made without them.
    """

    def __init__(
        self,
        custom_id: str,
        *,
        placeholder: str,
        kinds: Sequence[discord.ChannelType],
        chosen: Collection[int] = (),
        most: int = _MOST_CHOSEN,
    ) -> None:
        ticked = [discord.Object(channel_id) for channel_id in sorted(chosen)[:most]]
        select: ui.ChannelSelect[Any] = ui.ChannelSelect(
            custom_id=custom_id,
            placeholder=placeholder,
            channel_types=[*kinds],
            min_values=0,
            max_values=most,
            default_values=[discord.SelectDefaultValue.from_channel(channel) for channel in ticked],
            id=_fresh_id(),
        )
        super().__init__(select)

    async def choose(self, interaction: discord.Interaction[Any], channels: Collection[int]) -> None:
        """Do what was chosen: the ids of channels. Subclasses answer here."""
        raise NotImplementedError

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Do what was chosen, and tell what goes wrong."""
        chosen = {channel.id for channel in self.item.values}
        await _told(interaction, lambda: self.choose(interaction, chosen))


async def _told(interaction: discord.Interaction[Any], work: Callable[[], Awaitable[None]]) -> None:
    try:
        if LastingButton.admit is not None:
            await LastingButton.admit(interaction)
        await work()
    except Exception as error:
        if LastingButton.failed is None:
            raise
        await LastingButton.failed(interaction, error)


def kinds() -> Sequence[type[ui.DynamicItem[Any]]]:
    """Return every kind of lasting button and select that was imported."""
    return tuple(_kinds)


def _fresh_id() -> int:
    """Return an id for a select that no other one has, whichever worker made it.

    In a message that is edited, a select with the id of one that stood there before begins with what was
    picked in that one, which need not be an option of it.
    """
    return _LEAST_ID + secrets.randbelow(_MOST_ID - _LEAST_ID)


def is_stale(interaction: discord.Interaction[Any]) -> bool:
    """Say whether this is the press of something that no lasting button of this program answers."""
    custom_id = str((interaction.data or {}).get("custom_id", ""))
    return interaction.type is discord.InteractionType.component and not any(
        kind.__discord_ui_compiled_template__.fullmatch(custom_id) for kind in _kinds
    )
