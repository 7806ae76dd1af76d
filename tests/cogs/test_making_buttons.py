"""The buttons under what was made: what each asks for, and what comes of it."""

from __future__ import annotations

import json
from typing import Any

import simcord

from tests.bodies import check_bodies
from tests.cogs.making_scene import (
    GRID,
    MIDJOURNEY,
    PNG,
    PROMPT,
    UNTIL_DONE,
    ask,
    bodies,
    connect,
    create,
    files,
    imagine,
    imagined,
    later,
    made,
    message_of,
    press,
    ref_of,
    submits,
    subscriber,
)
from tests.cogs.test_forms import forge
from tests.stage import Stage, buttons, everything, fields, shown

HOSTILE = [
    "**b** [x](https://evil.example) @everyone",
    "L" * 300,
    "",
    "\u200b\u2060",
    "🏳️\u200d🌈" * 30,
    "two\nlines\x00",
    "\u202egnp.exe",
    "U1",
    "Outpaint (Left)",
]


def _pressed(stage: Stage) -> list[dict[str, Any]]:
    return [{k: v for k, v in body.items() if k != "jobid"} for body in bodies(stage) if "button" in body]


def _typed(form: simcord.InteractionResult) -> dict[str, str | None]:
    """Return what stands in the fields of a form."""
    labels: list[dict[str, Any]] = (form.modal or {})["components"]
    parts: list[dict[str, Any]] = [label["component"] for label in labels]
    return {part["custom_id"]: part.get("value") for part in parts}


async def test_each_button_makes_a_job_of_its_own_card(stage: Stage) -> None:
    await connect(stage)
    grid = await imagined(stage)
    await stage.restart()
    upscaled = await press(stage, grid, "U1")
    assert not upscaled.ephemeral
    assert shown(upscaled).startswith(f"### Midjourney · U1\n> {PROMPT}\n🛠️ Begun.")
    again = await press(stage, grid, "🔄 Again")
    assert shown(again).startswith(f"### Midjourney · 🔄\n> {PROMPT}\n")
    variation = await press(stage, grid, "V1", stage.admin)
    await later(stage, UNTIL_DONE)
    await later(stage, UNTIL_DONE)
    assert "[Custom Zoom]" in shown(upscaled)
    assert buttons(again) == buttons(variation) == buttons(grid) == GRID
    await press(stage, grid, "V1")
    zoomed = await press(stage, upscaled, "Zoom Out 2x")
    film = await press(stage, upscaled, "Animate (High motion)")
    await later(stage, UNTIL_DONE)
    assert buttons(zoomed) == GRID
    assert files(film) == ["video/mp4"]
    assert f"> {PROMPT}\n" in shown(film)
    assert [body["button"] for body in _pressed(stage)] == [
        "U1",
        "🔄",
        "V1",
        "V1",
        "Zoom Out 2x",
        "Animate (High motion)",
    ]
    check_bodies(stage)


async def test_what_can_be_pressed_once_shows_what_the_first_time_brought(stage: Stage) -> None:
    await connect(stage)
    grid = await imagined(stage)
    first = await press(stage, grid, "U1")
    await later(stage, UNTIL_DONE)
    second = await press(stage, grid, "U1")
    assert buttons(second) == buttons(first)
    assert files(second) == ["image/png"]
    assert len(made(stage)) == 2
    check_bodies(stage)


