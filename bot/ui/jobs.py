"""Cards of what Pika and Midjourney make: how far it is, what came of it, and the lists of it.

Prompts, buttons and everything else of a job is somebody's or the upstream's text, shown as such.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BufferedIOBase
from typing import Any

import discord
from discord import ui

from bot.api.jobs import Job
from bot.orders import Order, Verb
from bot.ui.card import BUTTONS_IN_A_ROW, Card, Clickable
from bot.ui.text import clip, code, is_visible, lasting, one_line, plain, prose, when

PROMPT_SHOWN = 600
"""Characters of a prompt on a card."""
_LABEL = 80
_BUTTONS = 20
"""Buttons of a job on its card: four rows, which leaves room among the 40 components."""
_EMOJI_BUTTONS = {"🔄": "🔄 Again", "retry": "🔄 Retry"}
_BAR = 12
_FOOT = 150
"""Characters that are kept for the last line, which names the job."""
_LONGEST_LINK = 512
WARNING = 0xD9822B
DONE = 0x3BA55D


@dataclass(frozen=True, slots=True)
class Sheet:
    """What every card of a job says of it."""

    order: Order
    ref: str
    user_id: int
    began: int
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A file to show: a name of ours, its kind, and how to open it."""

    name: str
    open: Callable[[], BufferedIOBase]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a job."""

    pictures: Sequence[Picture] = ()
    links: Sequence[str] = ()
    """Addresses of what could not be attached."""
    link_note: str | None = None
    """Why not."""
    text: str | None = None
    """What the bot upstream said, where that is the result."""
    buttons: Sequence[str] = ()
    """The job's own, as the upstream calls them."""
    seconds: int | None = None
    """How long it took."""
    note: str | None = None


def press_id(ref: str, number: int) -> str:
    """Return the custom id of a job's own button."""
    return f"job:press:{ref}:{number}"


def cancel_id(ref: str) -> str:
    """Return the custom id of the button that every card of a job bears until it is over."""
    return f"job:cancel:{ref}"


def cancel_button(ref: str) -> Clickable:
    """Return the button that asks whether a job shall be given up."""
    return _button("Cancel", cancel_id(ref))


def again_button(ref: str) -> Clickable:
    """Return the button that asks for the same again."""
    return _button("Send it again", f"job:again:{ref}")


def reword_button(ref: str) -> Clickable:
    """Return the button that asks for the same in other words."""
    return _button("Change and send again", f"job:reword:{ref}", discord.ButtonStyle.primary)


def progress_card(sheet: Sheet, line: str, *, percent: int | None = None, note: str | None = None) -> Card:
    """Show a job that is not over; ``line`` says how far it is."""
    card = _head(sheet)
    card.lines(line, None if percent is None else f"{_bar(percent)} {percent} %")
    if note is not None:
        card.small(note)
    return card.buttons([cancel_button(sheet.ref)]).last(_foot(sheet, f"asked {when(sheet.began)}"))


def result_card(sheet: Sheet, result: Result, *, greeting: str | None = None) -> Card:
    """Show what came of a job, with its buttons. ``greeting`` stands above everything."""
    card = _head(sheet, greeting=greeting, colour=DONE)
    if result.note is not None:
        card.text(result.note)
    alt = _alt(sheet.order)
    if result.pictures:
        card.gallery([(picture.name, picture.open) for picture in result.pictures], alt=alt)
    if result.text is not None and is_visible(result.text):
        card.text(prose(result.text, 2500))
    if result.link_note is not None:
        card.text(result.link_note)
    links = [_link(url, number, len(result.links)) for number, url in enumerate(result.links, 1)]
    card.buttons([link for link in links if link is not None][:BUTTONS_IN_A_ROW])
    card.buttons(job_buttons(sheet.ref, result.buttons))
    took = None if result.seconds is None else f"took {lasting(result.seconds)}"
    return card.last(_foot(sheet, took))


def ended_card(
    sheet: Sheet, sentence: str, buttons: Sequence[Clickable] = (), *, greeting: str | None = None
) -> Card:
    """Show a job of which nothing came, and what to do about it."""
    card = _head(sheet, greeting=greeting, colour=WARNING)
    return card.text(f"⚠️ {sentence}").buttons(buttons).last(_foot(sheet, None))


def forgotten_card(sheet: Sheet) -> Card:
    """Show that a job was given up because whoever asked is forgotten: without words, pictures or buttons."""
    return Card(plain(sheet.order.title, 100), colour=WARNING).text("⚠️ This was cancelled.")


def bare_card(sheet: Sheet, sentence: str, links: Sequence[str], *, greeting: str | None = None) -> Card:
    """Show the end of a job as simply as can be, for where Discord refuses the whole card."""
    card = _head(sheet, greeting=greeting).text(sentence)
    card.lines(*(f"<{url}>" for url in links[:BUTTONS_IN_A_ROW] if is_web_link(url)))
    return card.last(_foot(sheet, None))


