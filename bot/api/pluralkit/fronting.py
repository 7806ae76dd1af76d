"""Who was at the front, and for how long: added up from switches as they arrive, the newest first.

Nothing of a switch is kept once it is added, so that a hundred thousand cost no more than ten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.api.pluralkit.models import Front, Switch

_CLOCKS_DIFFER = timedelta(minutes=1)
"""How far the vendor's clock may be ahead of ours: a switch of just now is no switch of the future."""


class FrontTally:
    """Adds up the time at the front, from ``until`` back to ``since`` (None: to the first switch).

    Those who front together each get the whole time.
    """

    def __init__(self, until: datetime, since: datetime | None = None) -> None:
        self.until = until
        self.since = since
        self.switches = 0
        """How many were looked at."""
        self.is_full = since is not None and since >= until
        """Whether ``since`` was reached, so that older switches change nothing."""
        self.back_to: datetime = until
        """The moment back to which is counted so far."""
        self._ends = until
        self._seconds: dict[str, float] = {}
        self._nobody = 0.0
        self._left: dict[str, datetime] = {}
        self.front: frozenset[str] | None = None
        """Who is at the front at ``until``; None: not known yet."""

    @property
    def seconds(self) -> Mapping[str, float]:
        """Seconds at the front by the short id of each member who was there."""
        return self._seconds

    @property
    def nobody(self) -> float:
        """Seconds in which nobody was at the front."""
        return self._nobody

    @property
    def span(self) -> float:
        """Seconds that are counted so far: from :attr:`back_to` to ``until``."""
        return (self.until - self.back_to).total_seconds()

    def left_front(self, member: str) -> datetime | None:
        """Return when a member was last at the front, ``until`` for now; None: it was not seen there."""
        return self._left.get(member)

    def add(self, switches: Iterable[Switch]) -> None:
        """Go on with older switches, the newest of them first."""
        for switch in switches:
            if self.is_full:
                return
            self.switches += 1
            self._add(switch)

    def _add(self, switch: Switch) -> None:
        began, ends = switch.timestamp, self._ends
        if self.front is None and began <= self.until + _CLOCKS_DIFFER:
            self.front = frozenset(switch.members)
            self._left |= dict.fromkeys(self.front, self.until)
        if began >= ends:  # of the future, or of the same moment as the one after it
            return
        if self.since is not None and began <= self.since:
            began, self.is_full = self.since, True
        lasted = (ends - began).total_seconds()
        for member in set(switch.members):
            self._seconds[member] = self._seconds.get(member, 0.0) + lasted
            self._left.setdefault(member, ends)
        if not switch.members:
            self._nobody += lasted
        self._ends = self.back_to = began


class Stays:
    """Since when each of those at the front has been there, across the switches of others."""

    def __init__(self, front: Front) -> None:
        self._since = {member.id: front.timestamp for member in front.members}
        self._open = set(self._since)

    @property
    def since(self) -> Mapping[str, datetime]:
        """The moment by short id; of those in :attr:`unfinished` it may be earlier still."""
        return self._since

    @property
    def unfinished(self) -> frozenset[str]:
        """Those whose stay reaches further back than was looked."""
        return frozenset(self._open)

    def add(self, switches: Iterable[Switch]) -> None:
        """Go on with older switches, the newest of them first, from the one in force on."""
        for switch in switches:
            if not self._open:
                return
            self._open &= set(switch.members)
            for member in self._open:
                self._since[member] = min(self._since[member], switch.timestamp)

    def close(self) -> None:
        """Say that there is no older switch."""
        self._open.clear()
