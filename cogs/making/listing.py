"""Lists of jobs, and one job shown as it is now."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord

from bot.api.jobs import Job, JobStatus
from bot.errors import NotFound
from bot.jobs.desk import sheet_of, snapshot
from bot.orders import Order, Verb
from bot.report import answer
from bot.services import Service
from bot.storage.work import Work
from bot.ui.card import Card, Clickable
from bot.ui.jobs import job_line, jobs_card, stranger_card
from bot.ui.lasting import LastingButton
from cogs._place import server_of
from cogs.making.buttons import ask_to_cancel
from cogs.making.finding import check_name, find_named, is_manager, state_of, unknown

if TYPE_CHECKING:
    from bot.app import App

_PAGE = 8
_REFUSED = {400, 413}
"""Statuses with which Discord does not take a message as it is."""
_COMMANDS = {Service.PIKA: "/pika create", Service.MIDJOURNEY: "/midjourney imagine"}


class JobsPageButton(
    LastingButton,
    template=r"jobs:(?P<service>pika|midjourney):(?P<whose>own|all):(?P<page>[0-9]{1,4}):(?P<place>[a-z]+)",
):
    """Turns the pages of a list. ``place`` keeps the custom ids of one message apart."""

    def __init__(self, service: str, whose: str, page: str, place: str, label: str = "Page") -> None:
        super().__init__(label, f"jobs:{service}:{whose}:{page}:{place}")
        self._service = Service(service)
        self._whose = whose
        self._page = int(page)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Show the page."""
        await interaction.client.gate.admit(interaction, self._service)
        card = await _page(interaction, self._service, self._page, own=self._whose == "own")
        await interaction.response.edit_message(view=card)


async def list_jobs(interaction: discord.Interaction[App], service: Service) -> None:
    """List one's own jobs, for managers everybody's."""
    await answer(interaction, await _page(interaction, service, 0, own=not is_manager(interaction)))


async def show_job(interaction: discord.Interaction[App], service: Service, name: str) -> None:
    """Show one job as it is now, with its result."""
    work = await find_named(interaction, service, name)
    await interaction.response.defer(ephemeral=True, thinking=True)
    if work is None:
        work = await _from_upstream(interaction, service, check_name(service, name))
    if isinstance(work, Card):
        await answer(interaction, work)
        return
    async with interaction.client.jobs.shown(work, most=interaction.filesize_limit) as cards:
        await _answer_with_one_of(interaction, cards)


async def _answer_with_one_of(interaction: discord.Interaction[App], cards: Sequence[Card]) -> None:
    """Show the first card that Discord takes."""
    for card in cards[:-1]:
        try:
            await answer(interaction, card)
        except discord.HTTPException as error:
            if error.status not in _REFUSED:
                raise
        else:
            return
    await answer(interaction, cards[-1])


async def cancel_job(interaction: discord.Interaction[App], service: Service, name: str) -> None:
    """Ask whether a job shall be given up."""
    work = await find_named(interaction, service, name)
    if work is None:
        raise unknown(service)
    await ask_to_cancel(interaction, work)


async def _page(interaction: discord.Interaction[App], service: Service, page: int, *, own: bool) -> Card:
    own = own or not is_manager(interaction)
    whose = interaction.user.id if own else None
    book = interaction.client.jobs.book(server_of(interaction))
    found = await book.list(service, whose, most=_PAGE, skip=page * _PAGE)
    total = await book.count(service, whose)
    lines = [job_line(sheet_of(work), state_of(work), link=_link(work), whose=not own) for work in found]
    title = f"Your {service.label} jobs" if own else f"{service.label} jobs of this server"
    buttons = _turners(service, page, total, own=own, manager=is_manager(interaction))
    empty = f"None in the last 31 days. `{_COMMANDS[service]}` makes something."
    return jobs_card(title, lines, total=total, empty=empty, buttons=buttons)


def _turners(service: Service, page: int, total: int, *, own: bool, manager: bool) -> Sequence[Clickable]:
    whose = "own" if own else "all"
    buttons: list[Clickable] = []
    if page > 0:
        buttons.append(JobsPageButton(service, whose, str(page - 1), "newer", "Newer"))
    if (page + 1) * _PAGE < total:
        buttons.append(JobsPageButton(service, whose, str(page + 1), "older", "Older"))
    if manager:
        other, label = ("all", "Everybody's") if own else ("own", "Only mine")
        buttons.append(JobsPageButton(service, other, "0", "switch", label))
    return buttons


def _link(work: Work) -> str | None:
    if work.message_id is None:
        return None
    return f"https://discord.com/channels/{work.guild_id}/{work.channel_id}/{work.message_id}"


async def _from_upstream(
    interaction: discord.Interaction[App], service: Service, upstream_id: str
) -> Work | Card:
    """Return a job that was not made here: as a row of ours where it is done, so that its buttons work."""
    try:
        connections = interaction.client.connections
        key, job = await connections.find_job(server_of(interaction), service, upstream_id)
    except NotFound:
        raise unknown(service) from None
    order = Order(service=service, verb=_verb(job), prompt=job.prompt, button=job.button, about=job.prompt)
    if job.status != JobStatus.COMPLETED:
        return stranger_card(order, job)
    book = interaction.client.jobs.book(server_of(interaction))
    return await book.adopt(
        secrets.token_hex(10),
        user_id=interaction.user.id,
        channel_id=interaction.channel_id or 0,
        service=service,
        asked=order.model_dump_json(exclude_none=True),
        upstream=(job.jobid, snapshot(job)),
        key_name=key.name,
    )


def _verb(job: Job) -> Verb:
    name = (job.verb or "").removeprefix("pika-").replace("_", "-").removesuffix("-async")
    return Verb(name) if name in {*Verb} else Verb.IMAGINE
