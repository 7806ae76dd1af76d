"""Trouble on demand: Discord answers with an error, late, or not at all."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import Literal

from benchmarks.wire import Call, Payload


@dataclass(slots=True)
class Fault:
    """Trouble for the requests that it matches.

    ``status``: answers with :attr:`status` instead of doing the work; ``drop``: closes the connection
    without doing it; ``lost``: does it and then closes the connection; ``slow``: waits first.
    """

    trouble: Literal["status", "drop", "lost", "slow"]
    method: str = "*"
    path: str = "*"
    """An ``fnmatch`` pattern over the path behind ``/api/v10``."""
    times: int = 1
    """How many more requests it hits; negative: until it is taken away."""
    status: int = 500
    seconds: float = 0.0
    """How long ``slow`` waits, and what a 429 asks to wait."""

    def hits(self, call: Call) -> bool:
        """Say whether this fault wants the request, and count it."""
        wanted = self.times != 0 and self.method in {"*", call.method}
        if not (wanted and fnmatch.fnmatchcase(call.path, self.path)):
            return False
        self.times -= 1
        return True

    def answer(self) -> Payload:
        """Return the body of an error."""
        body: Payload = {"message": f"{self.status}: trouble on demand", "code": 0}
        if self.status == 429:
            body |= {"message": "You are being rate limited.", "retry_after": self.seconds, "global": False}
        return body

    def headers(self) -> dict[str, str]:
        """Return the headers of an error; without ``Via`` discord.py takes a 429 for a ban."""
        if self.status != 429:
            return {}
        return {"Via": "1.1 loopback", "Retry-After": str(self.seconds)}
