"""Since when the services answer, and since when they do not, by how calls of anybody's end."""

from __future__ import annotations

from collections.abc import Callable

from bot.api.attempts import Attempt
from bot.services import Provider

DOWN_AFTER = 300
"""Seconds without one answer that can be used after which a service is down."""
UP_AFTER = 120
"""Seconds without one failure after which one that was down is up again: one that comes and goes is down."""


class Outlook:
    """How each service is doing. ``clock`` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failing: dict[Provider, float] = {}
        self._working: dict[Provider, float] = {}
        self._heard: dict[Provider, float] = {}

    def observe(self, attempt: Attempt) -> None:
        """Note how an attempt ended. A refusal is an answer, also that there were too many calls."""
        now = self._clock()
        self._heard[attempt.provider] = now
        begun, over = (self._working, self._failing) if attempt.answered else (self._failing, self._working)
        over.pop(attempt.provider, None)
        begun.setdefault(attempt.provider, now)

    def failing_since(self, provider: Provider) -> int | None:
        """Return since when no call of a service worked (seconds since 1970); None where the last one did."""
        since = self._failing.get(provider)
        return None if since is None else int(since)

    def is_quiet(self, provider: Provider, seconds: float) -> bool:
        """Say whether no call of a service came to an end for so long, or the last one failed."""
        heard = self._heard.get(provider)
        return provider in self._failing or heard is None or not 0 <= self._clock() - heard < seconds

    def is_down(self, provider: Provider, *, was_down: bool) -> bool:
        """Say whether a service is down; ``was_down``: whether it is known to have been."""
        if was_down:
            since = self._working.get(provider)
            return since is None or self._clock() - since < UP_AFTER
        failing = self._failing.get(provider)
        return failing is not None and self._clock() - failing >= DOWN_AFTER
