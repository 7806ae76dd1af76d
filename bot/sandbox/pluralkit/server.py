"""The server: the vendor's front with its checks in order, before the pages that :mod:`reads` has.

The vendor's documentation is at https://pluralkit.me/api/; where its server's source (August 2026)
does otherwise, the source is followed, and :class:`Documented` can turn that round.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Final
from urllib.parse import unquote_to_bytes

from aiohttp import web

from bot.sandbox.pluralkit.call import Call, Page, S, SwitchOf
from bot.sandbox.pluralkit.dispatch import Dispatcher
from bot.sandbox.pluralkit.documented import Documented
from bot.sandbox.pluralkit.entities import Group, Member, System
from bot.sandbox.pluralkit.errors import (
    OLD_PATH,
    WRONG_VERSION,
    RefusalError,
    failed,
    refused,
    unauthorised_at_the_door,
)
from bot.sandbox.pluralkit.limiter import RATES, Limiter, Verdict
from bot.sandbox.pluralkit.membership import MEMBERSHIP
from bot.sandbox.pluralkit.preferences import PREFERENCES
from bot.sandbox.pluralkit.reads import READS
from bot.sandbox.pluralkit.references import group_at, member_at, switch_at, system_at
from bot.sandbox.pluralkit.switching import SWITCHING
from bot.sandbox.pluralkit.world import World
from bot.sandbox.pluralkit.writes import WRITES
from bot.sandbox.upstream import JSON, Upstream

CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "*",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Headers": "Content-Type, Authorization, sentry-trace, User-Agent",
    "Access-Control-Expose-Headers": (
        "X-PluralKit-Version, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-RateLimit-Scope"
    ),
    "Access-Control-Max-Age": "86400",
}
"""What every answer but the front page's carries, for browsers."""

VERSION: Final = "sandbox"
"""What ``X-PluralKit-Version`` says, which only the inner server's answers carry."""

_OLD_PATH = re.compile(r"/v2/(?:s|m)|/v2/(?:s|m|a|msg)/.*")
_MOUNT = "/v2"
_BOOK = (READS, WRITES, PREFERENCES, MEMBERSHIP, SWITCHING)
_PATHS = [
    re.compile(_MOUNT + re.sub(r"\{\w+\}", "[^/]+", page.path))
    for pages in _BOOK
    for page in (*pages.systems, *pages.switches, *pages.members, *pages.groups, *pages.nothing)
]
"""The paths that there are, to tell a wrong method from a wrong path."""


