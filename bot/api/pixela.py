"""The Pixela API v1 (docs.pixe.la): users, and the graphs that prove a token.

Quirks that shape this module: a wrong token is a 404, not a 401; a quarter of the calls of users
who do not support the service is refused with 503 and ``isRejected``, to be sent again.
"""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, SecretStr

from bot.api.call import Call
from bot.api.policy import JSON, Effect, Reply, error_for_status
from bot.api.transport import Transport
from bot.errors import ApiError, InvalidInput, NotFound, RateLimited, Unauthorised
from bot.services import Provider

_USERNAME = re.compile(r"[a-z][a-z0-9-]{1,32}")
_TOKEN = re.compile(r"[ -~]{8,128}")
_TOKEN_ALPHABET = string.ascii_letters + string.digits


class Graph(BaseModel):
    """A habit graph, as far as it is needed to name it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str
    name: str


class _Graphs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    graphs: Sequence[Graph] | None


class PixelaDialect:
    """How Pixela says no: ``{"message", "isSuccess": false, "isRejected"?: true}``."""

    def is_refusal(self, reply: Reply) -> bool:
        """Say whether an answer is a no: its status tells."""
        return not reply.is_success

    def read_error(self, reply: Reply) -> ApiError:
        """Tell what an answer outside 200-299 means, by status and ``isRejected``, never by text."""
        if self.never_executed(reply):
            return RateLimited(Provider.PIXELA, status=reply.status)
        return error_for_status(Provider.PIXELA, reply, reason=reply.text("message"))

    def never_executed(self, reply: Reply) -> bool:
        """Say whether this is the refusal of every fourth call, which the vendor wants repeated."""
        return reply.status == 503 and reply.fields().get("isRejected") is True


def check_username(text: str) -> str:
    """Return a user name that Pixela takes. Raises :class:`~bot.errors.InvalidInput`."""
    name = text.strip(" ")
    if not _USERNAME.fullmatch(name):
        raise InvalidInput(
            "A Pixela user name has 2 to 33 characters: a lower-case letter first, then lower-case "
            "letters, digits and hyphens."
        )
    return name


def check_token(text: str) -> SecretStr:
    """Return a token that Pixela takes. Raises :class:`~bot.errors.InvalidInput`."""
    if not _TOKEN.fullmatch(text):
        raise InvalidInput(
            "A Pixela token has 8 to 128 characters, each a letter, a digit, a blank or a sign of the "
            "ordinary keyboard (ASCII)."
        )
    return SecretStr(text)


def new_token() -> SecretStr:
    """Make a strong token: 40 letters and digits, about 238 random bits."""
    return SecretStr("".join(secrets.choice(_TOKEN_ALPHABET) for _ in range(40)))


class PixelaClient:
    """Pixela as one user. Calls raise :class:`~bot.errors.ApiError`."""

    def __init__(self, transport: Transport, username: str, token: SecretStr) -> None:
        self._transport = transport
        self._username = username
        self._token = token

    async def create(self, *, agree_terms: bool, not_minor: bool, thanks_code: str | None = None) -> None:
        """Create the user. Raises :class:`~bot.errors.Conflict` where the name is taken."""
        body: dict[str, JSON] = {
            "token": self._token.get_secret_value(),
            "username": self._username,
            "agreeTermsOfService": "yes" if agree_terms else "no",
            "notMinor": "yes" if not_minor else "no",
        }
        hidden = [self._token]
        if thanks_code:
            body["thanksCode"] = thanks_code
            hidden.append(SecretStr(thanks_code))
        await self._transport.send(Call("POST", ("v1", "users"), Effect.WRITE, json=body, secrets=hidden))

    async def graphs(self) -> Sequence[Graph]:
        """Return the user's graphs.

        Raises :class:`~bot.errors.Unauthorised` where the user does not exist or the token is wrong:
        the vendor answers 404 to both and does not tell them apart.
        """
        call = Call(
            "GET",
            ("v1", "users", self._username, "graphs"),
            Effect.READ,
            auth=("X-USER-TOKEN", self._token),
            secrets=(self._token,),
        )
        try:
            return (await self._transport.fetch(call, _Graphs)).graphs or ()
        except NotFound as error:
            raise Unauthorised(Provider.PIXELA, status=error.status) from None
