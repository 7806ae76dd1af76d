"""One line in the log for each interaction, the reference that its lines bear, and a stop in between."""

from __future__ import annotations

import asyncio
import re

from bot.answering import CUT_OFF, STOPPING
from bot.measures import Ending, Kind
from bot.sandbox.upstream import Trouble
from tests.stage import Stage, shown

LINE = re.compile(
    r"(?P<level>\w+) +bot\.answering \[(?P<reference>[0-9a-f]{8})\]: (?P<what>.+): (?P<ending>.+) in \d+ ms "
    r"\(server (?P<server>\d+|none), user (?P<user>\d+)\)"
)


def lines(stage: Stage) -> list[tuple[str, str, str]]:
    """Return level, what and outcome of each interaction so far, and forget them."""
    found = [match for line in stage.log if (match := LINE.search(line))]
    assert {match["user"] for match in found} <= {str(stage.admin.id), str(stage.member.id)}
    stage.log.clear()
    return [(match["level"], match["what"], match["ending"]) for match in found]


async def test_each_interaction_is_one_line_that_says_what_it_was_and_how_it_ended(stage: Stage) -> None:
    await stage.connect_useapi("user:404-nobodyknowsthiskey")
    assert lines(stage) == [
        ("INFO", "command setup connect", "answered"),
        ("INFO", "form UseapiForm", "refused"),
    ]
    stage.sandbox.pluralkit.fail(status=503, times=None)
    await stage.member.slash(stage.channel, "pluralkit system", ref="abcde")
    stage.sandbox.pluralkit.clear_faults()
    assert lines(stage) == [("INFO", "command pluralkit system", "upstream")]
    panel = await stage.admin.slash(stage.channel, "setup status")
    assert panel.response is not None
    await stage.press(stage.admin, "from:long:ago", panel.response)
    assert lines(stage) == [
        ("INFO", "command setup status", "answered"),
        ("INFO", "button expired", "refused"),
    ]
    await stage.member.slash(stage.channel, "pluralkit link")
    await stage.member.autocomplete(stage.channel, "help", "command", "plural")
    assert lines(stage) == [
        ("INFO", "command pluralkit link", "answered"),
        ("DEBUG", "completion help", "answered"),
    ]
    counted = stage.app.measures.interactions
    assert counted[Kind.FORM, "UseapiForm", Ending.REFUSED] == 1
    assert counted[Kind.COMPLETION, "help", Ending.ANSWERED] == 1
    assert sum(counted.values()) == 7


async def test_a_bug_is_told_by_the_reference_that_all_lines_of_the_interaction_bear(stage: Stage) -> None:
    await stage.execute("ALTER TABLE credentials RENAME TO elsewhere")
    said = shown(await stage.admin.slash(stage.channel, "setup status"))
    [reference] = stage.forgive()
    assert f"`{reference}`" in said
    borne = [line for line in stage.log if f"[{reference}]" in line]
    assert len(borne) == 2
    assert "/setup status failed" in borne[0]
    assert "command setup status: bug in" in borne[1]
    await stage.execute("ALTER TABLE elsewhere RENAME TO credentials")


async def test_what_takes_too_long_for_a_stop_is_cut_off_and_told_so_and_what_comes_later_too(
    stage: Stage,
) -> None:
    await stage.connect_useapi()
    panel = await stage.admin.slash(stage.channel, "setup status")
    form = await stage.member.slash(stage.channel, "pluralkit link")
    assert panel.response is not None
    stage.sandbox.useapi.fail(Trouble.SLOW, seconds=0.5, times=1)
    slow = stage.begin_to_run(stage.admin, "accounts pika list")
    async with asyncio.timeout(4):
        while not stage.sandbox.useapi.count("GET", "/v1/*"):  # noqa: ASYNC110 - the emulator tells nobody
            await asyncio.sleep(0.01)
    stage.log.clear()
    await stage.app.answering.finish(0.05)
    stage.sandbox.useapi.clear_faults()
    assert shown(slow) == f"⚠️ {CUT_OFF}"
    assert shown(await stage.member.slash(stage.channel, "about")) == f"⚠️ {STOPPING}"
    assert shown(await stage.admin.click(panel.response, label="Test")) == f"⚠️ {STOPPING}"
    sent = await stage.member.submit_modal(form, {"token": stage.seeds.pluralkit_token})
    assert shown(sent) == f"⚠️ {STOPPING}"
    await stage.member.autocomplete(stage.channel, "help", "command", "plural")
    assert [(what.split()[0], ending) for _, what, ending in lines(stage)] == [
        ("command", "cut off"),
        ("command", "refused"),
        ("button", "refused"),
        ("form", "refused"),
        ("completion", "refused"),
    ]
