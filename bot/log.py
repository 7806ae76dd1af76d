"""Logging: set up once, with a formatter that keeps secrets out of every line, tracebacks too."""

from __future__ import annotations

import contextlib
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Literal, TextIO

from pydantic import SecretStr

from bot.redaction import Redaction
from bot.reference import borne


class RedactingFormatter(logging.Formatter):
    """Formats as text, one line a record and its traceback below, without secrets.

    What is done for an interaction or a job bears its reference, in brackets behind the logger's name.
    """

    def __init__(self, secrets: Sequence[SecretStr] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)-8s %(name)s%(borne)s: %(message)s")
        self._redact = Redaction(secrets)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        """Return the time as ISO 8601 in UTC, with milliseconds."""
        del datefmt
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """Format a record and take the secrets out of the whole."""
        reference = borne()
        record.borne = "" if reference is None else f" [{reference}]"
        return self._redact(super().format(record))


class JsonFormatter(RedactingFormatter):
    """Formats as one JSON object a line: time, level, logger, message.

    Beside them, where there are: reference, what a record bears as ``extra={"fields": {…}}``, and error.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Format a record and take the secrets out of each text."""
        fields: dict[str, object] = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": self._redact(record.getMessage()),
        }
        reference = borne()
        if reference is not None:
            fields["reference"] = reference
        beside: Mapping[str, object] = getattr(record, "fields", {})
        fields |= {name: self._redact(it) if isinstance(it, str) else it for name, it in beside.items()}
        if record.exc_info:
            fields["error"] = self._redact(self.formatException(record.exc_info))
        return json.dumps(fields)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error. What cannot be written is named by its place in the code alone."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say which record it was; the standard handler would print its arguments as they are."""
        where, why = f"{PurePath(record.pathname).name}:{record.lineno}", type(sys.exception()).__name__
        record = logging.LogRecord(
            record.name,
            logging.ERROR,
            "",
            0,
            "the record of %s could not be written (%s)",
            (where, why),
            None,
        )
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(self.format(record) + self.terminator)


_QUIETER = {
    # At DEBUG discord.py writes whole interactions, what was typed into forms included.
    "discord": logging.INFO,
    # At INFO these write every statement and every step of a migration.
    "sqlalchemy": logging.WARNING,
    "alembic": logging.WARNING,
    "aiosqlite": logging.WARNING,
}


def set_up(level: str, style: Literal["text", "json"], secrets: Sequence[SecretStr] = ()) -> None:
    """Send every log record to standard error, from ``level`` on."""
    handler = _Handler()
    handler.setFormatter(JsonFormatter(secrets) if style == "json" else RedactingFormatter(secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name, least in _QUIETER.items():
        logging.getLogger(name).setLevel(max(least, root.level))
