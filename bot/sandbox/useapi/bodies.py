"""Jobs as the vendor shows them, keys in the order of its examples."""

from __future__ import annotations

from collections.abc import Mapping

from bot.sandbox.upstream import JSON
from bot.sandbox.useapi.job import Child, Job, Service
from bot.sandbox.useapi.life import Status
from bot.sandbox.useapi.times import discord_time, vendor_time

_START = ("jobid", "verb", "status", "created", "updated", "prompt")
_END = (
    *("discord", "channel", "server", "maxJobs", "replyUrl", "replyRef", "messageId", "content"),
    *("timestamp", "attachments", "embeds", "error", "errorDetails", "code"),
)
_ORDERS: Mapping[Service, tuple[str, ...]] = {
    Service.PIKA: (
        *(*_START, "buttons", "image", "message", "font", "button", "parentJobId", "children"),
        *_END,
    ),
    Service.MIDJOURNEY: (
        *(*_START, "blendUrls", "blendDimensions", "describeUrl", "button", "parentJobId"),
        *("children", "buttons", "seed", *_END),
    ),
}


def masked(token: str) -> str:
    """Return the first and the last three characters of a Discord token."""
    return f"{token[:3]}…{token[-3:]}"


def job_body(job: Job, base: str) -> dict[str, JSON]:
    """Return a job as it is now; ``base`` is the address of the CDN."""
    now = job.clock()
    status = job.life.status(now)
    fields: dict[str, JSON] = {
        "jobid": job.jobid,
        "verb": job.verb,
        "status": status.value,
        "created": vendor_time(job.life.created),
        "updated": vendor_time(job.life.updated(now)),
        **job.asked,
        **_people(job),
        **_message(job, status, now),
        "code": job.code if status.is_final else 200,
    }
    if status is Status.COMPLETED:
        fields |= _outcome(job, base)
    if status in {Status.FAILED, Status.MODERATED}:
        fields |= {"error": job.error, "errorDetails": job.error_details}
    order = _ORDERS[job.service]
    return {name: fields[name] for name in order if fields.get(name) is not None}


def refused_body(job: Job, base: str) -> dict[str, JSON]:
    """Return a job as the answer to the call that made it in vain: the error comes first."""
    body = job_body(job, base)
    error = {name: body.pop(name) for name in ("error", "errorDetails") if name in body}
    return error | body


def _people(job: Job) -> dict[str, JSON]:
    """Return whose job it is, whom to tell, and what came of it."""
    children: list[JSON] = [_child(child) for child in job.children]
    return {
        "children": children or None,
        "discord": masked(job.discord),
        "channel": job.channel,
        "server": job.server,
        "maxJobs": job.max_jobs,
        "replyUrl": job.reply_url,
        "replyRef": job.reply_ref,
    }


def _child(child: Child) -> dict[str, JSON]:
    fields: dict[str, JSON] = {"button": child.button, "jobid": child.job.jobid}
    return fields | ({"messageId": child.job.message_id} if child.job.message_id else {})


def _message(job: Job, status: Status, now: float) -> dict[str, JSON]:
    """Return the bot's message, once it is there."""
    if job.message_id is None or status is Status.CREATED:
        return {}
    return {
        "messageId": job.message_id,
        "content": _content(job, status, now),
        "timestamp": discord_time(job.life.posted),
    }


def _content(job: Job, status: Status, now: float) -> str:
    if status is Status.COMPLETED:
        return job.result
    speed = f" ({job.speed})" if job.speed else ""
    says = {
        Status.STARTED: "(Waiting to start)",
        Status.PROGRESS: f"({job.life.percent(now)}%){speed}",
    }.get(status, "(Stopped)")
    return f"{job.caption} {says}".lstrip()


def _outcome(job: Job, base: str) -> dict[str, JSON]:
    made = job.attachments or []
    buttons: list[JSON] = [*job.buttons]
    fields: dict[str, JSON] = {"buttons": buttons or None, "seed": job.seed}
    if job.embed is not None:
        picture = made[0].picture(base)
        fields["embeds"] = [{"type": "rich", "description": job.embed, "image": picture}]
        return fields
    files: list[JSON] = [attachment.body(base) for attachment in made]
    fields["attachments"] = files or None
    return fields
