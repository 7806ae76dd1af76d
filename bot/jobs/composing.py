"""From how a job ended to the card that tells it, with the files fetched."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from io import BufferedIOBase
from typing import cast

from bot.api.jobs import Job, JobFile
from bot.errors import MediaError, MediaReason
from bot.jobs.desk import job_of, sheet_of
from bot.media import Fetched, Media
from bot.orders import WITH_PROMPT, Order, Verb
from bot.storage.work import Outcome, Work
from bot.ui.card import Card, Clickable
from bot.ui.jobs import (
    Picture,
    Result,
    Sheet,
    again_button,
    bare_card,
    ended_card,
    result_card,
    reword_button,
)
from bot.ui.text import code, plain

_log = logging.getLogger(__name__)

_SHOWN = 10
"""Files on one card, which is what Discord's gallery takes."""
_SENTENCES = {
    Outcome.MODERATED: "{service} refused this as against its rules{reason}. Change words or picture.",
    Outcome.FAILED: "{service} could not make this{reason}.",
    Outcome.CANCELLED: "This was cancelled.",
    Outcome.REFUSED: "{service} did not take this{reason}.",
    Outcome.LOST: "This took longer than it is waited for.",
    Outcome.UNCERTAIN: "It may have been made or not, which cannot be told.",
}
_MEGABYTE = 1024 * 1024
_MOST_TOGETHER = 100 * _MEGABYTE
_REASONS = {
    MediaReason.REFUSED: "it lies on a host that the operator did not allow",
    MediaReason.GONE: "it is not there any more",
    MediaReason.TROUBLE: "it could not be fetched",
    MediaReason.TOO_LARGE: "it is larger than the {most} MB that may be sent here",
    MediaReason.WRONG_KIND: "it is neither a picture nor a film",
}


@dataclass(frozen=True, slots=True)
class Composition:
    """Everything that the end of a job may show, from which cards are made."""

    sheet: Sheet
    result: Result | None
    """None where nothing came of it."""
    sentence: str
    buttons: Sequence[Clickable]
    links: Sequence[str]
    sizes: Sequence[int] = ()
    """Bytes of the files."""

    def card(self, *, greeting: str | None = None) -> Card:
        """Make the whole card."""
        if self.result is None:
            return ended_card(self.sheet, self.sentence, self.buttons, greeting=greeting)
        return result_card(self.sheet, self.result, greeting=greeting)

    def without_files(self) -> Composition:
        """Return the same with links in place of the files."""
        if self.result is None:
            return self
        note = "Discord did not take the file here: open it below while the link works, for a day at most."
        return replace(self, result=replace(self.result, pictures=(), links=self.links, link_note=note))

    def for_member(self, most: int) -> Composition:
        """Return the same for a direct message, where nobody can press a job's buttons."""
        if self.result is None:
            return replace(self, buttons=())
        where = (
            f"Its buttons work in the server: `/{self.sheet.order.service} job` with {code(self.sheet.ref)}."
        )
        made = replace(self, result=replace(self.result, buttons=(), note=where))
        return made.without_files() if any(size > most for size in self.sizes) else made

    def bare_card(self, *, greeting: str | None = None) -> Card:
        """Make a card that Discord takes whatever is odd about the whole one."""
        sentence = self.sentence or "It is done. Its own card could not be shown here."
        return bare_card(self.sheet, sentence, self.links, greeting=greeting)


async def compose(
    media: Media, work: Work, stack: AsyncExitStack, *, most: int, is_last_try: bool
) -> Composition:
    """Fetch what came of a job; ``stack`` keeps the files open. ``most`` bytes may each of them have.

    Raises :class:`~bot.errors.MediaError` where a file is worth another try and ``is_last_try`` is not set.
    """
    sheet = sheet_of(work)
    job = job_of(work)
    if work.outcome is not Outcome.COMPLETED or job is None:
        return Composition(sheet, None, _sentence(work, job), _ways_out(work, sheet.order), ())
    shelf = _Shelf(media, work.ref, stack, most=most, is_last_try=is_last_try)
    for file in job.files[:_SHOWN]:
        await shelf.take(file)
    seconds = None if work.ended_at is None else max(0, work.ended_at - work.created_at) // 1000
    result = Result(
        pictures=shelf.pictures,
        links=shelf.links,
        link_note=shelf.note(),
        text=_text(sheet.order, job, has_files=bool(job.files)),
        buttons=job.buttons,
        seconds=seconds,
        note=work.note,
    )
    links = [file.url for file in job.files[:_SHOWN]]
    return Composition(sheet, result, "", (), links, shelf.sizes)


class _Shelf:
    """Files as they come in, and the addresses of those that do not."""

    def __init__(
        self, media: Media, ref: str, stack: AsyncExitStack, *, most: int, is_last_try: bool
    ) -> None:
        self._media = media
        self._ref = ref
        self._stack = stack
        self._most = most
        self._left = max(most, _MOST_TOGETHER)
        self._is_last_try = is_last_try
        self._reasons: list[str] = []
        self.pictures: list[Picture] = []
        self.links: list[str] = []
        self.sizes: list[int] = []

    async def take(self, file: JobFile) -> None:
        """Fetch one."""
        try:
            fetched = await self._stack.enter_async_context(
                self._media.fetch(file.url, most=min(self._most, self._left))
            )
        except MediaError as error:
            if error.reason is MediaReason.TROUBLE and not self._is_last_try:
                raise
            _log.info("a file of job %s is not attached: %s", self._ref, error)
            self.links.append(file.url)
            self._reasons.append(self._reason(error))
            return
        self._left -= fetched.size
        self.sizes.append(fetched.size)
        self.pictures.append(_picture(fetched, self._ref, len(self.pictures) + 1))

    def note(self) -> str | None:
        """Say why there are links, None where there are none."""
        if not self.links:
            return None
        which = "The file is" if len(self.links) == 1 else f"{len(self.links)} files are"
        return f"{which} not attached: {self._reasons[0]}. A link works for a day at most."

    def _reason(self, error: MediaError) -> str:
        return _REASONS[error.reason].format(most=self._most // _MEGABYTE)


def _picture(fetched: Fetched, ref: str, number: int) -> Picture:
    def opened() -> BufferedIOBase:
        fetched.file.seek(0)
        return cast("BufferedIOBase", fetched.file)

    return Picture(f"{ref[:6]}-{number}{fetched.kind.ending}", opened)


def _text(order: Order, job: Job, *, has_files: bool) -> str | None:
    if order.verb is Verb.DESCRIBE:
        return job.description or job.content
    if order.verb is Verb.SEED:
        return None if job.seed is None else f"**Seed** {plain(str(job.seed.value or job.seed.content))}"
    return None if has_files else job.content or "It is done, but no file was given."


def _sentence(work: Work, job: Job | None) -> str:
    if work.note is not None:
        return work.note
    told = job and (job.error_details or job.error)
    reason = f", in its own words: “{plain(told, 300)}”" if told else ""
    sentence = _SENTENCES.get(work.outcome or Outcome.FAILED, _SENTENCES[Outcome.FAILED])
    return sentence.format(service=work.service.label, reason=reason)


def _ways_out(work: Work, order: Order) -> Sequence[Clickable]:
    again = [] if work.outcome is Outcome.MODERATED else [again_button(work.ref)]
    return [reword_button(work.ref), *again] if order.verb in WITH_PROMPT else again
