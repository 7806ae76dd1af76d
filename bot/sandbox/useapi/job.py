"""One job, with the knobs that a test turns to decide how it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from bot.sandbox.upstream import JSON
from bot.sandbox.useapi.life import Life, Status
from bot.sandbox.useapi.piece import Attachment, Hostility, Piece
from bot.sandbox.useapi.subscriber import Subscriber

MODERATED = "Your prompt was moderated"
MODERATED_WHY = "Sorry! Our AI moderators feel your prompt might be against our community standards."
FAILED = "Job failed"
FAILED_WHY = "Something went wrong while processing your job. Please try again."


class Service(Enum):
    """Whose bot works."""

    PIKA = "pika"
    MIDJOURNEY = "midjourney"


@dataclass(frozen=True, slots=True)
class Child:
    """A button that was pressed on a job, and the job that came of it."""

    button: str
    job: Job


@dataclass(slots=True, eq=False)
class Job:
    """A job. Its state follows from ``life`` and ``clock``, in seconds since 1970."""

    jobid: str
    service: Service
    verb: str
    subscriber: Subscriber
    life: Life
    clock: Callable[[], float]
    asked: dict[str, JSON]
    """What the job echoes of the request."""
    channel: str
    server: str | None
    discord: str
    """The token, in clear; bodies show it masked."""
    max_jobs: int | None
    """None for commands that take no place in a queue."""
    message_id: str | None
    """None: the vendor never found the bot's message."""
    caption: str
    """The bot's text while it works, without what it says about progress."""
    result: str
    """The bot's text at the end."""
    speed: str | None = None
    """Midjourney's mode, shown while the bot works."""
    reply_url: str | None = None
    reply_ref: str | None = None
    buttons: tuple[str, ...] = ()
    """What can be pressed once it is completed."""
    pieces: tuple[Piece, ...] = ()
    embed: str | None = None
    """The text beside the picture, where the picture is in an embed."""
    seed: dict[str, JSON] | None = None
    code: int = 200
    error: str | None = None
    error_details: str | None = None
    children: list[Child] = field(default_factory=list[Child])
    attachments: list[Attachment] | None = None
    """None until somebody looked at the completed job."""
    hostility: Hostility | None = None
    """What is wrong with its files; the gallery's trouble where it is None."""
    is_gone: bool = False
    """Whether the vendor has forgotten it."""
    announced: Status | None = None
    """The state that its callback address was told last."""

    @property
    def status(self) -> Status:
        """The state now."""
        return self.life.status(self.clock())

    @property
    def is_running(self) -> bool:
        """Whether it takes a place in its channel's queue."""
        return self.max_jobs is not None and not self.is_gone and not self.status.is_final

    def finish(self) -> None:
        """Complete it now."""
        self.life.cut(Status.COMPLETED, self.clock())

    def fail(self, error: str = FAILED, details: str | None = FAILED_WHY) -> None:
        """Let it end as failed now."""
        self._end(Status.FAILED, error, details)

    def moderate(self, error: str = MODERATED, details: str | None = MODERATED_WHY) -> None:
        """Let it be refused by the bot now; whoever reads it later finds the code 422 in its body."""
        if self._end(Status.MODERATED, error, details):
            self.code = 422

    def cancel(self) -> None:
        """Cancel it now, as the API does."""
        self.life.cut(Status.CANCELLED, self.clock())

    def hold(self, percent: int = 45) -> None:
        """Let it stay at so many percent until another knob is turned."""
        self.life.held = percent

    def vanish(self) -> None:
        """Let the vendor forget it: 404 from now on."""
        self.is_gone = True

    def fail_at_the_end(self) -> None:
        """Let it fail when its time is over."""
        self.life.end = Status.FAILED
        self.error, self.error_details = FAILED, FAILED_WHY

    def _end(self, status: Status, error: str, details: str | None) -> bool:
        is_over = self.status.is_final
        if not is_over:
            self.life.cut(status, self.clock())
            self.error, self.error_details = error, details
        return not is_over
