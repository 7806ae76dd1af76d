"""The emulated ``https://api.useapi.net``: its routes, and who may use them.

Behaves as the vendor's pages say, literal error texts and all; the name of the page stands beside
each rule. Where the pages are silent the docstring says what was chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aiohttp import web

from bot.sandbox.upstream import Handler
from bot.sandbox.useapi.accounts import (
    add_midjourney,
    delete,
    put_midjourney,
    put_pika,
    reset_midjourney,
    show,
    show_all,
    show_subscriber,
    update_subscriber,
)
from bot.sandbox.useapi.call import Call, Work
from bot.sandbox.useapi.imagine import blend, describe, imagine
from bot.sandbox.useapi.job import Service
from bot.sandbox.useapi.modes import VERBS, commanding
from bot.sandbox.useapi.pika import KINDS, making, retry
from bot.sandbox.useapi.pressing import press
from bot.sandbox.useapi.queries import cancel_job, list_jobs, show_job
from bot.sandbox.useapi.refusal import NO_SUBSCRIPTION, UNAUTHORIZED, Refusal
from bot.sandbox.useapi.seeds import seeding
from bot.sandbox.useapi.world import World

_PIKA = "/v1/pika"
_MIDJOURNEY = "/v2"


class Useapi(World):
    """The server: Pika API v1 and Midjourney API v2, and the CDN that their results lie on."""

    def routes(self) -> Iterable[web.RouteDef]:
        """Return every route of the contract."""
        yield from self._account_routes()
        yield from self._pika_jobs()
        yield from self._midjourney_jobs()
        yield web.get("/attachments/{channel}/{number}/{filename}", self.gallery.serve)

    def unknown(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - one answer for all
        """Answer 404 with a body, to tell a wrong path from an account that is not configured."""
        return Refusal(404, "Not found").answer()

    def _account_routes(self) -> Iterator[web.RouteDef]:
        for service, path in (
            (Service.PIKA, f"{_PIKA}/account"),
            (Service.MIDJOURNEY, f"{_MIDJOURNEY}/account/midjourney"),
        ):
            yield _get(path, self._admit(service, show_all))
            yield _get(f"{path}/{{channel}}", self._admit(service, show))
            yield web.delete(f"{path}/{{channel}}", self._admit(service, delete))
        midjourney = f"{_MIDJOURNEY}/account/midjourney"
        for path, work in (
            (f"{midjourney}/{{channel}}", put_midjourney),
            (f"{midjourney}/{{channel}}/reset", reset_midjourney),
            (f"{_MIDJOURNEY}/account", update_subscriber),
        ):
            yield web.post(path, self._admit(Service.MIDJOURNEY, work))
        yield web.post(f"{_PIKA}/account/{{channel}}", self._admit(Service.PIKA, put_pika))
        yield web.post(midjourney, self._admit(Service.MIDJOURNEY, add_midjourney, paid=True))
        yield _get(f"{_MIDJOURNEY}/account", self._admit(Service.MIDJOURNEY, show_subscriber))

    def _pika_jobs(self) -> Iterator[web.RouteDef]:
        for kind in KINDS:
            yield self._submit(f"{_PIKA}/{kind.command}", Service.PIKA, making(kind))
        yield self._submit(f"{_PIKA}/button", Service.PIKA, retry)
        yield from self._questions(f"{_PIKA}/jobs", Service.PIKA)

    def _midjourney_jobs(self) -> Iterator[web.RouteDef]:
        works = {
            "imagine": imagine,
            "blend": blend,
            "describe": describe,
            "button": press,
            **{verb: commanding(verb) for verb in VERBS},
            **{verb: seeding(verb) for verb in ("seed", "seed_async")},
        }
        for verb, work in works.items():
            yield self._submit(f"{_MIDJOURNEY}/jobs/{verb}", Service.MIDJOURNEY, work)
        yield from self._questions(f"{_MIDJOURNEY}/jobs", Service.MIDJOURNEY)

    def _submit(self, path: str, service: Service, work: Work) -> web.RouteDef:
        return web.post(path, self._admit(service, work, paid=True))

    def _questions(self, path: str, service: Service) -> Iterator[web.RouteDef]:
        """Yield the three GETs; the vendor has a slash before the question mark of two of them."""
        yield _get(path, self._admit(service, list_jobs, paid=True))
        yield _get(f"{path}/", self._admit(service, show_job, paid=True))
        yield _get(f"{path}/cancel/", self._admit(service, cancel_job, paid=True))

    def _admit(self, service: Service, work: Work, *, paid: bool = False) -> Handler:
        """Let known keys through to ``work``; with ``paid`` only those whose subscription runs."""

        async def entrance(request: web.Request) -> web.StreamResponse:
            try:
                call = self._call(request, service, paid=paid)
                self.look_around()
                return await work(call)
            except Refusal as refusal:
                return refusal.answer()
            finally:
                self.look_around()

        return entrance

    def _call(self, request: web.Request, service: Service, *, paid: bool) -> Call:
        """Return the call of a subscriber. Raises :class:`Refusal` 401 and 402."""
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        subscriber = self.subscribers.get(key)
        if scheme != "Bearer" or subscriber is None:
            raise Refusal(401, UNAUTHORIZED)
        if paid and subscriber.expired:
            raise Refusal(402, NO_SUBSCRIPTION)
        return Call(request, self, subscriber, service)


def _get(path: str, handler: Handler) -> web.RouteDef:
    """Route GET alone: aiohttp would answer HEAD too, which the vendor does not document."""
    return web.get(path, handler, allow_head=False)
