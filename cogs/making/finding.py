"""Finding a job that somebody names, and who may do something with it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.errors import InvalidInput, NotAllowed
from bot.jobs.desk import sheet_of
from bot.services import Service
from bot.storage.work import State, Work
from bot.ui.jobs import choice_name
from cogs._completion import CHOICES, Completion
from cogs._place import server_of

if TYPE_CHECKING:
    from bot.app import App

_log = logging.getLogger(__name__)

_SEARCHED = 100
_LONGEST_ID = 100
_GONE = "This job is not known here. Jobs are kept for 31 days; `/{service} jobs` lists those that are."


def is_manager(interaction: discord.Interaction[App]) -> bool:
    """Say whether somebody may manage the server."""
    return interaction.permissions.manage_guild


async def find(interaction: discord.Interaction[App], ref: str) -> Work:
    """Return the job of a button. Raises :class:`~bot.errors.InvalidInput` where it is not kept any more."""
    work = await interaction.client.jobs.book(server_of(interaction)).find(ref)
    if work is None:
        raise InvalidInput("This job is not kept here any more. Ask for it anew.")
    await interaction.client.gate.admit(interaction, work.service)
    return work


async def find_named(interaction: discord.Interaction[App], service: Service, name: str) -> Work | None:
    """Return the job that somebody typed, by our reference or the upstream's id; None for an unknown one."""
    bare = check_name(service, name)
    work = await interaction.client.jobs.book(server_of(interaction)).find(bare)
    return work if work is not None and work.service is service else None


def check_name(service: Service, name: str) -> str:
    """Return what names a job. Raises :class:`~bot.errors.InvalidInput`."""
    bare = name.strip()
    if not bare or len(bare) > _LONGEST_ID or not bare.isascii() or not bare.isprintable() or " " in bare:
        raise unknown(service)
    return bare


def unknown(service: Service) -> InvalidInput:
    """Make the refusal for a job that is not known."""
    return InvalidInput(_GONE.format(service=service))


async def require_say(interaction: discord.Interaction[App], work: Work) -> None:
    """See that somebody may press what belongs to a job: who asked for it, who manages the server, or all.

    Raises :class:`~bot.errors.NotAllowed`.
    """
    if work.user_id == interaction.user.id or is_manager(interaction):
        return
    if await interaction.client.guild_rows.has_open_buttons(work.guild_id):
        return
    raise NotAllowed(
        "Only who asked for this may press its buttons, and those who manage the server. They can open the "
        "buttons to everybody in `/setup status`."
    )


def require_owner(interaction: discord.Interaction[App], work: Work) -> None:
    """See that somebody asked for a job or manages the server. Raises :class:`~bot.errors.NotAllowed`."""
    if work.user_id != interaction.user.id and not is_manager(interaction):
        raise NotAllowed("Only who asked for this may cancel it, and those who manage the server.")


def state_of(work: Work) -> str:
    """Say in a word how a job is."""
    if work.outcome is not None:
        return work.outcome.value
    return "at work" if work.state is State.RUNNING else work.state.value


def job_of(service: Service, *, unfinished: bool = False) -> Completion:
    """Return what completes a job from one's own, for managers from all; empty on any trouble."""

    async def complete(interaction: discord.Interaction[App], current: str) -> list[app_commands.Choice[str]]:
        whose = None if is_manager(interaction) else interaction.user.id
        try:
            book = interaction.client.jobs.book(server_of(interaction))
            found = await book.list(service, whose, most=_SEARCHED, unfinished=unfinished)
            names = [(choice_name(sheet_of(work), state_of(work)), work.ref) for work in found]
        except Exception as error:  # noqa: BLE001 - a list that stays empty is better than one that fails
            _log.info("jobs could not be completed: %s", type(error).__name__)
            return []
        wanted = current.strip().casefold()
        return [
            app_commands.Choice(name=name, value=ref)
            for name, ref in names
            if wanted in name.casefold() or wanted in ref
        ][:CHOICES]

    return complete
