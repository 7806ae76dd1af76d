"""The buttons under jobs: the job's own, and those to send again, to reword and to cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.api.buttons import needs_mask, needs_prompt, takes_prompt
from bot.api.midjourney import PROMPT_MOST as MIDJOURNEY_PROMPT
from bot.api.pika import PROMPT_MOST as PIKA_PROMPT
from bot.errors import InvalidInput
from bot.jobs.desk import buttons_of, job_of, order_of, sheet_of
from bot.jobs.orders import MAX_MASK
from bot.orders import Order, Verb
from bot.services import Service
from bot.storage.work import Outcome, State, Work
from bot.ui.card import note
from bot.ui.forms import Form, text_field
from bot.ui.given import Given
from bot.ui.jobs import cancel_card
from bot.ui.lasting import LastingButton
from cogs.making.asking import check_picture, check_words, take
from cogs.making.finding import find, require_owner, require_say

if TYPE_CHECKING:
    from bot.app import App

_REF = r"(?P<ref>[0-9a-f]{20})"
_NUMBER = r"(?P<number>[0-9]{1,2})"
_UNKNOWN_BUTTON = "This button is not known any more. `/help` tells how to make something new."
_ZOOM = "--zoom 2"
_SQUARE = "--ar 1:1"
"""What Midjourney itself puts behind the prompt of a Custom Zoom; the shape where it has none."""


class PressButton(LastingButton, template=rf"job:press:{_REF}:{_NUMBER}"):
    """Presses a button of a finished job upstream."""

    def __init__(self, ref: str, number: str) -> None:
        super().__init__("Press", f"job:press:{ref}:{number}")
        self._ref = ref
        self._number = int(number)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Ask for more words where the button needs them, else send it."""
        order = await _order_pressed(interaction, self._ref, self._number)
        form = await _form(interaction, order, self._ref, self._number)
        if form is None:
            await take(interaction, order)
        else:
            await interaction.response.send_modal(form)


class AgainButton(LastingButton, template=rf"job:again:{_REF}"):
    """Asks for the same again, after it came to nothing."""

    def __init__(self, ref: str) -> None:
        super().__init__("Send it again", f"job:again:{ref}")
        self._ref = ref

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Send it again."""
        work = await find(interaction, self._ref)
        await require_say(interaction, work)
        await take(interaction, order_of(work))


class RewordButton(LastingButton, template=rf"job:reword:{_REF}"):
    """Asks for the same in other words."""

    def __init__(self, ref: str) -> None:
        super().__init__("Change and send again", f"job:reword:{ref}")
        self._ref = ref

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Open the form with the words as they were."""
        work = await find(interaction, self._ref)
        await require_say(interaction, work)
        await interaction.response.send_modal(RewordForm(self._ref, order_of(work)))


class CancelButton(LastingButton, template=rf"job:cancel:{_REF}"):
    """Asks whether a job shall be given up."""

    def __init__(self, ref: str) -> None:
        super().__init__("Cancel", f"job:cancel:{ref}")
        self._ref = ref

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Ask."""
        await ask_to_cancel(interaction, await find(interaction, self._ref))


class DropButton(LastingButton, template=rf"job:drop:{_REF}"):
    """Gives a job up, after :func:`ask_to_cancel` asked."""

    def __init__(self, ref: str) -> None:
        super().__init__("Give it up", f"job:drop:{ref}", discord.ButtonStyle.danger)
        self._ref = ref

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Cancel the job, and say what came of that."""
        work = await find(interaction, self._ref)
        require_owner(interaction, work)
        await interaction.response.defer()
        jobs = interaction.client.jobs
        if await jobs.book(work.guild_id).cancel(work.ref, interaction.user.id) is not None:
            await jobs.advance(work.id)
        after = await find(interaction, self._ref)
        await interaction.edit_original_response(view=note(_after_cancelling(after)))


class KeepJobButton(LastingButton, template=r"job:keep"):
    """Goes back without cancelling."""

    def __init__(self) -> None:
        super().__init__("Keep it", "job:keep")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Say that nothing happened."""
        await interaction.response.edit_message(view=note("It goes on."))


async def ask_to_cancel(interaction: discord.Interaction[App], work: Work) -> None:
    """Ask whether a job shall be given up; :class:`DropButton` does it."""
    require_owner(interaction, work)
    if work.state in {State.ENDED, State.TOLD}:
        raise InvalidInput("This job is over, so there is nothing to cancel.")
    card = cancel_card(sheet_of(work), [DropButton(work.ref), KeepJobButton()])
    await interaction.response.send_message(view=card, ephemeral=True)


def order_of_button(work: Work, label: str) -> Order:
    """Return the order that pressing a job's button makes, on the account of that job and with its key."""
    before, job = order_of(work), job_of(work)
    return Order(
        service=work.service,
        verb=Verb.BUTTON,
        parent=work.upstream_id,
        button=label,
        key=work.key_name,
        channel=(job.channel if job is not None else None) or before.channel,
        about=before.prompt or before.about or (job.prompt if job is not None else None),
    )


