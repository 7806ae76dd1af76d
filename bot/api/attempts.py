"""What became of the requests that were sent, for whoever counts them or watches over an upstream."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.api.policy import Setback
from bot.services import Provider

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request that was sent.

    ``status`` is that of the answer, ``setback`` what kept it away or made it useless.
    """

    provider: Provider
    status: int | None
    setback: Setback | None
    seconds: float
    answered: bool = True
    """Whether the upstream did its part: a refusal is an answer, and so is Pixela's of every fourth call."""

    @property
    def ended(self) -> str:
        """The status, or in a word what happened instead: one of few."""
        return str(self.status) if self.setback is None else self.setback.name.lower()


Observer = Callable[[Attempt], None]
"""Is told of each attempt when it is over."""


def show(attempt: Attempt, observers: Sequence[Observer]) -> None:
    """Tell the observers of an attempt. Never raises."""
    for observer in observers:
        try:
            observer(attempt)
        except Exception:  # noqa: BLE001 - what was sent must not fail by who looks on
            _log.exception("an observer of calls failed")
