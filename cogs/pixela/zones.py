"""Time zones by what people type of them."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

import discord
from discord import app_commands

_CHOICES = 25
_USUAL = (
    *("UTC", "Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Warsaw"),
    *("Europe/Helsinki", "Europe/Istanbul", "Africa/Lagos", "Africa/Johannesburg", "Asia/Dubai"),
    *("Asia/Kolkata", "Asia/Jakarta", "Asia/Shanghai", "Asia/Singapore", "Asia/Seoul", "Asia/Tokyo"),
    *("Australia/Sydney", "Pacific/Auckland", "America/Sao_Paulo", "America/New_York"),
    *("America/Chicago", "America/Denver", "America/Los_Angeles", "America/Mexico_City"),
)
"""What is offered before anything is typed, from Greenwich eastwards."""


async def complete_timezone(
    interaction: discord.Interaction[Any], current: str
) -> list[app_commands.Choice[str]]:
    """Complete the name of a time zone."""
    del interaction
    return [app_commands.Choice(name=zone, value=zone) for zone in matching_zones(current)]


def matching_zones(typed: str) -> list[str]:
    """Return at most 25 time zones that fit what was typed, the best first; the usual ones for nothing."""
    wanted = "_".join(typed.lower().split())
    if not wanted:
        return [*_USUAL]
    ranked = [(rank, zone) for zone in _zones() if (rank := _rank(zone.lower(), wanted)) is not None]
    return [zone for _, zone in sorted(ranked)[:_CHOICES]]


def _rank(zone: str, wanted: str) -> int | None:
    """Return how well a zone fits, 0 for the best; None where it does not."""
    city = zone.rpartition("/")[2]
    words = [*zone.replace("/", "_").split("_")]
    fits = (
        wanted in {zone, city},
        city.startswith(wanted),
        zone.startswith(wanted),
        any(word.startswith(wanted) for word in words),
        wanted in zone,
    )
    return next((rank for rank, fit in enumerate(fits) if fit), None)


@cache
def _zones() -> tuple[str, ...]:
    """Return the zones that Pixela takes: those of a place, and UTC, but no abbreviations."""
    places = (zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return ("UTC", *sorted(places))
