"""The buttons of the emulated Midjourney."""

import base64

import pytest

from tests.sandbox.useapi_desk import JOBS, Answer, Desk, golden

GRID = ["U1", "U2", "U3", "U4", "🔄", "V1", "V2", "V3", "V4"]
MASK = base64.b64encode(b"mask").decode()


async def imagined(desk: Desk) -> None:
    """Complete an imagine job."""
    await desk.imagine()
    desk.clock.go_on(14)


async def single(desk: Desk) -> Answer:
    """Take a picture out of its grid and return the job."""
    await imagined(desk)
    return await desk.finished(await desk.press("U3"))


@pytest.mark.parametrize("button", ["V1", "V4", "🔄"])
async def test_variations_can_be_made_again_and_again(desk: Desk, button: str) -> None:
    await imagined(desk)
    assert (await desk.press(button)).status == 200
    varied = await desk.finished(await desk.press(button))
    assert varied.buttons() == GRID
    assert "children" not in (await desk.look()).json


@pytest.mark.parametrize(
    "button", ["Vary (Subtle)", "Vary (Strong)", "Zoom Out 2x", "Zoom Out 1.5x", "⬅️", "➡️", "⬆️", "⬇️"]
)
async def test_changes_of_a_picture_make_a_new_grid(desk: Desk, button: str) -> None:
    picture = await single(desk)
    assert button in picture.buttons()
    assert (await desk.finished(await desk.press(button, picture.jobid))).buttons() == GRID


@pytest.mark.parametrize("size", ["(Subtle)", "(Creative)"])
async def test_an_upscaled_picture_can_be_upscaled_anew(desk: Desk, size: str) -> None:
    picture = await single(desk)
    large = await desk.finished(await desk.press(f"Upscale {size}", picture.jobid))
    assert f"Redo Upscale {size}" in large.buttons()
    assert f"Upscale {size}" not in large.buttons()
    assert (await desk.press(f"Redo Upscale {size}", large.jobid)).status == 200


async def test_a_moving_picture_can_be_extended(desk: Desk) -> None:
    picture = await single(desk)
    film = await desk.finished(await desk.press("Animate (High motion)", picture.jobid))
    assert film.buttons() == ["Extend (High motion)", "Extend (Low motion)"]
    longer = await desk.finished(await desk.press("Extend (Low motion)", film.jobid))
    assert b'"content_type":"video/mp4"' in longer.body
    assert (await desk.post("seed", {"jobid": film.jobid})).status == 400


async def test_blended_pictures_have_a_grid_and_described_ones_no_buttons(desk: Desk) -> None:
    url = "https://example.com/1.png"
    blended = await desk.finished(await desk.post("blend", {"blendUrls": [url, url]}))
    assert blended.buttons() == GRID
    taken = await desk.finished(await desk.press("U1", blended.jobid))
    assert str(taken.json["content"]).startswith(f"**{url} {url}** - Image #1")
    described = await desk.finished(await desk.post("describe", {"describeUrl": url}))
    assert described.buttons() == []
    assert (await desk.press("U1", described.jobid)).status == 400


async def test_custom_zoom_needs_a_prompt(desk: Desk) -> None:
    picture = await single(desk)
    assert await desk.press("Custom Zoom", picture.jobid) == golden("400_prompt_missing")
    zoomed = await desk.press("Custom Zoom", picture.jobid, prompt="a red fox --zoom 1.8")
    assert zoomed.json["prompt"] == "a red fox --zoom 1.8"


async def test_vary_region_needs_a_mask(desk: Desk) -> None:
    picture = await single(desk)
    assert await desk.press("Vary (Region)", picture.jobid) == golden("400_mask_missing")
    assert (await desk.press("Vary (Region)", picture.jobid, mask="#")).status == 400
    varied = await desk.press("Vary (Region)", picture.jobid, mask=MASK)
    assert varied.status == 200
    assert "mask" not in varied.json
    assert (await desk.press("Vary (Strong)", picture.jobid, mask=MASK)).status == 400


async def test_a_new_prompt_needs_remix_mode(desk: Desk) -> None:
    await imagined(desk)
    assert await desk.press("V1", prompt="a blue fox") == golden("400_prompt_needs_remix")
    await desk.post("remix", {})
    assert (await desk.press("V1", prompt="a blue fox")).json["prompt"] == "a blue fox"
    assert (await desk.press("V1")).json["prompt"] == "a red fox --ar 1:1"
    assert (await desk.press("U1", prompt="a blue fox")).status == 400
    assert (await desk.press("V2", prompt="a forbidden fox")).status == 422


async def test_a_button_whose_job_failed_can_be_pressed_again(desk: Desk) -> None:
    await imagined(desk)
    await desk.press("U1")
    desk.job(2).fail()
    assert (await desk.press("U1")).status == 200
    assert (await desk.press("U1")).json["jobid"] == JOBS[3]


async def test_a_lost_child_has_no_message(desk: Desk) -> None:
    await imagined(desk)
    desk.useapi.untrackable = 1
    assert (await desk.press("U1")).status == 504
    assert (await desk.look()).json["children"] == [{"button": "U1", "jobid": JOBS[2]}]
