"""What a person reads when an upstream did not do what was asked: what happened, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from bot.api.pixela import SUPPORTERS_ONLY
from bot.errors import (
    ApiError,
    Broken,
    Conflict,
    Forbidden,
    Moderated,
    NeedsAttention,
    NotFound,
    QueueFull,
    RateLimited,
    Rejected,
    Unauthorised,
    Uncertain,
    Unexpected,
    Unreachable,
)
from bot.services import Provider
from bot.ui.pluralkit.words import find_sentence
from bot.ui.text import plain

_MEND = {
    Provider.USEAPI: "Somebody with the permission Manage Server replaces it with `/setup connect`.",
    Provider.PIXELA: "Link the user again with `/pixela user link`.",
    Provider.PLURALKIT: "Link the system again with `/pluralkit link`; `pk;token` shows the token in force.",
}
_CREDENTIAL = {Provider.USEAPI: "key", Provider.PIXELA: "token", Provider.PLURALKIT: "token"}


def explain(error: ApiError) -> str:
    """Return one or two sentences for a person, without addresses, bodies or secrets."""
    if error.provider is Provider.PLURALKIT:
        known = find_sentence(error)
        if known is not None:
            return known
    if error.provider is Provider.PIXELA and error.status == SUPPORTERS_ONLY:
        return "Pixela does this for its supporters alone, who set a thanks code with `/pixela user token`."
    return _SENTENCES.get(type(error), "{name} did not do it. Try again in a few minutes.").format(
        name=error.provider.label,
        credential=_CREDENTIAL[error.provider],
        mend=_MEND[error.provider],
        reason=f", in its own words: “{plain(error.reason, 300).removesuffix('.')}”" if error.reason else "",
        later=_later(error.retry_after) if isinstance(error, RateLimited) else "",
    )


def untried(error: ApiError) -> str:
    """Return what a person reads where a key or a token could not be tried, and so was not stored."""
    credential = _CREDENTIAL[error.provider]
    return f"{explain(error)} The {credential} could not be tried, so nothing was stored."


_TROUBLE = "{name} is in trouble and gave no answer that can be used. Try again in a few minutes."
_SENTENCES: Mapping[type[ApiError], str] = {
    Unreachable: "{name} cannot be reached right now. Nothing was changed; try again in a few minutes.",
    Unauthorised: "The {credential} was refused by {name}. {mend}",
    NotFound: "{name} does not know what was asked for. It may have been removed there.",
    Forbidden: "{name} does not allow this{reason}. It is private, or not open to this {credential}.",
    Conflict: "{name} has that already{reason}. Choose another name or look at what is there.",
    RateLimited: "{name} is turning calls away right now. Try again {later}.",
    QueueFull: "Every account of {name} is busy. Try again when one of the running jobs is done.",
    Moderated: "{name} refused this as against its rules{reason}. Change the wording or the picture.",
    Uncertain: "{name} did not confirm: it may have gone through or not. Look before you try again, "
    "because doing it twice may count twice.",
    Rejected: "{name} refused it{reason}. Correct that and try again.",
    NeedsAttention: "The account that should do this needs attention: a notice waits there{reason}. "
    "Somebody with the permission Manage Server does so in Discord as that user, then runs "
    "`/accounts midjourney reset`.",
    Broken: _TROUBLE,
    Unexpected: _TROUBLE,
}


def _later(seconds: float | None) -> str:
    if seconds is None:
        return "in a minute"
    if seconds < 90:
        return f"in {max(1, ceil(seconds))} s"
    if seconds < 90 * 60:
        return f"in {ceil(seconds / 60)} minutes"
    if seconds < 48 * 3600:
        return f"in {ceil(seconds / 3600)} hours"
    return "another day"
