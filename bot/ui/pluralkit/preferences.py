"""Cards of what PluralKit does for one's own system: settings and autoproxy."""

from __future__ import annotations

from bot.api.pluralkit import Autoproxy, SystemSettings
from bot.ui.card import Card
from bot.ui.pluralkit.marks import seconds_of
from bot.ui.pluralkit.sheets import AUTOPROXY_MODES, PROXY_SWITCH, SWITCHED_ON
from bot.ui.text import code, lasting, plain, when


def autoproxy_card(autoproxy: Autoproxy, member: str | None) -> Card:
    """Say what is proxied by itself in this server; ``member`` is the name of the one that is set."""
    mode = AUTOPROXY_MODES.get(autoproxy.autoproxy_mode, plain(autoproxy.autoproxy_mode, 30))
    who = f": **{plain(member, 100)}**" if member else ""
    card = Card("Autoproxy in this server").text(f"Messages without proxy tags are sent by {mode}{who}.")
    last = autoproxy.last_latch_timestamp
    if last is not None and autoproxy.autoproxy_mode == "latch":
        card.small(f"Last used {when(seconds_of(last))}.")
    return card


def settings_card(settings: SystemSettings) -> Card:
    """Show the settings of one's own system."""
    on = [words for key, words in SWITCHED_ON.items() if getattr(settings, key)]
    off = [words for key, words in SWITCHED_ON.items() if not getattr(settings, key)]
    return Card("Settings of your system").lines(
        f"**Time zone:** {plain(settings.timezone or 'UTC', 64)}",
        f"**Latch timeout:** {_latch(settings.latch_timeout)}",
        f"**Name format:** {code(settings.name_format)}" if settings.name_format else None,
        f"**A proxied message:** {PROXY_SWITCH.get(settings.proxy_switch, plain(settings.proxy_switch, 30))}",
        *(f"✅ {words}" for words in on),
        *(f"⬜ {words}" for words in off),
    )


def _latch(seconds: int | None) -> str:
    if seconds is None:
        return "6 h, as PluralKit has it"
    return lasting(seconds) if seconds else "never"