class RewordForm(Form, template=rf"job:reword:{_REF}"):
    """Asks for other words for the same."""

    def __init__(self, ref: str, order: Order | None = None) -> None:
        shown = () if order is None else (_prompt_field(order.prompt or "", _most(order)),)
        super().__init__("Change and send again", f"job:reword:{ref}", *shown)
        self._ref = ref

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Send it with those."""
        work = await find(interaction, self._ref)
        await require_say(interaction, work)
        order = order_of(work)
        prompt = check_words(given.text("prompt"), "prompt", _most(order))
        await take(interaction, order.model_copy(update={"prompt": prompt}))


class PromptForm(Form, template=rf"job:prompt:{_REF}:{_NUMBER}"):
    """Asks for the words that go with a button."""

    def __init__(self, ref: str, number: str, label: str = "", typed: str = "") -> None:
        shown = (_prompt_field(typed, MIDJOURNEY_PROMPT),) if label else ()
        super().__init__(label, f"job:prompt:{ref}:{number}", *shown)
        self._ref = ref
        self._number = int(number)

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Press the button with them."""
        order = await _order_pressed(interaction, self._ref, self._number)
        label = order.button or ""
        if order.service is not Service.MIDJOURNEY or not (needs_prompt(label) or takes_prompt(label)):
            raise InvalidInput(_UNKNOWN_BUTTON)
        prompt = check_words(given.text("prompt"), "prompt", MIDJOURNEY_PROMPT)
        await take(interaction, order.model_copy(update={"prompt": prompt}))


class MaskForm(Form, template=rf"job:mask:{_REF}:{_NUMBER}:(?P<remixed>[01])"):
    """Asks for the mask that goes with a button, and for words where remix mode is on."""

    def __init__(self, ref: str, number: str, remixed: str, label: str = "", typed: str = "") -> None:
        upload: ui.FileUpload[ui.Modal] = ui.FileUpload(custom_id="mask")
        mask = ui.Label[ui.Modal](
            text="Mask",
            description="A picture of the same size: white is changed, black stays.",
            component=upload,
        )
        words = [_prompt_field(typed, MIDJOURNEY_PROMPT, required=False)] if remixed == "1" else []
        super().__init__(label, f"job:mask:{ref}:{number}:{remixed}", mask, *words)
        self._ref = ref
        self._number = int(number)
        self._remixed = remixed == "1"

    async def submit(self, interaction: discord.Interaction[App], given: Given) -> None:
        """Press the button with it."""
        order = await _order_pressed(interaction, self._ref, self._number)
        if order.service is not Service.MIDJOURNEY or not needs_mask(order.button or ""):
            raise InvalidInput(_UNKNOWN_BUTTON)
        mask = check_picture(interaction, given.upload("mask"), None, fetched_here=True, most=MAX_MASK)
        if mask is None:
            raise InvalidInput("This needs a mask: a black and white picture of what to change.")
        prompt = given.text("prompt").strip()[:MIDJOURNEY_PROMPT] if self._remixed else ""
        await take(interaction, order.model_copy(update={"mask": mask, "prompt": prompt or None}))


async def _order_pressed(interaction: discord.Interaction[App], ref: str, number: int) -> Order:
    """Return the order that pressing a job's button makes, for who may press it."""
    work = await find(interaction, ref)
    await require_say(interaction, work)
    labels = buttons_of(work)
    if work.upstream_id is None or number >= len(labels):
        raise InvalidInput(_UNKNOWN_BUTTON)
    return order_of_button(work, labels[number])


async def _form(interaction: discord.Interaction[App], order: Order, ref: str, number: int) -> Form | None:
    """Return the form that a button needs, None where it needs none."""
    label, words = order.button or "", order.about or ""
    if order.service is not Service.MIDJOURNEY:
        return None
    if needs_prompt(label):
        return PromptForm(ref, str(number), label, " ".join(filter(None, (words, _shape(words), _ZOOM))))
    remixed = takes_prompt(label) and await interaction.client.guild_rows.is_remixing(
        interaction.guild_id or 0, order.channel or ""
    )
    if needs_mask(label):
        return MaskForm(ref, str(number), str(int(remixed)), label, words)
    return PromptForm(ref, str(number), label, words) if remixed else None


def _shape(prompt: str) -> str:
    return "" if {"--ar", "--aspect"} & {*prompt.split()} else _SQUARE


def _most(order: Order) -> int:
    return PIKA_PROMPT if order.service is Service.PIKA else MIDJOURNEY_PROMPT


def _prompt_field(typed: str, most: int, *, required: bool = True) -> ui.Label[Any]:
    return text_field("prompt", "Prompt", lengths=(1, most), typed=typed[:most], required=required, long=True)


def _after_cancelling(work: Work) -> str:
    if work.outcome is Outcome.CANCELLED:
        return "✅ It was cancelled."
    if work.outcome is not None:
        return f"It was over already: {work.outcome}."
    return "It will be cancelled in a moment."
