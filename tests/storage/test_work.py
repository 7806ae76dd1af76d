from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import pytest
from sqlalchemy.exc import IntegrityError

from bot.services import Service
from bot.storage.database import Database
from bot.storage.schema import jobs
from bot.storage.work import ANSWERING, Outcome, State, Work, WorkBook
from tests.storage.samples import (
    ADA,
    BEN,
    HARBOUR,
    LANE,
    VILLAGE,
    Clock,
    ask,
    claimed,
    lay,
    look,
    work_queue,
)

NOW = 1_800_000_000_750


def book(database: Database, guild_id: int = HARBOUR, clock: Clock | None = None) -> WorkBook:
    return WorkBook(database, guild_id, clock or Clock())


async def adopt(database: Database, ref: str, upstream_id: str, guild_id: int = HARBOUR) -> Work:
    return await book(database, guild_id).adopt(
        ref,
        user_id=BEN,
        channel_id=3001,
        service=Service.MIDJOURNEY,
        asked="{}",
        upstream=(upstream_id, '{"status":"completed"}'),
        key_name="blue",
    )


async def give(database: Database, work: Work, upstream_id: str) -> None:
    """Note which job of the upstream a row is about."""
    queue = work_queue(database, Clock())
    assert await queue.save(await claimed(queue, work), upstream_id=upstream_id)


def test_a_row_is_read_into_all_of_its_columns() -> None:
    assert {field.name for field in fields(Work)} == {*jobs.c.keys()}


async def test_what_another_worker_wrote_down_before_it_died_is_one_job_and_counts_once(
    database: Database, rows: Callable[[str], list[tuple[object, ...]]]
) -> None:
    first, again = [await ask(database, Clock(), "lighthouse") for _ in range(2)]
    assert again == first
    assert rows("SELECT who, count FROM tallies ORDER BY who") == [("", 1), ("member 1", 1)]


async def test_a_job_is_found_as_it_was_asked_for(database: Database) -> None:
    asked = await ask(database, Clock(), "lighthouse")
    assert asked == Work(
        id=asked.id,
        ref="lighthouse",
        guild_id=HARBOUR,
        user_id=ADA,
        service=Service.MIDJOURNEY,
        lane=LANE,
        asked='{"prompt":"a lighthouse"}',
        state=State.WAITING,
        created_at=NOW,
        channel_id=3001,
        due_at=NOW + ANSWERING,
        reply_token=b"sealed token",
        reply_until=1_800_000_840_000,
        upload_limit=10_000_000,
    )
    assert await book(database).find("lighthouse") == asked


async def test_what_is_sealed_or_private_is_not_shown_where_its_row_is(database: Database) -> None:
    asked = replace(await ask(database, Clock(), "lighthouse"), body="what the upstream said")
    assert "sealed token" not in repr(asked)
    assert "what the upstream said" not in repr(asked)


async def test_a_job_can_be_asked_for_in_a_server_that_nobody_told_us_of(database: Database) -> None:
    asked = await ask(database, Clock(), "lighthouse", guild_id=404)
    assert asked.guild_id == 404
    assert (await adopt(database, "harbour", "upstream", guild_id=405)).guild_id == 405


async def test_two_jobs_do_not_share_a_reference(database: Database) -> None:
    await ask(database, Clock(), "lighthouse")
    with pytest.raises(IntegrityError):
        await ask(database, Clock(), "lighthouse", guild_id=VILLAGE)


async def test_a_job_from_elsewhere_is_over_when_it_is_written_down(database: Database) -> None:
    adopted = await adopt(database, "lighthouse", "upstream")
    assert adopted == Work(
        id=adopted.id,
        ref="lighthouse",
        guild_id=HARBOUR,
        user_id=BEN,
        service=Service.MIDJOURNEY,
        lane=LANE,
        asked="{}",
        state=State.TOLD,
        outcome=Outcome.COMPLETED,
        upstream_id="upstream",
        body='{"status":"completed"}',
        created_at=NOW,
        ended_at=NOW,
        channel_id=3001,
        key_name="blue",
    )
    clock = Clock(Clock().now + 3600)
    assert await work_queue(database, clock).claim(10) == []
    assert await work_queue(database, clock).claim_one(adopted.id) is None
    assert await book(database).cancel("lighthouse", ADA) is None


