"""/pixela webhook: addresses that record on a graph when they are called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import discord
from discord import app_commands

from bot.api.pixela import Quantity, parse_quantity, show_quantity
from bot.errors import InvalidInput, NotFound, Uncertain, UserError
from bot.report import answer
from bot.ui.card import Card, Clickable, note
from bot.ui.lasting import LastingButton
from bot.ui.pixela.pixels import recorded_card
from bot.ui.pixela.webhooks import (
    ask_webhook_deletion_card,
    created_webhook_card,
    uncertain_webhook_card,
    webhooks_card,
)
from cogs.pixela.habit import SHARED, Habit, complete_graph, open_habit, open_user
from cogs.pixela.hooks import (
    NamedHook,
    complete_own_webhook,
    complete_webhook,
    find_hook,
    hooks_of,
    may_see_servers,
)
from cogs.pixela.recording import Change, expectation, record

if TYPE_CHECKING:
    from bot.app import App

_PAGE = 8
_HOOK = r"(?P<hook>(?:server:)?[0-9a-f]{16})"
_WITH_QUANTITY = {"add", "subtract"}
_UNSURE = "Pixela did not confirm, and it is not certain whether the webhook {what}. Look with "
Type = Literal["increment", "decrement", "add", "subtract", "stopwatch"]


class HooksButton(
    LastingButton, template=r"px:hooks:(?P<whose>own|server):(?P<page>[0-9]{1,3}):(?P<place>[a-z]+)"
):
    """Shows a page of webhooks."""

    def __init__(self, whose: str, page: str, place: str, label: str = "Page") -> None:
        super().__init__(label, f"px:hooks:{whose}:{page}:{place}")
        self._shared = whose == "server"
        self._page = int(page)

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Show the page."""
        await interaction.response.defer()
        card = await _list(interaction, self._page, shared=self._shared)
        await interaction.edit_original_response(view=card)


class DeleteHookButton(LastingButton, template=rf"px:unhook:{_HOOK}"):
    """Deletes a webhook."""

    def __init__(self, hook: str) -> None:
        super().__init__("Delete it", f"px:unhook:{hook}", discord.ButtonStyle.danger)
        self._hook = hook

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Delete it."""
        await interaction.response.defer()
        card = await _delete(interaction, self._hook)
        await interaction.edit_original_response(view=card)


class KeepHookButton(LastingButton, template=r"px:hookkeep"):
    """Goes back without deleting."""

    def __init__(self) -> None:
        super().__init__("Keep it", "px:hookkeep")

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Say that nothing happened."""
        await interaction.response.edit_message(view=note("Nothing was deleted."))


