"""Logging: set up once, with a formatter that keeps secrets out of every line, tracebacks too."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal

from pydantic import SecretStr

from bot.redaction import redact


class RedactingFormatter(logging.Formatter):
    """Formats as text, one line a record and its traceback below, without secrets."""

    def __init__(self, secrets: Sequence[SecretStr] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)-8s %(name)s: %(message)s")
        self._secrets = secrets

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        """Return the time as ISO 8601 in UTC, with milliseconds."""
        del datefmt
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        """Format a record and take the secrets out of the whole."""
        return redact(super().format(record), self._secrets)


class JsonFormatter(RedactingFormatter):
    """Formats as one JSON object a line: time, level, logger, message and, where there is one, error."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record and take the secrets out of each text."""
        fields = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage(), self._secrets),
        }
        if record.exc_info:
            fields["error"] = redact(self.formatException(record.exc_info), self._secrets)
        return json.dumps(fields, ensure_ascii=False)


def set_up(level: str, style: Literal["text", "json"], secrets: Sequence[SecretStr] = ()) -> None:
    """Send every log record to standard error, from ``level`` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter(secrets) if style == "json" else RedactingFormatter(secrets))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("discord", "aiosqlite", "sqlalchemy", "alembic"):
        # At DEBUG discord.py writes whole interactions, what was typed into forms included.
        logging.getLogger(name).setLevel(max(logging.INFO, root.level))
