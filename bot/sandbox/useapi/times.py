"""Moments as the vendor writes them. Every moment is in seconds since 1970 (UTC)."""

from __future__ import annotations

from datetime import UTC, datetime


def vendor_time(moment: float) -> str:
    """Return ``YYYY-MM-DDTHH:mm:ss.sssZ``, as in ``created`` and ``updated``."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def discord_time(moment: float) -> str:
    """Return Discord's own form, with microseconds and ``+00:00``, as in ``timestamp``."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds")
