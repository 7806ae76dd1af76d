"""Showing how far a job is, and telling once how it ended.

A job has one public message, the answer to whoever asked. It is changed from progress to result, which may be
repeated safely. The right to change it ends after a quarter of an hour; from then on, or where it is gone,
the end is told by a message of its own, with a nonce that stays with the row, so that Discord refuses a
double.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import SecretStr

from bot.api.jobs import Job
from bot.crypto import Keyring, Place
from bot.errors import MediaError, VaultError
from bot.jobs.composing import Composition, compose
from bot.jobs.desk import Desk, Later, sheet_of
from bot.jobs.messenger import Away, Gone, Messenger, Refused
from bot.storage.work import State, Work
from bot.ui.card import Card
from bot.ui.jobs import progress_card
from bot.ui.text import plain

_log = logging.getLogger(__name__)

T = TypeVar("T")

REPLY_SECONDS = 14 * 60
"""Seconds that an answer is changed for; Discord ends that after 15 minutes."""
_BETWEEN_EDITS = 5_000
"""Milliseconds between two changes that show progress."""
_DIRECT = 10 * 1024 * 1024
"""Bytes that a file in a direct message of a bot may have."""
_TRIES_FOR_FILES = 3
_GIVEN_UP = 24 * 3_600_000
"""Milliseconds after its end from which it is not tried any more to tell it."""
_NONCE_FORGOTTEN = 60_000
"""Milliseconds after which Discord may have forgotten a nonce; it says "the past few minutes"."""
_SEALED_AS = "answer"
_PARTING = (
    "Discord lets this message be changed for a quarter of an hour only. The end comes as a new message."
)
_STATUS_LINES = {
    "created": "🛠️ Taken; about to begin.",
    "started": "🛠️ Begun.",
    "progress": "🛠️ At work.",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """Shows jobs in Discord."""

    desk: Desk
    messenger: Messenger
    keyring: Keyring

    def seal(self, guild_id: int, user_id: int, token: str) -> bytes:
        """Seal what an answer can be changed with."""
        return self.keyring.seal(SecretStr(token), Place(guild_id, user_id, _SEALED_AS))

    async def show_job(self, work: Work, job: Job) -> dict[str, Any]:
        """Show how far a job is upstream; return what to remember of that."""
        line = _STATUS_LINES.get(job.status, f"🛠️ The service says “{_status(job)}”.")
        return await self.show_line(work, line, percent=job.percent)

    async def show_line(
        self, work: Work, line: str, *, percent: int | None = None, note: str | None = None
    ) -> dict[str, Any]:
        """Show how far a job is, where there is news and the last was not just now.

        Returns what to remember of that. Never raises: progress is not worth a job.
        """
        now = self.desk.queue.now()
        token = self._token(work)
        if token is None or 0 <= now - work.shown_at < _BETWEEN_EDITS:
            return {}
        left = (work.reply_until or 0) - now
        if left < self.desk.waits.longest_look * 1000:
            note = _PARTING
        digest = sha256(f"{line}\0{percent}\0{note}".encode()).hexdigest()[:16]
        if digest == work.shown:
            return {}
        card = progress_card(sheet_of(work), line, percent=percent, note=note)
        try:
            message_id = await self.messenger.edit_answer(token, work.message_id, card)
        except Gone:
            return {"reply_token": None}
        except (Away, Refused):
            _log.info("the progress of job %s could not be shown", work.ref)
            return {"shown_at": now}
        return {"shown": digest, "shown_at": now, "message_id": message_id}

    async def tell(self, work: Work) -> Work | Later | None:
        """Tell how a job ended."""
        if self.desk.queue.now() - (work.ended_at or 0) > _GIVEN_UP:
            _log.warning("job %s: its end could not be told for a day", work.ref)
            return await self._told(work)
        try:
            async with AsyncExitStack() as stack:
                return await self._tell(work, stack)
        except (Away, MediaError) as error:
            _log.info("the end of job %s is told later (%s)", work.ref, type(error).__name__)
            return Later(work, self.desk.due_after(work.tries), {"tries": work.tries + 1})

    async def _tell(self, work: Work, stack: AsyncExitStack) -> Work | None:
        last = work.tries + 1 >= _TRIES_FOR_FILES
        made = await compose(self.desk.media, work, stack, most=work.upload_limit, is_last_try=last)
        token = self._token(work)
        if token is not None:
            try:
                message_id = await _put(
                    made, lambda card: self.messenger.edit_answer(token, work.message_id, card), None
                )
            except Gone:
                _log.info("job %s: its answer cannot be changed any more", work.ref)
            else:
                return await self._told(work, message_id=message_id)
        if work.posting_at is None and await self._was_told(work):
            return await self._told(work)
        return await self._post(work, made)

    async def _was_told(self, work: Work) -> bool:
        """Say whether a worker that died had changed the answer, when it still could."""
        if work.message_id is None:
            return False
        return await self.messenger.shows_the_end(work.guild_id, work.channel_id, work.message_id, work.ref)

    async def _post(self, work: Work, made: Composition) -> Work | None:
        now = self.desk.queue.now()
        began = work.posting_at or now
        # Written down first: whoever comes after looks whether it was posted.
        if work.posting_at is None and await self.desk.move(work, posting_at=now, reply_token=None) is None:
            return None
        greeting = f"<@{work.user_id}>, here is what came of what you asked for."
        place = work.guild_id, work.channel_id
        try:
            message_id = None
            if now - began > _NONCE_FORGOTTEN:
                message_id = await self.messenger.find_posted(*place, work.ref, since=began / 1000)
            if message_id is None:
                message_id = await _put(
                    made,
                    lambda card: self.messenger.post(*place, card, nonce=work.ref, mention=work.user_id),
                    greeting,
                )
        except Gone:
            return await self._write_to_member(work, made)
        return await self._told(work, message_id=message_id)

    async def _write_to_member(self, work: Work, made: Composition) -> Work | None:
        if work.upload_limit > _DIRECT:
            made = made.without_files()
        greeting = f"You asked for this in <#{work.channel_id}>, where nothing may be written."
        try:
            channel_id, message_id = await _put(
                made,
                lambda card: self.messenger.write_to(work.user_id, card, nonce=work.ref),
                greeting,
            )
        except Gone:
            _log.info("job %s: nobody can be told of its end", work.ref)
            return await self._told(work)
        return await self._told(work, message_id=message_id, channel_id=channel_id)

    async def _told(self, work: Work, **changes: Any) -> None:
        await self.desk.queue.save(
            work, state=State.TOLD, due_at=None, reply_token=None, reply_until=None, **changes
        )

    def _token(self, work: Work) -> str | None:
        if work.reply_token is None or self.desk.queue.now() >= (work.reply_until or 0):
            return None
        try:
            place = Place(work.guild_id, work.user_id, _SEALED_AS)
            return self.keyring.open(work.reply_token, place).get_secret_value()
        except VaultError:
            _log.warning("job %s: the token of its answer does not open", work.ref)
            return None


async def _put(made: Composition, send: Callable[[Card], Awaitable[T]], greeting: str | None) -> T:
    """Send the whole card, and where Discord refuses it, ever less of it."""
    try:
        return await send(made.card(greeting=greeting))
    except Refused as refused:
        _log.info("Discord refused the card of a job (too large: %s)", refused.too_large)
    try:
        return await send(made.without_files().card(greeting=greeting))
    except Refused:
        return await send(made.bare_card(greeting=greeting))


def _status(job: Job) -> str:
    return plain(job.status or "nothing", 40)
