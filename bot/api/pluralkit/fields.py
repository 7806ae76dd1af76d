"""What people type into the fields of a system, a member or a group, as the API takes it.

The limits are the vendor's (contract of its API v2, "Models"); lengths count UTF-16 units, as it does.
An empty text is None everywhere: that empties the field. What does not fit raises
:class:`~bot.errors.InvalidInput` with the rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from bot.api.pluralkit.models import ProxyTag
from bot.api.policy import JSON
from bot.errors import InvalidInput

NAME_MOST = 100
TAG_MOST = 79
DESCRIPTION_MOST = 1000
ADDRESS_MOST = 256
PROXY_TAGS_MOST = 100

_COLOUR = re.compile(r"#?([0-9A-Fa-f]{6})")
_SHORT_COLOUR = re.compile(r"#?([0-9A-Fa-f]{3})")
_DATE = re.compile(r"(?:([0-9]{4})-)?([0-9]{1,2})-([0-9]{1,2})")
_NO_YEAR = 4
"""The year, a leap year, that stands for one that is kept back."""
YEARS_KEPT_BACK = {"0001", "0004"}
"""Years of a birthday that stand for one that is kept back."""
_LINE_END = re.compile(r"\r?\n")
_SAID = "text"


def utf16_length(text: str) -> int:
    """Return the length as the vendor counts it: a sign beyond the basic plane counts twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_text(text: str, label: str, most: int) -> str | None:
    """Read a text of at most ``most`` UTF-16 units; one of blanks alone is None."""
    if not text.strip():
        return None
    if utf16_length(text) > most:
        raise InvalidInput(
            f"{label} may have {most} characters; this has {utf16_length(text)}. Emoji count twice or more."
        )
    return text


def parse_name(text: str, label: str = "The name") -> str:
    """Read a name, which may not be empty."""
    name = parse_text(text, label, NAME_MOST)
    if name is None:
        raise InvalidInput(f"{label} may not be empty.")
    return name


def parse_colour(text: str) -> str | None:
    """Read a colour such as ``#ff8800`` or ``f80``; returned as six lower-case hex digits."""
    bare = text.strip()
    if not bare:
        return None
    short = _SHORT_COLOUR.fullmatch(bare)
    if short:
        return "".join(digit * 2 for digit in short[1]).lower()
    found = _COLOUR.fullmatch(bare)
    if found is None:
        raise InvalidInput("A colour is six hex digits, like `#ff8800`.")
    return found[1].lower()


def parse_birthday(text: str) -> str | None:
    """Read a birthday with or without its year: ``1994-07-16`` or ``07-16``; returned with a year.

    Without one the year is 0004, which the vendor keeps back.
    """
    bare = text.strip()
    if not bare:
        return None
    found = _DATE.fullmatch(bare)
    try:
        birthday = date(int(found[1] or _NO_YEAR), int(found[2]), int(found[3])) if found else None
    except ValueError:
        birthday = None
    if birthday is None:
        raise InvalidInput("A birthday is a date like `1994-07-16`, or `07-16` without the year.")
    return birthday.isoformat()


def typed_birthday(birthday: str | None) -> str:
    """Return a birthday as a person would type it: without a year that is kept back."""
    year, _, rest = (birthday or "").partition("-")
    return rest if year in YEARS_KEPT_BACK else birthday or ""


def parse_picture(text: str, label: str) -> str | None:
    """Read the https address of a picture."""
    bare = text.strip().removeprefix("<").removesuffix(">")
    if not bare:
        return None
    try:
        parts = urlsplit(bare)
        fits = parts.scheme.lower() == "https" and bool(parts.hostname) and " " not in bare
    except ValueError:
        fits = False
    if not fits or not bare.isprintable():
        raise InvalidInput(f"{label} is the address of a picture that begins with `https://`.")
    if utf16_length(bare) > ADDRESS_MOST:
        raise InvalidInput(
            f"{label} may have {ADDRESS_MOST} characters; upload the picture under a shorter address."
        )
    return bare


def parse_proxy_tags(text: str, standing: Sequence[ProxyTag] = ()) -> list[JSON]:
    """Read proxy tags, one a line: what stands before and after the word ``text``, like ``W:text``.

    A text that shows the ``standing`` tags means just those, and a line that shows one of them means that
    one, whatever words and line ends are in it.
    """
    if text == typed_proxy_tags(standing):
        return [tag.model_dump() for tag in standing]
    # Discord takes the blanks around what is typed away.
    known = {typed_proxy_tag(tag).strip(): tag for tag in standing}
    tags = [known.get(line.strip()) or _proxy_tag(line) for line in _LINE_END.split(text) if line.strip()]
    if len(tags) > PROXY_TAGS_MOST:
        raise InvalidInput(f"A member may have {PROXY_TAGS_MOST} proxy tags; these are {len(tags)}.")
    return [tag.model_dump() for tag in tags]


def _proxy_tag(line: str) -> ProxyTag:
    prefix, said, suffix = line.partition(_SAID)
    if not said or not (prefix or suffix) or _SAID in suffix:
        raise InvalidInput(
            "A proxy tag is a line with the word `text` in it once, like `W:text` or `{text}`."
        )
    if utf16_length(line) > NAME_MOST:
        raise InvalidInput(f"A proxy tag may have {NAME_MOST} characters, the word `text` among them.")
    return ProxyTag(prefix=prefix or None, suffix=suffix or None)


def typed_proxy_tag(tag: ProxyTag) -> str:
    """Return a proxy tag as :func:`parse_proxy_tags` takes it."""
    return f"{tag.prefix or ''}{_SAID}{tag.suffix or ''}"


def typed_proxy_tags(tags: Sequence[ProxyTag]) -> str:
    """Return proxy tags as :func:`parse_proxy_tags` takes them."""
    return "\n".join(typed_proxy_tag(tag) for tag in tags)
