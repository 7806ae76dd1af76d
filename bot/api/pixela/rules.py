"""What Pixela takes, checked before anything is sent (contract, "Validation rules").

The documented patterns, anchored at both ends. Each check returns the value as it is sent, and raises
:class:`~bot.errors.InvalidInput` with the rule, never with the value.
"""

from __future__ import annotations

import json
import re
import secrets
import string
from collections.abc import Mapping, Sequence
from functools import cache
from zoneinfo import available_timezones

from pydantic import SecretStr

from bot.api.pixela.quantities import GraphType
from bot.errors import InvalidInput

COLOURS: Mapping[str, str] = {
    "shibafu": "green",
    "momiji": "red",
    "sora": "blue",
    "ichou": "yellow",
    "ajisai": "purple",
    "kuro": "black",
}
"""The colours of graphs by the names that Pixela has for them, in the order of its documentation."""
SELF_SUFFICIENT = ("increment", "decrement", "none")
WEBHOOK_TYPES = ("increment", "decrement", "add", "subtract", "stopwatch")
MOST_PURGE_URLS = 5
MOST_DESCRIPTION = 256
"""Characters of a graph's description."""
MOST_OPTIONAL_DATA = 9_999
"""Bytes of a pixel's data: "under 10 KB", which is 10,000 or 10,240."""

_USERNAME = re.compile(r"[a-z][a-z0-9-]{1,32}")
_TOKEN = re.compile(r"[ -~]{8,128}")
_GRAPH_ID = re.compile(r"[a-z][a-z0-9-]{1,16}")
_WEBHOOK = re.compile(r"[0-9A-Za-z_-]{1,128}")
_LINK = re.compile(r"https?://[!-~]{1,2000}")
_ADDRESS = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]{1,255}")
_NO_PLACES = {"CET", "EET", "EST", "HST", "MET", "MST", "WET", "Factory", "localtime", "posixrules"}
"""Names in the tz database that are abbreviations, or no zone at all."""
_TOKEN_ALPHABET = string.ascii_letters + string.digits


def check_username(text: str) -> str:
    """Return a user name that Pixela takes; blanks around it do not count."""
    name = text.strip(" ")
    if not _USERNAME.fullmatch(name):
        raise InvalidInput(
            "A Pixela user name has 2 to 33 characters: a lower-case letter first, then lower-case "
            "letters, digits and hyphens."
        )
    return name


def check_token(text: str) -> SecretStr:
    """Return a token that Pixela takes, and that still is the same after its way in a header."""
    if not _TOKEN.fullmatch(text):
        raise InvalidInput(
            "A Pixela token has 8 to 128 characters, each a letter, a digit, a blank or a sign of the "
            "ordinary keyboard (ASCII)."
        )
    if text != text.strip(" "):
        # HTTP takes blanks away at both ends of a header (RFC 9110 5.5): the user would be locked out.
        raise InvalidInput("A Pixela token may have blanks in its midst, but neither first nor last.")
    return SecretStr(text)


def new_token() -> SecretStr:
    """Make a strong token: 40 letters and digits, about 238 random bits."""
    return SecretStr("".join(secrets.choice(_TOKEN_ALPHABET) for _ in range(40)))


def is_graph_id(text: str) -> bool:
    """Say whether this can be a graph's id as it stands."""
    return _GRAPH_ID.fullmatch(text) is not None


def check_graph_id(text: str) -> str:
    """Return a graph's id that Pixela takes; blanks around it do not count."""
    graph_id = text.strip(" ")
    if not is_graph_id(graph_id):
        raise InvalidInput(
            "A graph's id has 2 to 17 characters: a lower-case letter first, then lower-case letters, "
            "digits and hyphens."
        )
    return graph_id


def check_type(text: str) -> GraphType:
    """Return what a graph is to count in."""
    if text not in {"int", "float"}:
        raise InvalidInput("A graph counts in `int` (whole numbers) or `float` (two decimals).")
    return GraphType(text)


