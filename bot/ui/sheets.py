"""Forms that show what stands and tell what was changed in it.

A sheet is a list of parts, each for one field or a few of a thing that is kept elsewhere. Only what
was really changed is told, so that nothing that somebody else changed meanwhile is undone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from discord import ui

from bot.api.policy import JSON
from bot.errors import InvalidInput
from bot.ui.forms import check_boxes, choice, text_field
from bot.ui.given import FIELD_MOST, Given

Typed: TypeAlias = "str | frozenset[str] | None"
"""What stands in a part of a form: a text, the boxes that are ticked, or what is chosen."""


class Part(Protocol):
    """A part of a sheet. ``key`` is its custom id, and for most the name of the field."""

    @property
    def key(self) -> str:
        """The custom id."""
        ...

    def show(self, typed: Typed) -> ui.Label[Any]:
        """Return the part as it is shown with that in it."""
        ...

    def read(self, given: Given) -> Typed:
        """Return what was made of it. Raises :class:`~bot.errors.InvalidInput`."""
        ...

    def standing(self, fields: Mapping[str, Any]) -> Typed:
        """Return how the fields that stand would be typed."""
        ...

    def changes(self, typed: Typed, before: Typed) -> Mapping[str, JSON]:
        """Return the fields that differ. Raises :class:`~bot.errors.InvalidInput`."""
        ...


@dataclass(frozen=True, slots=True)
class TextPart:
    """A text, read by ``parse`` and shown again by ``write``."""

    key: str
    label: str
    parse: Callable[[str], JSON]
    most: int
    write: Callable[[Any], str] = str
    hint: str | None = None
    long: bool = False
    required: bool = False

    def show(self, typed: Typed) -> ui.Label[Any]:
        """Show a field."""
        text = str(typed or "")[:FIELD_MOST]
        return text_field(
            self.key,
            self.label,
            hint=self.hint,
            required=self.required,
            # What stands may be longer than what may be typed; it is not refused for that.
            lengths=(1, max(self.most, len(text))),
            typed=text,
            long=self.long,
        )

    def read(self, given: Given) -> Typed:
        """Return the text."""
        return given.text(self.key)

    def standing(self, fields: Mapping[str, Any]) -> Typed:
        """Return the text as it would be typed."""
        value = fields.get(self.key)
        return "" if value is None else self.write(value)[:FIELD_MOST]

    def changes(self, typed: Typed, before: Typed) -> Mapping[str, JSON]:
        """Return the text where it is another; Discord trims what is typed."""
        missing = self.required and not _bare(typed)
        if _bare(typed) == _bare(before) and not missing:
            return {}
        return {self.key: self.parse(str(typed or ""))}


@dataclass(frozen=True, slots=True)
class TicksPart:
    """Check boxes, each for a field; ticked it is ``on``, else ``off``.

    ``within`` is the field that holds them all, where there is one.
    """

    key: str
    label: str
    options: Mapping[str, str]
    on: JSON = True
    off: JSON = False
    within: str | None = None
    hint: str | None = None

    def show(self, typed: Typed) -> ui.Label[Any]:
        """Show the boxes."""
        ticked = typed if isinstance(typed, frozenset) else frozenset[str]()
        return check_boxes(self.key, self.label, self.options, ticked, hint=self.hint)

    def read(self, given: Given) -> Typed:
        """Return the boxes that are ticked."""
        return given.ticked(self.key).intersection(self.options)

    def standing(self, fields: Mapping[str, Any]) -> Typed:
        """Return the boxes that are ticked."""
        held: Mapping[str, Any] = (fields.get(self.within) or {}) if self.within else fields
        return frozenset(option for option in self.options if held.get(option) == self.on)

    def changes(self, typed: Typed, before: Typed) -> Mapping[str, JSON]:
        """Return the fields whose boxes changed."""
        now = typed if isinstance(typed, frozenset) else frozenset[str]()
        then = before if isinstance(before, frozenset) else frozenset[str]()
        changed: dict[str, JSON] = {
            option: self.on if option in now else self.off for option in self.options if option in now ^ then
        }
        if not changed or self.within is None:
            return changed
        return {self.within: changed}


@dataclass(frozen=True, slots=True)
class ChoicePart:
    """A choice of one. ``values`` are what is told for each option, where that is not its own name."""

    key: str
    label: str
    options: Mapping[str, str]
    values: Mapping[str, JSON] | None = None
    hint: str | None = None

    def show(self, typed: Typed) -> ui.Label[Any]:
        """Show the options."""
        chosen = typed if isinstance(typed, str) else None
        return choice(self.key, self.label, self.options, chosen, hint=self.hint)

    def read(self, given: Given) -> Typed:
        """Return the option that is chosen. Raises :class:`~bot.errors.InvalidInput` for another one."""
        chosen = given.chosen(self.key)
        if chosen is not None and chosen not in self.options:
            raise InvalidInput(f"{self.label}: choose one of what is offered.")
        return chosen

    def standing(self, fields: Mapping[str, Any]) -> Typed:
        """Return the option that is chosen."""
        value = fields.get(self.key)
        return next((option for option in self.options if self._value(option) == value), None)

    def changes(self, typed: Typed, before: Typed) -> Mapping[str, JSON]:
        """Return the field where something else was chosen."""
        if typed == before or not isinstance(typed, str):
            return {}
        return {self.key: self._value(typed)}

    def _value(self, option: str) -> JSON:
        return option if self.values is None else self.values[option]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form of at most five parts."""

    title: str
    parts: Sequence[Part]

    def standing(self, fields: Mapping[str, Any]) -> Mapping[str, Typed]:
        """Return how the fields that stand would be typed, by the keys of the parts."""
        return {part.key: part.standing(fields) for part in self.parts}

    def show(self, typed: Mapping[str, Typed]) -> Sequence[ui.Label[Any]]:
        """Return the parts as they are shown with what is typed in them."""
        return [part.show(typed.get(part.key)) for part in self.parts]

    def read(self, given: Given) -> Mapping[str, Typed]:
        """Return what was made of them. Raises :class:`~bot.errors.InvalidInput`."""
        return {part.key: part.read(given) for part in self.parts}

    def changes(self, typed: Mapping[str, Typed], before: Mapping[str, Typed]) -> dict[str, JSON]:
        """Return the fields that were changed. Raises :class:`~bot.errors.InvalidInput`."""
        changed: dict[str, JSON] = {}
        for part in self.parts:
            changed |= part.changes(typed[part.key], before[part.key])
        return changed


def pack(typed: Mapping[str, Typed]) -> Mapping[str, str | list[str] | None]:
    """Return what is typed as JSON has it, which :func:`unpack` reads."""
    return {key: sorted(each) if isinstance(each, frozenset) else each for key, each in typed.items()}


def unpack(packed: Mapping[str, str | list[str] | None]) -> Mapping[str, Typed]:
    """Return what :func:`pack` packed."""
    return {key: frozenset(each) if isinstance(each, list) else each for key, each in packed.items()}


def _bare(typed: Typed) -> str:
    return str(typed or "").replace("\r\n", "\n").strip()
