"""What the Pika and Midjourney APIs of useapi.net share: the key, the accounts, the errors.

Source: the vendor's pages on accounts and on errors (useapi.net, Pika API v1 and Midjourney API v2).
Neither service answers any more; any server that speaks the same contract will do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, ValidationError

from bot.api.call import Call
from bot.api.jobs import Job, job_ids
from bot.api.policy import JSON, Effect, Reply, error_for_status
from bot.api.transport import Transport
from bot.errors import ApiError, Moderated, NeedsAttention, NotFound, QueueFull
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

_UNTRACKABLE, _ON_HOLD = 504, 596
"""The vendor's own: the job was sent, and its message not found; the account has a notice to acknowledge.
Any other 5xx is whatever stands in front of the vendor."""


class UseapiDialect:
    """How useapi.net says no: ``{"error", "errorDetails"?, "code"}``, beside the HTTP status.

    ``code`` repeats the status in most answers, and is the vendor's word where it does not
    (contract, 2.3 and 2.5).
    """

    def is_refusal(self, reply: Reply) -> bool:
        """Say whether an answer is a no, by its status or by its ``code``."""
        return not reply.is_success or _code(reply) is not None

    def read_error(self, reply: Reply) -> ApiError:
        """Tell what a no means. 429 has two meanings, told apart by a list."""
        meant = replace(reply, status=_meant(reply))
        executing = meant.fields().get("executingJobs")
        reason = _reason(meant)
        if meant.status == 429 and isinstance(executing, list):
            return QueueFull(Provider.USEAPI, executing=job_ids(executing), status=meant.status)
        job = meant.text("jobid")
        if meant.status in _KINDS:
            return _KINDS[meant.status](Provider.USEAPI, status=meant.status, reason=reason, job=job)
        error = error_for_status(Provider.USEAPI, meant, reason=reason)
        error.job = job
        return error

    def never_executed(self, reply: Reply) -> bool:  # noqa: ARG002 - the vendor promises it of no answer
        """Say whether the vendor promises that this refused call was not carried out."""
        return False


_KINDS: Mapping[int, type[ApiError]] = {422: Moderated, _ON_HOLD: NeedsAttention}


class JobDialect(UseapiDialect):
    """The same where a job is asked for: one that ended badly keeps the code that it ended with.

    With which HTTP status it is told then is unconfirmed (contract, 2.3 and E 7).
    """

    def is_refusal(self, reply: Reply) -> bool:
        """Say whether an answer is a no: what is a job is none."""
        job = _find_job(reply)
        if job is None:
            return super().is_refusal(reply)
        ended = reply.status in {422, _UNTRACKABLE, _ON_HOLD} and job.is_over
        return not (reply.is_success or ended)


def _find_job(reply: Reply) -> Job | None:
    try:
        job = Job.model_validate_json(reply.body)
    except ValidationError:
        return None
    return job if job.status else None


def _code(reply: Reply) -> int | None:
    code = reply.fields().get("code")
    return code if isinstance(code, int) and 400 <= code <= 599 else None


def _meant(reply: Reply) -> int:
    code, own = _code(reply), {_UNTRACKABLE, _ON_HOLD}
    if code is None or (reply.status >= 500 and reply.status not in own):
        return reply.status
    return code if reply.is_success or code < 500 or code in own else reply.status


def _reason(reply: Reply) -> str | None:
    told = (reply.text("error"), reply.text("errorDetails"))
    return ": ".join(dict.fromkeys(text for text in told if text)) or None


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

    async def post(self, discord: SecretStr, fields: Mapping[str, JSON]) -> AccountT:
        """Register an account by its Discord token alone (Midjourney alone has this call)."""
        told = {name: value for name, value in fields.items() if value is not None}
        body: dict[str, JSON] = {"discord": discord.get_secret_value(), **told}
        return await self._transport.fetch(self._call("POST", body=body, secrets=(discord,)), self._one)

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
