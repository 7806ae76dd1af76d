"""Which account a job runs on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.sandbox.useapi.call import Call
from bot.sandbox.useapi.fields import Fields
from bot.sandbox.useapi.job import Job, Service
from bot.sandbox.useapi.refusal import bad, missing, on_hold, queue_full
from bot.sandbox.useapi.subscriber import MidjourneyAccount, PikaAccount

Account: TypeAlias = PikaAccount | MidjourneyAccount

MOST_JOBS: Mapping[Service, int] = {Service.PIKA: 10, Service.MIDJOURNEY: 15}
"""What ``maxJobs`` of a call may be at most."""

DEFAULT_JOBS: Mapping[Service, int] = {Service.PIKA: 10, Service.MIDJOURNEY: 3}
"""What counts where neither the call nor an account says."""


@dataclass(frozen=True, slots=True)
class Place:
    """An account, with what the call says otherwise."""

    account: Account
    discord: str
    max_jobs: int

    @property
    def channel(self) -> str:
        """The channel that the bot is told in."""
        return self.account.channel

    @property
    def server(self) -> str | None:
        """The server of the channel, where it has one."""
        return self.account.server if isinstance(self.account, MidjourneyAccount) else None


def choose(call: Call, fields: Fields) -> Place:
    """Return an account with room for another job: the one of ``channel``, else any.

    Raises :class:`Refusal` 400 without accounts, 429 without room, 596 where only notices are left.
    """
    wanted = _wanted_jobs(call, fields)
    if fields.text("channel"):
        candidates: Sequence[Account] = [pinned(call, fields)]
    else:
        candidates = _all(call, fields)
    places = [_place(call, fields, account, wanted) for account in _without_notice(candidates)]
    busy = [(place, call.world.running(call.subscriber, call.service, place.channel)) for place in places]
    free = [place for place, jobs in busy if len(jobs) < place.max_jobs]
    if not free:
        most = sum(place.max_jobs for place in places)
        raise queue_full(most, [job.jobid for _, jobs in busy for job in jobs])
    return call.world.dice.choice(free)


def choose_for(call: Call, fields: Fields, parent: Job) -> Place:
    """Return the account of the job that a button was pressed on, if it has room for another job."""
    wanted = _wanted_jobs(call, fields)
    place = _place(call, fields, same_account(call, parent), wanted)
    running = call.world.running(call.subscriber, call.service, place.channel)
    if len(running) >= place.max_jobs:
        raise queue_full(place.max_jobs, [job.jobid for job in running])
    return place


def choose_for_command(call: Call, fields: Fields) -> Place:
    """Return the account that a command is for, which takes no place in a queue."""
    accounts = _all(call, fields)
    if not fields.text("channel") and len(accounts) > 1:
        raise missing("channel")
    account = pinned(call, fields) if fields.text("channel") else accounts[0]
    return _place(call, fields, _without_notice([account])[0], 0)


def same_account(call: Call, parent: Job) -> Account:
    """Return the account of a job, as it is now. Raises :class:`Refusal` 596 where it has a notice."""
    known = _accounts(call).get(parent.channel)
    return _without_notice([known or _unconfigured(call, parent.channel, parent.server, parent.discord)])[0]


def pinned(call: Call, fields: Fields) -> Account:
    """Return the account of the channel that the call names. Raises :class:`Refusal` 400."""
    channel = fields.text("channel")
    if not re.fullmatch("[0-9]{17,20}", channel):
        raise bad(f"Required param channel ({channel}) is not valid Discord channel id")
    known = _accounts(call).get(channel)
    if known is not None:
        return known
    for name in _needed(call):
        if not fields.text(name):
            raise missing(name)
    return _unconfigured(call, channel, fields.text("server") or None, fields.text("discord"))


def _needed(call: Call) -> Sequence[str]:
    """Return what a call must bring along for an account that is not configured."""
    return ("discord",) if call.service is Service.PIKA else ("discord", "server")


def _all(call: Call, fields: Fields) -> Sequence[Account]:
    """Return every account. Raises :class:`Refusal` 400 where a call without ``channel`` finds none."""
    found = [*_accounts(call).values()]
    if not found and not fields.text("channel"):
        given = [name for name in _needed(call) if not fields.text(name)]
        raise missing([*given, "channel"][0])
    return found


def _accounts(call: Call) -> Mapping[str, Account]:
    mine = call.subscriber
    return mine.pika if call.service is Service.PIKA else mine.midjourney


def _unconfigured(call: Call, channel: str, server: str | None, discord: str) -> Account:
    most = DEFAULT_JOBS[call.service]
    if call.service is Service.PIKA:
        return PikaAccount(channel, discord, most)
    return MidjourneyAccount(channel, server, discord, most)


def _without_notice(accounts: Sequence[Account]) -> Sequence[Account]:
    """Return the accounts that nobody has to look after first. Raises :class:`Refusal` 596."""
    free = [account for account in accounts if _notice(account) is None]
    if not free:
        raise on_hold(next(notice for account in accounts if (notice := _notice(account))))
    return free


def _notice(account: Account) -> str | None:
    return account.pending_mod_message if isinstance(account, MidjourneyAccount) else None


def _wanted_jobs(call: Call, fields: Fields) -> int:
    """Return ``maxJobs`` of the call, 0 without. Raises :class:`Refusal` 400."""
    if "maxJobs" not in fields:
        return 0
    jobs, most = fields.whole("maxJobs"), MOST_JOBS[call.service]
    if jobs < 1:
        raise missing("maxJobs")
    if jobs > most:
        raise bad(f"Required param maxJobs {jobs} can't be more that {most}")
    return jobs


def _place(call: Call, fields: Fields, account: Account, wanted: int) -> Place:
    most = wanted or account.max_jobs or DEFAULT_JOBS[call.service]
    return Place(account, fields.text("discord") or account.discord, most)
