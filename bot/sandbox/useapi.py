"""An emulated useapi.net: the accounts of Pika (v1) and Midjourney (v2).

Behaves as the vendor's pages say, literal error texts and all; the name of the page stands beside
each rule. Where the pages are silent the docstring says what was chosen.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from aiohttp import web

from bot.sandbox.upstream import JSON, Handler, Upstream, answer
from bot.sandbox.useapi_subscriber import Accounts, MidjourneyAccount, PikaAccount, Subscriber

__all__ = ["MidjourneyAccount", "PikaAccount", "Subscriber", "Useapi"]

PIKA_MAX_JOBS = 10
"""Jobs at a time that a Pika account may be set to (post-pika-account-channel)."""

MIDJOURNEY_MAX_JOBS = 15
"""Jobs at a time that a Midjourney account may be set to (post-account-midjourney-channel)."""

MIDJOURNEY_DEFAULT_JOBS = 3
"""What a Midjourney account gets that does not say (post-account-midjourney)."""

REPLY_URL_LENGTH = 1024
"""Characters that a default callback address may have (post-account)."""

FIRST_DIRECT_MESSAGES = 1100000000000000000
"""The first made-up Direct Messages channel; the following ones count up."""

Work: TypeAlias = Callable[[web.Request, Subscriber], Awaitable[web.Response]]


class Useapi(Upstream):
    """The emulated ``https://api.useapi.net``. Nobody is known until :meth:`subscribe` says so."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(clock=clock)
        self.subscribers: dict[str, Subscriber] = {}
        """By API key."""
        self.account_404_body: JSON = None
        """The body of 404 for accounts, which the vendor does not document; None: empty."""
        self.account_update_has_body = True
        """Whether ``POST /v2/account`` answers 200 with the account, or 204: the pages disagree."""
        self.direct_messages: dict[str, str] = {}
        """The Direct Messages channel with Midjourney's bot by Discord token; unknown ones are made up."""
        self.without_midjourney: set[str] = set()
        """Discord tokens of accounts that have no Direct Messages channel with Midjourney's bot."""

    def subscribe(self, key: str, *, expired: bool = False) -> Subscriber:
        """Make ``key`` a valid API key and return its subscriber, to be seeded and looked at."""
        subscriber = Subscriber(key, expired=expired, created=self.clock())
        self.subscribers[key] = subscriber
        return subscriber

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the account routes of Pika v1 and Midjourney v2."""
        midjourney = "/v2/account/midjourney"
        return (
            *self._configured("/v1/pika/account", lambda subscriber: subscriber.pika),
            web.post("/v1/pika/account/{channel}", self._signed_in(self._put_pika)),
            _get("/v2/account", self._signed_in(self._show_subscriber)),
            web.post("/v2/account", self._signed_in(self._update_subscriber)),
            *self._configured(midjourney, lambda subscriber: subscriber.midjourney),
            web.post(midjourney, self._signed_in(self._add_midjourney, paid=True)),
            web.post(f"{midjourney}/{{channel}}", self._signed_in(self._put_midjourney)),
            web.post(f"{midjourney}/{{channel}}/reset", self._signed_in(self._reset_midjourney)),
        )

    def unknown(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - one answer for all
        """Answer 404 with a body, to tell a wrong path from an account that is not configured."""
        return _refuse("Not found", 404)

    def _signed_in(self, work: Work, *, paid: bool = False) -> Handler:
        """Let known keys through to ``work``; with ``paid`` only those whose subscription runs."""

        async def entrance(request: web.Request) -> web.StreamResponse:
            scheme, _, key = request.headers.get("Authorization", "").partition(" ")
            subscriber = self.subscribers.get(key)
            if scheme != "Bearer" or subscriber is None:
                return _refuse("Unauthorized", 401)
            if paid and subscriber.expired:
                return _refuse("Account has no subscription or subscription expired", 402)
            return await work(request, subscriber)

        return entrance

    def _configured(self, path: str, accounts: Callable[[Subscriber], Accounts]) -> Iterator[web.RouteDef]:
        """Yield what both services do alike: show all accounts, show one, delete one."""

        async def show_all(_request: web.Request, subscriber: Subscriber) -> web.Response:
            found = accounts(subscriber)
            bodies: JSON = {channel: account.listed() for channel, account in found.items()}
            return answer(bodies) if found else self._not_configured()

        async def show(request: web.Request, subscriber: Subscriber) -> web.Response:
            account = accounts(subscriber).get(request.match_info["channel"])
            return self._not_configured() if account is None else answer(account.alone())

        async def delete(request: web.Request, subscriber: Subscriber) -> web.Response:
            account = accounts(subscriber).pop(request.match_info["channel"], None)
            return self._not_configured() if account is None else web.Response(status=204)

        yield _get(path, self._signed_in(show_all))
        yield _get(f"{path}/{{channel}}", self._signed_in(show))
        yield web.delete(f"{path}/{{channel}}", self._signed_in(delete))

    def _not_configured(self) -> web.Response:
        body = self.account_404_body
        return web.Response(status=404) if body is None else answer(body, 404)

    async def _put_pika(self, request: web.Request, subscriber: Subscriber) -> web.Response:
        fields = await self._fields(request, {"discord", "channel", "maxJobs"})
        path = request.match_info["channel"]
        objection = next(_pika_objections(fields, path, subscriber.pika), None)
        if objection is not None:
            return _refuse(objection)
        subscriber.pika[path] = PikaAccount(path, _text(fields, "discord"), _whole(fields, "maxJobs"))
        return web.Response(status=204)

    async def _put_midjourney(self, request: web.Request, subscriber: Subscriber) -> web.Response:
        fields = await self._fields(request, {"discord", "server", "channel", "maxJobs"})
        path = request.match_info["channel"]
        objection = next(_midjourney_objections(fields, path, subscriber.midjourney), None)
        if objection is not None:
            return _refuse(objection)
        server, discord = _text(fields, "server"), _text(fields, "discord")
        _store(subscriber, MidjourneyAccount(path, server, discord, _whole(fields, "maxJobs")))
        return web.Response(status=204)

    async def _add_midjourney(self, request: web.Request, subscriber: Subscriber) -> web.Response:
        """Configure the Direct Messages channel of a token (post-account-midjourney)."""
        fields = await self._fields(request, {"discord", "maxJobs"})
        fields = {"maxJobs": MIDJOURNEY_DEFAULT_JOBS, **fields}
        discord, known = _text(fields, "discord"), subscriber.midjourney
        channel = self._direct_messages(discord)
        objection = next(self._direct_objections(fields, channel, known), None)
        if objection is not None:
            return _refuse(objection)
        is_new = channel not in known
        if is_new and len(known) >= subscriber.most_accounts:
            return _refuse("Subscription quantity exceeded, see https://useapi.net/docs/subscription", 402)
        account = MidjourneyAccount(channel, None, discord, _whole(fields, "maxJobs"))
        _store(subscriber, account)
        return answer(account.alone(), 201 if is_new else 200)

    def _direct_objections(
        self, fields: Mapping[str, JSON], channel: str, known: Mapping[str, MidjourneyAccount]
    ) -> Iterator[str]:
        """Yield what is wrong with a new account, in the order of post-account-midjourney."""
        discord = _text(fields, "discord")
        if not discord:
            yield _missing("discord")
        yield from _jobs_objections(fields, MIDJOURNEY_MAX_JOBS)
        yield from _same("discord", {name: other.discord for name, other in known.items()}, channel, discord)
        if discord in self.without_midjourney:
            yield "Midjourney bot not configured"

    def _direct_messages(self, discord: str) -> str:
        made_up = str(FIRST_DIRECT_MESSAGES + len(self.direct_messages))
        return self.direct_messages.setdefault(discord, made_up) if discord else made_up

    async def _reset_midjourney(self, request: web.Request, subscriber: Subscriber) -> web.Response:
        account = subscriber.midjourney.get(request.match_info["channel"])
        if account is None:
            return self._not_configured()
        account.pending_mod_message = None
        return web.Response(status=204)

    async def _show_subscriber(self, _request: web.Request, subscriber: Subscriber) -> web.Response:
        return answer(subscriber.body())

    async def _update_subscriber(self, request: web.Request, subscriber: Subscriber) -> web.Response:
        """Change name and callback address; an empty address forgets it (post-account)."""
        fields = await self._fields(request, {"name", "replyUrl"})
        reply_url = _text(fields, "replyUrl")
        if len(reply_url) > REPLY_URL_LENGTH:
            return _refuse("replyUrl is too long")
        if "replyUrl" in fields:
            subscriber.reply_url = reply_url or None
        subscriber.name = _text(fields, "name") or subscriber.name
        subscriber.updated = self.clock()
        return answer(subscriber.body()) if self.account_update_has_body else web.Response(status=204)

    async def _fields(self, request: web.Request, known: Collection[str]) -> dict[str, JSON]:
        """Return the fields of the body; without a JSON object there are none."""
        try:
            body: JSON = json.loads(await request.read())
        except ValueError:
            body = None
        if not isinstance(body, dict):
            self.complain(f"no JSON object: {request.method} {request.path}")
            return {}
        for name in (name for name in body if name not in known):
            self.complain(f"unknown field: {request.method} {request.path}: {name}")
        return body


def _pika_objections(
    fields: Mapping[str, JSON], path: str, known: Mapping[str, PikaAccount]
) -> Iterator[str]:
    """Yield what is wrong with an account, in the order of post-pika-account-channel."""
    channel, discord = _text(fields, "channel"), _text(fields, "discord")
    if not discord:
        yield _missing("discord")
    yield from _snowflake_objections("channel", channel)
    if channel != path:
        yield f"Required param channel ({channel}) not matching to /pika/account/{path}"
    yield from _jobs_objections(fields, PIKA_MAX_JOBS)
    yield from _same("discord", {name: other.discord for name, other in known.items()}, path, discord)


def _midjourney_objections(
    fields: Mapping[str, JSON], path: str, known: Mapping[str, MidjourneyAccount]
) -> Iterator[str]:
    """Yield what is wrong with an account, in the order of post-account-midjourney-channel."""
    channel, server, discord = (_text(fields, name) for name in ("channel", "server", "discord"))
    if not discord:
        yield _missing("discord")
    yield from _snowflake_objections("server", server)
    yield from _snowflake_objections("channel", channel)
    if channel != path:
        yield f"Required param channel ({channel}) not matching to /midjourney/channel (/midjourney/{path})"
    yield from _jobs_objections(fields, MIDJOURNEY_MAX_JOBS)
    yield from _same("discord", {name: other.discord for name, other in known.items()}, path, discord)
    yield from _same("server", {name: other.server for name, other in known.items()}, path, server)


def _snowflake_objections(name: str, value: str) -> Iterator[str]:
    """Yield what is wrong with an id. The vendor's rule is not published; 17 to 20 digits it is."""
    if not value:
        yield _missing(name)
    if re.fullmatch("[0-9]{17,20}", value) is None:
        yield f"Required param {name} ({value}) is not valid Discord {name} id"


