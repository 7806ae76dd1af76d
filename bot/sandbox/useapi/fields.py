"""The fields of a request's body, sent as JSON or as a form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from bot.sandbox.upstream import JSON


@dataclass(frozen=True, slots=True)
class Upload:
    """What the vendor keeps of a file that it was sent."""

    filename: str
    content_type: str
    size: int

    def body(self) -> dict[str, JSON]:
        """Return it as jobs echo it."""
        return {"size": self.size, "type": self.content_type}


Values: TypeAlias = Mapping[str, "JSON | Upload"]


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields by name. What has another type than the one asked for counts as absent."""

    values: Values = field(default_factory=dict[str, "JSON | Upload"])
    is_form: bool = False

    @classmethod
    def read(cls, content_type: str, body: bytes) -> Fields | None:
        """Read a body, None where it is neither a JSON object nor a form."""
        if content_type.startswith("multipart/form-data"):
            return cls(_merged(_parts(content_type, body)), is_form=True)
        try:
            found = cast("JSON", json.loads(body))
        except (ValueError, RecursionError):
            return None
        return cls(found) if isinstance(found, dict) else None

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        """Return a text."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Return a list of texts; in a form one text is a list too."""
        value = self.values.get(name)
        if self.is_form and isinstance(value, str):
            return [value]
        return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []

    def whole(self, name: str) -> int:
        """Return a whole number, 0 where there is none. JSON's 5.0 is 5."""
        value = self.values.get(name)
        if self.is_form and isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or value % 1:
            return 0
        return int(value)

    def upload(self, name: str) -> Upload | None:
        """Return a file; an empty one counts as absent."""
        value = self.values.get(name)
        return value if isinstance(value, Upload) and value.size else None


def _merged(parts: Iterator[tuple[str, str | Upload]]) -> dict[str, JSON | Upload]:
    """Return the parts by name; a text that is sent several times becomes a list."""
    found: dict[str, JSON | Upload] = {}
    for name, value in parts:
        before = found.get(name)
        if isinstance(value, str) and isinstance(before, str | list):
            found[name] = [*([before] if isinstance(before, str) else before), value]
        else:
            found[name] = value
    return found


def _parts(content_type: str, body: bytes) -> Iterator[tuple[str, str | Upload]]:
    """Yield the parts of a form (RFC 7578). A part is a file where it has a file name or a type."""
    boundary = re.search('boundary="?([^";]+)"?', content_type)
    if boundary is None:
        return
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode())[1:-1]:
        head, _, data = part.partition(b"\r\n\r\n")
        headers = head.decode("utf-8", "replace")
        name = re.search('[; ]name="([^"]*)"', headers)
        filename = re.search('[; ]filename="([^"]*)"', headers)
        kind = re.search(r"(?im)^content-type:\s*([^\r\n;]+)", headers)
        content = kind[1].strip() if kind else "application/octet-stream"
        if filename or (kind and content != "text/plain"):
            value: str | Upload = Upload(filename[1] if filename else "", content, len(data))
        else:
            value = data.decode("utf-8", "replace")
        yield (name[1] if name else ""), value
