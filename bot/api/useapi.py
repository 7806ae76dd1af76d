"""What the Pika and Midjourney APIs of useapi.net share: the key, the accounts, the errors.

Source: the vendor's pages on accounts and on errors (useapi.net, Pika API v1 and Midjourney API v2).
Neither service answers any more; any server that speaks the same contract will do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter

from bot.api.call import Call
from bot.api.policy import JSON, Effect, Reply, error_for_status
from bot.api.transport import Transport
from bot.errors import ApiError, Moderated, NotFound, QueueFull, Rejected
from bot.services import Provider


class Account(BaseModel):
    """A Discord channel through which useapi.net drives a bot.

    The vendor returns the Discord token of the account in clear, as ``discord``. The model has no
    such field, so the token is dropped where the answer is read.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    channel: str
    max_jobs: int | None = Field(default=None, alias="maxJobs")
    """How many jobs may run at once on this channel."""


AccountT = TypeVar("AccountT", bound=Account)

_ACCOUNT_ON_HOLD = 596
"""The vendor's own status for a Midjourney account with a notice to acknowledge: a refusal, no failure."""


class UseapiDialect:
    """How useapi.net says no: ``{"error", "errorDetails"?, "code"}``, beside the HTTP status."""

    def read_error(self, reply: Reply) -> ApiError:
        """Tell what an answer outside 200-299 means. 429 has two meanings, told apart by a list."""
        executing = reply.fields().get("executingJobs")
        reason = reply.text("error")
        if reply.status == 429 and isinstance(executing, list):
            jobs = tuple(str(job) for job in executing)
            return QueueFull(Provider.USEAPI, executing=jobs, status=reply.status)
        if reply.status == 422:
            return Moderated(Provider.USEAPI, status=reply.status, reason=reason)
        if reply.status == _ACCOUNT_ON_HOLD:
            return Rejected(Provider.USEAPI, status=reply.status, reason=reason)
        return error_for_status(Provider.USEAPI, reply, reason=reason)

    def never_executed(self, reply: Reply) -> bool:  # noqa: ARG002 - the vendor promises it of no answer
        """Say whether the vendor promises that this refused call was not carried out."""
        return False


class AccountsClient(Generic[AccountT]):
    """The accounts of one of the vendor's bots, with one API key."""

    def __init__(
        self,
        transport: Transport,
        key: SecretStr,
        path: tuple[str, ...],
        shapes: tuple[type[AccountT], TypeAdapter[dict[str, AccountT]]],
    ) -> None:
        self._transport = transport
        self._auth = ("Authorization", SecretStr(f"Bearer {key.get_secret_value()}"))
        self._key = key
        self._path = path
        self._one, self._many = shapes

    async def list(self, *, deadline: float | None = None) -> Mapping[str, AccountT]:
        """Return the accounts by channel id, empty where none is registered (the vendor says 404)."""
        try:
            return await self._transport.fetch(self._call("GET"), self._many, deadline=deadline)
        except NotFound:
            return {}

    async def get(self, channel: str) -> AccountT:
        """Return one account. Raises :class:`~bot.errors.NotFound` where it is not registered."""
        return await self._transport.fetch(self._call("GET", channel), self._one)

    async def put(self, channel: str, discord: SecretStr, fields: Mapping[str, JSON]) -> None:
        """Register a channel with the Discord token of its account, or replace what is registered."""
        body: dict[str, JSON] = {"discord": discord.get_secret_value(), "channel": channel, **fields}
        await self._transport.send(self._call("POST", channel, body=body, secrets=(discord,)))

    async def remove(self, channel: str) -> None:
        """Forget a channel. Raises :class:`~bot.errors.NotFound` where it is not registered."""
        await self._transport.send(self._call("DELETE", channel))

    async def reset(self, channel: str) -> None:
        """Clear a pending moderation notice (Midjourney alone has this call)."""
        await self._transport.send(self._call("POST", channel, "reset"))

    def _call(self, method: str, *more: str, body: JSON = None, secrets: tuple[SecretStr, ...] = ()) -> Call:
        effect = Effect.READ if method == "GET" else Effect.WRITE
        return Call(
            method, (*self._path, *more), effect, json=body, auth=self._auth, secrets=(self._key, *secrets)
        )
