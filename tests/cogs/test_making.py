"""/midjourney and /pika: from what is asked for to what comes of it."""

from __future__ import annotations

from tests.bodies import check_bodies
from tests.cogs.making_scene import (
    GRID,
    MIDJOURNEY,
    PICTURE,
    PIKA,
    PROMPT,
    UNTIL_DONE,
    alts,
    ask,
    bodies,
    connect,
    create,
    edits,
    files,
    imagine,
    imagined,
    later,
    made,
    press,
    ref_of,
    submits,
    subscriber,
)
from tests.stage import Stage, buttons, everything, shown

LINK = "https://example.org/cat.png"


async def test_pictures_are_promised_in_public_followed_and_shown_with_their_buttons(stage: Stage) -> None:
    await connect(stage)
    said = await imagine(stage, f"  {PROMPT} --ar 1:1 ", channel=MIDJOURNEY)
    began = stage.now()
    assert not said.ephemeral
    assert shown(said).splitlines() == [
        "### Midjourney · imagine",
        f"> {PROMPT} \\-\\-ar 1\\:1",
        "🛠️ Begun.",
        "[Cancel]",
        f"-# for <@{stage.member.id}> · asked <t:{began}:R> · job `{ref_of(said)}`",
    ]
    [sent] = submits(stage)
    assert sent.path == "/v2/jobs/imagine"
    assert sent.json == {"prompt": f"{PROMPT} --ar 1:1", "channel": MIDJOURNEY, "replyRef": ref_of(said)}
    await later(stage, UNTIL_DONE)
    assert shown(said).splitlines() == [
        "### Midjourney · imagine",
        f"> {PROMPT} \\-\\-ar 1\\:1",
        *(f"[{label}]" for label in GRID),
        f"-# for <@{stage.member.id}> · took 16 s · job `{ref_of(said)}`",
    ]
    assert files(said) == ["image/png"]
    assert alts(said) == [f"{PROMPT} --ar 1:1"]
    shown_so_far = edits(stage)
    await later(stage, 600)
    assert edits(stage) == shown_so_far
    check_bodies(stage)


async def test_progress_is_shown_with_its_percent_and_not_too_often(stage: Stage) -> None:
    await connect(stage)
    await stage.restart(stage.app.settings.model_copy(update={"job_poll_seconds": 1}))
    stage.sandbox.useapi.answers_created = True
    stage.sandbox.useapi.take(140)
    before = edits(stage)
    said = await imagine(stage)
    assert "🛠️ Taken; about to begin." in shown(said)
    await later(stage, 15)
    assert edits(stage) == before + 1
    await later(stage, 23)
    assert "🛠️ At work.\n▰▰▱▱▱▱▱▱▱▱▱▱ 15 %" in shown(said)
    assert edits(stage) == before + 2
    looks = stage.sandbox.useapi.count("GET", "/v2/jobs/")
    await later(stage, 4)
    assert stage.sandbox.useapi.count("GET", "/v2/jobs/") == looks + 1
    assert edits(stage) == before + 2
    await later(stage, 4)
    assert edits(stage) == before + 3
    made(stage)[0].hold(20)
    await later(stage, 10)
    await later(stage, 10)
    await later(stage, 10)
    assert edits(stage) == before + 4
    made(stage)[0].finish()
    await later(stage, 10)
    assert "[U1]" in shown(said)
    assert "took 1 min 26 s" in shown(said)
    check_bodies(stage)


async def test_a_video_is_attached_as_one(stage: Stage) -> None:
    await connect(stage)
    said = await create(stage, image=PICTURE, channel=PIKA)
    assert shown(said).startswith("### Pika · create\n")
    await later(stage, UNTIL_DONE)
    assert files(said) == ["video/mp4"]
    assert alts(said) == [PROMPT]
    assert buttons(said) == ["🔄 Retry"]
    [job] = made(stage)
    assert (job.verb, job.channel) == ("pika-create", PIKA)
    assert job.asked == {"prompt": PROMPT, "image": {"size": len(PICTURE[1]), "type": "image/png"}}
    again = await press(stage, said, "🔄 Retry")
    await later(stage, UNTIL_DONE)
    assert files(again) == ["video/mp4"]
    assert shown(again).startswith(f"### Pika · retry\n> {PROMPT}\n")
    check_bodies(stage)


