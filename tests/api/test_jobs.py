"""What is told of a job is read whatever is odd in it, by the vendor's bodies and by worse ones."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.api.jobs import Child, Embed, Job, JobFile, JobStatus, Link, Seed, job_ids
from tests.api.desk import golden

FIRST, SECOND = "0b8f2a6c-0000-4000-8000-000000000001", "0b8f2a6c-0000-4000-8000-000000000002"
STATUSES = ["created", "started", "progress", "completed", "moderated", "failed", "cancelled"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
WIRE = [field.alias or name for name, field in Job.model_fields.items()]


def job(name: str) -> Job:
    return Job.model_validate_json(golden("useapi", name))


@pytest.mark.parametrize("status", STATUSES)
def test_a_job_of_midjourney_goes_through_every_status(status: str) -> None:
    read = job(f"midjourney_imagine_{status}")
    assert (read.jobid, read.verb, read.status, read.reply_ref) == (FIRST, "imagine", status, "fox-1")
    assert read.is_over is (status in STATUSES[3:])
    assert read.percent == (45 if status == "progress" else None)


@pytest.mark.parametrize("status", STATUSES)
def test_a_job_of_pika_goes_through_every_status(status: str) -> None:
    read = job(f"pika_create_{status}")
    assert (read.verb, JobStatus(read.status), read.server) == ("pika-create", status, None)
    assert read.is_over is (status in STATUSES[3:])
    assert len(read.files) == (status == "completed")


def test_a_finished_picture_has_its_file_and_its_buttons() -> None:
    read = job("midjourney_imagine_completed_with_child")
    assert read.buttons[:5] == ("U1", "U2", "U3", "U4", "🔄")
    assert read.children == (Child(button="U1", jobid=SECOND),)
    (file,) = read.files
    assert file.url.startswith("https://cdn.discordapp.com/attachments/")
    assert (file.filename, file.content_type) == (f"sandbox_a_red_fox_{FIRST}.png", "image/png")
    assert file.size
    assert (file.width, file.height) == (read.attachments[0].width, read.attachments[0].height)


def test_what_a_button_made_knows_where_it_comes_from() -> None:
    read = job("midjourney_button_completed")
    assert (read.verb, read.button, read.parent_job_id) == ("button", "U1", FIRST)


def test_a_described_picture_has_its_text_and_itself() -> None:
    read = job("midjourney_describe_completed")
    assert (read.description or "").startswith("1️⃣ ")
    assert [file.filename for file in read.files] == [f"sandbox_describe_{FIRST}.png"]
    assert read.model_copy(update={"verb": "info"}).files == ()
    assert job("midjourney_info").description is None


def test_a_seed_has_a_value_and_its_four_pictures() -> None:
    read = job("midjourney_seed")
    value = json.loads(golden("useapi", "midjourney_seed"))["seed"]["value"]
    assert isinstance(value, int)
    assert read.seed == Seed(value=value, content=read.content)
    assert len(read.files) == 4


def test_what_is_malformed_is_left_out_and_the_rest_is_read() -> None:
    assert job("odd_job_malformed") == Job(
        jobid=FIRST,
        status="completed",
        buttons=("U1", "V1"),
        children=(Child(button="U1", jobid=SECOND),),
        attachments=(
            Link(proxy_url="https://media.discordapp.net/attachments/1/2/fox%20one.png?ex=1", size=12),
            Link(filename="no_address.png"),
        ),
        seed=Seed(),
    )
    assert job("odd_job_malformed").files == (
        JobFile("https://media.discordapp.net/attachments/1/2/fox%20one.png?ex=1", "fox one.png", size=12),
    )


def test_links_come_as_texts_and_as_objects_and_after_attachments() -> None:
    read = job("odd_job_links")
    assert [file.filename for file in read.files] == ["0_0.png", "0_1.png", "0.mp4"]
    attached = read.model_copy(update={"attachments": (Link(url="https://cdn.example.com/a"),)})
    assert attached.files == (JobFile("https://cdn.example.com/a", "a"),)


def test_an_unknown_status_stays_as_it_is_and_is_not_the_end() -> None:
    read = job("odd_job_unknown_status")
    assert (read.status, read.is_over, read.percent, read.code) == ("Paused", False, 7, 207)


@pytest.mark.parametrize(
    ("content", "prompt", "percent"),
    [
        (None, None, None),
        ("(45%)", None, 45),
        ("(0%) (fast)", "", 0),
        ("**a (50%) fox** - (Waiting to start)", "a (50%) fox", None),
        ("**a fox --v 6** - (31%) (fast)", "another", 31),
        ("(80.00%) (101%)", None, None),
        ("(٤٥%)", None, None),
    ],
)
def test_the_progress_is_in_the_bots_words_behind_the_prompt(
    content: str | None, prompt: str | None, percent: int | None
) -> None:
    assert Job(jobid="1", content=content, prompt=prompt).percent == percent


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://h/a/fox.png?x=/y", "fox.png"),
        ("https://h", "file"),
        ("https://h/", "file"),
        ("https://[h/a.png", "file"),
        ("https://h/%2e%2e%2ffox", "fox"),
    ],
)
def test_a_file_without_a_name_is_called_as_its_address_ends(url: str, name: str) -> None:
    assert Link(url=url).files() == (JobFile(url, name),)


def test_a_text_comes_from_the_first_embed_that_has_one() -> None:
    assert Job(jobid="1", embeds=(Embed(), Embed(description="a fox"))).description == "a fox"


def test_the_token_of_an_account_is_not_read_not_even_masked() -> None:
    for name in ("midjourney_imagine_completed", "pika_create_completed"):
        assert b"dis\xe2\x80\xa6n-a" in golden("useapi", name)
        assert "dis…n-a" not in f"{job(name)!r} {job(name).model_dump_json()}"


@pytest.mark.parametrize("body", [b"{}", b'{"jobid":""}', b'{"jobid":null}', b'{"jobid":7}', b"[]", b"7"])
def test_without_an_id_it_is_no_job(body: bytes) -> None:
    with pytest.raises(ValidationError):
        Job.model_validate_json(body)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(WIRE, ANYTHING)))
def test_with_an_id_it_is_a_job_whatever_else_it_says(fields: dict[str, object]) -> None:
    read = Job.model_validate({**fields, "jobid": "1"})
    assert Job.model_validate_json(read.model_dump_json()) == read
    assert all(isinstance(file.url, str) and file.filename for file in read.files)
    assert read.percent is None or 0 <= read.percent <= 100
    assert isinstance(read.is_over, bool)
    assert read.description is None or read.description


@given(ANYTHING)
def test_ids_are_read_of_anything(value: object) -> None:
    assert all(isinstance(each, str) for each in job_ids(value))


def test_every_field_is_called_as_the_vendor_calls_it() -> None:
    told: set[str] = set()
    for name in ("midjourney_button_completed", "midjourney_describe_completed", "midjourney_seed"):
        told |= json.loads(golden("useapi", name)).keys()
    unknown = {"imageUx", "videoUx", "executingJobs", "error", "errorDetails", "children", "buttons"}
    assert {*WIRE} <= told | unknown | {"prompt", "button"}
    assert all(re.fullmatch(r"[a-zA-Z]+", name) for name in WIRE)
