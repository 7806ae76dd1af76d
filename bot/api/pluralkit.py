"""The PluralKit API v2 (pluralkit.me/api): systems, their members and who is fronting.

Quirks that shape this module: a wrong token is not an error but the public view; a hidden field is
null, a hidden list is a 403; ``fronters`` is 204 where no switch was ever registered; the wait after
a 429 is in milliseconds and may be 0, which must not be taken at its word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, TypeAdapter

from bot.api.call import Call
from bot.api.limiter import Budget
from bot.api.policy import Effect, Reply, error_for_status, finite_wait, retry_after
from bot.api.transport import Transport
from bot.errors import ApiError, Forbidden, InvalidInput, RateLimited
from bot.services import Provider

READS = "pluralkit reads"
WRITES = "pluralkit writes"
BUDGETS = {READS: Budget(8), WRITES: Budget(2)}
"""What the limiter of the vendor really admits: of 10 reads and 3 updates a second one fewer in a
burst, and a refused call counts too, so we stay below."""

MEMBERS_HIDDEN = 30001
FRONT_HIDDEN = 30004
"""Codes of the vendor for a list that is kept private."""
_MEMBERS_MOST = 8 * 1024 * 1024
"""Bytes that a list of members may have: 1,000 of them, with descriptions of 1,000 characters."""

_SHORT_ID = re.compile(r"[a-z]{5,6}")
_HEX_ID = re.compile(r"[0-9a-f]{32}")
_ACCOUNT = re.compile(r"(?:<@!?)?([0-9]{17,19})>?")
_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{64,128}")
_EMISSION = 0.5
"""Seconds: the least to wait after a 429 without a usable wait (the slowest scope is 3 a second)."""


def _text_or_none(value: object) -> object:
    return value if isinstance(value, str) else None


ShortId = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,20}$")]
"""Five or six letters so far; premium ids may come to have others. It becomes part of a path again."""

_Colour = Annotated[str | None, BeforeValidator(_text_or_none)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class System(_Model):
    """A system. A field that is None is empty or hidden; ``privacy`` is there for its owner alone."""

    id: ShortId
    uuid: str
    name: str | None = None
    description: str | None = None
    tag: str | None = None
    pronouns: str | None = None
    avatar_url: str | None = None
    banner: str | None = None
    color: _Colour = None
    """Six hex digits of any case, without ``#``."""
    created: AwareDatetime | None = None
    privacy: Mapping[str, str] | None = None

    def hides(self, key: str) -> bool:
        """Say whether the owner, for whom alone this view is, hides ``key`` from others."""
        return (self.privacy or {}).get(key) == "private"


class Member(_Model):
    """A member, as far as a list of fronters needs it."""

    id: str
    uuid: str
    name: str
    display_name: str | None = None
    color: _Colour = None
    pronouns: str | None = None
    privacy: Mapping[str, str] | None = None


class Switch(_Model):
    """A change of who is fronting. No members means that nobody is."""

    id: str
    timestamp: AwareDatetime
    members: Sequence[Member] = Field(default=())


class PluralKitDialect:
    """How PluralKit says no: ``{"message", "code"}``, and for a 429 ``retry_after`` in ms."""

    def read_error(self, reply: Reply) -> ApiError:
        """Tell what an answer outside 200-299 means."""
        fields = reply.fields()
        if reply.status == 429:
            told = finite_wait(fields.get("retry_after"))
            seconds = retry_after(reply) if told is None else told / 1000
            pause = max(seconds or 0.0, _EMISSION)
            return RateLimited(Provider.PLURALKIT, retry_after=pause, status=reply.status)
        error = error_for_status(Provider.PLURALKIT, reply, reason=reply.text("message"))
        code = fields.get("code")
        error.code = code if isinstance(code, int) else None
        return error

    def never_executed(self, reply: Reply) -> bool:  # noqa: ARG002 - the vendor promises it of no answer
        """Say whether the vendor promises that this refused call was not carried out."""
        return False


def parse_system_ref(text: str) -> str:
    """Read a system in any spelling and return it as the API takes it in a path.

    Takes 5 or 6 letters of any case with or without a hyphen, a UUID with or without hyphens, a
    Discord account id or mention, and ``@me``. Raises :class:`~bot.errors.InvalidInput`.
    """
    bare = text.strip()
    if bare.lower() == "@me":
        return "@me"
    account = _ACCOUNT.fullmatch(bare)
    if account:
        return account[1]
    squeezed = bare.lower().replace("-", "")
    if _SHORT_ID.fullmatch(squeezed):
        return squeezed
    if _HEX_ID.fullmatch(squeezed):
        return f"{squeezed[:8]}-{squeezed[8:12]}-{squeezed[12:16]}-{squeezed[16:20]}-{squeezed[20:]}"
    raise InvalidInput(
        "A system is named by its 5 or 6 letter id (like `exmpl` or `abc-def`), its UUID, a Discord "
        "account id or mention, or `@me`."
    )


def check_token(text: str) -> SecretStr:
    """Return a token in the form that PluralKit gives out. Raises :class:`~bot.errors.InvalidInput`."""
    bare = text.strip()
    if not _TOKEN.fullmatch(bare):
        raise InvalidInput("A PluralKit token has 64 letters, digits and signs; `pk;token` in a DM shows it.")
    return SecretStr(bare)


class PluralKitClient:
    """PluralKit, as the owner of ``token`` or, without one, as anybody.

    Calls raise :class:`~bot.errors.ApiError`.
    """

    def __init__(self, transport: Transport, token: SecretStr | None = None) -> None:
        self._transport = transport
        self._auth = None if token is None else ("Authorization", token)

    async def system(self, ref: str) -> System:
        """Return a system; ``ref`` as :func:`parse_system_ref` returns it.

        Raises :class:`~bot.errors.NotFound`, and for ``@me`` without a valid token
        :class:`~bot.errors.Unauthorised`.
        """
        return await self._transport.fetch(self._read(ref), System)

    async def members(self, ref: str) -> Sequence[Member] | None:
        """Return the members that may be seen, None where the list is private. Order unspecified."""
        call = replace(self._read(ref, "members"), most=_MEMBERS_MOST)
        try:
            return await self._transport.fetch(call, _MEMBERS)
        except Forbidden as error:
            if error.code != MEMBERS_HIDDEN:
                raise
            return None

    async def fronters(self, ref: str) -> Switch | None:
        """Return the switch in force, None where no switch was ever registered.

        Raises :class:`~bot.errors.Forbidden` with the code :data:`FRONT_HIDDEN` where that is private.
        """
        call = self._read(ref, "fronters")
        reply = await self._transport.send(call)
        return None if reply.status == 204 else self._transport.read(reply, Switch)

    def _read(self, ref: str, *more: str) -> Call:
        # The vendor counts what an owner reads of the own system for that system, all else by address.
        own = ref == "@me" and self._auth is not None
        path = ("systems", ref, *more)
        return Call("GET", path, Effect.READ, auth=self._auth, scope=READS, by_address=not own)


_MEMBERS = TypeAdapter(list[Member])
