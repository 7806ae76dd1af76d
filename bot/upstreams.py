"""The upstreams as the settings have them: where each is, how it speaks, and how often it may be called."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import aiohttp

from bot import __version__
from bot.api import pixela, pluralkit
from bot.api.attempts import Observer
from bot.api.limiter import Budget, Limiter
from bot.api.pixela import PixelaDialect
from bot.api.pluralkit import PluralKitDialect
from bot.api.policy import Dialect
from bot.api.sharing import SharedCounts
from bot.api.transport import Pace, Transport
from bot.api.useapi import UseapiDialect
from bot.services import Provider
from bot.settings import Settings

BUDGETS: Mapping[str, Budget] = {**pixela.BUDGETS, **pluralkit.BUDGETS}
"""How often the vendors may be called."""


def transports(
    settings: Settings,
    session: aiohttp.ClientSession,
    limiter: Limiter,
    pace: Pace | None = None,
    observers: Sequence[Observer] = (),
) -> dict[Provider, Transport]:
    """Return what sends the calls of each upstream."""
    upstreams: dict[Provider, tuple[str, Dialect]] = {
        Provider.USEAPI: (settings.useapi_url, UseapiDialect()),
        Provider.PIXELA: (settings.pixela_url, PixelaDialect()),
        Provider.PLURALKIT: (settings.pluralkit_url, PluralKitDialect()),
    }
    return {
        provider: Transport(session, provider, url, dialect, limiter, pace, observers)
        for provider, (url, dialect) in upstreams.items()
    }


async def shared_counts(settings: Settings, alias: Callable[[str], str]) -> SharedCounts | None:
    """Return where calls are counted together with other workers, None where that is nowhere.

    It was looked at, is closed by the caller, and turns into names with ``alias`` what nobody may read there.
    Raises :class:`~bot.errors.StartupError`.
    """
    if settings.rate_limit_url is None:
        return None
    shared = SharedCounts(settings.rate_limit_url, alias)
    await shared.look()
    return shared


def user_agent(contact: str | None) -> str:
    """Return what upstreams see of us: the program, its version, and whom to write to."""
    return f"Switchboard/{__version__} (self-hosted Discord app; {contact or 'the operator set no CONTACT'})"
