"""Which values Pixela accepts: the documented patterns, anchored at both ends.

Source: https://docs.pixe.la, one page for each endpoint.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.refusal import Refusal, bad

COLORS = frozenset({"shibafu", "momiji", "sora", "ichou", "ajisai", "kuro"})
SELF_SUFFICIENT = frozenset({"increment", "decrement", "none"})
MAX_DESCRIPTION = 256
"""Characters of a graph's description."""
MAX_PURGE_URLS = 5
_MAX_QUANTITY = 2**63 - 1
"""The largest quantity; the vendor names none, and its language counts in 64 bits."""
_CENT = Decimal("0.01")

_USERNAME = re.compile(r"[a-z][a-z0-9-]{1,32}")
_TOKEN = re.compile(r"[ -~]{8,128}")
_GRAPH_ID = re.compile(r"[a-z][a-z0-9-]{1,16}")
_DAY = re.compile(r"[0-9]{8}")
_INT = re.compile(r"-?[0-9]+")
_FLOAT = re.compile(r"-?[0-9]+\.[0-9]+")


def is_username(text: str) -> bool:
    """Say whether ``text`` can name a user: 2 to 33 of a-z, 0-9 and hyphen, a letter first."""
    return _USERNAME.fullmatch(text) is not None


def is_token(text: str) -> bool:
    """Say whether ``text`` can be a token: 8 to 128 characters of printable ASCII, spaces too."""
    return _TOKEN.fullmatch(text) is not None


def is_graph_id(text: str) -> bool:
    """Say whether ``text`` can name a graph: 2 to 17 of a-z, 0-9 and hyphen, a letter first."""
    return _GRAPH_ID.fullmatch(text) is not None


def is_description(text: str) -> bool:
    """Say whether ``text`` is short enough to describe a graph."""
    return len(text) <= MAX_DESCRIPTION


def is_timezone(text: str, choices: Choices) -> bool:
    """Say whether ``text`` names a time zone; the empty text stands for UTC."""
    if text in {"", "UTC"}:
        return True
    return ("/" in text or choices.timezone_abbreviations) and _find_zone(text) is not None


def zone(name: str) -> tzinfo:
    """Return the time zone of that name, UTC for the empty and for unknown ones."""
    return _find_zone(name) or UTC


def _find_zone(name: str) -> tzinfo | None:
    if name in {"", "UTC"}:
        return UTC  # needs no tz database, which slim systems lack
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a relative path, a directory
        return None


def read_day(text: str, field: str) -> date:
    """Return the day that ``text`` (yyyyMMdd) means. Raises :class:`Refusal` 400 for any other text."""
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise bad(field)


def day_text(moment: date) -> str:
    """Write a day as Pixela does: yyyyMMdd."""
    return moment.isoformat().replace("-", "")


def int_quantity(text: str) -> Decimal:
    """Return the quantity that ``text`` means on an int graph. Raises :class:`Refusal` 400."""
    if not _INT.fullmatch(text) or abs(Decimal(text)) > _MAX_QUANTITY:
        raise bad("quantity")
    return Decimal(text)


def float_quantity(text: str, choices: Choices) -> Decimal:
    """Return the quantity that ``text`` means on a float graph. Raises :class:`Refusal` 400."""
    if not _FLOAT.fullmatch(text) and not (choices.lenient_floats and _INT.fullmatch(text)):
        raise bad("quantity")
    value = Decimal(text)
    if abs(value) > _MAX_QUANTITY:
        raise bad("quantity")
    rounded = value.quantize(_CENT, rounding=ROUND_HALF_UP)
    if rounded != value and not choices.round_floats:
        raise bad("quantity")
    return rounded


def limit_quantity(text: str, field: str) -> Decimal:
    """Return the number that a query names. Raises :class:`Refusal` 400."""
    if not _INT.fullmatch(text) and not _FLOAT.fullmatch(text):
        raise bad(field)
    return Decimal(text)


def check_optional_data(text: str, choices: Choices) -> str:
    """Return ``text`` if it holds JSON. Raises :class:`Refusal`: 413 where too large, 400 if no JSON."""
    if len(text.encode()) >= choices.optional_data_limit:
        raise Refusal(413, "Specified optionalData is too large.")
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise bad("optionalData") from None
    return text


def _refuse_constant(name: str) -> None:
    """Refuse NaN and its like, which Python reads and Go does not."""
    raise ValueError(name)
