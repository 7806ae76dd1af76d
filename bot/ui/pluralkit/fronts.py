"""Cards of who is and was at the front: now, in the past, and in shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.api.pluralkit import FrontTally, Member, System, shown_name
from bot.api.pluralkit.sights import FrontSight, HistorySight, Names
from bot.ui.card import Card, Clickable
from bot.ui.chart import Bar, bar_chart
from bot.ui.pluralkit.marks import (
    PRIVATE,
    add_small,
    colour_of,
    field,
    fitting,
    joined,
    lock,
    named,
    picture,
    seconds_of,
    spoken,
    titled,
)
from bot.ui.text import code, is_visible, lasting, plain, when

CHART = "front-time.png"
"""The name of the picture of :func:`stats_card`."""
_SHOWN = 20
"""Members in the statistics; the rest is added up."""
_FRONTERS = 9
"""Members that are shown with a picture: each is three of the 40 components that a message may have."""
_FRONTERS_MOST = 2800
_LINES_MOST = 3350
"""Characters: the heading and the small print have the rest of a message."""
_NOBODY = "nobody"


def fronters_card(sight: FrontSight, now: datetime, buttons: Sequence[Clickable]) -> Card:
    """Show who is at the front, each since when without a break."""
    system, front = sight.system, sight.front
    card = Card(colour=colour_of(system.color))
    title = f"### Fronting{lock(system, 'front_privacy')} in {titled(system)}"
    if front is None:
        return card.text(f"{title}\nNo switch was ever registered.").buttons(buttons)
    if not front.members:
        since = when(seconds_of(front.timestamp))
        return card.text(f"{title}\nNobody: switched out {since}.").buttons(buttons)
    first = front.members[0]
    if colour_of(first.color) is not None:
        card = Card(colour=colour_of(first.color))
    card.text(title)
    shown, rest = front.members[:_FRONTERS], front.members[_FRONTERS:]
    blocks = fitting(lambda most: [_fronter(sight, member, now, most) for member in shown], _FRONTERS_MOST)
    for member, block in zip(shown, blocks, strict=True):
        card.text(block, picture=picture(member.avatar_url), alt=f"Avatar of {spoken(member)}")
    if rest:
        card.text(f"Also: {joined([named(member, 60) for member in rest], 700)}")
    hidden = "Counted from the last switch alone: the front history is private."
    add_small(card, hidden if sight.history_hidden else None)
    return card.buttons(buttons)


def history_card(
    sight: HistorySight,
    until: datetime,
    *,
    is_newest: bool,
    now: datetime,
    buttons: Sequence[Clickable],
    note: str | None = None,
) -> Card:
    """Show a page of the front history; its first switch lasted until ``until``.

    ``is_newest``: whether that switch is the one in force. ``note`` says why this is not the page that
    was asked for.
    """
    system = sight.system
    mark = lock(system, "front_history_privacy")
    card = Card(f"Front history{mark} of {titled(system)}", colour=colour_of(system.color))
    if not sight.switches:
        words = "No switch was ever registered." if is_newest else "There is no older switch."
        return card.text(words).buttons(buttons)
    ends = [until, *(switch.timestamp for switch in sight.switches)]
    lengths = [
        lasting((end - switch.timestamp).total_seconds())
        for end, switch in zip(ends, sight.switches, strict=False)
    ]
    if is_newest:
        lengths[0] = f"{lasting((now - sight.switches[0].timestamp).total_seconds())} so far"

    def lines(most: int) -> Sequence[str]:
        return [
            f"{when(seconds_of(switch.timestamp), 'f')} {_who(switch.members, sight.names, most)} · {lasted}"
            for switch, lasted in zip(sight.switches, lengths, strict=True)
        ]

    card.text("\n".join(fitting(lines, _LINES_MOST)))
    begins = None if sight.has_older else "This is where the history begins."
    add_small(card, note, begins, _ids_note(sight.names))
    return card.buttons(buttons)


@dataclass(frozen=True, slots=True)
class Share:
    """The time of one member, of several left out, or of nobody."""

    label: str
    """As plain text."""
    shown: str
    """As markdown."""
    fallback: str
    seconds: float
    part: float
    """Of the whole time: 0 to 1."""
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class Statistics:
    """What :func:`stats_card` shows."""

    system: System
    tally: FrontTally
    shares: Sequence[Share]
    note: str | None = None
    """Why it is not all that was asked for."""

    @property
    def title(self) -> str:
        """What the numbers are of, as plain text."""
        return f"Front time over {lasting(self.tally.span)}"


def shares_of(tally: FrontTally, members: Sequence[Member] | None) -> Sequence[Share]:
    """Put a tally in words, the longest time first, nobody's last."""
    known = {member.id: member for member in members or ()}
    span = tally.span or 1.0
    ordered = sorted(tally.seconds.items(), key=lambda item: (-item[1], item[0]))
    shares = [
        _share(ref, seconds, seconds / span, known.get(ref), hidden=members is not None)
        for ref, seconds in ordered[:_SHOWN]
    ]
    rest = ordered[_SHOWN:]
    if rest:
        seconds = max(seconds for _, seconds in rest)
        words = f"{len(rest)} others, each at most"
        shares.append(Share(words, f"*{words}*", "others", seconds, seconds / span))
    if tally.nobody:
        shares.append(Share(_NOBODY, f"*{_NOBODY}*", _NOBODY, tally.nobody, tally.nobody / span))
    return shares


