"""What is wrong with the fields of an account, in the order of the vendor's pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.sandbox.useapi.fields import Fields
from bot.sandbox.useapi.subscriber import MidjourneyAccount, PikaAccount

PIKA_MAX_JOBS = 10
"""Jobs at a time that a Pika account may be set to (post-pika-account-channel)."""

MIDJOURNEY_MAX_JOBS = 15
"""Jobs at a time that a Midjourney account may be set to (post-account-midjourney-channel)."""


def of_pika(fields: Fields, path: str, known: Mapping[str, PikaAccount]) -> Iterator[str]:
    """Yield what is wrong with an account, in the order of post-pika-account-channel."""
    channel, discord = fields.text("channel"), fields.text("discord")
    if not discord:
        yield _missing("discord")
    yield from _of_snowflake("channel", channel)
    if channel != path:
        yield f"Required param channel ({channel}) not matching to /pika/account/{path}"
    yield from _of_jobs(fields, PIKA_MAX_JOBS)
    yield from _same("discord", {name: other.discord for name, other in known.items()}, path, discord)


def of_midjourney(fields: Fields, path: str, known: Mapping[str, MidjourneyAccount]) -> Iterator[str]:
    """Yield what is wrong with an account, in the order of post-account-midjourney-channel."""
    channel, server, discord = (fields.text(name) for name in ("channel", "server", "discord"))
    if not discord:
        yield _missing("discord")
    yield from _of_snowflake("server", server)
    yield from _of_snowflake("channel", channel)
    if channel != path:
        yield f"Required param channel ({channel}) not matching to /midjourney/channel (/midjourney/{path})"
    yield from _of_jobs(fields, MIDJOURNEY_MAX_JOBS)
    yield from _same("discord", {name: other.discord for name, other in known.items()}, path, discord)
    yield from _same("server", {name: other.server for name, other in known.items()}, path, server)


def of_direct(fields: Fields, channel: str, known: Mapping[str, MidjourneyAccount]) -> Iterator[str]:
    """Yield what is wrong with a new account, in the order of post-account-midjourney."""
    discord = fields.text("discord")
    if not discord:
        yield _missing("discord")
    if "maxJobs" in fields:
        yield from _of_jobs(fields, MIDJOURNEY_MAX_JOBS)
    yield from _same("discord", {name: other.discord for name, other in known.items()}, channel, discord)


def _of_snowflake(name: str, value: str) -> Iterator[str]:
    """Yield what is wrong with an id. The vendor's rule is not published; 17 to 20 digits it is."""
    if not value:
        yield _missing(name)
    if re.fullmatch("[0-9]{17,20}", value) is None:
        yield f"Required param {name} ({value}) is not valid Discord {name} id"


def _of_jobs(fields: Fields, most: int) -> Iterator[str]:
    """Yield what is wrong with ``maxJobs``. Only its upper end has a text; the rest counts as missing."""
    jobs = fields.whole("maxJobs")
    if jobs < 1:
        yield _missing("maxJobs")
    if jobs > most:
        yield f"Required param maxJobs {jobs} can't be more that {most}"


def _same(name: str, values: Mapping[str, str | None], channel: str, value: str) -> Iterator[str]:
    """Yield the channels other than ``channel`` that have the value already."""
    for other, taken in values.items():
        if other != channel and taken == value:
            yield f"Channel {other} configuration has same {name} value"


def _missing(name: str) -> str:
    return f"Required param {name} is missing or empty"
