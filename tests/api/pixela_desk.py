"""What the tests of Pixela's client share: a user at the desk, and what it sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from bot.api.pixela import PixelaClient, PixelaDialect
from bot.api.policy import Patience
from bot.sandbox.upstream import JSON, Seen
from bot.services import Provider
from tests.api.desk import Desk, golden

TOKEN = "thisissecret"
SUCCESS = golden("pixela", "success")


@dataclass
class Alice:
    """A user of Pixela, and the shop that stands in for it."""

    desk: Desk
    client: PixelaClient

    def answer(self, body: bytes = SUCCESS, status: int = 200, times: int | None = 1) -> None:
        """Let the shop answer so next."""
        self.desk.shop.fail(status=status, body=body, times=times)

    def sent(self) -> Seen:
        """Return the only request that there was."""
        (seen,) = self.desk.shop.requests
        return seen

    def told(self) -> tuple[str, Mapping[str, str], JSON]:
        """Return the method and path, the query and the body of the only request that there was."""
        seen = self.sent()
        return f"{seen.method} {seen.path}", seen.query, seen.json if seen.body else None


def alice_at(desk: Desk, url: str | None = None, *, token: str = TOKEN) -> Alice:
    """Return a user whose calls go to the shop, or to ``url``."""
    transport = desk.transport(
        url, provider=Provider.PIXELA, dialect=PixelaDialect(), patience=Patience(base=0.5), jitter=1.0
    )
    return Alice(desk, PixelaClient(transport, "alice", SecretStr(token)))
