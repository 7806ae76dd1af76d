"""From what people type to what the API takes: ids of systems, members, groups and messages, tokens."""

from __future__ import annotations

import re

from pydantic import SecretStr

from bot.errors import InvalidInput

_SHORT_ID = re.compile(r"[a-z]{5,6}")
_HEX_ID = re.compile(r"[0-9a-f]{32}")
_ACCOUNT = re.compile(r"(?:<@!?)?([0-9]{17,19})>?")
_MESSAGE = re.compile(r"(?:[0-9]{17,20}-)?([0-9]{17,20})")
_MESSAGE_LINK = re.compile(
    r"<?https://(?:(?:ptb|canary)\.)?discord(?:app)?\.com/channels/(?:[0-9]{17,20}|@me)/[0-9]{17,20}/([0-9]{17,20})/?>?"
)
_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{64,128}")


def find_ref(text: str) -> str | None:
    """Read a short id or UUID in any spelling as the API takes it anywhere; None where it is neither.

    Takes 5 or 6 letters of any case with or without a hyphen, and a UUID with or without hyphens.
    Returns it in lower case, the short id without and the UUID with hyphens: paths take more, lists
    of members in a body take exactly this.
    """
    squeezed = text.strip().lower().replace("-", "")
    if _SHORT_ID.fullmatch(squeezed):
        return squeezed
    if _HEX_ID.fullmatch(squeezed):
        return f"{squeezed[:8]}-{squeezed[8:12]}-{squeezed[12:16]}-{squeezed[16:20]}-{squeezed[20:]}"
    return None


def parse_ref(text: str, what: str) -> str:
    """Read the id of a ``what`` (a member, a group) as :func:`find_ref` does.

    Raises :class:`~bot.errors.InvalidInput`.
    """
    found = find_ref(text)
    if found is None:
        raise InvalidInput(
            f"A {what} is named by its 5 or 6 letter id (like `exmpl` or `abc-def`) or its UUID; yours also "
            "by name."
        )
    return found


def parse_system_ref(text: str) -> str:
    """Read a system in any spelling and return it as the API takes it in a path.

    Takes what :func:`find_ref` takes, a Discord account id or mention, and ``@me``. Raises
    :class:`~bot.errors.InvalidInput`.
    """
    bare = text.strip()
    if bare.lower() == "@me":
        return "@me"
    account = _ACCOUNT.fullmatch(bare)
    found = account[1] if account else find_ref(bare)
    if found is None:
        raise InvalidInput(
            "A system is named by its 5 or 6 letter id (like `exmpl` or `abc-def`), its UUID, a Discord "
            "account id or mention, or `@me`."
        )
    return found


def parse_message_ref(text: str) -> str:
    """Read a message's id from the id, from ``channel-message`` or from its link.

    Raises :class:`~bot.errors.InvalidInput`.
    """
    bare = text.strip()
    found = _MESSAGE.fullmatch(bare) or _MESSAGE_LINK.fullmatch(bare)
    if found is None:
        raise InvalidInput(
            "A message is named by its id or its link: right-click it (or hold it), then Copy Message Link."
        )
    return found[1]


def check_token(text: str) -> SecretStr:
    """Return a token in the form that PluralKit gives out. Raises :class:`~bot.errors.InvalidInput`."""
    bare = text.strip()
    if not _TOKEN.fullmatch(bare):
        raise InvalidInput("A PluralKit token has 64 letters, digits and signs; `pk;token` in a DM shows it.")
    return SecretStr(bare)
