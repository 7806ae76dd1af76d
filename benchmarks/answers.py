"""What the app did about an interaction: every callback, edit and follow-up, as it arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from benchmarks.messages import text_of, walk
from benchmarks.wire import Payload, UploadedFile
from benchmarks.world import keep

Kind = Literal["callback", "edit", "followup", "followup_edit", "delete"]

MESSAGE, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
"""Types of callback: https://docs.discord.com/developers/interactions/receiving-and-responding."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that the app did about an interaction."""

    kind: Kind
    at: float
    """Monotonic seconds at which the request had arrived."""
    body: Payload
    """As sent: for a callback ``{"type", "data"}``, else the fields of the message."""
    files: tuple[UploadedFile, ...] = ()
    message: Payload | None = None
    """The message after it; None where there is none."""

    def summary(self) -> Payload:
        """Return the deed as JSON, files without their bytes: the message's attachments have addresses."""
        return {
            "kind": self.kind,
            "at": self.at,
            "body": self.body,
            "files": [file.summary() for file in self.files],
            "message": self.message,
        }


@dataclass(slots=True)
class Answer:
    """One interaction and what came of it so far."""

    interaction: Payload
    """The data of INTERACTION_CREATE as dispatched."""
    sent_at: float
    """Monotonic seconds at which it was dispatched."""
    deeds: list[Deed] = field(default_factory=list[Deed])
    original_id: int | None = None
    """The message that ``@original`` stands for."""
    followup_ids: list[int] = field(default_factory=list[int])
    loading: bool = False
    """Whether the person still sees "thinking…"."""
    http_status: int | None = None
    """What an endpoint answered, 0 for nothing; None before that, and over the gateway."""
    expired: bool = False
    """Whether Discord refuses the token, as it does after a quarter of an hour."""
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the callback."""
    finished: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the callback, or after a deferring one by the first edit, follow-up or deletion."""

    @property
    def id(self) -> int:
        """The interaction's id."""
        return int(self.interaction["id"])

    @property
    def callback(self) -> Deed | None:
        """The first response, or None if there was none yet."""
        return next((deed for deed in self.deeds if deed.kind == "callback"), None)

    @property
    def type(self) -> int:
        """Type of the callback (4 message, 5 and 6 deferred, 7 update, 8 choices, 9 modal); 0: none yet."""
        return 0 if self.callback is None else int(self.callback.body["type"])

    @property
    def edits(self) -> list[Deed]:
        """Edits of the original response."""
        return [deed for deed in self.deeds if deed.kind == "edit"]

    @property
    def followups(self) -> list[Deed]:
        """Follow-ups created."""
        return [deed for deed in self.deeds if deed.kind == "followup"]

    @property
    def message(self) -> Payload:
        """The message that the latest deed made or changed. Raises ``LookupError`` if there is none."""
        for deed in reversed(self.deeds):
            if deed.message is not None:
                return deed.message
        raise LookupError(f"no message in answer to interaction {self.id}")

    @property
    def text(self) -> str:
        """What a person reads in :attr:`message`; empty if there is none."""
        return next((text_of(deed.message) for deed in reversed(self.deeds) if deed.message is not None), "")

    @property
    def files(self) -> list[UploadedFile]:
        """Every file sent, in order."""
        return [file for deed in self.deeds for file in deed.files]

    @property
    def custom_ids(self) -> list[str]:
        """Custom ids of what can be pressed or chosen in :attr:`message`, or filled in the modal."""
        components = self.modal["components"] if self.type == MODAL else self.message["components"]
        return [component["custom_id"] for component in walk(components) if "custom_id" in component]

    @property
    def modal(self) -> Payload:
        """The modal that was opened. Raises ``LookupError`` if the answer was none."""
        if self.callback is None or self.type != MODAL:
            raise LookupError(f"interaction {self.id} was not answered with a modal")
        return self.callback.body["data"]

    @property
    def choices(self) -> Sequence[Payload]:
        """The choices of an autocompletion. Raises ``LookupError`` if the answer was none."""
        if self.callback is None or self.type != CHOICES:
            raise LookupError(f"interaction {self.id} was not answered with choices")
        return self.callback.body["data"]["choices"]

    def seconds(self, until: Literal["first", "last"] = "first") -> float:
        """Return how long the first or the last deed took from the dispatch. Raises if there is none."""
        return self.deeds[0 if until == "first" else -1].at - self.sent_at

    def add(self, deed: Deed) -> None:
        """Note a deed and wake who waits for it."""
        self.deeds.append(deed)
        self.answered.set()
        if not (deed.kind == "callback" and self.type in {DEFER, DEFER_UPDATE}):
            self.finished.set()

    async def wait(self, until: Literal["first", "final"], seconds: float) -> None:
        """Wait for the first or the final answer. Raises ``TimeoutError`` that says what came instead."""
        event = self.answered if until == "first" else self.finished
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            came = [deed.kind for deed in self.deeds]
            raise TimeoutError(f"no {until} answer within {seconds} s; came: {came}") from None

    def summary(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        return {
            "interaction": self.interaction,
            "sent_at": self.sent_at,
            "type": self.type,
            "finished": self.finished.is_set(),
            "text": self.text,
            "seconds": self.seconds() if self.deeds else None,
            "deeds": [deed.summary() for deed in self.deeds],
        }


class Answers:
    """The interactions dispatched lately, by token and by id."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._by_token: dict[str, Answer] = {}
        self._by_id: dict[int, Answer] = {}

    def add(self, answer: Answer) -> None:
        """Remember an interaction, before it is dispatched: the answer may come at once."""
        keep(self._by_token, answer.interaction["token"], answer, self._most)
        keep(self._by_id, answer.id, answer, self._most)

    def find(self, token: str) -> Answer | None:
        """Return the interaction with this token."""
        return self._by_token.get(token)

    def get(self, interaction_id: int) -> Answer:
        """Return an interaction by its id. Raises ``LookupError``."""
        try:
            return self._by_id[interaction_id]
        except KeyError:
            raise LookupError(f"no interaction {interaction_id}") from None
