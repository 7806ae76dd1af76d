"""The reference that each line of the log bears while one thing is done: an interaction, a job, a reminder.

It is kept by the context, so that whatever is called on the way logs it without knowing of it.
"""

from __future__ import annotations

import secrets
from contextvars import ContextVar

_borne: ContextVar[str | None] = ContextVar("reference", default=None)


def new_reference() -> str:
    """Return a reference that nothing else bears."""
    return secrets.token_hex(4)


def bear(reference: str) -> None:
    """Bear a reference from here on: in this task, and in those that it begins."""
    _borne.set(reference)


def borne() -> str | None:
    """Return the reference that is borne here, None where there is none."""
    return _borne.get()