def stranger_card(order: Order, job: Job) -> Card:
    """Show how a job is that was not asked for here and is not done."""
    told = job.error_details or job.error
    return Card(plain(order.title, 100)).lines(
        _quoted(order),
        f"The service says: {code(job.status or 'nothing')}",
        None if job.percent is None else f"{_bar(job.percent)} {job.percent} %",
        None if told is None else f"⚠️ {plain(told, 300)}",
    )


def cancel_card(sheet: Sheet, buttons: Sequence[Clickable]) -> Card:
    """Ask whether a job shall be given up."""
    return (
        Card("Give this up?")
        .lines(f"**{plain(sheet.order.title)}**", _quoted(sheet.order))
        .text("What has begun at the service may be counted there all the same.")
        .buttons(buttons)
    )


def said_card(title: str, text: str | None, *, done: str | None = None) -> Card:
    """Show what the bot upstream answered to a setting or a question."""
    card = Card(title, colour=DONE)
    if done is not None:
        card.text(done)
    return card.text(prose(text, 3500)) if text is not None and is_visible(text) else card.text("Done.")


def jobs_card(
    title: str, lines: Sequence[str], *, total: int, empty: str, buttons: Sequence[Clickable] = ()
) -> Card:
    """List jobs, one line each."""
    card = Card(title)
    if not lines:
        return card.text(empty)
    return card.lines(*lines).small(f"{total} in all; kept for 31 days.").buttons(buttons)


def job_line(sheet: Sheet, state: str, *, link: str | None, whose: bool) -> str:
    """Return a job as one line of a list; with ``whose`` it says who asked for it."""
    words = _words(sheet.order)
    line = f"- **{plain(sheet.order.title, 60)}** · {state} · {when(sheet.began)}"
    line += f" · <@{sheet.user_id}>" if whose else ""
    line += f" · [message]({link})" if link else ""
    return f"{line}\n-# {plain(words, 90)} · {code(sheet.ref)}" if words else f"{line}\n-# {code(sheet.ref)}"


def choice_name(sheet: Sheet, state: str) -> str:
    """Name a job in the list that completes an option: at most 100 characters."""
    words = one_line(_words(sheet.order) or sheet.ref)
    return clip(f"{one_line(sheet.order.title)} · {state} · {words}", 100)


def job_buttons(ref: str, labels: Sequence[str]) -> Sequence[Clickable]:
    """Return a job's own buttons as they are called upstream, unknown ones too."""
    shown = labels[:_BUTTONS]
    return [
        _button(_label(label), press_id(ref, number))
        for number, label in enumerate(shown)
        if is_visible(label)
    ]


def is_web_link(url: str) -> bool:
    """Say whether an address can be a link in a message."""
    fits = url.isprintable() and len(url) <= _LONGEST_LINK and not {*" <>"} & {*url}
    return fits and url.startswith(("https://", "http://"))


def _head(sheet: Sheet, *, greeting: str | None = None, colour: int | None = None) -> Card:
    card = Card(None, colour=colour, kept=_FOOT)
    if greeting is not None:
        card.text(greeting)
    return card.lines(f"### {plain(sheet.order.title, 100)}", _quoted(sheet.order))


def _foot(sheet: Sheet, middle: str | None) -> str:
    parts = [f"for <@{sheet.user_id}>", middle, f"job {code(sheet.ref)}"]
    return " · ".join(part for part in parts if part)


def _quoted(order: Order) -> str | None:
    words = _words(order)
    return f"> {plain(words, PROMPT_SHOWN)}" if words else None


def _words(order: Order) -> str | None:
    if order.verb is Verb.ENCRYPT_TEXT and order.message:
        return f"{order.message} — {order.prompt}"
    return order.prompt or order.about


def _alt(order: Order) -> str:
    words = _words(order)
    return one_line(words) if is_visible(words) and words else one_line(order.title)


def _label(label: str) -> str:
    return clip(_EMOJI_BUTTONS.get(label, one_line(label)), _LABEL)


def _bar(percent: int) -> str:
    filled = round(_BAR * min(100, max(0, percent)) / 100)
    return "▰" * filled + "▱" * (_BAR - filled)


def _button(
    label: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> Clickable:
    button: ui.Button[Any] = ui.Button(label=label, custom_id=custom_id, style=style)
    return button


def _link(url: str, number: int, count: int) -> Clickable | None:
    if not is_web_link(url):
        return None
    button: ui.Button[Any] = ui.Button(label="Open it" if count == 1 else f"Open {number}", url=url)
    return button
