"""Jobs in a restored backup that must not be sent: since it was made, each of them may have been."""

from __future__ import annotations

from pathlib import Path

from bot.storage.backup import opened
from bot.storage.work import Outcome, State

NOTE = (
    "This was not known to be made when the backup was taken that the bot was put back to. It may have been "
    "made since then: look before you send it again, because it may be counted twice."
)
"""What whoever asked for such a job is told."""

# The answer to whoever asked is left as it is: where it shows the end by now, nothing more is told.
_END = """
    UPDATE jobs SET state = :ended, outcome = :outcome, note = :note, ended_at = :now, due_at = :now,
        tries = 0, misses = 0, lease_by = NULL, lease_until = 0, posting_at = NULL,
        reply_token = NULL, reply_until = NULL
    WHERE state IN (:waiting, :sending)
"""


def end_unsent(copy: Path, now: int) -> int:
    """End the jobs of a copied database that the upstream was not known to have; return how many.

    They are yet to be told, from ``now`` on, in milliseconds since 1970. Raises ``sqlite3.Error``.
    """
    with opened(copy) as connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'jobs'").fetchone() is None:
            return 0  # of the first revision
        connection.execute("PRAGMA secure_delete = ON")
        values = {
            "ended": State.ENDED.value,
            "outcome": Outcome.UNCERTAIN.value,
            "note": NOTE,
            "now": now,
            "waiting": State.WAITING.value,
            "sending": State.SENDING.value,
        }
        return connection.execute(_END, values).rowcount
