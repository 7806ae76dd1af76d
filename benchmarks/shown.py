"""What a message of the bot's says about a job, as far as its public wording goes."""

from __future__ import annotations

import re

from benchmarks.messages import text_of, walk
from benchmarks.wire import Payload

_REF = re.compile(r"\bjob `([0-9a-f]{20})`")


def job_of(message: Payload) -> str:
    """Return the reference of the job that a message shows, empty where it shows none."""
    found = _REF.search(text_of(message))
    return found[1] if found else ""


def is_unfinished(message: Payload) -> bool:
    """Say whether a message shows a job that is not over: it can be cancelled."""
    return any(one.get("custom_id", "").startswith("job:cancel:") for one in walk(message["components"]))
