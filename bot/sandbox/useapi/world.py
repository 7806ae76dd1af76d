"""What the emulated vendor knows, and the switches that say how it behaves."""

from __future__ import annotations

import random
import re
import time
import uuid
from collections.abc import Callable, Collection, Iterator

from bot.sandbox.upstream import JSON, Upstream
from bot.sandbox.useapi.bodies import job_body
from bot.sandbox.useapi.gallery import Gallery
from bot.sandbox.useapi.job import Job, Service
from bot.sandbox.useapi.life import Status
from bot.sandbox.useapi.messenger import Messenger
from bot.sandbox.useapi.subscriber import Subscriber

FIRST_MESSAGE = 1300000000000000001
"""The id of the bot's first message; the following ones count up."""


class World(Upstream):
    """Subscribers, jobs and switches. Nobody is known until :meth:`subscribe` says so."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__(clock=clock)
        self.subscribers: dict[str, Subscriber] = {}
        """By API key."""
        self.jobs: dict[str, Job] = {}
        """Every job of every subscriber, by id, oldest first."""
        self.gallery = Gallery(clock)
        """The files of completed jobs, with switches of their own."""
        self.dice = random.Random()  # noqa: S311 - no secret depends on it
        """What accounts and job ids are drawn from; give it a seed to repeat a run."""
        self.new_jobid: Callable[[], str] = self._draw_jobid
        self._set_accounts()
        self._set_course()
        self._set_callbacks()

    def _set_accounts(self) -> None:
        self.account_404_body: JSON = None
        """The body of 404 for accounts, which the vendor does not document; None: empty."""
        self.account_update_has_body = True
        """Whether ``POST /v2/account`` answers 200 with the account, or 204: the pages disagree."""
        self.direct_messages: dict[str, str] = {}
        """The Direct Messages channel with Midjourney's bot by Discord token; unknown ones are made up."""
        self.without_midjourney: set[str] = set()
        """Discord tokens of accounts that have no Direct Messages channel with Midjourney's bot."""
        self.notices_stop_reading = False
        """Whether a job of an account with a notice is answered with 596, as one of the pages lists."""

    def _set_course(self) -> None:
        self.seconds_until_started = 2.0
        """Seconds that a new job waits before the bot begins."""
        self.seconds_of_work = 12.0
        """Seconds that the bot takes from there."""
        self.answers_created = False
        """Whether a job is ``created`` while it waits; else it is ``started`` from the beginning."""
        self.seed_is_async = False
        """Whether ``jobs/seed`` behaves as ``jobs/seed_async``, as it does since November 2024."""
        self.prompt_length = 2048
        """Characters that a prompt of Midjourney may have; 1024 until early v2."""
        self.moderated_words: Collection[str] = {"forbidden"}
        """Words for which the bot refuses a job."""
        self.captcha_words: Collection[str] = {"captcha"}
        """Words for which Midjourney wants to see a human, which puts the account on hold."""
        self.fails_words: Collection[str] = {"breakdown"}
        """Words for which a job fails at its end."""
        self.irretrievable: Collection[str] = set()
        """Addresses of pictures that the vendor cannot fetch."""
        self.untrackable = 0
        """How many of the next submitted jobs are lost to tracking (504)."""
        self.discord_limited = 0
        """How many of the next submitted jobs meet Discord's own rate limit (429)."""

    def _set_callbacks(self) -> None:
        self.callbacks = False
        """Whether jobs are posted to their callback address when somebody asks after they ended."""
        self.callbacks_on_progress = False
        """Whether they are posted for every other change of state too."""
        self.duplicate_callbacks = False
        """Whether each is posted twice."""
        self.messenger = Messenger()
        """Who posts them."""

    def subscribe(self, key: str, *, expired: bool = False) -> Subscriber:
        """Make ``key`` a valid API key and return its subscriber, to be seeded and looked at."""
        subscriber = Subscriber(key, expired=expired, created=self.clock())
        self.subscribers[key] = subscriber
        return subscriber

    def take(self, seconds: float) -> None:
        """Let every new job take so many seconds in all, a seventh of them waiting."""
        self.seconds_until_started = seconds / 7
        self.seconds_of_work = seconds - self.seconds_until_started

    async def close(self) -> None:
        """Stop listening and posting."""
        await self.messenger.close()
        await super().close()

    def jobs_of(self, subscriber: Subscriber, service: Service) -> Iterator[Job]:
        """Yield the jobs that one subscriber has with one service, oldest first."""
        for job in self.jobs.values():
            if job.subscriber is subscriber and job.service is service and not job.is_gone:
                yield job

    def running(self, subscriber: Subscriber, service: Service, channel: str) -> list[Job]:
        """Return the jobs that take a place in a channel's queue."""
        mine = self.jobs_of(subscriber, service)
        return [job for job in mine if job.channel == channel and job.is_running]

    def next_message_id(self) -> str:
        """Return the id of the message of the job that is made next."""
        return str(FIRST_MESSAGE + len(self.jobs))

    def show(self, job: Job) -> dict[str, JSON]:
        """Return a job as it is now, its files published if it is completed."""
        self._publish(job)
        return job_body(job, self.url)

    def look_around(self) -> None:
        """Publish what is done and post the changes since the last look."""
        for job in [job for job in self.jobs.values() if self._has_changed(job)]:
            self._publish(job)
            self._announce(job)

    def _has_changed(self, job: Job) -> bool:
        return job.announced is None or (not job.announced.is_final and job.announced is not job.status)

    def _publish(self, job: Job) -> None:
        if job.attachments is None and job.status is Status.COMPLETED:
            job.attachments = [
                self.gallery.publish(piece, job.channel, job.life.ends, lambda: job.hostility)
                for piece in job.pieces
            ]

    def _announce(self, job: Job) -> None:
        job.announced = job.status
        is_wanted = self.callbacks and (job.status.is_final or self.callbacks_on_progress)
        if not is_wanted or job.reply_url is None or job.is_gone:
            return
        for _ in range(2 if self.duplicate_callbacks else 1):
            self.messenger.post(job.reply_url, self.show(job))

    def _draw_jobid(self) -> str:
        return str(uuid.UUID(int=self.dice.getrandbits(128), version=4))


def says(text: str, words: Collection[str]) -> bool:
    """Say whether one of the words, which are in lower case, is in a text."""
    return not {*re.findall(r"\w+", text.lower())}.isdisjoint(words)