async def test_a_job_is_found_by_its_reference_and_by_the_upstreams_id(database: Database) -> None:
    asked = await ask(database, Clock(), "lighthouse")
    await give(database, asked, "upstream")
    by_ref, by_id = await book(database).find("lighthouse"), await book(database).find("upstream")
    assert by_ref is not None
    assert by_ref == by_id == await look(database, asked)
    assert await book(database).find("nothing") is None


async def test_of_two_rows_about_one_job_the_one_that_asked_for_it_is_found(database: Database) -> None:
    asked = await ask(database, Clock(), "lighthouse")
    adopted = await adopt(database, "harbour", "upstream")
    await give(database, asked, "upstream")
    found = await book(database).find("upstream")
    assert found is not None
    assert (found.id, found.id < adopted.id) == (asked.id, True)


async def test_nothing_of_one_server_is_reached_through_the_book_of_another(database: Database) -> None:
    asked = await ask(database, Clock(), "lighthouse")
    await give(database, asked, "upstream")
    before = await look(database, asked)
    other = book(database, VILLAGE)
    assert await other.find("lighthouse") is None
    assert await other.find("upstream") is None
    for user_id in (ADA, None):
        assert await other.list(Service.MIDJOURNEY, user_id, most=10) == []
        assert await other.list(Service.MIDJOURNEY, user_id, most=10, unfinished=True) == []
        assert await other.count(Service.MIDJOURNEY, user_id) == 0
    assert await other.cancel("lighthouse", BEN) is None
    assert await other.cancel("upstream", BEN) is None
    await other.note_message("lighthouse", 4001)
    await other.withdraw("lighthouse", "member 1")
    assert await look(database, asked) == before


async def test_one_job_of_the_upstream_is_found_in_each_server_by_its_own_row(database: Database) -> None:
    here = await adopt(database, "here", "upstream")
    there = await adopt(database, "there", "upstream", guild_id=VILLAGE)
    assert await book(database).find("upstream") == here
    assert await book(database, VILLAGE).find("upstream") == there


async def test_newer_news_of_a_job_that_was_told_are_kept(database: Database) -> None:
    adopted = await adopt(database, "lighthouse", "upstream")
    kept = book(database)
    await kept.keep_news("lighthouse", Outcome.FAILED, "{}", "It broke.")
    assert await look(database, adopted) == replace(
        adopted, outcome=Outcome.FAILED, body="{}", note="It broke."
    )
    await kept.keep_news("lighthouse", Outcome.COMPLETED, "{}")
    assert await look(database, adopted) == replace(adopted, body="{}")
    await book(database, VILLAGE).keep_news("lighthouse", Outcome.FAILED, "[]")
    assert await look(database, adopted) == replace(adopted, body="{}")


@pytest.mark.parametrize("state", [state for state in State if state is not State.TOLD])
async def test_news_of_a_job_that_the_loops_still_work_on_are_left_to_them(
    database: Database, state: State
) -> None:
    (work,) = await lay(database, {"ref": "lighthouse", "state": state.value})
    await book(database).keep_news("lighthouse", Outcome.COMPLETED, "{}")
    assert await look(database, work) == work


async def test_the_message_that_shows_a_job_is_noted(database: Database) -> None:
    asked, other = await ask(database, Clock(), "one"), await ask(database, Clock(), "two")
    await book(database).note_message("one", 4001)
    assert await look(database, asked) == replace(asked, message_id=4001)
    assert await look(database, other) == other


async def test_a_job_that_nobody_was_told_of_is_withdrawn_and_no_other(database: Database) -> None:
    await ask(database, Clock(), "one")
    other = await ask(database, Clock(), "two")
    await book(database).withdraw("one", "member 1")
    await book(database).withdraw("one", "member 1")
    assert await book(database).list(Service.MIDJOURNEY, None, most=10) == [other]


