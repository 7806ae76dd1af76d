"""Whether somebody may still be reminded in a server: is a member there, whom its rules let use Pixela."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.access import RuleKind, Rules
from bot.jobs.messenger import Gone, Messenger
from bot.services import Service
from bot.storage.reminders import Reminder
from bot.storage.schema import NOWHERE

RulesOf = Callable[[int], Awaitable[Mapping[Service, Rules]]]
"""Returns the rules of a server."""


class Standing:
    """Asks Discord and the rules of the server. All of it raises :class:`~bot.jobs.messenger.Away`."""

    def __init__(self, messenger: Messenger, rules_of: RulesOf) -> None:
        self._messenger = messenger
        self._rules_of = rules_of

    async def find_obstacle(self, reminder: Reminder) -> str | None:
        """Return what keeps somebody from being reminded for good, for the log; None where nothing does."""
        if reminder.guild_id == NOWHERE:
            return None
        try:
            roles = await self._messenger.find_roles(reminder.guild_id, reminder.user_id)
        except Gone:  # nobody tells us anything of the members there
            return None
        if roles is None:
            return "its member has left the server"
        rules = (await self._rules_of(reminder.guild_id)).get(Service.PIXELA)
        if rules is not None and await self._breaks(reminder, roles, rules):
            return "its member may not use Pixela there any more"
        return None

    async def _breaks(self, reminder: Reminder, roles: frozenset[int], rules: Rules) -> bool:
        channels = {reminder.channel_id}
        if not reminder.channel_id:  # it comes as a direct message
            rules = replace(rules, allowed_channels=frozenset())
        broken = rules.broken_by(roles, channels)
        if broken is not RuleKind.ALLOWED_CHANNEL:
            return broken is not None
        try:
            parent = await self._messenger.find_parent(reminder.channel_id)
        except Gone:  # nothing can be written there, so that it comes as a direct message
            return False
        return rules.broken_by(roles, channels if parent is None else {parent}) is not None
