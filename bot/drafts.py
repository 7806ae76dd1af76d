"""What is known of a form that stands open, whichever worker showed it: kept sealed, for an hour.

It may be the person's own words, so a draft is sealed like a secret, to its person, its server and its kind.
Keys that are rotated seal it anew with everything else.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from bot.crypto import Keyring, Place
from bot.errors import VaultError
from bot.storage.database import Database
from bot.storage.drafts import Draft, Drafts
from bot.storage.seals import DRAFT


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft as it is under its seal, and where it belongs."""

    guild_id: int
    kind: str
    content: Mapping[str, Any] = field(repr=False)


class DraftBox:
    """Everybody's drafts. ``clock`` gives seconds since 1970.

    A draft belongs to a person and a server, :data:`~bot.storage.schema.NOWHERE` for none; through another
    one's key nothing is found. Contents are what JSON holds.
    """

    def __init__(self, database: Database, keyring: Keyring, clock: Callable[[], float]) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    async def put(self, user_id: int, opened: Opened) -> str:
        """Keep a draft, and return its key."""
        key = secrets.token_hex(16)
        draft = Draft(opened.guild_id, opened.kind, self._seal(user_id, opened))
        await self._of(user_id).add(key, draft)
        return key

    async def find(self, user_id: int, key: str) -> Opened | None:
        """Return a draft; None where it is not the person's, is too old, or does not open any more."""
        found = await self._of(user_id).find(key)
        if found is None:
            return None
        try:
            text = self._keyring.open(found.sealed, Place(found.guild_id, user_id, DRAFT + found.kind))
        except VaultError:  # it was moved, or its key is gone: it is soon typed again
            return None
        return Opened(found.guild_id, found.kind, json.loads(text.get_secret_value()))

    async def take(self, user_id: int, key: str) -> bool:
        """Take a draft to save what it is for; return whether nobody else did so, on whichever worker."""
        return await self._of(user_id).take(key)

    async def give_back(self, user_id: int, key: str, opened: Opened, *, taken: bool) -> bool:
        """Keep what was not saved, for as long as a new draft; return whether it was still there.

        ``taken``: by whoever gives it back. What somebody else is saving is not there.
        """
        return await self._of(user_id).give_back(key, self._seal(user_id, opened), taken=taken)

    async def prolong(self, user_id: int, key: str) -> bool:
        """Keep a draft for as long as a new one; return whether it was still there."""
        return await self._of(user_id).prolong(key)

    async def drop(self, user_id: int, key: str) -> None:
        """Keep a draft no longer."""
        await self._of(user_id).remove(key)

    def _seal(self, user_id: int, opened: Opened) -> bytes:
        place = Place(opened.guild_id, user_id, DRAFT + opened.kind)
        return self._keyring.seal(SecretStr(json.dumps(opened.content)), place)

    def _of(self, user_id: int) -> Drafts:
        return Drafts(self._database, user_id, self._clock)
