"""What a response means and whether to try again: pure functions over values.

The rule is idempotency, not hope. What was certainly not carried out may be repeated whatever it
was: a connection that was never made, a 429, a refusal that its vendor says is to be repeated. What
may have been carried out is repeated only where it changes nothing (:attr:`Effect.READ`); a write
of unknown outcome ends as :class:`~bot.errors.Uncertain`, because a repeated POST is a second, paid
job.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from math import isfinite
from typing import Protocol, TypeAlias

from bot.errors import (
    ApiError,
    Broken,
    Conflict,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorised,
    Uncertain,
    Unexpected,
    Unreachable,
)
from bot.services import Provider

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
"""Anything that a JSON text can say."""


_LARGE = 256 * 1024
"""Bytes from which a body is not read twice: everybody would wait for that."""


class Effect(Enum):
    """Whether a call changes anything upstream. A GET may be a write: some vendors cancel by GET."""

    READ = "read"
    WRITE = "write"


class Setback(Enum):
    """A way in which an attempt ends without an answer that can be read."""

    NOT_CONNECTED = "no connection was made"
    TIMED_OUT = "no answer came in time"
    CUT_OFF = "the connection broke before the answer was whole"
    TOO_LARGE = "the answer was larger than anything that is expected"
    GARBLED = "the answer was not JSON"
    REDIRECTED = "the answer pointed elsewhere"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it arrived. ``headers`` has its names in lower case.

    The body is not part of its ``repr``: some vendors answer with secrets in clear.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status is 200 to 299."""
        return 200 <= self.status < 300

    def data(self) -> JSON:
        """Read the body as JSON; an empty body is None. Raises ``ValueError`` where it is neither."""
        return json.loads(self.body) if self.body.strip() else None

    def is_readable(self) -> bool:
        """Say whether the body is JSON or empty; a large one is judged by its first and last sign."""
        if len(self.body) > _LARGE:
            bare = self.body.strip()
            return bare[:1] + bare[-1:] in {b"[]", b"{}"}
        try:
            self.data()
        except (ValueError, RecursionError):
            return False
        return True

    def is_page(self) -> bool:
        """Say whether the body is a web page: what stands in front of a vendor answered, not the vendor."""
        return self.body.lstrip()[:1] == b"<"

    def fields(self) -> Mapping[str, JSON]:
        """Read the body as a JSON object, empty where it is anything else. Never raises."""
        try:
            data = self.data()
        except (ValueError, RecursionError):
            return {}
        return data if isinstance(data, dict) else {}

    def text(self, key: str) -> str | None:
        """Return a string field of a JSON object, None where there is none."""
        value = self.fields().get(key)
        return value if isinstance(value, str) else None


class Dialect(Protocol):
    """How one vendor says no."""

    def is_refusal(self, reply: Reply) -> bool:
        """Say whether an answer is a no; for most vendors whatever is outside 200-299."""
        ...

    def read_error(self, reply: Reply) -> ApiError:
        """Tell what a no means."""
        ...

    def never_executed(self, reply: Reply) -> bool:
        """Say whether the vendor promises that this refused call was not carried out."""
        ...


@dataclass(frozen=True, slots=True)
class Accept:
    """The attempt brought an answer."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The call is over, with this error."""

    error: ApiError


@dataclass(frozen=True, slots=True)
class Repeat:
    """The call may be sent again; ``error`` is what it ends with if patience runs out first.

    ``after`` is the wait in seconds that the vendor asks for. ``counted`` repeats are limited in
    number; the others, of which the vendor says when or that they succeed, by the deadline alone.
    """

    error: ApiError
    after: float | None = None
    counted: bool = True


Verdict: TypeAlias = Accept | Refuse | Repeat