def check_colour(text: str) -> str:
    """Return a colour by Pixela's name for it; the plain word (``green``) is taken too."""
    word = text.strip().lower()
    by_word = {plain: name for name, plain in COLOURS.items()}
    if word not in COLOURS and word not in by_word:
        raise InvalidInput(
            "A graph's colour is one of "
            + ", ".join(f"`{name}` ({plain})" for name, plain in COLOURS.items())
            + "."
        )
    return by_word.get(word, word)


def check_timezone(text: str) -> str:
    """Return a time zone by its name in the tz database, in that database's spelling."""
    found = _timezones().get("_".join(text.lower().split()))
    if found is None:
        raise InvalidInput(
            "A time zone is typed by region and city, like `Europe/Berlin` or `America/New_York`, or `UTC`; "
            "abbreviations are not taken."
        )
    return found


@cache
def _timezones() -> Mapping[str, str]:
    """Return the names that Pixela takes by how they are typed; abbreviations are none of them."""
    return {name.lower(): name for name in available_timezones() - _NO_PLACES}


def check_words(text: str, label: str) -> str:
    """Return a name or a unit, which may not be empty; ``label`` begins the sentence that says so."""
    words = text.strip()
    if not words:
        raise InvalidInput(f"{label} may not be empty.")
    return words


def check_description(text: str) -> str:
    """Return a graph's description; an empty one empties it."""
    if len(text) > MOST_DESCRIPTION:
        raise InvalidInput(
            f"A graph's description has at most {MOST_DESCRIPTION} characters; this has {len(text)}."
        )
    return text


def check_self_sufficient(text: str) -> str:
    """Return what a look at a graph's picture is to do."""
    return _one_of(text, SELF_SUFFICIENT, "What a look at the picture does")


def check_webhook_type(text: str) -> str:
    """Return what a webhook is to do."""
    return _one_of(text, WEBHOOK_TYPES, "What a webhook does")


def check_webhook_hash(text: str) -> str:
    """Return a webhook's hash, whose form Pixela does not say: whatever can stand in a path alone."""
    webhook = text.strip()
    if not _WEBHOOK.fullmatch(webhook):
        raise InvalidInput("A webhook is named by its hash: letters and digits, as the list shows it.")
    return webhook


def check_purge_urls(urls: Sequence[str]) -> list[str]:
    """Return the addresses that are told when a graph changed."""
    if len(urls) > MOST_PURGE_URLS:
        raise InvalidInput(f"A graph has at most {MOST_PURGE_URLS} addresses that are told of changes.")
    return [check_link(url) for url in urls]


def check_link(text: str) -> str:
    """Return an address on the web."""
    link = text.strip()
    if not _LINK.fullmatch(link):
        raise InvalidInput("An address on the web begins with `https://` and has no blanks.")
    return link


def check_mail(text: str) -> str:
    """Return an e-mail address, as far as its form tells."""
    mail = text.strip()
    if not _ADDRESS.fullmatch(mail):
        raise InvalidInput("An e-mail address has an @ in its midst and no blanks.")
    return mail


def check_optional_data(text: str) -> str:
    """Return a pixel's data: JSON in fewer than 10,000 bytes."""
    if len(text.encode(errors="surrogatepass")) > MOST_OPTIONAL_DATA:
        raise InvalidInput("A pixel's data has to be smaller than 10 KB.")
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise InvalidInput('A pixel\'s data is JSON, like `{"mood":"good"}`.') from None
    return text


def _refuse_constant(name: str) -> None:
    """Refuse NaN and its like, which Python reads and JSON does not have."""
    raise ValueError(name)


def _one_of(text: str, choices: Sequence[str], label: str) -> str:
    if text not in choices:
        raise InvalidInput(f"{label} is one of {', '.join(f'`{choice}`' for choice in choices)}.")
    return text
