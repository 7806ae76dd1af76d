"""/midjourney and /pika refuse what cannot be made before anybody is told of it."""

from __future__ import annotations

from typing import Any

from bot.sandbox.upstream import Trouble
from tests.cogs.making_scene import (
    MIDJOURNEY,
    NOTICED,
    PICTURE,
    PIKA,
    PROMPT,
    ask,
    connect,
    create,
    imagine,
    imagined,
    later,
    made,
    ref_of,
    refusal,
    submits,
    subscriber,
)
from tests.stage import Stage, everything, shown

LINK = "https://example.org/cat.png"
UNKNOWN = "This job is not known here. Jobs are kept for 31 days; `/midjourney jobs` lists those that are."


RULES: list[tuple[str, dict[str, Any], str]] = [
    ("midjourney imagine", {"prompt": " \u200b "}, "The prompt is empty."),
    ("midjourney imagine", {"prompt": "x" * 2049}, "The prompt has 2049 characters; 2048 is the most."),
    ("pika create", {"prompt": "x" * 1501}, "The prompt has 1501 characters; 1500 is the most."),
    ("pika encrypt-text", {"message": "x" * 21, "prompt": PROMPT}, "The message has 21 characters; 20"),
    ("pika encrypt-text", {"message": "a", "prompt": PROMPT, "font": "Comic"}, "That font is not known"),
    ("pika animate", {}, "A picture is needed: attach one, or give its link."),
    ("pika animate", {"image_url": LINK}, "Pictures are fetched from `cdn.simcord.invalid:443`"),
    ("pika encrypt-image", {"prompt": PROMPT}, "A picture is needed"),
    ("midjourney describe", {}, "A picture is needed"),
    ("midjourney describe", {"image_url": "http://example.org/a.png"}, "A link to a picture starts with"),
    ("midjourney describe", {"image_url": "https://[a/b.png"}, "A link to a picture starts with"),
    ("midjourney describe", {"image_url": "https://a@example.org/"}, "A link to a picture starts with"),
    ("midjourney blend", {"image_urls": LINK}, "A blend takes 2 to 5 pictures; 1 were given."),
    ("midjourney blend", {"image_urls": f"{LINK} " * 6}, "A blend takes 2 to 5 pictures; 6 were given."),
    ("midjourney blend", {"image_urls": f"{LINK} {LINK}", "dimensions": "Round"}, "That shape is not"),
    ("midjourney imagine", {"prompt": PROMPT, "channel": "general"}, "`channel` is the id of an account"),
    ("midjourney imagine", {"prompt": PROMPT, "channel": "1" * 21}, "`channel` is the id of an account"),
    ("midjourney seed", {"job": "two words"}, UNKNOWN),
    ("midjourney job", {"job": "x" * 101}, UNKNOWN),
    ("midjourney cancel", {"job": "\N{SNOWMAN}"}, UNKNOWN),
]


async def test_without_a_key_every_command_says_who_connects_and_how(stage: Stage) -> None:
    sentence = "useapi.net is not connected in this server yet."
    commands: dict[str, dict[str, Any]] = {
        "midjourney imagine": {"prompt": PROMPT},
        "midjourney describe": {"image_url": LINK},
        "midjourney blend": {"image_urls": f"{LINK} {LINK}"},
        "midjourney seed": {"job": "somewhere-else"},
        "midjourney job": {"job": "somewhere-else"},
        "pika create": {"prompt": PROMPT},
        "pika animate": {"image_url": f"{stage.sandbox.useapi.url}/a.png"},
        "pika encrypt-text": {"message": "hello", "prompt": PROMPT},
    }
    for command, options in commands.items():
        assert (await refusal(stage, command, **options)).startswith(sentence), command
    for command in ("midjourney info", "midjourney remix", "midjourney variability"):
        assert (await refusal(stage, command, stage.admin)).startswith(sentence), command
    assert await stage.rows("SELECT * FROM jobs") == []


async def test_what_does_not_follow_a_rule_is_refused_with_the_rule(stage: Stage) -> None:
    for command, options, sentence in RULES:
        assert (await refusal(stage, command, **options)).startswith(sentence), command
    assert stage.sandbox.useapi.requests == []


async def test_a_file_must_be_a_picture_of_a_size_and_come_without_a_link(stage: Stage) -> None:
    await connect(stage)
    large = ("cat.png", bytes(25 * 1024 * 1024 + 1))
    rows: list[tuple[dict[str, Any], str]] = [
        ({"image": ("cat.gif", b"GIF89a")}, "Pictures can be PNG, JPEG, WebP."),
        ({"image": large}, "The picture is larger than 25 MB."),
        ({"image": PICTURE, "image_url": LINK}, "Attach a picture or give a link, not both."),
    ]
    for options, sentence in rows:
        for command in ("midjourney describe", "pika animate"):
            assert sentence in everything(await ask(stage, command, **options))
    # What it is called says nothing: the bytes tell.
    posing = await ask(stage, "pika animate", image=("cat.png", b"<!doctype html>"))
    assert "neither a picture nor a video" in shown(posing)
    assert submits(stage) == []


