"""One thing to ask of an upstream, and how it is written down as a request."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from pydantic import SecretStr

from bot.api.multipart import Part
from bot.api.policy import JSON, Dialect, Effect
from bot.redaction import redact

MAX_REASON = 300
"""Characters of a vendor's reason that are kept."""

ANSWER = "application/json"
"""The kind of answer that is looked into: one of any other kind is taken as it comes."""

_MOST_READ = 64 * 1024
"""Characters of a reason that are looked at: there may be megabytes of it, and searching those would
hold up everybody. Far more than what is kept, so that no secret that the cut broke is part of that."""


@dataclass(frozen=True, slots=True)
class Call:
    """One thing to ask of an upstream.

    ``path`` holds the segments after the base address; each is percent-encoded, so that no text
    becomes another path. A last empty segment makes a trailing slash. ``json`` and ``form``, of which
    there is one at most, may hold secrets and are not part of the ``repr``. ``auth`` is a header, its
    value kept secret. ``scope`` names the budget that the call counts against, for this credential or,
    with ``by_address``, for our address; ``throttle`` is a second one, for calls of which there may be
    many. ``secrets`` are values that must not come back to anybody in the vendor's reason for refusing.
    ``most`` is how many bytes a good answer may have. ``seconds`` is how long an attempt, and the whole
    call, may take where the usual patience is too short. ``accept`` is the media type of a good answer;
    whether it is one is seen only of JSON. ``dialect`` is how the vendor says no to this
    call, where that is not as it does to all others. What is sent ``once`` is not repeated even where that is
    safe: whoever asks tries again in their own time.
    """

    method: str
    path: Sequence[str]
    effect: Effect
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    json: JSON = field(default=None, repr=False)
    form: Sequence[Part] = field(default=(), repr=False)
    auth: tuple[str, SecretStr] | None = None
    scope: str = ""
    throttle: str = ""
    by_address: bool = False
    secrets: Sequence[SecretStr] = ()
    most: int = 256 * 1024
    seconds: float | None = None
    accept: str = ANSWER
    once: bool = False
    dialect: Dialect | None = None

    def target(self) -> str:
        """Return what follows the base address, encoded: path and query.

        Raises ``ValueError`` for a path that would climb, or that Pixela would clean into another
        because a segment in its midst is empty.
        """
        if "" in self.path[:-1] or not {".", ".."}.isdisjoint(self.path):
            raise ValueError("a path segment may neither climb nor vanish")
        path = "".join(f"/{quote(segment, safe='@')}" for segment in self.path)
        query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in self.query.items())
        return f"{path}?{query}" if query else path

    def headers(self) -> dict[str, str]:
        """Return the headers, secrets in clear, without those that come with a form.

        Pixela wants a length even where there is no body.
        """
        headers = {"Accept": self.accept}
        if self.auth is not None:
            headers[self.auth[0]] = self.auth[1].get_secret_value()
        if self.json is not None:
            headers["Content-Type"] = "application/json"
        elif self.method != "GET" and not self.form:
            headers["Content-Length"] = "0"
        return headers

    def body(self) -> bytes | None:
        """Return the body, None where there is none or a form."""
        return None if self.json is None else json.dumps(self.json, separators=(",", ":")).encode()

    def caller(self) -> str:
        """Name the credential without telling it."""
        name, value = self.auth or ("", SecretStr(""))
        return hashlib.sha256(f"{name}\x00{value.get_secret_value()}".encode()).hexdigest()

    def counted_as(self) -> str:
        """Name who the call counts for, where the vendor or we keep count."""
        return "our address" if self.by_address else self.caller()

    def identity(self) -> str:
        """Return what two calls have in common that are the same question of the same caller."""
        return f"{self.method} {self.target()} {self.caller()} {self.body()}"

    def presentable(self, reason: str | None) -> str | None:
        """Return a vendor's reason as a person may read it: one line, short, without our secrets."""
        if reason is None:
            return None
        hidden = [*self.secrets, *([self.auth[1]] if self.auth else [])]
        # Cleaned twice: blanks and signs that do not show could keep a secret from being found.
        words = " ".join(_shown(redact(reason[:_MOST_READ], hidden)).split())
        return redact(words, hidden)[:MAX_REASON] or None


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _shown(text: str) -> str:
    return "".join(ch if ch.isprintable() else " " if ch.isspace() else "" for ch in text)