async def test_custom_zoom_asks_for_its_prompt(stage: Stage) -> None:
    await connect(stage)
    grid = await imagined(stage)
    upscaled = await press(stage, grid, "U1")
    await later(stage, UNTIL_DONE)
    form = await press(stage, upscaled, "Custom Zoom")
    assert fields(form) == ["prompt"]
    assert _typed(form) == {"prompt": f"{PROMPT} --ar 1:1 --zoom 2"}
    zoomed = await stage.member.submit_modal(form, {"prompt": "a quay --zoom 1.5"})
    assert shown(zoomed).startswith(
        "### Midjourney · Custom Zoom\n> a quay \\-\\-zoom 1\\.5\n".replace("\\.", ".")
    )
    assert _pressed(stage)[-1] == {"button": "Custom Zoom", "prompt": "a quay --zoom 1.5"}
    empty = await press(stage, upscaled, "Custom Zoom")
    assert "The prompt is empty." in everything(await stage.member.submit_modal(empty, {"prompt": " "}))
    check_bodies(stage)
    # Who may not press a button may not send its form either, and no form makes a button of another kind.
    stranger = stage.guild.add_member(stage.env.create_user("cleo"))
    zoom, sent = str((form.modal or {})["custom_id"]), len(_pressed(stage))
    assert "Only who asked for this may press" in await forge(stage, stranger, zoom, prompt="mine")
    ref = ref_of(upscaled)
    for custom_id in (f"form:job:reword:{ref}", f"form:job:mask:{ref}:0:0"):
        assert "Only who asked for this may press" in await forge(stage, stranger, custom_id, prompt="mine")
    for custom_id in (zoom[:-1] + "0", f"form:job:prompt:{ref}:99", f"form:job:mask:{ref}:0:0"):
        said = await forge(stage, stage.member, custom_id, prompt="mine")
        assert "This button is not known any more." in said
    assert len(_pressed(stage)) == sent


async def test_remix_mode_makes_variations_ask_for_a_prompt(stage: Stage) -> None:
    await connect(stage)
    grid = await imagined(stage)
    on = await ask(stage, "midjourney remix", stage.admin, channel=MIDJOURNEY)
    assert shown(on).splitlines()[:2] == [
        "### Midjourney · remix",
        "Buttons that make variations ask for a prompt from now on.",
    ]
    form = await press(stage, grid, "V1")
    assert _typed(form) == {"prompt": PROMPT}
    varied = await stage.member.submit_modal(form, {"prompt": "a lamp by a lake"})
    assert "> a lamp by a lake\n" in shown(varied)
    assert _pressed(stage)[-1] == {"button": "V1", "prompt": "a lamp by a lake"}
    assert (await press(stage, grid, "U1")).modal is None
    await ask(stage, "midjourney remix", stage.admin, channel=MIDJOURNEY)
    assert (await press(stage, grid, "V2")).modal is None
    check_bodies(stage)


async def test_a_region_is_varied_by_a_mask(stage: Stage) -> None:
    await connect(stage)
    grid = await imagined(stage)
    upscaled = await press(stage, grid, "U1")
    await later(stage, UNTIL_DONE)
    form = await press(stage, upscaled, "Vary (Region)")
    assert fields(form) == ["mask"]
    varied = await stage.member.submit_modal(form, {"mask": ("mask.png", PNG)})
    await later(stage, UNTIL_DONE)
    assert buttons(varied) == GRID
    assert set(_pressed(stage)[-1]) == {"button", "mask"}
    form = await press(stage, upscaled, "Vary (Region)")
    wrong = await stage.member.submit_modal(form, {"mask": ("mask.txt", b"no")})
    assert "Pictures can be PNG, JPEG, WebP." in everything(wrong)
    form = await press(stage, upscaled, "Vary (Region)")
    large = await stage.member.submit_modal(form, {"mask": ("mask.png", PNG + bytes(1024 * 1024))})
    assert "The picture is larger than 1 MB. Attach a smaller one." in everything(large)
    await ask(stage, "midjourney remix", stage.admin, channel=MIDJOURNEY)
    form = await press(stage, upscaled, "Vary (Region)")
    assert fields(form) == ["mask", "prompt"]
    await stage.member.submit_modal(form, {"mask": ("mask.png", PNG), "prompt": "a moon"})
    assert _pressed(stage)[-1]["prompt"] == "a moon"
    assert stage.outside is not None
    for row in await stage.rows("SELECT id, asked FROM jobs"):
        longer = json.dumps(json.loads(row.asked) | {"about": "0" * 3000})
        stage.outside.execute("UPDATE jobs SET asked = ? WHERE id = ?", longer, row.id)
    form = await press(stage, upscaled, "Vary (Region)")
    assert _typed(form) == {"mask": None, "prompt": "0" * 2048}
    check_bodies(stage)


