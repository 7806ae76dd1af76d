"""The answers of useapi.net about jobs as they are understood, good, bad and odd."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.api.job_calls import JobsClient
from bot.api.jobs import Job
from bot.api.midjourney import MidjourneyClient
from bot.api.transport import Timeouts
from bot.errors import (
    ApiError,
    Broken,
    Conflict,
    Moderated,
    NeedsAttention,
    NotFound,
    QueueFull,
    RateLimited,
    Rejected,
    Uncertain,
    Unexpected,
    Unreachable,
)
from bot.sandbox.upstream import JSON, Trouble
from tests.api.desk import SHORT, Desk, golden
from tests.api.useapi_jobs import JOB, KEY, ONCE, OTHER, says, works

WAYS = ["submit", "press", "info", "job", "executing", "cancel"]
SUBMITS, QUERIES = WAYS[:3], WAYS[3:]
ERRORS: list[tuple[str, type[ApiError], str | None]] = [
    ("400_prompt_too_long", Rejected, None),
    ("402_no_subscription", Rejected, None),
    ("404_job", NotFound, None),
    ("409_midjourney_button", Conflict, OTHER),
    ("422_midjourney_imagine_moderated", Moderated, JOB),
    ("422_pika_create_moderated", Moderated, JOB),
    ("429_discord", RateLimited, None),
    ("429_queue_full", QueueFull, None),
    ("504_pika_create_untrackable", Uncertain, JOB),
    ("596_pending", NeedsAttention, None),
    ("596_captcha", NeedsAttention, None),
]


@pytest.mark.parametrize("http", [None, 200, 400])
@pytest.mark.parametrize("way", SUBMITS)
@pytest.mark.parametrize(("name", "kind", "job"), ERRORS)
async def test_a_refused_submit_is_what_the_vendor_says_with_whatever_status(
    desk: Desk, name: str, kind: type[ApiError], job: str | None, way: str, http: int | None
) -> None:
    says(desk, name, http or int(name[:3]), times=None)
    with pytest.raises(kind) as caught:
        await works(desk)[way]()
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.job) == (int(name[:3]), job)


async def test_a_moderated_prompt_is_told_with_its_details(desk: Desk) -> None:
    says(desk, "422_midjourney_imagine_moderated", 422)
    with pytest.raises(Moderated) as caught:
        await works(desk)["submit"]()
    assert caught.value.reason == (
        "Your prompt was moderated: Sorry! Our AI moderators feel your prompt might be against our "
        "community standards."
    )
    desk.shop.refuse_with(422, {"error": "No.", "errorDetails": "No.", "jobid": JOB})
    with pytest.raises(Moderated) as caught:
        await works(desk)["press"]()
    assert (caught.value.reason, caught.value.job) == ("No.", JOB)


async def test_a_full_queue_is_one_whatever_else_is_told(desk: Desk) -> None:
    for status in (429, 200):
        says(desk, "odd_429_with_job", status)
        with pytest.raises(QueueFull) as caught:
            await works(desk)["submit"]()
        assert caught.value.executing == (JOB, "7")


@pytest.mark.parametrize("way", ["job", "cancel"])
@pytest.mark.parametrize(
    ("name", "http"),
    [
        ("midjourney_imagine_moderated", 200),
        ("midjourney_imagine_moderated", 422),
        ("midjourney_imagine_untrackable", 200),
        ("midjourney_imagine_untrackable", 504),
        ("midjourney_imagine_failed", 596),
        ("odd_job_unknown_status", 203),
    ],
)
async def test_a_job_that_ended_badly_is_read_as_any_other(
    desk: Desk, way: str, name: str, http: int
) -> None:
    says(desk, name, http)
    assert await works(desk)[way]() == Job.model_validate_json(golden("useapi", name))


@pytest.mark.parametrize(
    ("http", "body", "kind"),
    [
        (200, {"error": "Unable to locate job", "code": 404}, NotFound),
        (200, {"error": "Unable to locate job", "jobid": JOB, "code": 404}, NotFound),
        (404, {"error": "Unable to locate job", "jobid": JOB, "status": "failed", "code": 404}, NotFound),
        (422, {"jobid": JOB, "code": 422}, Moderated),
        (596, {"jobid": JOB, "status": "started", "code": 596}, NeedsAttention),
        (200, {"error": "hm", "code": 418}, Rejected),
        (200, {}, Unexpected),
        (200, [], Unexpected),
        (200, "fox", Unexpected),
        (500, {"jobid": JOB, "status": "completed", "code": 200}, Broken),
        (503, {"error": "Unauthorized", "code": 401}, Broken),
        (504, {"error": "Unable to locate job", "code": 404}, NotFound),
        (504, None, Broken),
        (400, {"error": "hm", "code": 503}, Rejected),
        (400, {"error": "hm", "code": "404"}, Rejected),
        (200, {"error": "hm", "code": 503}, Broken),
    ],
)
async def test_what_is_no_job_is_an_error(desk: Desk, http: int, body: JSON, kind: type[ApiError]) -> None:
    desk.shop.refuse_with(http, body, times=None)
    with pytest.raises(kind) as caught:
        await works(desk)["job"]()
    assert type(caught.value) is kind
    if kind in {Broken, Unexpected}:
        with pytest.raises(Uncertain):
            await works(desk)["cancel"]()


@pytest.mark.parametrize("body", [{"jobs": []}, {"code": 200}, "fox", None])
async def test_a_list_of_jobs_that_is_none_is_unexpected(desk: Desk, body: JSON) -> None:
    desk.shop.refuse_with(200, body)
    with pytest.raises(Unexpected):
        await works(desk)["executing"]()


async def test_a_submit_may_be_over_at_once(desk: Desk) -> None:
    for status in ("moderated", "failed", "created", ""):
        desk.shop.refuse_with(200, {"jobid": JOB, "status": status, "code": 200})
        assert await works(desk)["submit"]() == Job(jobid=JOB, status=status, code=200)


@pytest.mark.parametrize("way", [*SUBMITS, "cancel"])
@pytest.mark.parametrize("trouble", [Trouble.LOST, Trouble.DROP, Trouble.HTML])
async def test_what_may_have_been_done_is_not_asked_again(desk: Desk, way: str, trouble: Trouble) -> None:
    desk.shop.fail(trouble, times=None)
    with pytest.raises(Uncertain) as caught:
        await works(desk)[way]()
    assert caught.value.job is None
    assert len(desk.shop.requests) == 1


@pytest.mark.parametrize("way", QUERIES[:2])
async def test_a_question_is_asked_again(desk: Desk, way: str) -> None:
    desk.shop.fail(Trouble.DROP)
    says(desk, "jobs" if way == "executing" else "midjourney_imagine_started")
    await works(desk)[way]()
    assert len(desk.shop.requests) == 2


@pytest.mark.parametrize("way", WAYS)
async def test_a_submit_alone_may_take_longer_than_usual(desk: Desk, way: str) -> None:
    """The server answers after the usual time-outs, which are made short here."""
    impatient = Timeouts(connect=9.0, read=SHORT.read, attempt=SHORT.read)
    desk.shop.fail(Trouble.SLOW, seconds=SHORT.read * 1.5, path="*", times=None)
    with pytest.raises(ApiError) as caught:
        await works(desk, timeouts=impatient)[way]()
    # The shop does not know the path: an answer that came in time says so.
    late = Uncertain if way == "cancel" else Unreachable
    assert type(caught.value) is (NotFound if way in SUBMITS else late)


async def test_a_submit_that_comes_too_early_is_left_to_whoever_sent_it(desk: Desk) -> None:
    desk.shop.refuse_with(429, {"code": 429})
    with pytest.raises(RateLimited):
        await MidjourneyClient(desk.transport(), SecretStr(KEY)).imagine("a fox")
    assert len(desk.shop.requests) == 1
    assert desk.time.slept == []


async def test_where_the_vendor_is_to_answer_is_told_to_nobody_else(
    desk: Desk,
) -> None:
    midjourney = MidjourneyClient(desk.transport(), SecretStr(KEY))
    desk.shop.refuse_with(400, {"error": f"replyUrl https://example.com/r?s=hunter2 is odd, {KEY}"})
    with pytest.raises(Rejected) as caught:
        await midjourney.imagine("a fox", reply_url="https://example.com/r?s=hunter2")
    assert caught.value.reason == "replyUrl [secret] is odd, [secret]"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 700) | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
TELLING = st.fixed_dictionaries(
    {},
    optional={
        "jobid": ANYTHING | st.just(JOB),
        "status": ANYTHING | st.sampled_from(["started", "failed"]),
        "code": ANYTHING | st.sampled_from([200, 400, 401, 404, 409, 422, 429, 500, 504, 596]),
        "error": ANYTHING,
        "errorDetails": ANYTHING,
        "executingJobs": ANYTHING,
        "attachments": ANYTHING,
        "children": ANYTHING,
        "seed": ANYTHING,
    },
)
ANSWERS = st.binary(max_size=20) | (ANYTHING | TELLING).map(lambda body: json.dumps(body).encode())
STATUSES = st.sampled_from([200, 201, 204, 301, 400, 401, 404, 409, 422, 429, 500, 503, 504, 596])


@given(status=STATUSES, body=ANSWERS, way=st.sampled_from(["submit", "get", "cancel"]))
@example(status=200, body=b'{"jobid":"\\ud800","status":"x"}', way="get")
@example(status=422, body=b"[" * 50_000, way="get")
@example(status=200, body=b'{"jobid":"1","code":' + b"9" * 5_000 + b"}", way="submit")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_answer_is_a_job_or_an_error_of_ours(
    desk: Desk, status: int, body: bytes, way: str
) -> None:
    desk.shop.clear_faults()
    desk.shop.fail(status=status, body=body, times=None)
    jobs = JobsClient(desk.transport(patience=ONCE), SecretStr(KEY), ("v2", "jobs"), ("v2", "jobs"))
    work = {"submit": lambda: jobs.submit("imagine", {}, {}), "get": lambda: jobs.get(JOB)}
    try:
        job = await work.get(way, lambda: jobs.cancel(JOB))()
    except ApiError:
        return
    assert isinstance(job, Job)
