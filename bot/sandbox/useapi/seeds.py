"""``jobs/seed`` and ``jobs/seed_async``: the number that a job's pictures came from, and each of them."""

from __future__ import annotations

import zlib

from aiohttp import web

from bot.sandbox.upstream import JSON
from bot.sandbox.useapi.balance import Place, same_account
from bot.sandbox.useapi.call import REPLY, Call, Work, reply_of, required
from bot.sandbox.useapi.fields import Fields
from bot.sandbox.useapi.job import Job
from bot.sandbox.useapi.life import Status
from bot.sandbox.useapi.piece import Piece
from bot.sandbox.useapi.refusal import bad
from bot.sandbox.useapi.submit import Order, accept, reply

_SIDE = 256
_PARENTS = {"imagine", "button", "blend"}


def seeding(verb: str) -> Work:
    """Return one of the two endpoints (post-jobs-seed, post-jobs-seed_async)."""

    async def seed(call: Call) -> web.Response:
        fields = await call.fields({"jobid", "discord", *REPLY})
        jobid = required(fields, "jobid")
        reply_of(fields, call.subscriber)
        parent = call.job(jobid)
        _check(parent)
        is_done = verb == "seed" and not call.world.seed_is_async
        return reply(call, accept(call, fields, _order(parent, is_done), _place(call, fields, parent)))

    return seed


def _check(parent: Job) -> None:
    """Raise :class:`Refusal` 400 where the job has no seed to tell."""
    if parent.status is not Status.COMPLETED:
        raise bad(f"Job {parent.jobid} is not completed")
    if parent.verb not in _PARENTS or parent.pieces[0].artwork.is_clip:
        raise bad(f"Seed is not available for job {parent.jobid}")


def _place(call: Call, fields: Fields, parent: Job) -> Place:
    account = same_account(call, parent)
    return Place(account, fields.text("discord") or account.discord, 0)


def _order(parent: Job, is_done: bool) -> Order:
    number = zlib.crc32(parent.jobid.encode())
    prompt = str(parent.asked.get("prompt") or "")
    text = f"**{prompt}**\n**Job ID**: {parent.jobid}\n**seed** {number}"
    value: dict[str, JSON] = {"content": text, "value": number}
    return Order(
        verb="seed" if is_done else "seed_async",
        asked={"parentJobId": parent.jobid},
        caption="",
        result=text,
        pieces=lambda _jobid: _singles(parent),
        seed=value,
        is_queued=False,
        is_done_at_once=is_done,
    )


def _singles(parent: Job) -> tuple[Piece, ...]:
    artwork = parent.pieces[0].artwork
    return tuple(
        Piece(f"sandbox_{index}_{parent.jobid}.png", artwork.one(index + 1, side=_SIDE))
        for index in range(len(artwork.scenes))
    )
