"""What the models of several upstreams forgive."""

from __future__ import annotations

from typing import cast


def without_nulls(data: object) -> object:
    """Return an object without its null fields, so that their defaults hold; anything else as it is."""
    if not isinstance(data, dict):
        return data
    fields = cast("dict[str, object]", data)
    return {key: value for key, value in fields.items() if value is not None}
