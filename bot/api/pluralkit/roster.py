"""Members or groups by what people call them: name, display name or id."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from bot.api.pluralkit.refs import find_ref
from bot.errors import InvalidInput


class Named(Protocol):
    """A member or a group, as far as it is called something."""

    @property
    def id(self) -> str:
        """The short id."""
        ...

    @property
    def uuid(self) -> str:
        """The id that never changes."""
        ...

    @property
    def name(self) -> str:
        """The name."""
        ...

    @property
    def display_name(self) -> str | None:
        """The name that is shown instead, where there is one."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """What a member or group is called, and nothing else of it, for a roster that is kept."""

    id: str
    uuid: str
    name: str
    display_name: str | None


N = TypeVar("N", bound=Named)

_NAMED_AT_MOST = 5
_COMMAS_AT_MOST = 5
"""In a name within a list; who is named by more is there by id."""


class Roster(Generic[N]):
    """The members or groups of one system. ``what`` is the word for one of them."""

    def __init__(self, things: Sequence[N], what: str) -> None:
        self.things = sorted(things, key=lambda thing: (_folded(shown_name(thing)), thing.id))
        self._what = what
        self._by_id: dict[str, N] = {}
        self._by_name: dict[str, list[N]] = {}
        self._by_display_name: dict[str, list[N]] = {}
        self._texts: list[tuple[N, Sequence[str]]] = []
        """What is searched: names, display names and ids as they are compared."""
        for thing in self.things:
            name, display_name = _folded(thing.name), _folded(thing.display_name or "")
            self._by_id |= {thing.id: thing, thing.uuid: thing}
            self._by_name.setdefault(name, []).append(thing)
            self._by_display_name.setdefault(display_name, []).append(thing)
            self._texts.append((thing, [text for text in (name, display_name, thing.id.lower()) if text]))
        commas = max((text.count(",") for _, texts in self._texts for text in texts), default=0)
        self._longest = 1 + min(commas, _COMMAS_AT_MOST)

    def find(self, ref: str) -> N | None:
        """Return the one with that short id or UUID, as the API spells it."""
        return self._by_id.get(ref)

    def named(self, text: str) -> Sequence[N]:
        """Return those that are called exactly so, case aside: by name, else by display name, else by id.

        A UUID means the one that has it, whatever another may be named.
        """
        ref, wanted = find_ref(text), _folded(text)
        by_id = self.find(ref or "") or self.find(text.strip())
        if by_id is not None and ref == by_id.uuid:
            return [by_id]
        found = (self._by_name.get(wanted) or self._by_display_name.get(wanted) or []) if wanted else []
        return found if found or by_id is None else [by_id]

    def choose(self, text: str) -> N:
        """Return the one that is meant: called exactly so, or the only one whose name begins so.

        Raises :class:`~bot.errors.InvalidInput` where there is none, or more than one.
        """
        wanted = _folded(text)
        found = self.named(text) or [
            thing for rank, thing in self._ranked(wanted) if wanted and rank == _BEGINS
        ]
        if not found:
            raise InvalidInput(
                f"There is no {self._what} called {_quoted(text)}. Pick one of the suggestions, or type "
                "a name or an id."
            )
        if len(found) > 1:
            ids = ", ".join(f"`{self.handle(thing)}`" for thing in found[:_NAMED_AT_MOST])
            raise InvalidInput(
                f"There is more than one {self._what} called {_quoted(text)}. Give the id, like {ids}."
            )
        return found[0]

    def choose_all(self, text: str) -> Sequence[N]:
        """Return those of a list with commas, in its order; a name may have commas of its own.

        Raises :class:`~bot.errors.InvalidInput` as :meth:`choose` does, and for a repetition.
        """
        found = [self.choose(part) for part in self._split(text)]
        times = Counter(thing.uuid for thing in found)
        twice = next((thing for thing in found if times[thing.uuid] > 1), None)
        if twice is not None:
            raise InvalidInput(f"{_quoted(shown_name(twice))} (`{twice.id}`) is named twice.")
        return found

    def matching(self, text: str) -> Sequence[N]:
        """Return those whose name, display name or id has the text in it, the best first."""
        return [thing for _, thing in sorted(self._ranked(_folded(text)), key=lambda pair: pair[0])]

    def handle(self, thing: N) -> str:
        """Return what :meth:`choose` takes for this one and no other: its id, unless another is named so."""
        return thing.id if list(self.named(thing.id)) == [thing] else thing.uuid

    def _ranked(self, wanted: str) -> Iterator[tuple[int, N]]:
        for thing, texts in self._texts:
            rank = _rank(texts, wanted)
            if rank is not None:
                yield rank, thing

    def _split(self, text: str) -> Iterator[str]:
        """Split a list at its commas, save those that are part of a name."""
        parts = text.split(",")
        while parts:
            lengths = range(min(self._longest, len(parts)), 1, -1)
            whole = next((length for length in lengths if self.named(",".join(parts[:length]))), 1)
            part = ",".join(parts[:whole])
            del parts[:whole]
            if part.strip():
                yield part


def shown_name(thing: Named) -> str:
    """Return what a member or group is shown as."""
    return thing.display_name or thing.name


_BEGINS = 1


def _quoted(text: str) -> str:
    shown = "".join(char for char in " ".join(text.split()) if char.isprintable() and char != "`")
    return f"`{shown[:100]}`"


def _rank(texts: Sequence[str], wanted: str) -> int | None:
    """Say how well a text fits, 0 for best; None: it does not."""
    if wanted in texts:
        return 0
    if any(text.startswith(wanted) for text in texts):
        return _BEGINS
    return 2 if any(wanted in text for text in texts) else None


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
