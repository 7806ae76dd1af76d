"""``jobs/button`` of Midjourney API v2."""

from __future__ import annotations

import base64
import binascii

from aiohttp import web

from bot.sandbox.upstream import JSON
from bot.sandbox.useapi.balance import Place, choose_for, same_account
from bot.sandbox.useapi.buttons import CUSTOM_ZOOM, REMIXED, SUPPORTED, UPSCALES, VARY_REGION, press_of
from bot.sandbox.useapi.call import REPLY, Call, at_most, reply_of, required
from bot.sandbox.useapi.fields import Fields
from bot.sandbox.useapi.imagine import speed_of
from bot.sandbox.useapi.job import Child, Job
from bot.sandbox.useapi.life import Status
from bot.sandbox.useapi.piece import Piece
from bot.sandbox.useapi.refusal import Refusal, bad, missing
from bot.sandbox.useapi.submit import MENTION, Order, accept, piece, reply, stem_of
from bot.sandbox.useapi.subscriber import MidjourneyAccount

_KNOWN = {"jobid", "button", "prompt", "mask", "discord", "maxJobs", *REPLY}


async def press(call: Call) -> web.Response:
    """Press a button on a completed job (post-jobs-button)."""
    fields = await call.fields(_KNOWN)
    jobid, button = required(fields, "jobid"), required(fields, "button")
    prompt = at_most("prompt", fields.text("prompt"), call.world.prompt_length)
    reply_of(fields, call.subscriber)
    if button not in SUPPORTED:
        raise bad(f"Button {button} is not supported")
    parent = call.job(jobid)
    _check_offer(parent, button)
    _check_extras(fields, button, takes_prompt=_takes_prompt(call, parent, button))
    place = choose_for(call, fields, parent)
    job = accept(call, fields, _order(parent, button, prompt, place), place)
    if button in UPSCALES:
        parent.children.append(Child(button, job))
    return reply(call, job)


def _check_offer(parent: Job, button: str) -> None:
    """Raise :class:`Refusal` 400 or 409 where the button cannot be pressed."""
    if parent.status is not Status.COMPLETED:
        raise bad(f"Job {parent.jobid} is not completed")
    if button not in parent.buttons:
        raise bad(f"Button {button} is not available for job {parent.jobid}")
    if button not in UPSCALES:
        return
    for child in parent.children:
        if child.button == button and child.job.status not in {Status.FAILED, Status.CANCELLED}:
            raise _done_before(child)


def _done_before(child: Child) -> Refusal:
    jobid = child.job.jobid
    error = f"Button {child.button} already executed by job {jobid}"
    return Refusal(409, error, button=child.button, jobid=jobid, messageId=child.job.message_id)


def _takes_prompt(call: Call, parent: Job, button: str) -> bool:
    if button not in REMIXED:
        return button == CUSTOM_ZOOM
    account = same_account(call, parent)
    return isinstance(account, MidjourneyAccount) and account.remix


def _check_extras(fields: Fields, button: str, *, takes_prompt: bool) -> None:
    """Raise :class:`Refusal` 400 where a prompt or a mask is missing or not wanted."""
    if button == CUSTOM_ZOOM and not fields.text("prompt"):
        raise missing("prompt")
    if button == VARY_REGION and not fields.text("mask"):
        raise missing("mask")
    if fields.text("prompt") and not takes_prompt:
        why = " unless remix mode is on" if button in REMIXED else ""
        raise bad(f"Param prompt is not supported by button {button}{why}")
    if fields.text("mask"):
        _check_mask(fields.text("mask"), button)


def _check_mask(mask: str, button: str) -> None:
    if button != VARY_REGION:
        raise bad(f"Param mask is not supported by button {button}")
    try:
        base64.b64decode(mask, validate=True)
    except binascii.Error:
        raise bad("Required param mask is not valid base64") from None


def _order(parent: Job, button: str, new_prompt: str, place: Place) -> Order:
    made = press_of(button)
    prompt = new_prompt or str(parent.asked.get("prompt", ""))
    shown = prompt or " ".join(str(url) for url in _urls(parent))
    speed = speed_of(place, prompt)
    caption = f"**{shown}** - {made.says} {MENTION}"

    def draw(jobid: str) -> tuple[Piece, ...]:
        artwork = made.draw(parent.pieces[0].artwork, jobid)
        return (piece(f"sandbox_{stem_of(prompt) if prompt else 'blend'}", jobid, artwork),)

    asked: dict[str, JSON] = {"prompt": prompt or None, "button": button, "parentJobId": parent.jobid}
    result = f"{caption} ({speed})" if made.has_speed else caption
    return Order(
        verb="button",
        asked=asked,
        caption=caption,
        result=result,
        buttons=made.buttons,
        pieces=draw,
        words=new_prompt,
        speed=speed,
    )


def _urls(parent: Job) -> list[JSON]:
    urls = parent.asked.get("blendUrls")
    return urls if isinstance(urls, list) else []
