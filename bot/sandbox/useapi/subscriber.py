"""Who subscribes to the emulated useapi.net, with everything kept under one API key.

Each ``body`` is as the vendor's page shows it; the name of the page stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from bot.sandbox.upstream import JSON
from bot.sandbox.useapi.times import vendor_time

ACCOUNTS_PER_SUBSCRIPTION = 3
"""Accounts of one service that one subscription pays for (get-account)."""


@dataclass(slots=True)
class PikaAccount:
    """A Discord account that runs Pika's bot (get-pika-account)."""

    channel: str
    """The Direct Messages channel with the bot."""
    discord: str
    """The Discord token, which the vendor shows in clear."""
    max_jobs: int

    def listed(self) -> dict[str, JSON]:
        """Return the account as the list of all accounts has it, keys in the page's order."""
        return {"channel": self.channel, "discord": self.discord, "maxJobs": self.max_jobs}

    def alone(self) -> dict[str, JSON]:
        """Return the account as the question for one account has it."""
        return self.listed()


@dataclass(slots=True)
class MidjourneyAccount:
    """A Discord account that runs Midjourney's bot (get-account-midjourney)."""

    channel: str
    server: str | None
    """The server of the channel; None: a Direct Messages channel that useapi.net found itself."""
    discord: str
    """The Discord token, which the vendor shows in clear."""
    max_jobs: int
    pending_mod_message: str | None = None
    """What Midjourney's moderators wait to see acknowledged. Only a reset clears it."""
    speed: str = "fast"
    """``fast``, ``relax`` or ``turbo``."""
    remix: bool = False
    """Whether variation buttons take a new prompt."""
    high_variability: bool = False
    """Whether variations differ much."""

    def listed(self) -> dict[str, JSON]:
        """Return the account as the list of all accounts has it, keys in the page's order."""
        return _present(channel=self.channel, discord=self.discord, server=self.server) | self._end()

    def alone(self) -> dict[str, JSON]:
        """Return the account as the question for one account has it: the same keys, another order."""
        return _present(discord=self.discord, server=self.server, channel=self.channel) | self._end()

    def _end(self) -> dict[str, JSON]:
        return _present(maxJobs=self.max_jobs, pendingModMessage=self.pending_mod_message)


Accounts: TypeAlias = "dict[str, PikaAccount] | dict[str, MidjourneyAccount]"
"""The accounts of one service, by channel."""


@dataclass(slots=True)
class Subscriber:
    """Whoever holds one API key, and everything kept under it. Times: seconds since 1970 (UTC)."""

    key: str
    expired: bool = False
    """Whether calls that cost money are refused with 402."""
    subscriptions: int = 1
    number: int = 12345
    email: str = "someone@example.com"
    name: str = "Someone"
    created: float = 0.0
    """When the subscriber signed up, was verified and paid last."""
    updated: float | None = None
    """When the name or the callback address changed last."""
    reply_url: str | None = None
    """The default callback address of every job."""
    pika: dict[str, PikaAccount] = field(default_factory=dict[str, PikaAccount])
    midjourney: dict[str, MidjourneyAccount] = field(default_factory=dict[str, MidjourneyAccount])

    @property
    def most_accounts(self) -> int:
        """How many accounts each service may have (get-account)."""
        return ACCOUNTS_PER_SUBSCRIPTION * self.subscriptions

    def body(self) -> dict[str, JSON]:
        """Return the useapi.net account in its shape of April 2025 (get-account)."""
        created = datetime.fromtimestamp(self.created, UTC)
        return _present(
            id=self.number,
            email=self.email,
            created=vendor_time(self.created),
            name=self.name,
            subscriptionIsActive=not self.expired,
            subscriptions=self.subscriptions,
            maxAccountsPerAPI=self.most_accounts,
            accounts=self._services(),
            verified=vendor_time(self.created),
            sub=created.strftime("%y%m%d"),
            replyUrl=self.reply_url,
            updated=None if self.updated is None else vendor_time(self.updated),
        )

    def _services(self) -> dict[str, JSON]:
        """Count the accounts of each configured service; no key ``error`` where there is none in error."""
        stuck = sum(account.pending_mod_message is not None for account in self.midjourney.values())
        counts = {"Midjourney API": (len(self.midjourney), stuck), "Pika API": (len(self.pika), 0)}
        return {
            service: _present(total=total, active=total - bad, error=bad or None)
            for service, (total, bad) in counts.items()
            if total
        }


def _present(**fields: JSON) -> dict[str, JSON]:
    """Keep the fields that are set, in the order given."""
    return {name: value for name, value in fields.items() if value is not None}
