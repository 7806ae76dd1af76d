"""What the tests of every emulator get back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.upstream import JSON


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> JSON:
        """The body read as JSON."""
        return json.loads(self.body)
