"""What useapi.net tells of a job (contract of its Pika API v1, A.4, and Midjourney API v2, B.5).

Every field but the id is optional there, and one that is malformed counts as absent: a picture that
was paid for must not be lost to an odd number beside it. All text is the bots' and the vendor's:
untrusted. The masked Discord token of a job is not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Annotated, cast
from urllib.parse import unquote, urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictInt,
    StrictStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticUseDefault

_PERCENT = re.compile(r"\(([0-9]{1,3})%\)")


class JobStatus(StrEnum):
    """How far a job is (contract, 2.2). The vendor may come to have others."""

    CREATED = "created"
    STARTED = "started"
    PROGRESS = "progress"
    COMPLETED = "completed"
    MODERATED = "moderated"
    FAILED = "failed"
    CANCELLED = "cancelled"


OVER = frozenset({JobStatus.COMPLETED, JobStatus.MODERATED, JobStatus.FAILED, JobStatus.CANCELLED})
"""The statuses that a job does not leave again."""


def or_default(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """Read a field as pydantic does, and as absent where it is malformed (a wrap validator)."""
    try:
        return read(value)
    except ValidationError:
        raise PydanticUseDefault from None


def _those_that_fit(value: object, read: ValidatorFunctionWrapHandler) -> object:
    if not isinstance(value, list | tuple):
        raise PydanticUseDefault
    fitting: list[object] = []
    for item in cast("Sequence[object]", value):
        try:
            fitting += cast("Sequence[object]", read([item]))
        except ValidationError:
            continue
    return tuple(fitting)


def job_ids(value: object) -> tuple[str, ...]:
    """Return the job ids in a list, as texts; anything else in it, or no list, is none."""
    if not isinstance(value, list | tuple):
        return ()
    items = cast("Sequence[object]", value)
    return tuple(str(item) for item in items if isinstance(item, int | str) and not isinstance(item, bool))


_Text = Annotated[str | None, WrapValidator(or_default)]
_Count = Annotated[int | None, Field(ge=0), WrapValidator(or_default)]
_Texts = Annotated[tuple[str, ...], WrapValidator(_those_that_fit)]


class _Model(BaseModel):
    """What all of them share: frozen, unknown keys ignored, values kept out of errors.

    The wire's names are in camel case; ours are taken too, so that a model can be stored and read again.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )


class Child(_Model):
    """A button of a job that was pressed, and the job that this made."""

    button: str
    jobid: str


class Seed(_Model):
    """What the seed of a picture is, as a value and in the bot's words."""

    value: Annotated[StrictInt | StrictStr | None, WrapValidator(or_default)] = None
    content: _Text = None


@dataclass(frozen=True, slots=True)
class JobFile:
    """A file that a job made. The address is as the vendor gave it; links of Discord expire."""

    url: str
    filename: str
    """As the vendor has it, or the end of the address; untrusted."""
    content_type: str | None = None
    size: int | None = None
    """Bytes, as far as the vendor tells."""
    width: int | None = None
    height: int | None = None


class Link(BaseModel):
    """An attachment, a picture of an embed, or a link of ``imageUx`` or ``videoUx``, which may be a text."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    url: _Text = None
    proxy_url: _Text = None
    filename: _Text = None
    content_type: _Text = None
    size: _Count = None
    width: _Count = None
    height: _Count = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        return {"url": value} if isinstance(value, str) else value

    def files(self) -> Sequence[JobFile]:
        """Return the file that it leads to, none where it has no address."""
        url = self.url or self.proxy_url
        if not url:
            return ()
        name = self.filename or _name_in(url)
        return (JobFile(url, name, self.content_type, self.size, self.width, self.height),)


class Embed(_Model):
    """An embed of the bot's message."""

    description: _Text = None
    image: Annotated[Link | None, WrapValidator(or_default)] = None


_Links = Annotated[tuple[Link, ...], WrapValidator(_those_that_fit)]


class Job(_Model):
    """A job as the vendor told of it last."""

    jobid: str = Field(min_length=1)
    verb: _Text = None
    status: Annotated[str, WrapValidator(or_default)] = ""
    """One of :class:`JobStatus`, another that is not known here, or empty."""
    prompt: _Text = None
    button: _Text = None
    parent_job_id: _Text = None
    buttons: _Texts = ()
    """What may be pressed now; only on completed jobs."""
    children: Annotated[tuple[Child, ...], WrapValidator(_those_that_fit)] = ()
    channel: _Text = None
    server: _Text = None
    message_id: _Text = None
    content: _Text = None
    """The bot's message, with the progress in it."""
    attachments: _Links = ()
    embeds: Annotated[tuple[Embed, ...], WrapValidator(_those_that_fit)] = ()
    seed: Annotated[Seed | None, WrapValidator(or_default)] = None
    image_ux: _Links = ()
    video_ux: _Links = ()
    reply_ref: _Text = None
    error: _Text = None
    error_details: _Text = None
    executing_jobs: Annotated[tuple[str, ...], BeforeValidator(job_ids)] = ()
    code: Annotated[int | None, WrapValidator(or_default)] = None

    @property
    def is_over(self) -> bool:
        """Whether the job will not change any more. One of an unknown status may."""
        return self.status in OVER

    @property
    def percent(self) -> int | None:
        """How much is done, 0 to 100, where the bot's message says so behind the prompt."""
        content = self.content or ""
        told = _PERCENT.findall(content.rpartition(self.prompt)[2] if self.prompt else content)
        return int(told[-1]) if told and int(told[-1]) <= 100 else None

    @property
    def files(self) -> Sequence[JobFile]:
        """What the job made; before it is completed, previews at best.

        Attachments come first, the links of ``imageUx`` and ``videoUx`` where there are none, and for a
        describe job the picture that it is about where there are none of these either.
        """
        pictures = [embed.image for embed in self.embeds if embed.image and self.verb == "describe"]
        for links in (self.attachments, (*self.image_ux, *self.video_ux), pictures):
            found = tuple(file for link in links for file in link.files())
            if found:
                return found
        return ()

    @property
    def description(self) -> str | None:
        """What a describe job found: the four prompts, in one text."""
        return next((embed.description for embed in self.embeds if embed.description), None)


def _name_in(url: str) -> str:
    try:
        return PurePosixPath(unquote(urlsplit(url).path)).name or "file"
    except ValueError:
        return "file"
