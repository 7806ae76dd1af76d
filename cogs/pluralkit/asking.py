"""Questions to PluralKit as values, so that commands, pages and the Share button ask them alike.

A question fits into the custom id of a button and is asked anew when that is pressed: nothing is kept
in between, and a press works after a restart. On a message that only the asker sees it is asked
through the asker's own eyes; on one that everybody sees, through anybody's.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

import discord

from bot.api.pluralkit import ME
from bot.errors import Forbidden, InvalidInput, UserError
from bot.report import answer
from bot.ui.card import Card, Clickable, note
from bot.ui.failure import explain
from bot.ui.lasting import STALE, LastingButton
from cogs._promise import promised
from cogs.pluralkit.errands import Errand
from cogs.pluralkit.eyes import Eyes, known, own_eyes, public_eyes

if TYPE_CHECKING:
    from bot.app import App

Ref: TypeAlias = str
"""What names a system, a member, a group or a message in a path."""

_kinds: dict[str, type[Question]] = {}
_REF = re.compile(r"(?:@me)?|[0-9A-Za-z-]+")
_NUMBER = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Asking:
    """How a question is asked: through whose eyes, for whom, and where its progress is told."""

    eyes: Eyes
    public: bool
    errand: Errand

    def buttons(self, *pages: Clickable | None, share: Question | None = None) -> Sequence[Clickable]:
        """Return buttons without those that are None; ``share`` gets one where not everybody sees it yet."""
        shown = [page for page in pages if page is not None]
        return shown if share is None or self.public else [*shown, ShareButton(share.pack())]


@dataclass(frozen=True)
class Question(ABC):
    """One thing to ask. Subclasses are frozen dataclasses, their fields refs, texts, numbers and truths.

    ``code`` is theirs alone. The last of the fields may hold any text, the others none with a colon.
    """

    code: ClassVar[str]
    system: Ref
    """Whose system it is about, ``@me`` being the asker's; empty where it is about none in particular."""

    def __init_subclass__(cls, *, code: str) -> None:
        super().__init_subclass__()
        cls.code = code
        _kinds[code] = cls

    @abstractmethod
    async def look(self, asking: Asking) -> Card:
        """Ask, and return what to show. Raises :class:`~bot.errors.BotError`."""

    def pack(self) -> str:
        """Return it as a text that :func:`unpack` reads."""
        values: Sequence[str | int] = [getattr(self, each.name) for each in fields(self)]
        texts = (str(int(each)) if isinstance(each, bool) else str(each) for each in values)
        return ":".join((self.code, *texts))

    def of(self, eyes: Eyes) -> Self:
        """Return it about the system that those eyes know by name."""
        return replace(self, system=eyes.system(self.system))


def unpack(text: str) -> Question:
    """Read a question from a custom id.

    Raises :class:`~bot.errors.InvalidInput` for one of another version of the program.
    """
    code, _, rest = text.partition(":")
    kind = _kinds.get(code)
    if kind is None:
        raise InvalidInput(STALE)
    kinds = [str(each.type) for each in fields(kind)]
    try:
        written = list(zip(kinds, rest.split(":", len(kinds) - 1), strict=True))
        read: list[Any] = [_READ[kind_](value) for kind_, value in written]
        if not [value for kind_, value in written if kind_ == "Ref"][-1]:
            raise InvalidInput(STALE)  # it is about nothing
        return kind(*read)
    except ValueError:
        raise InvalidInput(STALE) from None


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError
    return text


_READ: Mapping[str, Callable[[str], str | int | bool]] = {
    "Ref": lambda text: _matching(_REF, text),
    "str": str,
    "int": lambda text: int(_matching(_NUMBER, text)),
    "bool": lambda text: text == "1",
}
Found = Callable[[Eyes], Awaitable[Question]]
"""How to find out what to ask, through the asker's own eyes."""


class SeeButton(LastingButton, template=r"pk:see:(?P<packed>.{1,93})"):
    """Shows the answer to a question in place of what stands there."""

    def __init__(self, packed: str, label: str = "See") -> None:
        super().__init__(label, f"pk:see:{packed}")
        self._packed = packed

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Ask and show."""
        question = unpack(self._packed)
        await interaction.response.defer()
        seen_by_all = interaction.message is None or not interaction.message.flags.ephemeral
        errand = Errand(interaction)
        try:
            card = await _ask(interaction, question, errand, public=seen_by_all)
        except Exception:  # raised again: whatever it was, the errand is over
            await errand.abandon()
            raise
        await interaction.edit_original_response(view=card, attachments=card.files())


class ShareButton(LastingButton, template=r"pk:share:(?P<packed>.{1,91})"):
    """Shows everybody what anybody may see of the answer to a question."""

    def __init__(self, packed: str) -> None:
        super().__init__("Share", f"pk:share:{packed}", discord.ButtonStyle.primary)
        self._packed = packed

    async def press(self, interaction: discord.Interaction[App]) -> None:
        """Ask as anybody, and show everybody."""
        await show(interaction, unpack(self._packed), share=True)


def see(label: str, question: Question | None) -> Clickable | None:
    """Return a button that shows the answer to a question; None for none."""
    return None if question is None else SeeButton(question.pack(), label)


def place(page: int, count: int, length: int) -> tuple[int, int]:
    """Return which page of a list is there, and how many: it may have become shorter meanwhile."""
    pages = max(1, -(-count // length))
    return max(0, min(page, pages - 1)), pages


def turn(page: int, pages: int, at: Callable[[int], Question]) -> Sequence[Clickable | None]:
    """Return the buttons to the pages before and after one; ``at`` makes the question for a page."""
    return [
        see("← Back", at(page - 1) if page > 0 else None),
        see("Next →", at(page + 1) if page + 1 < pages else None),
    ]


async def show(interaction: discord.Interaction[App], question: Question | Found, *, share: bool) -> None:
    """Answer a command, or a button that is to leave its message alone."""
    async with promised(interaction):
        if not isinstance(question, Question):
            async with own_eyes(interaction) as eyes:
                question = await question(eyes)
        card = await _ask(interaction, question, Errand(interaction), public=share)
    if not share:
        await answer(interaction, card)
        return
    # What was promised to one person cannot be shown to all: the card follows as a message.
    await answer(interaction, note("Shared below."))
    await interaction.followup.send(view=card, files=card.files())


async def _ask(
    interaction: discord.Interaction[App], question: Question, errand: Errand, *, public: bool
) -> Card:
    if public:
        eyes = await public_eyes(interaction, question.system)
        return await _look(question, Asking(eyes, public, errand))
    async with own_eyes(interaction) as eyes:
        return await _look(question, Asking(eyes, public, errand))


async def _look(question: Question, asking: Asking) -> Card:
    try:
        with known(question.system):
            return await question.of(asking.eyes).look(asking)
    except Forbidden as error:
        if question.system != ME or asking.public or asking.eyes.me == ME:
            raise
        raise UserError(
            f"{explain(error)} You see it here once you have linked it: `/pluralkit link`."
        ) from None