async def test_who_did_not_ask_presses_only_where_the_server_opened_the_buttons(stage: Stage) -> None:
    await connect(stage)
    grid = await imagined(stage)
    refused = await imagine(stage, "a breakdown")
    await later(stage, UNTIL_DONE)
    stranger = stage.guild.add_member(stage.env.create_user("eve"))
    for said, label in ((grid, "U1"), (refused, "Send it again"), (refused, "Change and send again")):
        pressed = await press(stage, said, label, stranger)
        assert pressed.ephemeral
        assert "Only who asked for this may press its buttons" in everything(pressed)
    panel = await stage.admin.slash(stage.channel, "setup status")
    await press(stage, panel, "Open buttons to everybody", stage.admin)
    opened = await press(stage, grid, "U1", stranger)
    assert f"-# for <@{stranger.id}>" in shown(opened)
    assert len(submits(stage)) == 3
    check_bodies(stage)


async def test_a_button_of_a_job_that_is_not_kept_any_more_says_so(stage: Stage) -> None:
    await connect(stage)
    grid = await imagined(stage)
    await later(stage, 31 * 86_400 - 3_600)
    assert len(await stage.rows("SELECT * FROM jobs")) == 1
    await later(stage, 2 * 3_600)
    assert await stage.rows("SELECT * FROM jobs") == []
    said = await press(stage, grid, "U1")
    assert said.ephemeral
    assert "This job is not kept here any more. Ask for it anew." in everything(said)
    forged = await stage.press(stage.member, f"job:press:{ref_of(grid)}:99", message_of(grid))
    assert "not kept here any more" in everything(forged)


async def test_a_button_that_nobody_knows_yet_is_shown_and_sent_as_it_is(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    made(stage)[0].buttons = ("Outpaint (Left)", "U1")
    await later(stage, UNTIL_DONE)
    assert buttons(said) == ["Outpaint (Left)", "U1"]
    pressed = await press(stage, said, "Outpaint (Left)")
    assert "Button Outpaint \\(Left\\) is not supported" in shown(pressed)
    assert _pressed(stage) == [{"button": "Outpaint (Left)"}]
    beyond = await stage.press(stage.member, f"job:press:{ref_of(said)}:7", message_of(said))
    assert "This button is not known any more." in everything(beyond)
    check_bodies(stage)


async def test_names_of_buttons_never_break_a_card(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage)
    made(stage)[0].buttons = (*HOSTILE, *(f"Button {number}" for number in range(40)))
    await later(stage, UNTIL_DONE)
    assert len(buttons(said)) == 18
    assert buttons(said)[0] == HOSTILE[0]
    assert buttons(said)[1] == "L" * 79 + "…"
    pressed = await press(stage, said, buttons(said)[1])
    assert shown(pressed).startswith("### Midjourney · " + "L" * 50)
    assert _pressed(stage)[-1] == {"button": "L" * 300}
    await press(stage, said, HOSTILE[0])
    await ask(stage, "midjourney jobs")
    await stage.member.autocomplete(stage.channel, "midjourney job", "job", "")
    check_bodies(stage)


async def test_the_account_of_a_button_may_be_gone(stage: Stage) -> None:
    await connect(stage)
    pictures, video = await imagine(stage), await create(stage)
    await later(stage, UNTIL_DONE)
    subscriber(stage).midjourney.clear()
    subscriber(stage).pika.clear()
    for said in (pictures, video):
        pressed = await press(stage, said, buttons(said)[0])
        await later(stage, UNTIL_DONE)
        assert files(pressed)
