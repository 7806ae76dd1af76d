"""Forms with files (RFC 7578), written down piece by piece so that no file is ever whole in memory."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO

CHUNK = 64 * 1024
"""Bytes of a file that are in memory at a time."""

_NAME_MOST = 100
_TYPE = re.compile(r"(?:image|video)/[A-Za-z0-9.+_-]{1,64}")
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send: an open, seekable binary file of ``size`` bytes, all of which are sent.

    It stays open; whoever opened it closes it. ``filename`` and ``content_type`` may be anything that a
    person chose: they are cleaned where they are written down. What is in the file is no part of the
    ``repr``, nor of what makes two uploads equal.
    """

    file: IO[bytes] = field(repr=False, compare=False)
    filename: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form. ``name`` is ours, never a person's."""

    name: str
    value: str | Upload = field(repr=False)


class Multipart:
    """A form on its way, once: make another one for each attempt.

    Raises ``ValueError`` where a file has another size than is said, as sending it would never end.
    """

    def __init__(self, form: Sequence[Part]) -> None:
        self._boundary = uuid.uuid4().hex
        self._parts = [(self._head(part), part.value) for part in form]
        self._end = f"--{self._boundary}--\r\n".encode()

    def headers(self) -> dict[str, str]:
        """Return the headers that tell the type and the length of the body."""
        length = sum(len(head) + _length(value) + 2 for head, value in self._parts) + len(self._end)
        kind = f"multipart/form-data; boundary={self._boundary}"
        return {"Content-Type": kind, "Content-Length": str(length)}

    async def chunks(self) -> AsyncGenerator[bytes]:
        """Yield the body. Files are read from their beginning, a little at a time.

        That happens in the event loop's own thread: a thread apart could still be reading for an
        attempt that was given up while the next one rewinds the file.
        """
        for head, value in self._parts:
            yield head
            for chunk in _pieces(value):
                yield chunk
            yield b"\r\n"
        yield self._end

    def _head(self, part: Part) -> bytes:
        lines = [f"--{self._boundary}", f'Content-Disposition: form-data; name="{part.name}"']
        if isinstance(part.value, Upload):
            lines[1] += f'; filename="{clean_filename(part.value.filename)}"'
            lines.append(f"Content-Type: {_clean_type(part.value.content_type)}")
        return "\r\n".join([*lines, "", ""]).encode()


def clean_filename(name: str) -> str:
    """Return a file name of ASCII letters, digits, dots, hyphens and underscores, its ending kept."""
    bare = _ODD.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip("._")
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[: _NAME_MOST - 12]}{dot}{ending[:10]}" if stem else bare[:_NAME_MOST] or "file"


def _clean_type(content_type: str) -> str:
    return content_type if _TYPE.fullmatch(content_type) else "application/octet-stream"


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")


def _length(value: str | Upload) -> int:
    if isinstance(value, str):
        return len(_bytes(value))
    value.file.seek(0, 2)
    if value.file.tell() != value.size:
        raise ValueError("a file has another size than is said")
    return value.size


def _pieces(value: str | Upload) -> Iterator[bytes]:
    if isinstance(value, str):
        yield _bytes(value)
        return
    value.file.seek(0)
    while chunk := value.file.read(CHUNK):
        yield chunk
