"""The Pixela API v1 (docs.pixe.la): users, habit graphs, the pixels of their days, webhooks.

Quirks that shape this package: a wrong token is a 404, not a 401; a quarter of the calls of users who do
not support the service is refused with 503 and ``isRejected``, to be sent again; a graph's type decides how
quantities are written, its time zone what today is; the picture is a foreign SVG.
"""

from bot.api.pixela.client import Mode, PixelaClient
from bot.api.pixela.days import WINDOW, day_text, parse_day
from bot.api.pixela.dialect import BUDGETS, SUPPORTERS_ONLY, WRITES, PixelaDialect
from bot.api.pixela.drafts import GraphFields, ProfileFields
from bot.api.pixela.models import DatedPixel, Graph, Pixel, Stats, Stopwatch, Webhook
from bot.api.pixela.quantities import GraphType, Quantity, parse_quantity, show_quantity
from bot.api.pixela.recording import Entry
from bot.api.pixela.rules import (
    COLOURS,
    MOST_DESCRIPTION,
    SELF_SUFFICIENT,
    WEBHOOK_TYPES,
    check_colour,
    check_description,
    check_graph_id,
    check_link,
    check_mail,
    check_optional_data,
    check_timezone,
    check_token,
    check_type,
    check_username,
    check_webhook_hash,
    check_webhook_type,
    check_words,
    new_token,
)
from bot.api.pixela.sight import Sight, read_svg
from bot.api.pixela.streaks import Streak, Tally, tally

__all__ = [
    "BUDGETS",
    "COLOURS",
    "MOST_DESCRIPTION",
    "SELF_SUFFICIENT",
    "SUPPORTERS_ONLY",
    "WEBHOOK_TYPES",
    "WINDOW",
    "WRITES",
    "DatedPixel",
    "Entry",
    "Graph",
    "GraphFields",
    "GraphType",
    "Mode",
    "Pixel",
    "PixelaClient",
    "PixelaDialect",
    "ProfileFields",
    "Quantity",
    "Sight",
    "Stats",
    "Stopwatch",
    "Streak",
    "Tally",
    "Webhook",
    "check_colour",
    "check_description",
    "check_graph_id",
    "check_link",
    "check_mail",
    "check_optional_data",
    "check_timezone",
    "check_token",
    "check_type",
    "check_username",
    "check_webhook_hash",
    "check_webhook_type",
    "check_words",
    "day_text",
    "new_token",
    "parse_day",
    "parse_quantity",
    "read_svg",
    "show_quantity",
    "tally",
]
