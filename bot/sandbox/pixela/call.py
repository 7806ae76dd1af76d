"""One admitted request, as the endpoints see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import cast

from bot.sandbox.pixela.book import Graph, User
from bot.sandbox.pixela.choices import Choices
from bot.sandbox.pixela.pictures.hostility import Hostility
from bot.sandbox.pixela.refusal import GRAPH_NOT_FOUND, USER_NOT_FOUND, Refusal, bad
from bot.sandbox.pixela.rules import read_day
from bot.sandbox.upstream import JSON


class Fields:
    """The keys of a JSON object, matched in any case, as the vendor's Go decoder matches them.

    ``unknown`` lists the keys that the endpoint does not have. A null counts as absent. Raises
    :class:`Refusal` 400 where ``body`` is no object.
    """

    def __init__(self, body: JSON, known: Iterable[str]) -> None:
        if not isinstance(body, dict):
            raise bad("body")
        names = {name.lower() for name in known}
        self.unknown = [key for key in body if key.lower() not in names]
        self._values = {key.lower(): value for key, value in body.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._values

    def text(self, name: str, default: str, fits: Callable[[str], object] = bool) -> str:
        """Return a string, or ``default`` where it is absent. Raises :class:`Refusal` if it does not fit."""
        if name not in self:
            return default
        value = self._values[name.lower()]
        if not isinstance(value, str) or not fits(value):
            raise bad(name)
        return _without_surrogates(value)

    def need(self, name: str, fits: Callable[[str], object] = bool) -> str:
        """Return a string that must be there. Raises :class:`Refusal` 400."""
        if name not in self:
            raise bad(name)
        return self.text(name, "", fits)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean, or ``default`` where it is absent. Raises :class:`Refusal` 400."""
        value = self._values.get(name.lower(), default)
        if not isinstance(value, bool):
            raise bad(name)
        return value

    def texts(self, name: str, default: tuple[str, ...], most: int | None = None) -> tuple[str, ...]:
        """Return at most ``most`` strings, or ``default`` where they are absent. Raises :class:`Refusal`."""
        if name not in self:
            return default
        value = self._values[name.lower()]
        if not isinstance(value, list) or (most is not None and len(value) > most):
            raise bad(name)
        texts = [_without_surrogates(item) for item in value if isinstance(item, str)]
        if len(texts) != len(value):
            raise bad(name)
        return tuple(texts)


@dataclass(frozen=True, slots=True)
class Call:
    """One request after authentication and the 25 % rule."""

    name: str
    """Method and path, for complaints."""
    users: dict[str, User]
    choices: Choices
    now: float
    """Seconds since 1970."""
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    complain: Callable[[str], None]
    hostility: Hostility | None = None
    """What is wrong with the picture, if one is asked for."""

    @property
    def user(self) -> User:
        """The user that the path names. Raises :class:`Refusal` 404."""
        return find_user(self.users, self.path["username"])

    @property
    def graph(self) -> Graph:
        """The graph that the path names. Raises :class:`Refusal` 404."""
        graph = self.user.graphs.get(self.path["graph_id"])
        if graph is None:
            raise Refusal(404, GRAPH_NOT_FOUND)
        return graph

    @property
    def supported(self) -> bool:
        """Whether the user that the path names is a supporter."""
        return self.user.supports(self.choices)

    @property
    def day(self) -> date:
        """The day that the path names. Raises :class:`Refusal` 400."""
        return read_day(self.path["date"], "date")

    def fields(self, *known: str) -> Fields:
        """Read the body's fields; those that are not ``known`` are ignored and complained about."""
        return self._known(_load(self.body), known)

    def items(self, *known: str) -> Iterator[Callable[[], Fields]]:
        """Yield a reader for each object of an array. Raises :class:`Refusal` 400 if there is none."""
        body = _load(self.body)
        if not isinstance(body, list) or not body:
            raise bad("body")
        for each in body:
            yield partial(self._known, each, known)

    def _known(self, body: JSON, known: Iterable[str]) -> Fields:
        fields = Fields(body, known)
        for key in fields.unknown:
            self.complain(f"unknown field: {self.name} {key}")
        return fields

    def asks(self, flag: str) -> bool:
        """Say whether a query flag is set: only the lower-case ``true`` sets one."""
        return self.query.get(flag) == "true"


def find_user(users: Mapping[str, User], username: str) -> User:
    """Return the user of that name. Raises :class:`Refusal` 404."""
    if username not in users:
        raise Refusal(404, USER_NOT_FOUND)
    return users[username]


def _load(raw: bytes) -> JSON:
    """Read JSON; what is none reads as null, which no endpoint takes."""
    try:
        return cast("JSON", json.loads(raw.decode()))
    except (ValueError, RecursionError):
        return None


def _without_surrogates(text: str) -> str:
    """Replace what is half a character, as Go does; it could not be sent back."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