def judge_reply(reply: Reply, effect: Effect, provider: Provider, dialect: Dialect) -> Verdict:
    """Decide what follows from an answer."""
    if 300 <= reply.status < 400:
        return judge_setback(Setback.REDIRECTED, effect, provider)
    if not dialect.is_refusal(reply):
        return Accept()
    error = dialect.read_error(reply)
    if dialect.never_executed(reply):
        return Repeat(error, counted=False)
    if isinstance(error, RateLimited):
        return Repeat(error, after=error.retry_after, counted=error.retry_after is None)
    if reply.is_page():
        # A firewall's or a dead host's page must not pass for "not there" or "kept private".
        error = Broken(provider, status=reply.status)
    return _by_effect(error, effect, provider) if isinstance(error, Broken) else Refuse(error)


def judge_setback(setback: Setback, effect: Effect, provider: Provider) -> Refuse | Repeat:
    """Decide what follows where there is no readable answer."""
    if setback is Setback.NOT_CONNECTED:
        return Repeat(Unreachable(provider))
    silent = setback in {Setback.TIMED_OUT, Setback.CUT_OFF}
    return _by_effect(Unreachable(provider) if silent else Broken(provider), effect, provider)


def _by_effect(error: ApiError, effect: Effect, provider: Provider) -> Refuse | Repeat:
    if effect is Effect.READ:
        return Repeat(error)
    return Refuse(Uncertain(provider, status=error.status, job=error.job))


@dataclass(frozen=True, slots=True)
class Patience:
    """How long and how often a call is tried, in seconds.

    ``deadline``: for the whole call, waits and all. ``ceiling``: the longest wait that a vendor may
    ask for; above it the call ends as :class:`~bot.errors.RateLimited` at once. ``repeats``: how
    many counted repeats. Waits grow from ``base`` by doubling to ``cap``, each with full jitter; where
    the vendor asks for a wait, they come on top of it, lest a vendor that says 0 is called without end.
    """

    deadline: float = 20.0
    ceiling: float = 10.0
    repeats: int = 3
    base: float = 0.25
    cap: float = 4.0

    def pause(self, attempt: int, verdict: Repeat, jitter: float) -> float:
        """Return the wait before attempt number ``attempt`` + 1 (the first is 0).

        ``jitter`` is a random number from 0 to 1.
        """
        growth = min(self.cap, self.base * 2 ** min(attempt, 16))
        return (verdict.after or 0.0) + growth * jitter

    def is_over(self, repeated: int, verdict: Repeat, pause: float, left: float) -> bool:
        """Say whether to give up, ``left`` seconds before the deadline, having repeated so often."""
        too_often = verdict.counted and repeated >= self.repeats
        absurd = verdict.after is not None and verdict.after > self.ceiling
        return too_often or absurd or pause >= left


def error_for_status(provider: Provider, reply: Reply, *, reason: str | None = None) -> ApiError:
    """Map a status to its error as the standards mean it; dialects start from here."""
    status = reply.status
    if status == 429:
        return RateLimited(provider, retry_after=retry_after(reply), status=status, reason=reason)
    if status >= 500:
        return Broken(provider, status=status, reason=reason)
    kind = _KINDS.get(status, Rejected)
    return kind(provider, status=status, reason=reason)


_KINDS: Mapping[int, type[ApiError]] = {401: Unauthorised, 403: Forbidden, 404: NotFound, 409: Conflict}


def retry_after(reply: Reply, *, now: datetime | None = None) -> float | None:
    """Read ``Retry-After`` (RFC 9110 §10.2.3) as seconds from now, never below 0.

    Takes whole and decimal seconds and dates; None where it is absent or neither.
    """
    text = reply.headers.get("retry-after")
    if text is None:
        return None
    try:
        return finite_wait(float(text))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def finite_wait(told: JSON) -> float | None:
    """Read a wait that a vendor tells as a number: never below 0, None where it is no finite number."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        number = float(told)
    except OverflowError:
        return None
    return max(0.0, number) if isfinite(number) else None


def unexpected(provider: Provider, reply: Reply, where: str) -> Unexpected:
    """Make the error for an answer whose shape is not the documented one."""
    return Unexpected(provider, where=where, status=reply.status)
