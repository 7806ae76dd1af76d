"""What the bot itself logs and raises holds no secret, even before anything is taken out of it."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Generator

import pytest

from bot.sandbox.upstream import Trouble, Upstream
from tests.leaks import found
from tests.stage import LineCollector, Stage

ACCOUNT = "account/Discord+token=of.an-account"
PIXELA = "pixela-Token-of-Ada-1"
THANKS = "ThanksCode4Ada77"
WRONG = "user:404-WrongKeyOfNobody1"


@pytest.fixture
def raw_lines() -> Generator[list[str]]:
    """Give every line of our own loggers as it is, nothing taken out."""
    lines: list[str] = []
    collector = LineCollector(lines, logging.Formatter("%(message)s %(args)s"))
    loggers = [logging.getLogger(name) for name in ("bot", "cogs")]
    for logger in loggers:
        logger.addHandler(collector)
    yield lines
    for logger in loggers:
        logger.removeHandler(collector)


def echo(upstream: Upstream, secret: str, status: int) -> None:
    """Have an upstream answer a write with the secret in its body."""
    body = json.dumps({"error": f"not with {secret}", "message": f"token={secret}"}).encode()
    headers = {"Content-Type": "application/json"}
    upstream.fail(status=status, body=body, headers=headers, times=1, method="POST")


async def test_nothing_that_is_logged_raised_or_kept_holds_what_was_entrusted(
    stage: Stage, raw_lines: list[str]
) -> None:
    secrets = {"account": ACCOUNT, "pixela": PIXELA, "thanks": THANKS, "wrong": WRONG}
    secrets |= {"useapi": stage.seeds.useapi_key, "pluralkit": stage.seeds.pluralkit_token}
    await stage.connect_useapi(WRONG)
    await stage.connect_useapi()
    account = {"channel": "100000000000000031", "max_jobs": 3}
    for status in (500, 400, None):
        if status is None:
            stage.sandbox.useapi.fail(Trouble.LOST, method="POST", times=1)
        else:
            echo(stage.sandbox.useapi, ACCOUNT, status)
        form = await stage.admin.slash(stage.channel, "accounts pika register", **account)
        await stage.admin.submit_modal(form, {"discord_token": ACCOUNT})
    fields = {"token": PIXELA, "thanks_code": THANKS, "agree_terms": True, "not_minor": True}
    for secret in (PIXELA, THANKS):
        echo(stage.sandbox.pixela, secret, 400)
        form = await stage.member.slash(stage.channel, "pixela user create", username="ada-2")
        await stage.member.submit_modal(form, fields)
    form = await stage.member.slash(stage.channel, "pluralkit link")
    await stage.member.submit_modal(form, {"token": stage.seeds.pluralkit_token})
    form = await stage.admin.slash(stage.channel, "setup connect", service="useapi")
    await stage.execute("ALTER TABLE credentials RENAME TO elsewhere")
    await stage.admin.submit_modal(form, {"key": stage.seeds.useapi_key})
    await stage.execute("ALTER TABLE elsewhere RENAME TO credentials")
    assert len(stage.forgive()) == 1
    raised = ["".join(traceback.format_exception(error)) for error in stage.env.errors]
    assert "Traceback" in "".join(raw_lines)
    assert found(secrets, "\n".join([*raw_lines, *raised]).encode()) == []
    assert found(secrets, stage.database_bytes()) == []
    assert found(secrets, json.dumps(list(stage.sent()), default=str).encode()) == []
