"""Commands to Midjourney's bot that are done at once: info, fast, relax, turbo, remix, variability."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aiohttp import web

from bot.sandbox.useapi.balance import choose_for_command
from bot.sandbox.useapi.call import REPLY, Call, Work, reply_of
from bot.sandbox.useapi.life import Status
from bot.sandbox.useapi.submit import USER_ID, Order, accept, reply
from bot.sandbox.useapi.subscriber import MidjourneyAccount

_KNOWN = {"discord", "server", "channel", *REPLY}
_DAYS_LEFT = 30
_HOURS = 15.0
_HOURS_LEFT = 12.0

_SWITCHED: Mapping[str, str] = {
    "fast": (
        "Done! Note that once you exhaust your fast hours, jobs might not run anymore"
        " unless you buy more hours or switch with /relax."
    ),
    "relax": (
        "Done! Your jobs now do not consume fast-hours, but might take a little longer."
        " You can always switch back with /fast."
    ),
    "turbo": "Done! Your jobs now run in turbo mode and consume your fast hours at twice the rate.",
}


def commanding(verb: str) -> Work:
    """Return the endpoint of one of the commands."""

    async def command(call: Call) -> web.Response:
        fields = await call.fields(_KNOWN)
        reply_of(fields, call.subscriber)
        place = choose_for_command(call, fields)
        # The other service has no such endpoints.
        account = place.account if isinstance(place.account, MidjourneyAccount) else None
        text = _COMMANDS[verb](call, account) if account is not None else ""
        order = Order(verb, {}, text, text, is_queued=False, is_done_at_once=True)
        return reply(call, accept(call, fields, order, place))

    return command


def _switch(speed: str) -> Callable[[Call, MidjourneyAccount], str]:
    def switch(_call: Call, account: MidjourneyAccount) -> str:
        account.speed = speed
        return _SWITCHED[speed]

    return switch


def _remix(_call: Call, account: MidjourneyAccount) -> str:
    account.remix = not account.remix
    if account.remix:
        return "Remix mode turned on! You may now change the prompt when you press a variation button."
    return "Remix mode turned off!"


def _variability(_call: Call, account: MidjourneyAccount) -> str:
    account.high_variability = not account.high_variability
    return f"High variability mode turned {'on' if account.high_variability else 'off'}!"


def _info(call: Call, account: MidjourneyAccount) -> str:
    mine = [
        job for job in call.world.jobs_of(call.subscriber, call.service) if job.channel == account.channel
    ]
    done = [job for job in mine if job.status is Status.COMPLETED and job.pieces]
    relaxed = sum(job.speed == "relax" for job in done)
    running = [job for job in mine if job.status is Status.PROGRESS]
    queued = [job for job in mine if job.is_running and job not in running]
    renews = int(call.subscriber.created) + _DAYS_LEFT * 86_400
    lines = (
        f"**User ID**: {USER_ID}",
        f"**Subscription**: Standard (Active monthly, renews next on <t:{renews}>)",
        "**Visibility Mode**: Public",
        f"**Job Mode**: {account.speed.capitalize()}",
        f"**Fast Time Remaining**: {_HOURS_LEFT:.2f}/{_HOURS} hours ({_HOURS_LEFT / _HOURS:.2%})",
        f"**Lifetime Usage**: {len(done)} images ({len(done) / 60:.2f} hours)",
        f"**Relaxed Usage**: {relaxed} images ({relaxed / 60:.2f} hours)",
        "",
        f"**Queued Jobs (fast)**: {sum(job.speed != 'relax' for job in queued)}",
        f"**Queued Jobs (relax)**: {sum(job.speed == 'relax' for job in queued)}",
        f"**Running Jobs**: {len(running) or None}",
    )
    return "\n".join(lines)


_COMMANDS: Mapping[str, Callable[[Call, MidjourneyAccount], str]] = {
    "info": _info,
    "relax": _switch("relax"),
    "fast": _switch("fast"),
    "turbo": _switch("turbo"),
    "remix": _remix,
    "variability": _variability,
}

VERBS = tuple(_COMMANDS)
"""The commands by their names in the path."""
