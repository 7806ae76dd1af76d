"""The tables. Ids are Discord's snowflakes; times are seconds since 1970 (UTC), for jobs milliseconds.

SQLite keeps strict tables (a text never lands in an integer column); PostgreSQL does so anyway.
"""

from __future__ import annotations

from bot.storage.schema.ground import Snowflake, metadata, take_over_conditions
from bot.storage.schema.habits import last_graphs, reminder_days, reminders, unsettled_users
from bot.storage.schema.making import jobs, remix_modes
from bot.storage.schema.passing import drafts, duties, errands, owed_answers, presses
from bot.storage.schema.program import facts, version
from bot.storage.schema.servers import (
    access_rules,
    alerts,
    audit,
    credentials,
    guilds,
    notices,
    service_limits,
    tallies,
)

__all__ = [
    "HEAD",
    "NOWHERE",
    "Snowflake",
    "access_rules",
    "alerts",
    "audit",
    "credentials",
    "drafts",
    "duties",
    "errands",
    "facts",
    "guilds",
    "jobs",
    "last_graphs",
    "metadata",
    "notices",
    "owed_answers",
    "presses",
    "reminder_days",
    "reminders",
    "remix_modes",
    "service_limits",
    "take_over_conditions",
    "tallies",
    "unsettled_users",
    "version",
]

HEAD = "0006"
"""The revision that this code works with: the newest file in ``migrations/versions``."""

NOWHERE = 0
"""Stands for "no server" where a server's id is kept: the scope is the person alone. It has a row in
``guilds`` that is never removed, so that every other row can point at its server."""
