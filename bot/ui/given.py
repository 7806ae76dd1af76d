"""What was filled into a form, as Discord sends it: whoever sends it may send anything.

https://docs.discord.com/developers/components/reference#component-object-component-types
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from bot.errors import InvalidInput

FIELD_MOST = 4000
"""Characters that a field takes at most."""
_MOST_TICKED = 25
_DAMAGED = "The form did not arrive as it was shown. Nothing was done; open it anew and fill it in again."


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was put into a form."""

    url: str
    size: int
    content_type: str | None


class Given:
    """What the fields of a form hold, by their custom ids.

    What is asked for and is not there, or is of another kind, raises :class:`~bot.errors.InvalidInput`.
    """

    def __init__(self, fields: Mapping[str, Mapping[str, Any]], uploads: Any) -> None:
        self._fields = fields
        self._uploads = uploads

    def __repr__(self) -> str:
        return f"<Given of {len(self._fields)}>"  # never what was typed: it may be a secret

    @classmethod
    def of(cls, data: Any) -> Self:
        """Return what came as the data of a form's answer."""
        fields = {field["custom_id"]: field for field in _fields(_value(data, "components"))}
        uploads = _value(_value(data, "resolved"), "attachments")
        return cls(fields, uploads)

    def text(self, name: str) -> str:
        """Return the text of a field, empty where nothing was typed."""
        text = self._of(name, "value")
        if text is None:
            return ""
        if not isinstance(text, str) or len(text) > FIELD_MOST:
            raise InvalidInput(_DAMAGED)
        return text

    def is_ticked(self, name: str) -> bool:
        """Say whether a check box is ticked."""
        return self._of(name, "value") is True

    def ticked(self, name: str) -> frozenset[str]:
        """Return which of several check boxes are ticked; they need not be among those that were shown."""
        values: Any = self._of(name, "values") or []
        if not isinstance(values, list):
            raise InvalidInput(_DAMAGED)
        texts = frozenset(value for value in values if isinstance(value, str))  # pyright: ignore[reportUnknownVariableType] - looked at here
        if len(texts) > _MOST_TICKED:
            raise InvalidInput(_DAMAGED)
        return texts

    def chosen(self, name: str) -> str | None:
        """Return what was chosen of several, None for nothing; it need not be among what was shown."""
        value = self._of(name, "value")
        if value is not None and not isinstance(value, str):
            raise InvalidInput(_DAMAGED)
        return value

    def upload(self, name: str) -> Upload | None:
        """Return the file that was put into a field, None for none."""
        ids = self._of(name, "values")
        if not ids:
            return None
        found = _value(self._uploads, ids[0]) if isinstance(ids, list) and isinstance(ids[0], str) else None
        url, size, kind = (_value(found, key) for key in ("url", "size", "content_type"))
        if not isinstance(url, str) or not isinstance(size, int):
            raise InvalidInput(_DAMAGED)
        return Upload(url, size, kind if isinstance(kind, str) else None)

    def _of(self, name: str, key: str) -> Any:
        field = self._fields.get(name)
        if field is None:
            raise InvalidInput(_DAMAGED)
        return field.get(key)


def _fields(components: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the fields of a form: each stands in a label or, in forms of old, in a row."""
    if not isinstance(components, list):
        return
    for component in components:  # pyright: ignore[reportUnknownVariableType] - looked at here
        for field in (_value(component, "component"), *_listed(_value(component, "components"))):
            if isinstance(_value(field, "custom_id"), str):
                yield field


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType] - of anything


def _value(holder: Any, key: str) -> Any:
    return holder.get(key) if isinstance(holder, Mapping) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - of anything
