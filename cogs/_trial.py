"""A key or a token is tried before it is kept."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from bot.errors import ApiError, Unauthorised, UserError
from bot.ui.failure import untried


@contextmanager
def tried_first(refusal: str) -> Generator[None]:
    """Tell why a secret that the block tries is not kept: ``refusal`` where its service does not take it.

    Raises :class:`~bot.errors.UserError`.
    """
    try:
        yield
    except Unauthorised:
        raise UserError(refusal) from None
    except ApiError as error:
        raise UserError(untried(error)) from error


def unknown_user(username: str) -> str:
    """Return what a person reads where Pixela refuses a token of a user's."""
    return f"Pixela knows no user `{username}` with this token, so nothing was stored. Check both."
