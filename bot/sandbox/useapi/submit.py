"""A job comes into being, or the reason why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.upstream import JSON, answer
from bot.sandbox.useapi.artwork import Artwork
from bot.sandbox.useapi.balance import Place
from bot.sandbox.useapi.bodies import refused_body
from bot.sandbox.useapi.call import Call, reply_of
from bot.sandbox.useapi.fields import Fields
from bot.sandbox.useapi.job import Job
from bot.sandbox.useapi.life import Life, Status
from bot.sandbox.useapi.piece import Piece
from bot.sandbox.useapi.refusal import UNTRACKABLE, discord_limit, on_hold
from bot.sandbox.useapi.subscriber import MidjourneyAccount
from bot.sandbox.useapi.world import World, says

USER_ID = "1160000000000000001"
"""The Discord user behind every account."""

MENTION = f"<@{USER_ID}>"
HUMAN_CHECK = "Please verify you are human before you continue."


def no_pieces(_jobid: str) -> tuple[Piece, ...]:
    """Leave no files behind."""
    return ()


@dataclass(frozen=True, slots=True)
class Order:
    """What an account is asked to do."""

    verb: str
    asked: Mapping[str, JSON]
    """What the job echoes of the request."""
    caption: str
    result: str
    buttons: tuple[str, ...] = ()
    pieces: Callable[[str], tuple[Piece, ...]] = field(default=no_pieces)
    """From the job's id to its files."""
    words: str = ""
    """What is screened."""
    embed: str | None = None
    seed: dict[str, JSON] | None = None
    speed: str | None = None
    is_queued: bool = True
    is_done_at_once: bool = False


def accept(call: Call, fields: Fields, order: Order, place: Place) -> Job:
    """Make a job, which may be refused or lost right away. Raises :class:`Refusal` 429 and 596."""
    world = call.world
    if world.discord_limited > 0 and not order.is_done_at_once:
        world.discord_limited -= 1
        raise discord_limit()
    if isinstance(place.account, MidjourneyAccount) and says(order.words, world.captcha_words):
        place.account.pending_mod_message = HUMAN_CHECK
        raise on_hold(HUMAN_CHECK)
    job = _make(call, fields, order, place)
    world.jobs[job.jobid] = job
    _decide(world, order, job)
    return job


def reply(call: Call, job: Job) -> web.Response:
    """Answer with a new job, or with what is wrong with it."""
    status = job.code
    body = call.world.show(job)
    job.life.is_new = False
    return answer(body) if status == 200 else answer(refused_body(job, call.world.url), status)


def piece(stem: str, jobid: str, artwork: Artwork) -> Piece:
    """Return a file, named as the bots name theirs."""
    return Piece(f"{stem}_{jobid}.{'mp4' if artwork.is_clip else 'png'}", artwork)


def stem_of(prompt: str) -> str:
    """Return the first words of a prompt as a part of a file name."""
    words: list[str] = re.findall("[a-z0-9]+", re.split(r"(?:^|\s)--?\w", prompt.lower())[0])
    return "_".join(words[:5]) or "untitled"


def _make(call: Call, fields: Fields, order: Order, place: Place) -> Job:
    world = call.world
    reply_url, reply_ref = reply_of(fields, call.subscriber)
    jobid = world.new_jobid()
    return Job(
        jobid=jobid,
        service=call.service,
        verb=order.verb,
        subscriber=call.subscriber,
        life=_life(world, order),
        clock=world.clock,
        asked={**order.asked},
        channel=place.channel,
        server=place.server,
        discord=place.discord,
        max_jobs=place.max_jobs if order.is_queued else None,
        message_id=world.next_message_id(),
        caption=order.caption,
        result=order.result,
        speed=order.speed,
        reply_url=reply_url,
        reply_ref=reply_ref,
        buttons=order.buttons,
        pieces=order.pieces(jobid),
        embed=order.embed,
        seed=order.seed,
    )


def _life(world: World, order: Order) -> Life:
    if order.is_done_at_once:
        return Life(world.clock(), 0, 0)
    is_posted = not world.answers_created
    waits, works = world.seconds_until_started, world.seconds_of_work
    return Life(world.clock(), waits, works, is_posted, is_new=True)


def _decide(world: World, order: Order, job: Job) -> None:
    """Let the switches and the words say what becomes of a job."""
    if order.is_done_at_once:
        return
    if world.untrackable > 0:
        world.untrackable -= 1
        job.message_id = None
        job.code = 504
        job.life.cut(Status.FAILED, job.life.created)
        job.error = UNTRACKABLE
    elif says(order.words, world.moderated_words):
        job.life.is_posted_at_once = True
        job.moderate()
    elif says(order.words, world.fails_words):
        job.fail_at_the_end()
