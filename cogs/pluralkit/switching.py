"""/pluralkit switch: who comes to the front, and what was registered of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.api.pluralkit import ME, Entry, Front, PluralKitOwner, Roster, find_ref, shown_name
from bot.errors import InvalidInput, UserError
from bot.moments import parse_moment, zone_of
from bot.report import answer
from bot.ui.card import Card, note
from bot.ui.lasting import LastingButton, LastingSelect
from bot.ui.pluralkit.writing import ask_switch_card, choose_front_card, switched_card
from bot.ui.text import clip, is_visible, tidy
from cogs.pluralkit.asking import SeeButton
from cogs.pluralkit.eyes import now_of, owner_of
from cogs.pluralkit.fronts import FrontersQuestion, HistoryQuestion
from cogs.pluralkit.pasts import complete_switch
from cogs.pluralkit.rosters import MEMBERS, complete_members
from cogs.pluralkit.writing import KeepButton, certain, chosen_all_own, own, require_own

if TYPE_CHECKING:
    from bot.app import App

_SELECTABLE = 25
"""Options that a select of Discord's takes."""
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_HISTORY = HistoryQuestion(ME)


class FrontSelect(LastingSelect, template=rf"pk:front:(?P<switch>now|{_UUID})"):
    """Brings those who are chosen to the front, or into an older switch."""

    def __init__(self, switch: str, options: Sequence[discord.SelectOption] = ()) -> None:
        super().__init__(
            f"pk:front:{switch}", placeholder="Who fronts?", options=options, most=max(1, len(options))
        )
        self._switch = switch

    async def choose(self, interaction: discord.Interaction[App], values: Sequence[str]) -> None:
        """Register the switch, or change it."""
        await interaction.response.defer()
        async with certain(interaction, _HISTORY), owner_of(interaction) as owner:
            if self._switch == "now":
                card = _registered(await owner.register_switch(values))
            else:
                card = _edited(await owner.edit_switch(self._switch, values))
            await interaction.edit_original_response(view=card)


class DropSwitchButton(LastingButton, template=rf"pk:drop:(?P<switch>{_UUID})"):
    """Deletes a switch."""

    def __init__(self, switch: str, label: str = "Delete it") -> None:
        super().__init__(label, f"pk:drop:{switch}", discord.ButtonStyle.danger)
        self._switch = switch

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Delete the switch."""
        await interaction.response.defer()
        async with certain(interaction, _HISTORY):
            async with owner_of(interaction) as owner:
                await owner.delete_switch(self._switch)
            card = note("The switch was deleted.").buttons([_fronting()])
            await interaction.edit_original_response(view=card)


@app_commands.describe(members="Names or ids, with commas between")
@app_commands.autocomplete(members=complete_members)
async def set_front(interaction: discord.Interaction[App], members: str | None = None) -> None:
    """Register a switch, or ask who comes to the front."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    if members is None:
        await require_own(interaction)
        roster = await own(interaction, MEMBERS)
        select = FrontSelect("now", _options(roster, ()))
        await answer(interaction, choose_front_card(select, at=None))
        return
    chosen = await chosen_all_own(interaction, MEMBERS, members)
    if not chosen:
        raise InvalidInput("Name who fronts, with commas between; `/pluralkit switch out` is for nobody.")
    async with certain(interaction, _HISTORY), owner_of(interaction) as owner:
        front = await owner.register_switch([entry.id for entry in chosen])
        await answer(interaction, _registered(front))


async def out(interaction: discord.Interaction[App]) -> None:
    """Register that nobody is at the front."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with certain(interaction, _HISTORY), owner_of(interaction) as owner:
        front = await owner.register_switch([])
        await answer(interaction, _registered(front))


@app_commands.describe(
    members="Names or ids, with commas between", switch="An earlier one; the last, if you name none"
)
@app_commands.autocomplete(members=complete_members, switch=complete_switch)
async def edit(
    interaction: discord.Interaction[App], members: str | None = None, switch: str | None = None
) -> None:
    """Change who a switch brought to the front, or ask who it was."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    chosen = None if members is None else await chosen_all_own(interaction, MEMBERS, members)
    async with certain(interaction, _HISTORY), owner_of(interaction) as owner:
        front = await _front(owner, switch)
        if chosen is None:
            present = [member.uuid for member in front.members]
            select = FrontSelect(front.id, _options(await own(interaction, MEMBERS), present))
            await answer(interaction, choose_front_card(select, at=front.timestamp))
            return
        edited = await owner.edit_switch(front.id, [entry.id for entry in chosen])
        await answer(interaction, _edited(edited))


@app_commands.describe(
    to="When it was: 14:30, 2h ago, yesterday 9pm", switch="An earlier one; the last, if you name none"
)
@app_commands.autocomplete(switch=complete_switch)
async def move(interaction: discord.Interaction[App], to: str, switch: str | None = None) -> None:
    """Change when a switch happened."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with certain(interaction, _HISTORY), owner_of(interaction) as owner:
        zone = zone_of((await owner.settings(ME)).timezone)
        moment = parse_moment(to, now_of(interaction), zone)
        moved = await owner.move_switch((await _front(owner, switch)).id, moment)
        card = switched_card(moved, [_fronting()], title="The switch was moved")
        await answer(interaction, card)


@app_commands.describe(switch="An earlier one; the last, if you name none")
@app_commands.autocomplete(switch=complete_switch)
async def delete(interaction: discord.Interaction[App], switch: str | None = None) -> None:
    """Ask whether a switch shall be deleted."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    async with owner_of(interaction) as owner:
        front = await _front(owner, switch)
    await answer(interaction, ask_switch_card(front, [DropSwitchButton(front.id), KeepButton("switch")]))


async def _front(owner: PluralKitOwner, switch: str | None) -> Front:
    """Return a switch by its UUID, or the last one."""
    if switch is not None:
        ref = find_ref(switch)
        if ref is None or "-" not in ref:
            raise InvalidInput("Pick one of the suggested switches, or none for the last one.")
        return await owner.switch(ME, ref)
    front = await owner.fronters(ME)
    if front is None:
        raise UserError("No switch was ever registered. `/pluralkit switch set` registers one.")
    return front


def _registered(front: Front) -> Card:
    return switched_card(front, [_fronting(), DropSwitchButton(front.id, "Undo")])


def _edited(front: Front) -> Card:
    return switched_card(front, [_fronting()], title="The switch was changed")


def _options(roster: Roster[Entry], present: Sequence[str]) -> list[discord.SelectOption]:
    """Return everybody as an option. Raises :class:`~bot.errors.InvalidInput` where they are too many."""
    if not roster.things:
        raise UserError("Your system has no members yet. `/pluralkit create member` makes one.")
    if len(roster.things) > _SELECTABLE:
        raise InvalidInput(
            "Name them with `members`, commas between: there are too many to pick from a list."
        )
    return [
        discord.SelectOption(
            label=_option(entry),
            value=entry.uuid,
            description=entry.id,
            default=entry.uuid in present,
        )
        for entry in roster.things
    ]


def _option(entry: Entry) -> str:
    name = shown_name(entry)
    return clip(" ".join(tidy(name).split()), 100) if is_visible(name) else entry.id


def _fronting() -> SeeButton:
    return SeeButton(FrontersQuestion(ME).pack(), "Fronting")
