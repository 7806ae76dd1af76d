"""What a member asked Pika or Midjourney to make, as a value that can be kept in a row."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.services import Service


class Verb(StrEnum):
    """What is to be done. The values are the names of the commands."""

    CREATE = "create"
    ANIMATE = "animate"
    ENCRYPT_TEXT = "encrypt-text"
    ENCRYPT_IMAGE = "encrypt-image"
    IMAGINE = "imagine"
    DESCRIBE = "describe"
    BLEND = "blend"
    SEED = "seed"
    BUTTON = "button"
    """A button of a job that is done."""


_ONCE = {"U1", "U2", "U3", "U4"}

WITH_PROMPT = frozenset({Verb.CREATE, Verb.ANIMATE, Verb.ENCRYPT_TEXT, Verb.ENCRYPT_IMAGE, Verb.IMAGINE})
"""What is asked for in words, so that other words can be tried."""


class Order(BaseModel):
    """One thing to make. What a verb has no use for stays empty."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    service: Service
    verb: Verb
    prompt: str | None = None
    image: str | None = None
    """The address of a picture: to start from, or to describe."""
    images: tuple[str, ...] = ()
    """The addresses of pictures to blend."""
    message: str | None = None
    """What to hide: a few words, or the address of a picture."""
    font: str | None = None
    dimensions: str | None = None
    channel: str | None = None
    """The account to use, by its channel; None: the upstream chooses."""
    parent: str | None = None
    """The upstream's id of the job that a button or a seed belongs to."""
    button: str | None = None
    mask: str | None = None
    """The address of a black and white picture of what to change."""
    key: str | None = None
    """The name of the server's key that it must be made with, as what its parent was made with is; None: it
    is chosen when the order is taken."""
    about: str | None = None
    """The words that the job of a button was made of, to be shown beside it."""

    def lane(self, key_name: str) -> str:
        """Return what it queues for with a key: one account, or any of the service that the key reaches."""
        lane = f"{self.service}:{self.channel or '*'}"
        return f"{lane}:{key_name}" if key_name else lane

    @property
    def is_safe_to_repeat(self) -> bool:
        """Whether the upstream refuses to do it twice, and tells what the first time brought."""
        return self.verb is Verb.BUTTON and self.button in _ONCE

    @property
    def title(self) -> str:
        """What it is called on cards: the command, or the button."""
        what = self.button if self.verb is Verb.BUTTON and self.button else str(self.verb)
        return f"{self.service.label} · {what}"
