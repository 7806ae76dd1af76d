"""The submit calls of Pika API v1: create, animate, encrypt_text, encrypt_image and button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.upstream import JSON
from bot.sandbox.useapi.artwork import Artwork
from bot.sandbox.useapi.balance import choose, choose_for
from bot.sandbox.useapi.call import PLACE, REPLY, Call, Work, at_most, reply_of, required
from bot.sandbox.useapi.fields import Fields, Upload
from bot.sandbox.useapi.job import Child, Job
from bot.sandbox.useapi.life import Status
from bot.sandbox.useapi.piece import Piece
from bot.sandbox.useapi.refusal import bad, missing
from bot.sandbox.useapi.submit import MENTION, Order, accept, piece, reply, stem_of

PROMPT_LENGTH = 1500
MESSAGE_LENGTH = 20
FONTS = ("MODERN", "COMICS", "SANS SERIF", "BAUHAUS", "RETRO")
RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Kind:
    """What one of the four commands takes."""

    command: str
    needs: tuple[str, ...]
    """Fields that must be there, in the order of their check."""
    files: tuple[str, ...]
    """Fields that are files."""
    others: tuple[str, ...] = ()


CREATE = Kind("create", ("prompt",), ("image",))
ANIMATE = Kind("animate", ("image",), ("image",))
ENCRYPT_TEXT = Kind("encrypt_text", ("message", "prompt"), ("image",), ("font",))
ENCRYPT_IMAGE = Kind("encrypt_image", ("message", "prompt"), ("message", "image"))

KINDS = (CREATE, ANIMATE, ENCRYPT_TEXT, ENCRYPT_IMAGE)


def making(kind: Kind) -> Work:
    """Return the endpoint of one of the four commands."""
    known = {"prompt", *kind.needs, *kind.files, *kind.others, *PLACE, *REPLY}

    async def make(call: Call) -> web.Response:
        fields = await call.fields(known, form_only=True)
        asked, uploads = _asked(kind, fields)
        reply_of(fields, call.subscriber)
        words = " ".join([*map(str, asked.values()), *(upload.filename for upload in uploads)])
        order = _order(f"pika-{kind.command}", asked, words)
        return reply(call, accept(call, fields, order, choose(call, fields)))

    return make


async def retry(call: Call) -> web.Response:
    """Make a completed job once more (post-pika-button)."""
    fields = await call.fields({"jobid", "button", "discord", "maxJobs", *REPLY}, form_only=True)
    jobid, button = required(fields, "jobid"), required(fields, "button")
    reply_of(fields, call.subscriber)
    parent = call.job(jobid)
    if button != RETRY:
        raise bad(f"Button {button} is not supported")
    if parent.status is not Status.COMPLETED:
        raise bad(f"Job {jobid} is not completed")
    job = accept(call, fields, _again(parent), choose_for(call, fields, parent))
    parent.children.append(Child(button, job))
    return reply(call, job)


def _again(parent: Job) -> Order:
    asked: dict[str, JSON] = {**parent.asked, "button": RETRY, "parentJobId": parent.jobid}
    return _order("pika-button", asked, "")


def _asked(kind: Kind, fields: Fields) -> tuple[dict[str, JSON], list[Upload]]:
    """Return what the job echoes, and the files. Raises :class:`Refusal` 400."""
    found: dict[str, JSON] = {}
    uploads: list[Upload] = []
    for name in dict.fromkeys((*kind.needs, "prompt", *kind.files, *kind.others)):
        upload, text = fields.upload(name), fields.text(name)
        if name in kind.files and upload is not None:
            uploads.append(upload)
            found[name] = upload.body()
        elif name not in kind.files and text:
            found[name] = _checked(name, text)
        elif name in kind.needs:
            raise missing(name)
    return found, uploads


def _checked(name: str, text: str) -> str:
    """Return a text that fits its field. Raises :class:`Refusal` 400."""
    if name == "font" and text not in FONTS:
        raise bad(f"Param font ({text}) is not one of {', '.join(FONTS)}")
    return at_most(name, text, {"prompt": PROMPT_LENGTH, "message": MESSAGE_LENGTH}.get(name))


def _order(verb: str, asked: Mapping[str, JSON], words: str) -> Order:
    prompt = str(asked.get("prompt", ""))
    files = sum(isinstance(value, dict) for value in asked.values())
    image = f"  Image: {files} Attachment" if files else ""
    caption = f"{MENTION} Prompt: {prompt}{image}  Author: {MENTION}"

    def film(jobid: str) -> tuple[Piece, ...]:
        return (piece(stem_of(prompt), jobid, Artwork.clip(jobid)),)

    return Order(verb, asked, caption, caption, (RETRY,), film, words)
