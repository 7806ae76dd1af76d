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
from bot.storage.seals import ANSWER
from bot.storage.work import State, Work
from bot.ui.card import Card
from bot.ui.jobs import forgotten_card, progress_card
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
_SLACK = 60
"""Seconds by which our clock and Discord's may differ."""
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
        return self.keyring.seal(SecretStr(token), Place(guild_id, user_id, ANSWER))

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

    async def take_back(self, work: Work) -> None:
        """Show that a job was given up, without a word of what was asked for, where that can still be shown.

        Never raises: whoever asked is forgotten all the same.
        """
        token = self._token(work)
        if token is None:
            return
        try:
            await self.messenger.edit_answer(token, work.message_id, forgotten_card(sheet_of(work)))
        except (Away, Gone, Refused) as error:
            _log.info("the card of job %s could not be taken back (%s)", work.ref, type(error).__name__)

    async def tell(self, work: Work) -> Work | Later | None:
        """Tell how a job ended."""
        if self.desk.queue.now() - (work.ended_at or 0) > _GIVEN_UP:
            _log.warning("job %s: its end could not be told for a day", work.ref)
            return await self._told(work)
        try:
            async with AsyncExitStack() as stack:
                return await self._tell(work, stack)
        except (Away, MediaError) as error:
            return self._later(work, error)

    def _later(self, work: Work, error: Exception) -> Later:
        _log.info("the end of job %s is told later (%s)", work.ref, type(error).__name__)
        return Later(work, self.desk.due_after(work.tries), {"tries": work.tries + 1})

    async def _tell(self, work: Work, stack: AsyncExitStack) -> Work | Later | None:
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

    async def _post(self, work: Work, made: Composition) -> Work | Later | None:
        """Tell it by a message of its own: in the channel, else to the member alone."""
        # Written down first: whoever comes after looks whether it was posted.
        began = self.desk.queue.now() if work.posting_at is None else work.posting_at
        posting = await self.desk.move(work, posting_at=began, reply_token=None)
        if posting is None:
            return None
        try:
            return await self._post_in_channel(posting, made)
        except Gone:
            _log.info("job %s: nothing may be written where it was asked for", work.ref)
        except Away as error:
            return self._later(posting, error)
        try:
            return await self._write_to_member(posting, made)
        except Gone:
            _log.info("job %s: nobody can be told of its end", work.ref)
            return await self._told(posting)
        except Away as error:
            return self._later(posting, error)

    async def _post_in_channel(self, work: Work, made: Composition) -> None:
        greeting = f"<@{work.user_id}>, here is what came of what you asked for."
        place = work.guild_id, work.channel_id
        message_id = await self._find_posted(work, *place)
        if message_id is None:
            message_id = await _put(
                made,
                lambda card: self.messenger.post(*place, card, nonce=work.ref, mention=work.user_id),
                greeting,
            )
        await self._told(work, message_id=message_id)

    async def _write_to_member(self, work: Work, made: Composition) -> None:
        channel_id = await self.messenger.open_direct(work.user_id)
        message_id = await self._find_posted(work, None, channel_id)
        if message_id is None:
            greeting = f"You asked for this in <#{work.channel_id}>, where nothing may be written."
            message_id = await _put(
                made.for_member(_DIRECT),
                lambda card: self.messenger.post(
                    None, channel_id, card, nonce=work.ref, mention=work.user_id
                ),
                greeting,
            )
        await self._told(work, message_id=message_id, channel_id=channel_id)

    async def _find_posted(self, work: Work, guild_id: int | None, channel_id: int) -> int | None:
        """Look for what a worker that died may have written, where Discord may not refuse it any more."""
        began = work.posting_at or 0
        if 0 <= self.desk.queue.now() - began <= _NONCE_FORGOTTEN:
            return None
        return await self.messenger.find_posted(guild_id, channel_id, work.ref, since=began / 1000 - _SLACK)

    async def _told(self, work: Work, **changes: Any) -> None:
        await self.desk.queue.save(
            work, state=State.TOLD, due_at=None, reply_token=None, reply_until=None, **changes
        )

    def _token(self, work: Work) -> str | None:
        if work.reply_token is None or self.desk.queue.now() >= (work.reply_until or 0):
            return None
        try:
            place = Place(work.guild_id, work.user_id, ANSWER)
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
        _log.info("Discord refused the card of a job without files too")
    try:
        return await send(made.bare_card(greeting=greeting))
    except Refused:
        raise Gone from None  # nothing of ours is taken there, as in a thread that is locked


def _status(job: Job) -> str:
    return plain(job.status or "nothing", 40)