def stats_card(stats: Statistics, picture_bytes: bytes | None, buttons: Sequence[Clickable]) -> Card:
    """Show the shares of the front time in words and, where there is one, as a picture."""
    system, tally = stats.system, stats.tally
    mark = lock(system, "front_history_privacy")
    over = f" over {lasting(tally.span)}" if stats.shares else ""
    card = Card(f"Front time{mark} of {titled(system)}{over}", colour=colour_of(system.color))
    if not stats.shares:
        return card.text("No switch was ever registered.").buttons(buttons)
    if picture_bytes is not None:
        card.drawing(CHART, picture_bytes, alt=_spoken(stats))
    card.text(
        "\n".join(
            f"{_percent(share.part)} {share.shown} · {lasting(share.seconds)}" for share in stats.shares
        )
    )
    since = when(seconds_of(tally.back_to), "D")
    switches = "1 switch" if tally.switches == 1 else f"{tally.switches:,} switches"
    together = f"{switches} since {since}. Those who front together each get the whole time."
    add_small(card, together, stats.note)
    return card.buttons(buttons)


def chart_of(stats: Statistics) -> str:
    """Return the picture of the shares, as SVG."""
    return bar_chart(stats.title, [_bar(share) for share in stats.shares])


def counting_card(switches: int, back_to: datetime, buttons: Sequence[Clickable]) -> Card:
    """Say how far a long count has come."""
    return (
        Card("Counting …")
        .text(f"{switches:,} switches so far, back to {when(seconds_of(back_to), 'f')}.")
        .buttons(buttons)
    )


def _fronter(sight: FrontSight, member: Member, now: datetime, most: int) -> str:
    since = sight.since.get(member.id, now)
    more = "for more than" if member.id in sight.unfinished and not sight.history_hidden else "for"
    lines = [
        f"**{named(member, most)}** {code(member.id)}{lock(member, 'visibility')}",
        field("Pronouns", member.pronouns, lock(member, "pronoun_privacy"), most=most),
        f"since {when(seconds_of(since), 'f')}, {more} {lasting((now - since).total_seconds())}",
    ]
    return "\n".join(line for line in lines if line is not None)


def _who(members: Sequence[str], names: Names, most: int) -> str:
    if not members:
        return f"*{_NOBODY}*"
    return joined([_who_of(member, names, min(most, 60)) for member in members], 3 * most)


def _who_of(member: str, names: Names, most: int) -> str:
    name = names.find(member)
    mark = PRIVATE if member in names.hidden else ""
    if name is None and not names.list_hidden:
        return f"{code(member)} (hidden)"
    return f"**{plain(name, most)}**{mark}" if name and is_visible(name) else f"{code(member)}{mark}"


def _ids_note(names: Names) -> str | None:
    if names.list_hidden:
        return "Members are shown by id: the list of members is private."
    return None


def _share(ref: str, seconds: float, part: float, member: Member | None, *, hidden: bool) -> Share:
    if member is not None and is_visible(shown_name(member)):
        shown = f"**{named(member, 60)}**{lock(member, 'visibility')}"
        return Share(shown_name(member), shown, ref, seconds, part, colour_of(member.color))
    note = " (hidden)" if hidden and member is None else ""
    return Share(f"{ref}{note}", f"{code(ref)}{note}", ref, seconds, part)


def _percent(part: float) -> str:
    hundredths = part * 100
    if 0 < hundredths < 1:
        return "<1 %"
    return f"{hundredths:.0f} %"


def _bar(share: Share) -> Bar:
    note = f"{_percent(share.part)} · {lasting(share.seconds)}"
    return Bar(share.label, share.fallback, share.part, note, share.colour)


def _spoken(stats: Statistics) -> str:
    parts = (f"{share.label} {_percent(share.part)}" for share in stats.shares)
    return f"Bar chart. {stats.title}: {', '.join(parts)}"
