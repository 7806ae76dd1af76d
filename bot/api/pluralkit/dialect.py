"""How PluralKit says no, and how often it may be called."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from enum import IntEnum

from bot.api.limiter import Budget
from bot.api.policy import JSON, Reply, error_for_status, finite_wait, retry_after
from bot.errors import ApiError, RateLimited
from bot.services import Provider

READS = "pluralkit reads"
WRITES = "pluralkit writes"
WALKS = "pluralkit walks"
"""Reads of long histories of others: they count as reads too, and leave half of those to everybody else."""
BUDGETS = {READS: Budget(8), WRITES: Budget(2), WALKS: Budget(4)}
"""What the limiter of the vendor really admits: of 10 reads and 3 updates a second one fewer in a
burst, and a refused call counts too, so we stay below."""

_SLOWEST = 0.5
"""Seconds: the least to wait after a 429 that does not say its rate (the slowest is 3 a second)."""
_MILLISECONDS_FROM = 1e11
"""A moment since 1970 from here on is in milliseconds: in seconds it would be the year 5138."""


class Code(IntEnum):
    """The vendor's own error numbers that mean something to us."""

    SYSTEM_UNKNOWN = 20001
    MEMBER_UNKNOWN = 20002
    MEMBER_OF_LIST_UNKNOWN = 20003
    GROUP_UNKNOWN = 20004
    GROUP_OF_LIST_UNKNOWN = 20005
    MESSAGE_UNKNOWN = 20006
    SWITCH_UNKNOWN = 20007
    SWITCH_NOT_YOURS = 20008
    SYSTEM_NOT_IN_GUILD = 20009
    MEMBER_NOT_IN_GUILD = 20010
    MEMBERS_HIDDEN = 30001
    GROUPS_HIDDEN = 30002
    GROUP_MEMBERS_HIDDEN = 30003
    FRONT_HIDDEN = 30004
    HISTORY_HIDDEN = 30005
    MEMBER_NOT_YOURS = 30006
    GROUP_NOT_YOURS = 30007
    INVALID = 40001
    SAME_FRONT = 40004
    SAME_MOMENT = 40005
    MEMBERS_FULL = 40007
    GROUPS_FULL = 40008


class PluralKitDialect:
    """How PluralKit says no: ``{"message", "code"}``, and for a 429 ``retry_after`` in ms."""

    def is_refusal(self, reply: Reply) -> bool:
        """Say whether an answer is a no: its status tells."""
        return not reply.is_success

    def read_error(self, reply: Reply) -> ApiError:
        """Tell what an answer outside 200-299 means."""
        fields = reply.fields()
        if reply.status == 429:
            return RateLimited(Provider.PLURALKIT, retry_after=_pause(reply), status=reply.status)
        reason = "; ".join(_complaints(fields.get("errors"))) or reply.text("message")
        error = error_for_status(Provider.PLURALKIT, reply, reason=reason)
        code = fields.get("code")
        error.code = code if isinstance(code, int) else None
        return error

    def never_executed(self, reply: Reply) -> bool:  # noqa: ARG002 - the vendor promises it of no answer
        """Say whether the vendor promises that this refused call was not carried out."""
        return False


def reset_at(reply: Reply) -> float | None:
    """Read when the limiter starts afresh, in seconds since 1970; None where the answer does not say.

    The documentation has ``X-RateLimit-Reset`` in milliseconds and the server sends seconds, so the
    magnitude decides.
    """
    told = _number(reply, "x-ratelimit-reset")
    if told is None:
        return None
    return told / 1000 if told >= _MILLISECONDS_FROM else told


def _pause(reply: Reply) -> float:
    """Return the seconds to wait after a 429: what it asks for, but never less than one call's worth.

    The vendor says 0 to the first that it refuses.
    """
    told = finite_wait(reply.fields().get("retry_after"))
    if told is not None:
        asked = told / 1000
    else:
        reset = reset_at(reply)
        until_reset = 0.0 if reset is None else max(0.0, reset - time.time())
        asked = retry_after(reply) or until_reset
    rate = _number(reply, "x-ratelimit-limit")
    return max(asked, 1 / rate if rate else _SLOWEST)


def _number(reply: Reply, header: str) -> float | None:
    try:
        return finite_wait(float(reply.headers.get(header, "")))
    except ValueError:
        return None


def _complaints(errors: JSON) -> Iterator[str]:
    """Yield what is wrong with each field of a refused body."""
    for field, complaints in errors.items() if isinstance(errors, Mapping) else ():
        for complaint in complaints if isinstance(complaints, list) else ():
            message = complaint.get("message") if isinstance(complaint, Mapping) else None
            if isinstance(message, str):
                yield f"{field.replace('_', ' ')}: {message}"
