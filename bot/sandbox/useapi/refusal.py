"""How the emulated vendor says no. Texts that the vendor's pages do not show follow those they do."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from bot.sandbox.upstream import JSON, answer

UNAUTHORIZED = "Unauthorized"
NO_SUBSCRIPTION = "Account has no subscription or subscription expired"
QUANTITY_EXCEEDED = "Subscription quantity exceeded, see https://useapi.net/docs/subscription"
UNTRACKABLE = "Unable to locate Discord message, job queued"


class Refusal(Exception):
    """An answer other than success: ``{"error", ..., "code"}``, ``code`` repeating the status."""

    def __init__(self, status: int, error: str, **more: JSON) -> None:
        super().__init__(error)
        self.status = status
        fields: dict[str, JSON] = {"error": error, **more, "code": status}
        self.body: dict[str, JSON] = {name: value for name, value in fields.items() if value is not None}

    def answer(self) -> web.Response:
        """Return the refusal as the vendor sends it."""
        return answer(self.body, self.status)


def bad(error: str) -> Refusal:
    """Refuse what was sent."""
    return Refusal(400, error)


def missing(name: str) -> Refusal:
    """Refuse a call that lacks a field."""
    return bad(f"Required param {name} is missing or empty")


def no_job(jobid: str) -> Refusal:
    """Refuse a call that names a job that this subscriber does not have."""
    return Refusal(404, f"Unable to locate job {jobid}")


def queue_full(most: int, executing: Iterable[str]) -> Refusal:
    """Refuse a job that finds no room; ``executing`` are the jobs to wait for."""
    return Refusal(429, f"Maximum of {most} jobs executing in parallel supported", executingJobs=[*executing])


def discord_limit() -> Refusal:
    """Refuse a job because Discord itself asked the vendor to slow down."""
    return Refusal(429, "Discord rate limit reached, try again later")


def on_hold(notice: str) -> Refusal:
    """Refuse a call on an account whose owner has a notice to acknowledge."""
    return Refusal(596, "Account has a pending moderation message and must be reset", errorDetails=notice)