class PixelaWebhooks(app_commands.Group):
    """The commands of /pixela webhook."""

    def __init__(self) -> None:
        super().__init__(name="webhook", description="Addresses that record when called")

    @app_commands.command(description="Make an address that records")
    @app_commands.describe(type="What it does", graph="Name or id", quantity="For add and subtract")
    @app_commands.autocomplete(graph=complete_graph)
    async def create(
        self,
        interaction: discord.Interaction[App],
        type: Type,  # noqa: A002 - the option's name
        graph: str | None = None,
        quantity: str | None = None,
    ) -> None:
        """Create a webhook, and show its address to whoever asked."""
        if quantity is not None and type not in _WITH_QUANTITY:
            raise InvalidInput(
                "Only `add` and `subtract` take a quantity. Leave it out, or choose one of them."
            )
        await interaction.response.defer(ephemeral=True, thinking=True)
        # Its address lets everybody record: on the server's graphs that is for managers to give away.
        async with open_habit(interaction, graph, changing=True) as habit:
            amount = None if quantity is None else parse_quantity(quantity, habit.graph.type)
            card = await _create(interaction, habit, type, amount)
        await answer(interaction, card)

    @app_commands.command(description="List your webhooks")
    async def list(self, interaction: discord.Interaction[App]) -> None:
        """List one's own webhooks, with a way to the server's for those who manage it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await answer(interaction, await _list(interaction, 0, shared=False))

    @app_commands.command(description="Call a webhook")
    @app_commands.describe(webhook="Which one")
    @app_commands.autocomplete(webhook=complete_webhook)
    async def run(self, interaction: discord.Interaction[App], webhook: str) -> None:
        """Call a webhook, and show what today holds."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await answer(interaction, await _run(interaction, webhook))

    @app_commands.command(description="Delete a webhook")
    @app_commands.describe(webhook="Which one")
    @app_commands.autocomplete(webhook=complete_own_webhook)
    async def delete(self, interaction: discord.Interaction[App], webhook: str) -> None:
        """Ask, then delete."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        shared = webhook.startswith(SHARED)
        async with open_user(interaction, shared=shared, changing=True) as client:
            hook = find_hook(await hooks_of(client, shared=shared), webhook)
        buttons: Sequence[Clickable] = [DeleteHookButton(hook.name), KeepHookButton()]
        await answer(interaction, ask_webhook_deletion_card(hook.shown(interaction), buttons))


async def _create(
    interaction: discord.Interaction[App], habit: Habit, kind: str, quantity: Quantity | None
) -> Card:
    client, graph_id, shared = habit.client, habit.graph.id, habit.is_shared
    before = {hook.name for hook in await hooks_of(client, shared=shared)}
    try:
        webhook = await client.create_webhook(graph_id, kind, quantity)
    except Uncertain:
        return await _find_new(interaction, habit, kind, before)
    amount = None if quantity is None else show_quantity(quantity.value)
    made = NamedHook(webhook, client.username, graph_id, kind, amount, shared=shared)
    return created_webhook_card(made.shown(interaction), confirmed=True)


async def _find_new(interaction: discord.Interaction[App], habit: Habit, kind: str, before: set[str]) -> Card:
    """Look whether a webhook whose creation was not confirmed is there."""
    hooks = await hooks_of(habit.client, shared=habit.is_shared)
    new = [hook for hook in hooks if hook.name not in before]
    fitting = [hook for hook in new if hook.graph_id == habit.graph.id and hook.type == kind]
    if len(fitting) == 1:
        return created_webhook_card(fitting[0].shown(interaction), confirmed=False)
    if not new:
        raise UserError(
            "Pixela did not confirm, and the webhook is not there so far. Look with `/pixela webhook list` "
            "in a minute, and run the command again if it is still missing."
        )
    unsure = _UNSURE.format(what="is there")
    return uncertain_webhook_card(f"{unsure}`/pixela webhook list` before you try again.")


async def _list(interaction: discord.Interaction[App], page: int, *, shared: bool) -> Card:
    async with open_user(interaction, shared=shared, changing=True) as client:
        hooks = await hooks_of(client, shared=shared)
    shown = [hook.shown(interaction) for hook in hooks[page * _PAGE : (page + 1) * _PAGE]]
    whose = "server" if shared else "own"
    buttons: list[Clickable] = []
    if page > 0:
        buttons.append(HooksButton(whose, str(page - 1), "back", "← Back"))
    if (page + 1) * _PAGE < len(hooks):
        buttons.append(HooksButton(whose, str(page + 1), "more", "More →"))
    if await may_see_servers(interaction):
        other, label = ("own", "Only mine") if shared else ("server", "The server's")
        buttons.append(HooksButton(other, "0", "switch", label))
    return webhooks_card(shown, len(hooks), buttons, shared=shared)


async def _run(interaction: discord.Interaction[App], name: str) -> Card:
    shared = name.startswith(SHARED)
    async with open_user(interaction, shared=shared) as client:
        hook = find_hook(await hooks_of(client, shared=shared), name)
    graph = f"{SHARED}{hook.graph_id}" if shared else hook.graph_id
    async with open_habit(interaction, graph) as habit:
        expect = expectation(hook.type, hook.quantity, habit.graph.type)
        change = Change(habit.today, lambda: habit.client.invoke_webhook(hook.hash), expect)
        try:
            recorded = await record(habit, change)
        except NotFound:
            raise _gone() from None
    small = None
    if hook.type == "stopwatch":
        small = "A stopwatch records when it is stopped; Pixela does not tell here whether it runs now."
    return recorded_card(recorded, small=small)


async def _delete(interaction: discord.Interaction[App], name: str) -> Card:
    shared = name.startswith(SHARED)
    async with open_user(interaction, shared=shared, changing=True) as client:
        hook = find_hook(await hooks_of(client, shared=shared), name)
        try:
            await client.delete_webhook(hook.hash)
        except NotFound:
            raise _gone() from None
        except Uncertain:
            if any(one.name == hook.name for one in await hooks_of(client, shared=shared)):
                raise UserError(
                    "Pixela did not confirm, and the webhook is still there. Try again."
                ) from None
            return note("Pixela did not confirm, but the webhook is gone.")
    return note("The webhook was deleted. Its address records nothing any more.")


def _gone() -> InvalidInput:
    return InvalidInput("This webhook is gone. `/pixela webhook list` shows those that there are.")