async def test_pika_is_asked_for_everything_that_it_can_do(stage: Stage) -> None:
    await connect(stage)
    link = f"{stage.sandbox.useapi.url}/attachments/1/2/none.png"
    await ask(stage, "pika animate", image=PICTURE)
    await ask(stage, "pika animate", image=PICTURE, prompt="waves -motion 2")
    await ask(stage, "pika encrypt-text", message="hello", prompt=PROMPT, font="BAUHAUS", image=PICTURE)
    said = await ask(stage, "pika encrypt-image", message=PICTURE, prompt=PROMPT, image=PICTURE)
    assert "> a lamp by the sea" in shown(said)
    gone = await ask(stage, "pika animate", image_url=link)
    assert "The picture cannot be used: it is not there any more." in shown(gone)
    picture = {"size": len(PICTURE[1]), "type": "image/png"}
    assert [(job.verb, job.asked) for job in made(stage)] == [
        ("pika-animate", {"image": picture}),
        ("pika-animate", {"image": picture, "prompt": "waves -motion 2"}),
        ("pika-encrypt_text", {"message": "hello", "prompt": PROMPT, "image": picture, "font": "BAUHAUS"}),
        ("pika-encrypt_image", {"message": picture, "prompt": PROMPT, "image": picture}),
    ]


async def test_a_picture_is_described_and_pictures_are_blended(stage: Stage) -> None:
    await connect(stage)
    described = await ask(stage, "midjourney describe", image_url=LINK, channel=MIDJOURNEY)
    blended = await ask(
        stage,
        "midjourney blend",
        image1=PICTURE,
        image2=PICTURE,
        image_urls=f"{LINK} {LINK}",
        dimensions="Portrait",
        channel=MIDJOURNEY,
    )
    first, second = bodies(stage)
    assert first == {"describeUrl": LINK, "channel": MIDJOURNEY}
    assert [url.rpartition("/")[2] for url in second.pop("blendUrls")] == ["cat.png"] * 4
    assert second == {"blendDimensions": "Portrait", "channel": MIDJOURNEY}
    await later(stage, UNTIL_DONE)
    assert "1️⃣ a paper lantern on a dark river --ar 1:1\n\n2️⃣" in shown(described)
    assert files(described) == ["image/png"]
    assert alts(described) == ["Midjourney · describe"]
    assert buttons(blended) == GRID
    check_bodies(stage)


async def test_the_seed_of_a_job_is_found_by_its_reference_and_by_the_vendors_id(stage: Stage) -> None:
    await connect(stage)
    grid = await imagined(stage)
    by_ref = await ask(stage, "midjourney seed", job=ref_of(grid))
    by_id = await ask(stage, "midjourney seed", job=made(stage)[0].jobid)
    await later(stage, UNTIL_DONE)
    assert [body for body in bodies(stage) if "prompt" not in body] == [{"jobid": made(stage)[0].jobid}] * 2
    number = (made(stage)[1].seed or {})["value"]
    for said in (by_ref, by_id):
        assert f"**Seed** {number}" in shown(said)
        assert len(files(said)) == 4
    waiting = await imagine(stage)
    assert "Only a job that is done has a seed." in everything(
        await ask(stage, "midjourney seed", job=ref_of(waiting))
    )
    check_bodies(stage)


async def test_what_comes_to_nothing_says_why_and_what_to_do(stage: Stage) -> None:
    await connect(stage)
    sentences = {
        "breakdown": "⚠️ Midjourney could not make this, in its own words: “Something went wrong while",
        "forbidden": "⚠️ useapi.net refused this as against its rules, in its own words: “Your prompt was",
        "captcha": "`/accounts midjourney reset`",
    }
    said = None
    for number, (word, sentence) in enumerate(sentences.items(), 1):
        said = await imagine(stage, f"a {word}")
        await later(stage, UNTIL_DONE)
        assert sentence in shown(said)
        assert len(submits(stage)) == number
        others = ["Send it again"] if word != "forbidden" else []
        assert buttons(said) == ["Change and send again", *others]
    subscriber(stage).midjourney[MIDJOURNEY].pending_mod_message = None
    assert said is not None
    form = await press(stage, said, "Change and send again")
    anew = await stage.member.submit_modal(form, {"prompt": PROMPT})
    await later(stage, UNTIL_DONE)
    assert buttons(anew) == GRID
    check_bodies(stage)
