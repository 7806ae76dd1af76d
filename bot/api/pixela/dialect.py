"""How Pixela says no (contract, "Global rules" and "The 25% rejection rule")."""

from __future__ import annotations

from bot.api.limiter import Budget
from bot.api.policy import Reply, error_for_status
from bot.errors import ApiError, Broken, RateLimited
from bot.services import Provider

WRITES = "pixela writes"
BUDGETS = {WRITES: Budget(5)}
"""The vendor has a limit and does not tell it; many writes a second have left graphs stale (contract 11)."""
SUPPORTERS_ONLY = 402
"""The status of a refusal for want of a thanks code."""
_LONGEST_NO = 64 * 1024
"""Bytes of an answer that is looked into for a no: long lists need not be read twice."""


class PixelaDialect:
    """How Pixela says no: ``{"message", "isSuccess": false, "isRejected"?: true}``."""

    def is_refusal(self, reply: Reply) -> bool:
        """Say whether an answer is a no: its status tells, or ``isSuccess`` where that is false."""
        short = len(reply.body) <= _LONGEST_NO
        return not reply.is_success or (short and reply.fields().get("isSuccess") is False)

    def read_error(self, reply: Reply) -> ApiError:
        """Tell what a no means, by status and ``isRejected``, never by text."""
        if self.never_executed(reply):
            return RateLimited(Provider.PIXELA, status=reply.status)
        if reply.status == 404 and "isSuccess" not in reply.fields():
            # A proxy's or a dead host's: taken for Pixela's, it would say that a token is wrong.
            return Broken(Provider.PIXELA, status=reply.status)
        return error_for_status(Provider.PIXELA, reply, reason=reply.text("message"))

    def never_executed(self, reply: Reply) -> bool:
        """Say whether this is the refusal of every fourth call, which the vendor wants repeated."""
        return reply.status == 503 and reply.fields().get("isRejected") is True
