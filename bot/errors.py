"""Every exception that we raise.

::

    BotError
    ├── StartupError        the start must stop; one line per problem
    ├── NotDone             a command of the operator's could not do its work, and changed nothing
    ├── DiscordUnusable     Discord itself cannot be reached, or refuses what we tell it
    ├── VaultError          a sealed secret does not open
    ├── MediaError          a file cannot be downloaded; says why
    ├── UserError           the person can mend it; carries the sentence to show
    │   ├── NotConnected    no credential for this service in this place
    │   │   └── KeyRemoved  there are others, but the one of this name was removed
    │   ├── NotAllowed      this person may not do this
    │   └── InvalidInput    what was typed does not follow a rule
    └── ApiError            an upstream did not do what was asked
        ├── Unreachable     no connection, or no answer in time, to a read
        ├── Unauthorised    the credential was refused
        ├── NotFound        what was asked for does not exist there
        ├── Forbidden       it exists and may not be seen or changed
        ├── Rejected        the request was understood and refused; carries the vendor's reason
        │   └── NeedsAttention  the account waits for somebody to look after it at Discord
        ├── Conflict        it is there already; names the job that did it, where there is one
        ├── RateLimited     too many calls; says for how long, where known
        ├── QueueFull       every slot for work is taken
        ├── Moderated       the vendor's moderation refused the content
        ├── Uncertain       a write may or may not have gone through
        ├── Broken          the upstream failed (5xx), or what came is not what it speaks
        └── Unexpected      the answer does not have the documented shape

The text of an :class:`ApiError` holds no part of an answer and no address, so that it may be logged.
What a person reads of it is made by :mod:`bot.ui.failure`.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

from bot.services import Provider


class BotError(Exception):
    """The root of this tree."""


class StartupError(BotError):
    """The program cannot start. Each problem is one line that names a setting and no value."""

    def __init__(self, *problems: str) -> None:
        self.problems: Sequence[str] = problems
        super().__init__("; ".join(problems))


class NotDone(BotError):
    """A command of the operator's could not do its work, for no fault of settings or data; says why.

    It left everything as it was.
    """


class DiscordUnusable(BotError):
    """Discord cannot be reached, or refuses what we tell it; the cause is chained."""


class VaultError(BotError):
    """A sealed secret does not open: another key, another place, or damaged bytes."""


class MediaReason(Enum):
    """Why a file was not downloaded."""

    REFUSED = "its address is not one that may be asked"
    GONE = "it is not there any more"
    TROUBLE = "its host did not answer as it should"
    """Worth another try later."""
    TOO_LARGE = "it is too large"
    WRONG_KIND = "it is neither a picture nor a video that is known here"


class MediaError(BotError):
    """A file was not downloaded; the text holds no address.

    ``size`` is how many bytes it is said to have, where :attr:`MediaReason.TOO_LARGE` is the reason and
    the host tells.
    """

    def __init__(self, reason: MediaReason, *, size: int | None = None) -> None:
        self.reason = reason
        self.size = size
        super().__init__(reason, size)

    def __str__(self) -> str:
        return f"a file was not downloaded: {self.reason.value}"


class UserError(BotError):
    """Something that the person can mend. Its text is shown as it is, so it holds no secret."""


class NotConnected(UserError):
    """There is no credential for this service in this place."""


class KeyRemoved(NotConnected):
    """The key of a name was removed from a server that has others."""


class NotAllowed(UserError):
    """This person may not do this here."""


class InvalidInput(UserError):
    """What was typed does not follow a rule; the text says the rule."""


class ApiError(BotError):
    """An upstream did not do what was asked.

    ``status`` is the HTTP status, where there was an answer, or the one that the vendor's words put in
    its place. ``reason`` is the vendor's own sentence, where there is one: untrusted text, cleaned of
    secrets, at most 300 characters. ``code`` is the vendor's own error number, where there is one.
    ``job`` is the id of the upstream's job that it is about, where it is about one.
    """

    what: ClassVar[str] = "failed"

    def __init__(
        self,
        provider: Provider,
        *,
        status: int | None = None,
        reason: str | None = None,
        code: int | None = None,
        job: str | None = None,
    ) -> None:
        self.provider = provider
        self.status = status
        self.reason = reason
        self.code = code
        self.job = job
        super().__init__(provider, status, code)

    def __str__(self) -> str:
        answered = "" if self.status is None else f" (HTTP {self.status})"
        return f"{self.provider.label} {self.what}{answered}"


class Unreachable(ApiError):
    """No connection, or no answer in time, to a call that changes nothing."""

    what = "is unreachable"


class Unauthorised(ApiError):
    """The credential was refused."""

    what = "refused the credential"


class NotFound(ApiError):
    """What was asked for does not exist there."""

    what = "does not know it"


class Forbidden(ApiError):
    """It exists, and may not be seen or changed with this credential."""

    what = "forbids it"


class Rejected(ApiError):
    """The request was understood and refused."""

    what = "refused the request"


class NeedsAttention(Rejected):
    """The account is on hold until somebody acknowledges a notice, or solves a CAPTCHA, at Discord."""

    what = "has the account on hold"


class Conflict(ApiError):
    """It is there already. ``job`` is the one that did it, where a job did."""

    what = "has it already"


class RateLimited(ApiError):
    """Too many calls. ``retry_after`` is in seconds, None where the vendor does not say."""

    what = "is rate limiting us"

    def __init__(
        self,
        provider: Provider,
        *,
        retry_after: float | None = None,
        status: int | None = None,
        reason: str | None = None,
    ) -> None:
        super().__init__(provider, status=status, reason=reason)
        self.retry_after = retry_after


class QueueFull(ApiError):
    """Every slot for work is taken; ``executing`` holds the ids of the jobs in them."""

    what = "has a full queue"

    def __init__(self, provider: Provider, *, executing: Sequence[str], status: int | None = None) -> None:
        super().__init__(provider, status=status)
        self.executing = executing


class Moderated(ApiError):
    """The vendor's moderation refused the content; ``job`` is the one that ended so."""

    what = "moderated it"


class Uncertain(ApiError):
    """A write was sent and its outcome is unknown: it may have gone through. Never sent again.

    ``job`` is the one that may run, where the vendor says.
    """

    what = "may or may not have done it"


class Broken(ApiError):
    """The upstream failed, or what came back is not what it speaks."""

    what = "is broken"


class Unexpected(ApiError):
    """The answer does not have the documented shape. ``where`` is the path of the first odd field."""

    what = "answered in an unknown shape"

    def __init__(self, provider: Provider, *, where: str, status: int | None = None) -> None:
        super().__init__(provider, status=status)
        self.where = where

    def __str__(self) -> str:
        return f"{super().__str__()} at {self.where}"