def _jobs_objections(fields: Mapping[str, JSON], most: int) -> Iterator[str]:
    """Yield what is wrong with ``maxJobs``. Only its upper end has a text; the rest counts as missing."""
    jobs = _whole(fields, "maxJobs")
    if jobs < 1:
        yield _missing("maxJobs")
    if jobs > most:
        yield f"Required param maxJobs {jobs} can't be more that {most}"


def _same(name: str, values: Mapping[str, str | None], channel: str, value: str) -> Iterator[str]:
    """Yield the channels other than ``channel`` that have the value already."""
    for other, taken in values.items():
        if other != channel and taken == value:
            yield f"Channel {other} configuration has same {name} value"


def _store(subscriber: Subscriber, account: MidjourneyAccount) -> None:
    """Create or replace an account. A moderators' message outlives that: only a reset clears it."""
    before = subscriber.midjourney.get(account.channel)
    if before is not None:
        account.pending_mod_message = before.pending_mod_message
    subscriber.midjourney[account.channel] = account


def _missing(name: str) -> str:
    return f"Required param {name} is missing or empty"


def _refuse(error: str, code: int = 400) -> web.Response:
    return answer({"error": error, "code": code}, code)


def _get(path: str, handler: Handler) -> web.RouteDef:
    """Route GET alone: aiohttp would answer HEAD too, which the vendor does not document."""
    return web.get(path, handler, allow_head=False)


def _text(fields: Mapping[str, JSON], name: str) -> str:
    """Return a text of the body; anything else counts as empty."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _whole(fields: Mapping[str, JSON], name: str) -> int:
    """Return a whole number of the body; anything else counts as 0. JSON's 5.0 is 5."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or value % 1:
        return 0
    return int(value)
