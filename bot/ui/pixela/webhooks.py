"""Cards of webhooks: addresses that record on a graph when they are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ui.card import Card, Clickable
from bot.ui.text import code, one_line, plain

_ODD = 0xD9822B
CARE = (
    "Whoever knows the address can call it, without any token: keep it like a password. "
    "`/pixela webhook delete` takes it out of force."
)


@dataclass(frozen=True, slots=True)
class Hook:
    """What is shown of a webhook; ``address`` is a secret."""

    graph_id: str
    type: str
    quantity: str | None
    ending: str
    """The last characters of its address, to tell it from others."""
    address: str = ""

    @property
    def words(self) -> str:
        """What it does, without any markdown, for lists of suggestions."""
        amount = f" {one_line(self.quantity)}" if self.quantity else ""
        return f"{one_line(self.graph_id)} · {one_line(self.type)}{amount} (…{one_line(self.ending)})"


def created_webhook_card(hook: Hook, *, confirmed: bool) -> Card:
    """Show a new webhook with its address."""
    doubt = "" if confirmed else "Pixela did not confirm, but it is there. "
    card = Card("The webhook is ready").text(f"{doubt}{plain(hook.words)}")
    card.text(f"A POST to this address records:\n```\n{one_line(hook.address).replace('`', '')}\n```")
    return card.small(CARE)


def webhooks_card(hooks: Sequence[Hook], total: int, buttons: Sequence[Clickable], *, shared: bool) -> Card:
    """List webhooks with their addresses, hidden until they are clicked."""
    card = Card("Webhooks of the server's graphs" if shared else "Your webhooks")
    if not total:
        return card.text("There is none. `/pixela webhook create` makes one.").buttons(buttons)
    card.text(
        "\n".join(f"{plain(hook.words)}\n||{code(hook.address, 300)}||" for hook in hooks),
    )
    return card.small(CARE).buttons(buttons)


def ask_webhook_deletion_card(hook: Hook, buttons: Sequence[Clickable]) -> Card:
    """Ask whether a webhook shall really go."""
    return (
        Card("Delete this webhook?")
        .text(f"{plain(hook.words)}\nWhatever calls its address records nothing any more. The graph stays.")
        .buttons(buttons)
    )


def uncertain_webhook_card(sentence: str) -> Card:
    """Say that it is not certain what came of it."""
    return Card(colour=_ODD).text(f"⚠️ {sentence}")
