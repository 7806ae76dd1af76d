"""What the tests of PluralKit's client share: clients, things made up in a line, a harbour to look at."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from bot.api.limiter import Limiter
from bot.api.pluralkit import (
    Front,
    Group,
    Member,
    PluralKitClient,
    PluralKitDialect,
    PluralKitOwner,
    Switch,
)
from bot.api.policy import JSON
from bot.api.transport import Timeouts, Transport
from bot.sandbox.pluralkit import PluralKit, Seeded
from bot.sandbox.pluralkit import entities as emulated
from bot.services import Provider
from tests.api.desk import LONG, Desk, golden

TOKEN = "A1b2" * 16
A_DAY = 86_400
NOON = datetime(2026, 8, 2, 12, tzinfo=UTC)
"""When the harbour is looked at."""
SYSTEM = "6d3f8a52-0c0e-4b1a-9a53-3f1f6f0f7c11"
MEMBER = "b0c6c1de-7a39-4a55-8d0a-5f7f3f1c2e90"
SWITCH = "7c87fbc3-6155-4765-bd1a-228e7f863cab"
GUILD = 466707357099884544


def pluralkit(
    desk: Desk, url: str | None = None, *, limiter: Limiter | None = None, timeouts: Timeouts = LONG
) -> Transport:
    """Make a transport that knows how PluralKit says no."""
    dialect = PluralKitDialect()
    return desk.transport(
        url, provider=Provider.PLURALKIT, dialect=dialect, limiter=limiter, timeouts=timeouts, jitter=1.0
    )


def client(desk: Desk, url: str | None = None, *, limiter: Limiter | None = None) -> PluralKitClient:
    """Return PluralKit as anybody."""
    return PluralKitClient(pluralkit(desk, url, limiter=limiter))


def owner(
    desk: Desk,
    url: str | None = None,
    *,
    token: str = TOKEN,
    own: str | None = None,
    limiter: Limiter | None = None,
    timeouts: Timeouts = LONG,
) -> PluralKitOwner:
    """Return PluralKit as a system's owner."""
    return PluralKitOwner(pluralkit(desk, url, limiter=limiter, timeouts=timeouts), SecretStr(token), own)


def says(desk: Desk, name: str, status: int = 200) -> None:
    """Let the shop say a golden body from now on; the name of none is empty."""
    desk.shop.clear_faults()
    desk.shop.fail(status=status, body=golden("pluralkit", name) if name else b"", times=None)


def member(short: str, name: str = "Wren", display_name: str | None = None) -> Member:
    """Make a member whose UUID follows from its short id."""
    return Member(id=short, uuid=uuid_of(short), name=name, display_name=display_name)


def group(short: str, name: str) -> Group:
    """Make a group whose UUID follows from its short id."""
    return Group(id=short, uuid=uuid_of(short), name=name)


def uuid_of(seed: str) -> str:
    """Make a UUID that follows from a seed."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, seed))


def ago(minutes: float) -> datetime:
    """Return a moment before the noon on which everything is looked at."""
    return NOON - timedelta(minutes=minutes)


def switch(minutes: float, *members: str, seed: str = "") -> Switch:
    """Make a switch of so many minutes ago."""
    return Switch(id=uuid_of(f"{minutes} {members} {seed}"), timestamp=ago(minutes), members=[*members])


def front(minutes: float, *members: str) -> Front:
    """Make the switch in force, since so many minutes ago."""
    return Front(id=SWITCH, timestamp=ago(minutes), members=[member(short) for short in members])


def page(switches: Sequence[Switch]) -> JSON:
    """Write switches down as the vendor does."""
    return [each.model_dump(mode="json") for each in switches]


@dataclass
class Harbour:
    """The emulator with its seeded systems, and two who look at them at noon."""

    desk: Desk
    emulator: PluralKit
    seeded: Seeded

    @property
    def system(self) -> emulated.System:
        """The system that shows itself, as the emulator has it."""
        found = self.emulator.world.systems.find(self.seeded.system_id)
        assert found is not None
        return found

    def own(self) -> PluralKitOwner:
        """Return PluralKit as that system's owner."""
        return owner(self.desk, self.emulator.url, token=self.seeded.token, own=self.seeded.system_id)

    def anybody(self) -> PluralKitClient:
        """Return PluralKit as anybody."""
        return client(self.desk, self.emulator.url)

    def forget_switches(self) -> None:
        """Let there be no switch yet."""
        for each in [*self.system.switches]:
            self.emulator.world.remove_switch(each)

    def switched(self, minutes: float, *members: emulated.Member) -> emulated.Switch:
        """Let there be a switch of so many minutes before noon."""
        return self.emulator.world.add_switch(system=self.system, at=ago(minutes), members=[*members])