@pytest.mark.parametrize("state", [state for state in State if state is not State.WAITING])
async def test_a_job_that_the_upstream_may_know_is_not_withdrawn(database: Database, state: State) -> None:
    await lay(database, {"ref": "lighthouse", "state": state.value})
    await book(database).withdraw("lighthouse", "member 1")
    assert await book(database).find("lighthouse") is not None


async def test_a_number_of_a_job_that_is_gone_is_given_to_no_other(database: Database) -> None:
    asked = await ask(database, Clock(), "one")
    await book(database).withdraw("one", "member 1")
    assert (await ask(database, Clock(), "two")).id > asked.id


async def test_jobs_are_listed_with_the_newest_first_page_by_page(database: Database) -> None:
    await lay(database, *({"ref": f"number {n}"} for n in range(5)))

    async def page(most: int, skip: int) -> list[str]:
        found = await book(database).list(Service.MIDJOURNEY, None, most=most, skip=skip)
        return [work.ref for work in found]

    assert await page(2, 0) == ["number 4", "number 3"]
    assert await page(2, 2) == ["number 2", "number 1"]
    assert await page(2, 4) == ["number 0"]
    assert await page(2, 6) == []


async def test_jobs_are_listed_and_counted_by_service_and_by_member(database: Database) -> None:
    await lay(
        database,
        {"ref": "one"},
        {"ref": "two", "user_id": BEN},
        {"ref": "three", "service": "pika"},
        {"ref": "four", "guild_id": VILLAGE},
    )
    kept = book(database)
    for service, user_id, refs in (
        (Service.MIDJOURNEY, None, ["two", "one"]),
        (Service.MIDJOURNEY, ADA, ["one"]),
        (Service.MIDJOURNEY, BEN, ["two"]),
        (Service.PIKA, None, ["three"]),
        (Service.PIKA, BEN, []),
    ):
        listed = await kept.list(service, user_id, most=10)
        assert [work.ref for work in listed] == refs
        assert await kept.count(service, user_id) == len(refs)


async def test_what_is_unfinished_is_all_that_was_not_told(database: Database) -> None:
    await lay(database, *({"ref": state.value, "state": state.value} for state in State))
    kept = book(database)
    listed = await kept.list(Service.MIDJOURNEY, ADA, most=10, unfinished=True)
    assert [work.ref for work in listed] == ["ended", "running", "sending", "waiting"]
    assert len(await kept.list(Service.MIDJOURNEY, ADA, most=10)) == 5
    assert await kept.count(Service.MIDJOURNEY, ADA) == 5


@pytest.mark.parametrize("state", [State.WAITING, State.SENDING, State.RUNNING])
async def test_a_job_that_is_cancelled_is_due_at_once(database: Database, state: State) -> None:
    later = NOW + 60_000
    await lay(
        database, {"ref": "one", "state": state.value, "due_at": later}, {"ref": "two", "due_at": later}
    )
    cancelled = await book(database).cancel("one", BEN)
    assert cancelled is not None
    assert (cancelled.state, cancelled.cancelled_by, cancelled.due_at) == (state, BEN, NOW)
    assert await book(database).find("one") == cancelled
    (work,) = await work_queue(database, Clock()).claim(10)
    assert work.ref == "one"


@pytest.mark.parametrize("state", [State.ENDED, State.TOLD])
async def test_a_job_that_is_over_is_not_cancelled(database: Database, state: State) -> None:
    await lay(database, {"ref": "lighthouse", "state": state.value, "due_at": None})
    before = await book(database).find("lighthouse")
    assert await book(database).cancel("lighthouse", BEN) is None
    assert await book(database).find("lighthouse") == before


async def test_a_job_that_nobody_asked_for_is_not_cancelled(database: Database) -> None:
    assert await book(database).cancel("lighthouse", BEN) is None