async def test_no_job_of_another_server_or_service_is_known(stage: Stage) -> None:
    await connect(stage)
    mine = ref_of(await imagined(stage))
    upstream_id = made(stage)[0].jobid
    other = stage.another_server()
    stage.sandbox.useapi.subscribe("user:20002-otherkey9b1c")
    await other.connect_useapi("user:20002-otherkey9b1c")
    for command in ("job", "cancel", "seed"):
        for name in (mine, upstream_id):
            said = everything(await ask(other, f"midjourney {command}", other.admin, job=name))
            expected = "useapi.net does not know what was asked for." if command == "seed" else UNKNOWN
            assert expected in said, (command, said)
    assert "`/pika jobs` lists those" in everything(await ask(stage, "pika cancel", job=mine))
    assert PROMPT not in shown(await ask(other, "midjourney jobs", other.admin))
    offered = await other.admin.autocomplete(other.channel, "midjourney job", "job", "lamp")
    assert offered == []


async def test_channels_are_completed_from_the_accounts_and_stay_empty_on_trouble(stage: Stage) -> None:
    async def offered(service: str, typed: str) -> list[str]:
        command = {"midjourney": "midjourney imagine", "pika": "pika create"}[service]
        found = await stage.member.autocomplete(stage.channel, command, "channel", typed)
        return [choice["value"] for choice in found]

    assert await offered("midjourney", "") == []
    await connect(stage)
    assert await offered("midjourney", "") == [MIDJOURNEY, NOTICED]
    assert await offered("midjourney", "23") == [NOTICED]
    assert await offered("pika", " ") == [PIKA]
    stage.sandbox.useapi.fail(Trouble.DROP, times=None)
    assert await offered("pika", "") == []


async def test_jobs_are_completed_from_ones_own_and_for_managers_from_all(stage: Stage) -> None:
    async def offered(who: str, command: str = "job", typed: str = "") -> list[str]:
        person = stage.admin if who == "admin" else stage.member
        found = await person.autocomplete(stage.channel, f"midjourney {command}", "job", typed)
        return [choice["name"] for choice in found]

    await connect(stage)
    done = ref_of(await imagined(stage, "an *old* quay"))
    await imagine(stage, "a " + "long " * 60 + "way", stage.admin)
    await create(stage)
    own = "Midjourney · imagine · completed · an *old* quay"
    assert await offered("member") == [own]
    assert await offered("member", "seed", done[:7]) == [own]
    assert await offered("member", "cancel") == []
    [newest, _] = await offered("admin")
    assert newest.startswith("Midjourney · imagine · at work · a long long")
    assert len(newest) <= 100
    assert await offered("admin", "cancel") == [newest]
    assert await offered("admin", typed="QUAY") == [own]
    await later(stage, 20)
    assert await offered("admin", "cancel") == []


async def test_info_and_modes_are_for_those_who_manage_the_server(stage: Stage) -> None:
    await connect(stage)
    needs = "This needs the permission Manage Server. Ask somebody who has it."
    for command in ("info", "remix", "variability"):
        assert await refusal(stage, f"midjourney {command}") == needs
    assert await refusal(stage, "midjourney mode", mode="fast") == needs
    several = await refusal(stage, "midjourney info", stage.admin)
    assert several.startswith("There are several Midjourney accounts: choose one with the option `channel`.")
    assert (await refusal(stage, "midjourney mode", stage.admin, mode="warp")).startswith("That mode is not")
    noticed = await refusal(stage, "midjourney info", stage.admin, channel=NOTICED)
    assert "a notice waits there" in noticed
    del subscriber(stage).midjourney[NOTICED]
    info = await ask(stage, "midjourney info", stage.admin)
    assert info.ephemeral
    assert shown(info).startswith("### Midjourney · info\n**User ID**: 1160000000000000001\n")
    turbo = await ask(stage, "midjourney mode", stage.admin, mode="turbo", channel=MIDJOURNEY)
    assert "### Midjourney · turbo\nDone! Your jobs now run in turbo mode" in shown(turbo)
    assert "High variability mode turned on!" in shown(
        await ask(stage, "midjourney variability", stage.admin)
    )
    account = subscriber(stage).midjourney[MIDJOURNEY]
    assert (account.speed, account.high_variability) == ("turbo", True)
    subscriber(stage).midjourney.clear()
    assert "No Midjourney account is registered." in await refusal(stage, "midjourney info", stage.admin)
    assert await stage.rows("SELECT * FROM jobs") == []
