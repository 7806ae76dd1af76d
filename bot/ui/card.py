"""The house card: one container of text, pictures and buttons.

It knows Discord's limits so that nobody else must: 4,000 characters of text and 40 components in a
message (discord.com/developers, "Component Reference"). What does not fit is cut with an ellipsis.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any, Self

import discord
from discord import ui

from bot.ui.text import clip

TEXT_LIMIT = 4000
ALT_LIMIT = 1024
BUTTONS_IN_A_ROW = 5

Clickable = ui.Item[Any]
"""A button or a select, in whatever view it ends up."""


class Card(ui.LayoutView):
    """A message of ours. Its methods add a block each and return the card.

    ``colour`` is that of the bar on the left, as 0xRRGGBB; ``kept`` is how many characters of text are left
    to :meth:`last`.
    """

    def __init__(self, title: str | None = None, *, colour: int | None = None, kept: int = 0) -> None:
        super().__init__(timeout=None)
        # Every button is a lasting one, which needs no listener: without this discord.py would keep
        # each card, and a task to end it, for a quarter of an hour.
        self.stop()
        self._room = TEXT_LIMIT - kept
        self._kept = kept
        self._files: list[tuple[str, Callable[[], io.BufferedIOBase]]] = []
        # As a number, black would be no colour to discord.py.
        bar = None if colour is None else discord.Colour(colour)
        self._box: ui.Container[Self] = ui.Container(accent_colour=bar)
        self.add_item(self._box)
        if title is not None:
            self.text(f"### {title}")

    @property
    def room(self) -> int:
        """How many characters of text still fit."""
        return self._room

    def text(self, content: str, *, picture: str | None = None, alt: str | None = None) -> Self:
        """Add a block of markdown.

        ``picture`` is the https address of a small picture to its right, ``alt`` the same in words.
        """
        block = self._text(content)
        if block is not None and picture is not None:
            words = None if alt is None else clip(alt, ALT_LIMIT)
            self._box.add_item(ui.Section(block, accessory=ui.Thumbnail(picture, description=words)))
        elif block is not None:
            self._box.add_item(block)
        return self

    def lines(self, *lines: str | None) -> Self:
        """Add lines as one block, leaving out those that are None."""
        kept = [line for line in lines if line is not None]
        return self.text("\n".join(kept)) if kept else self

    def small(self, content: str) -> Self:
        """Add a line of small print."""
        return self.text("\n".join(f"-# {line}" for line in content.splitlines()))

    def last(self, content: str) -> Self:
        """Add a line of small print for which room was kept."""
        self._room += self._kept
        self._kept = 0
        return self.small(content)

    def rule(self) -> Self:
        """Add a line across."""
        self._box.add_item(ui.Separator())
        return self

    def image(self, url: str, *, alt: str) -> Self:
        """Add a wide picture (an https address or ``attachment://name``) with its text in words."""
        self._box.add_item(ui.MediaGallery(discord.MediaGalleryItem(url, description=clip(alt, ALT_LIMIT))))
        return self

    def drawing(self, name: str, png: bytes, *, alt: str) -> Self:
        """Add a wide picture of our own, which is sent along as a file."""
        self._files.append((name, lambda: io.BytesIO(png)))
        return self.image(f"attachment://{name}", alt=alt)

    def gallery(self, files: Sequence[tuple[str, Callable[[], io.BufferedIOBase]]], *, alt: str) -> Self:
        """Add pictures and films (at most 10) that are sent along as files, all with the same text in words.

        Each is a name and what opens the file, which stays open until the card was sent.
        """
        self._files += files
        words = clip(alt, ALT_LIMIT)
        items = [discord.MediaGalleryItem(f"attachment://{name}", description=words) for name, _ in files]
        self._box.add_item(ui.MediaGallery(*items))
        return self

    def attachment(self, name: str, data: bytes) -> Self:
        """Add a file to be downloaded, which is sent along."""
        self._files.append((name, lambda: io.BytesIO(data)))
        self._box.add_item(ui.File(f"attachment://{name}"))
        return self

    def files(self) -> list[discord.File]:
        """Return the files to send along; they can be sent once, so they are made anew each time."""
        return [discord.File(open_file(), name) for name, open_file in self._files]

    def buttons(self, items: Sequence[Clickable]) -> Self:
        """Add buttons, five in a row."""
        for start in range(0, len(items), BUTTONS_IN_A_ROW):
            self._box.add_item(ui.ActionRow(*items[start : start + BUTTONS_IN_A_ROW]))
        return self

    def _text(self, content: str) -> ui.TextDisplay[Self] | None:
        fitting = clip(content, self._room)
        self._room -= len(fitting)
        return ui.TextDisplay(fitting) if fitting.strip() else None


def note(sentence: str) -> Card:
    """Make a card of one sentence: something was done."""
    return Card().text(sentence)


def warning(sentence: str) -> Card:
    """Make a card of one sentence: something was not done, and what to do about it."""
    return Card(colour=0xD9822B).text(f"⚠️ {sentence}")
