"""The accounts of both services, and the subscriber's own."""

from __future__ import annotations

from collections.abc import Iterator

from aiohttp import web

from bot.sandbox.upstream import JSON, answer
from bot.sandbox.useapi.call import Call
from bot.sandbox.useapi.fields import Fields
from bot.sandbox.useapi.job import Service
from bot.sandbox.useapi.objections import of_direct, of_midjourney, of_pika
from bot.sandbox.useapi.refusal import QUANTITY_EXCEEDED, Refusal, bad
from bot.sandbox.useapi.subscriber import Accounts, MidjourneyAccount, PikaAccount, Subscriber
from bot.sandbox.useapi.world import World

MIDJOURNEY_DEFAULT_JOBS = 3
"""What a Midjourney account gets that does not say (post-account-midjourney)."""

REPLY_URL_LENGTH = 1024
"""Characters that a default callback address may have (post-account)."""

FIRST_DIRECT_MESSAGES = 1100000000000000000
"""The first made-up Direct Messages channel; the following ones count up."""


async def show_all(call: Call) -> web.Response:
    """Answer with every account, by channel."""
    found = _accounts(call)
    bodies: JSON = {channel: account.listed() for channel, account in found.items()}
    return answer(bodies) if found else _not_configured(call.world)


async def show(call: Call) -> web.Response:
    """Answer with one account."""
    account = _accounts(call).get(call.request.match_info["channel"])
    return _not_configured(call.world) if account is None else answer(account.alone())


async def delete(call: Call) -> web.Response:
    """Forget an account."""
    account = _accounts(call).pop(call.request.match_info["channel"], None)
    return _not_configured(call.world) if account is None else web.Response(status=204)


async def put_pika(call: Call) -> web.Response:
    """Create or replace an account (post-pika-account-channel)."""
    fields = await call.fields({"discord", "channel", "maxJobs"})
    path, known = call.request.match_info["channel"], call.subscriber.pika
    _refuse_first(of_pika(fields, path, known))
    known[path] = PikaAccount(path, fields.text("discord"), fields.whole("maxJobs"))
    return web.Response(status=204)


async def put_midjourney(call: Call) -> web.Response:
    """Create or replace an account (post-account-midjourney-channel)."""
    fields = await call.fields({"discord", "server", "channel", "maxJobs"})
    path = call.request.match_info["channel"]
    _refuse_first(of_midjourney(fields, path, call.subscriber.midjourney))
    server, discord = fields.text("server"), fields.text("discord")
    _store(call.subscriber, MidjourneyAccount(path, server, discord, fields.whole("maxJobs")))
    return web.Response(status=204)


async def add_midjourney(call: Call) -> web.Response:
    """Configure the Direct Messages channel of a token (post-account-midjourney)."""
    fields = await call.fields({"discord", "maxJobs"})
    discord, known = fields.text("discord"), call.subscriber.midjourney
    channel = _direct_messages(call.world, discord)
    _refuse_first(of_direct(fields, channel, known))
    if discord in call.world.without_midjourney:
        raise bad("Midjourney bot not configured")
    is_new = channel not in known
    if is_new and len(known) >= call.subscriber.most_accounts:
        raise Refusal(402, QUANTITY_EXCEEDED)
    account = MidjourneyAccount(channel, None, discord, _jobs(fields))
    _store(call.subscriber, account)
    return answer(account.alone(), 201 if is_new else 200)


async def reset_midjourney(call: Call) -> web.Response:
    """Put an account back into rotation (post-account-midjourney-channel-reset)."""
    account = call.subscriber.midjourney.get(call.request.match_info["channel"])
    if account is None:
        return _not_configured(call.world)
    account.pending_mod_message = None
    return web.Response(status=204)


async def show_subscriber(call: Call) -> web.Response:
    """Answer with the subscriber (get-account)."""
    return answer(call.subscriber.body())


async def update_subscriber(call: Call) -> web.Response:
    """Change name and callback address; an empty address forgets it (post-account)."""
    fields, subscriber = await call.fields({"name", "replyUrl"}), call.subscriber
    reply_url = fields.text("replyUrl")
    if len(reply_url) > REPLY_URL_LENGTH:
        raise bad("replyUrl is too long")
    if "replyUrl" in fields:
        subscriber.reply_url = reply_url or None
    subscriber.name = fields.text("name") or subscriber.name
    subscriber.updated = call.world.clock()
    return answer(subscriber.body()) if call.world.account_update_has_body else web.Response(status=204)


def _accounts(call: Call) -> Accounts:
    mine = call.subscriber
    return mine.pika if call.service is Service.PIKA else mine.midjourney


def _not_configured(world: World) -> web.Response:
    body = world.account_404_body
    return web.Response(status=404) if body is None else answer(body, 404)


def _refuse_first(objections: Iterator[str]) -> None:
    """Raise :class:`Refusal` 400 with the first objection, if there is one."""
    objection = next(objections, None)
    if objection is not None:
        raise bad(objection)


def _direct_messages(world: World, discord: str) -> str:
    made_up = str(FIRST_DIRECT_MESSAGES + len(world.direct_messages))
    return world.direct_messages.setdefault(discord, made_up) if discord else made_up


def _jobs(fields: Fields) -> int:
    return fields.whole("maxJobs") if "maxJobs" in fields else MIDJOURNEY_DEFAULT_JOBS


def _store(subscriber: Subscriber, account: MidjourneyAccount) -> None:
    """Create or replace an account. A moderators' message outlives that: only a reset clears it."""
    before = subscriber.midjourney.get(account.channel)
    if before is not None:
        account.pending_mod_message = before.pending_mod_message
    subscriber.midjourney[account.channel] = account