class PluralKit(Upstream):
    """PluralKit's API v2, reading from :attr:`world` and writing to it."""

    mount = _MOUNT

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        limits_on: bool = True,
        limiter_scale: float = 1.0,
        documented: Documented | None = None,
    ) -> None:
        super().__init__(clock=clock)
        self.world = World()
        self.limits_on = limits_on
        """Whether calls are counted; if not, answers carry no ``X-RateLimit`` headers."""
        self.limiter_scale = limiter_scale
        """How many times the vendor's rates are allowed."""
        self.documented = documented or Documented()
        self._limiter = Limiter(clock)
        self._dispatcher = Dispatcher()

    @property
    def dispatched(self) -> list[dict[str, JSON]]:
        """What systems with a ``webhook_url`` were told, oldest first."""
        return self._dispatcher.dispatched

    async def close(self) -> None:
        """Stop listening, let go of whatever hangs, and give up webhooks that are on their way."""
        await self._dispatcher.close()
        await super().close()

    def routes(self) -> Iterable[web.RouteDef]:
        """Return the front page, every page of the API, and the answer to CORS preflights."""
        yield web.get("/", _front_page)
        for pages in _BOOK:
            yield from (
                self._route(page, partial(self._find_system, cut=page.front)) for page in pages.systems
            )
            yield from (self._route(page, self._find_switch) for page in pages.switches)
            yield from (self._route(page, self._find_member) for page in pages.members)
            yield from (self._route(page, self._find_group) for page in pages.groups)
            yield from (self._route(page, _find_nothing) for page in pages.nothing)
        yield web.options("/{rest:.*}", _preflight)

    def unknown(self, request: web.Request) -> web.StreamResponse:
        """Answer a path that is not the API's, or a method that it has not on this path."""
        answer = _stray(request.path)
        answer.headers.update(CORS)
        return answer

    def _route(self, page: Page[S], find: Callable[[web.Request, System | None], S]) -> web.RouteDef:
        async def serve(request: web.Request) -> web.Response:
            answer = self._serve(request, await request.read(), page, find)
            answer.headers.update(CORS)
            return answer

        # By default aiohttp takes no braces in a part of a path.
        path = self.mount + page.path.replace("}", ":[^/]+}")
        return web.get(path, serve) if page.method == "GET" else web.route(page.method, path, serve)

    def _serve(
        self,
        request: web.Request,
        body: bytes,
        page: Page[S],
        find: Callable[[web.Request, System | None], S],
    ) -> web.Response:
        """Take a request through the front server: who asks, for what, by which client, how often."""
        try:
            call = self._understand(request, body, find)
            self._demand_user_agent(request)
        except RefusalError as refusal:
            return _refusal(refusal)
        for key in request.query.keys() - page.query:
            self.complain(f"unknown query key: {call.name} {key}")
        if not self.limits_on:
            return _answer(page, call)
        scope, verdict = self._count(request, page, call)
        refused = verdict.retry_after is not None
        answer = self._too_many(scope, verdict) if refused else _answer(page, call)
        answer.headers.update(self._tally(f"own_system_{_kind(page)}" if call.own else scope, verdict))
        return answer

    def _understand(
        self, request: web.Request, body: bytes, find: Callable[[web.Request, System | None], S]
    ) -> Call[S]:
        if not _is_utf8(unquote_to_bytes(request.rel_url.raw_path)):
            raise RefusalError(400)
        token = request.headers.get("Authorization")
        caller = self.world.find_by_token(token)
        if caller is None and token is not None and self.documented.wrong_token_refused:
            raise unauthorised_at_the_door()
        return Call(
            name=f"{request.method} {request.path}",
            subject=find(request, caller),
            caller=caller,
            world=self.world,
            now=datetime.fromtimestamp(self.clock(), UTC),
            path=request.match_info,
            query=request.query,
            content_type=request.headers.get("Content-Type", "").partition(";")[0].strip(),
            body=body,
            documented=self.documented,
            complain=self.complain,
            tell=self._dispatcher.tell,
        )

    def _demand_user_agent(self, request: web.Request) -> None:
        """Refuse a client that does not say who it is; one that says an empty name passes."""
        if request.headers.get("User-Agent", "unknown") != "unknown":
            return
        raise failed(400) if self.documented.user_agent_in_json else RefusalError(400)

    def _count(self, request: web.Request, page: Page[S], call: Call[S]) -> tuple[str, Verdict]:
        """Count a call: one for its own system under that system, any other under its address."""
        of_messages = self.documented.message_scope and "message" in call.path
        scope = "message" if of_messages else f"generic_{_kind(page)}"
        whose = call.caller.id if call.caller is not None and call.own else request.remote
        verdict = self._limiter.ask(f"{whose} {scope}", RATES[scope] * self.limiter_scale)
        if self.documented.whole_burst and verdict.retry_after == 0:
            verdict = replace(verdict, retry_after=None)
        return scope, verdict

    def _too_many(self, scope: str, verdict: Verdict) -> web.Response:
        body: dict[str, JSON] = {"message": "429: too many requests", "retry_after": verdict.retry_after}
        if not self.documented.no_scope_in_429:
            body["scope"] = scope
        return _front_json({**body, "code": 0}, status=429)

    def _tally(self, scope: str, verdict: Verdict) -> dict[str, str]:
        """Return the limiter's headers. The own system's scope is named here and nowhere else."""
        if self.documented.reset_in_ms:
            reset = int((self.clock() + verdict.reset_after) * 1000)
        else:
            reset = int(self.clock()) + int(verdict.reset_after)
        return {
            "X-RateLimit-Limit": str(verdict.limit),
            "X-RateLimit-Remaining": str(verdict.remaining),
            "X-RateLimit-Reset": str(reset),
            "X-RateLimit-Scope": scope,
        }

    def _find_system(self, request: web.Request, caller: System | None, *, cut: bool) -> System:
        """Find a system; ``cut`` where the inner server does not check the spelling again."""
        return system_at(self.world, caller, request.match_info["system"], cut=cut)

    def _find_switch(self, request: web.Request, caller: System | None) -> SwitchOf:
        system = system_at(self.world, caller, request.match_info["system"])
        bad = refused(40006) if self.documented.bad_switch_id_40006 else failed(500)
        return SwitchOf(system, switch_at(self.world, request.match_info["switch"], bad=bad))

    def _find_member(self, request: web.Request, _caller: System | None) -> Member:
        return member_at(self.world, request.match_info["member"])

    def _find_group(self, request: web.Request, _caller: System | None) -> Group:
        return group_at(self.world, request.match_info["group"])


def _kind(page: Page[S]) -> str:
    """Say what the limiter calls a request of a page."""
    return "get" if page.method == "GET" else "update"


def _find_nothing(_request: web.Request, _caller: System | None) -> None:
    """Resolve a path that names nothing that the front server looks up."""


def _answer(page: Page[S], call: Call[S]) -> web.Response:
    """Answer as the inner server does, or as the front server where the page is its own."""
    if page.front:
        return _front_json(page.answer(call))
    try:
        body = page.answer(call)
    except RefusalError as refusal:
        answer = _refusal(refusal)
    else:
        answer = _inner_json(body)
    answer.headers["X-PluralKit-Version"] = VERSION
    return answer


def _refusal(refusal: RefusalError) -> web.Response:
    if not refusal.body:
        return web.Response(status=refusal.status)
    return web.Response(status=refusal.status, body=refusal.body, content_type="application/json")


def _front_json(body: JSON, *, status: int = 200) -> web.Response:
    return web.Response(status=status, body=_bytes(body), content_type="application/json")


def _inner_json(body: JSON) -> web.Response:
    if body is None:
        return web.Response(status=204)
    return web.Response(body=_bytes(body), content_type="application/json", charset="utf-8")


def _bytes(body: JSON) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _stray(path: str) -> web.Response:
    """Answer what has no route, as the version check and the router of the front server do."""
    if path.startswith("/v1"):
        return web.Response(status=410, body=WRONG_VERSION, content_type="text/plain")
    if not path.startswith(("/v2", "/private")):
        return web.Response(status=400, body=WRONG_VERSION, content_type="text/plain")
    if _OLD_PATH.fullmatch(path):
        return web.Response(status=400, body=OLD_PATH, content_type="text/plain")
    known = any(pattern.fullmatch(path) for pattern in _PATHS)
    return web.Response(status=405 if known else 404)


async def _front_page(_request: web.Request) -> web.Response:
    """Send a visitor of the bare host to the documentation, past every check of the API."""
    return web.Response(status=303, headers={"Location": "https://pluralkit.me/api"})


async def _preflight(_request: web.Request) -> web.Response:
    return web.Response(headers=CORS)
