"""What the tests of jobs share: a picture, and a call of each way."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable, Mapping

from pydantic import SecretStr

from bot.api.midjourney import MidjourneyClient
from bot.api.multipart import Upload
from bot.api.pika import PikaClient
from bot.api.policy import Patience
from bot.api.transport import Timeouts
from tests.api.desk import Desk, golden

KEY = "user:12345-abcdefghi"
JOB, OTHER = "0b8f2a6c-0000-4000-8000-000000000001", "0b8f2a6c-0000-4000-8000-000000000002"
CHANNEL = "1120000000000000001"
FOX = b"\x89PNG\r\n\x1a\n--fox\r\n"
ONCE = Patience(repeats=0)


def picture(name: str = "fox.png", *, of: bytes = FOX) -> Upload:
    """Return a picture to send."""
    return Upload(io.BytesIO(of), name, "image/png", len(of))


def works(desk: Desk, *, timeouts: Timeouts | None = None) -> Mapping[str, Callable[[], Awaitable[object]]]:
    """Return a call of each way, by both clients in turn."""
    transport = desk.transport(timeouts=timeouts, patience=ONCE) if timeouts else desk.transport()
    pika, midjourney = PikaClient(transport, SecretStr(KEY)), MidjourneyClient(transport, SecretStr(KEY))
    return {
        "submit": lambda: pika.create("a fox", image=picture()),
        "press": lambda: midjourney.press(JOB, "U1"),
        "info": lambda: midjourney.info(channel=CHANNEL),
        "job": lambda: midjourney.job(JOB),
        "executing": pika.executing,
        "cancel": lambda: pika.cancel(JOB),
    }


def says(desk: Desk, name: str, status: int = 200, times: int | None = 1) -> None:
    """Let the vendor answer with an example of its own."""
    desk.shop.fail(status=status, body=golden("useapi", name), times=times)
