"""Cards that belong to somebody: only their owner may use what is under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord

from bot.errors import InvalidInput, NotAllowed
from bot.storage.guilds import SHARED
from bot.ui.lasting import STALE

if TYPE_CHECKING:
    from bot.app import App

OWNER = r"(?P<owner>[0-9]{1,20})"
"""Whose a card is, in the custom id of a lasting button."""
NOBODY = 0
"""Stands for the owner of a card of the server's graph, which whoever may record can use."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """A graph on a card, and whose that is: a Discord user's id, or :data:`NOBODY`."""

    owner: int
    graph: str
    """What options call it."""

    @classmethod
    def of(cls, interaction: discord.Interaction[Any], graph: str) -> Belonging:
        """Return whose the card of a graph is that this person asks for."""
        return cls(NOBODY if graph.startswith(SHARED) else interaction.user.id, graph)

    @property
    def is_shared(self) -> bool:
        """Whether it is the server's graph."""
        return self.graph.startswith(SHARED)

    def check(self, interaction: discord.Interaction[App]) -> None:
        """See that whoever presses may. Whether roles allow it on the server's graph is not looked at.

        Raises :class:`~bot.errors.NotAllowed`.
        """
        if self.is_shared is not (self.owner == NOBODY):
            raise InvalidInput(STALE)
        require_owner(interaction, self.owner)

    def __str__(self) -> str:
        return f"{self.owner}:{self.graph}"


def require_owner(interaction: discord.Interaction[Any], owner: int) -> None:
    """See that a card is of whoever presses, or of nobody. Raises :class:`~bot.errors.NotAllowed`."""
    if owner not in {NOBODY, interaction.user.id}:
        raise NotAllowed("This card is somebody else's. `/pixela graph show` shows one of your own graphs.")
