"""/pluralkit: systems, members and who is fronting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from discord import app_commands

from cogs._place import EVERYWHERE_CONTEXTS, EVERYWHERE_INSTALLS
from cogs.pluralkit import (
    creating,
    deleting,
    editing,
    finding,
    fronts,
    groups,
    link,
    members,
    membership,
    messages,
    preferences,
    switching,
    systems,
)
from cogs.pluralkit.errands import stop_all

if TYPE_CHECKING:
    from bot.app import App

Callback = Callable[..., Awaitable[None]]
Described = Mapping[str, tuple[str, Callback]]
"""Commands by name: what they do, in words and as a function."""

_QUERIES: Described = {
    "system": ("Look a system up; yours, if you name none", systems.system),
    "members": ("List the members of a system", members.members),
    "member": ("Show a member; who fronts, if you name none", members.member),
    "groups": ("List the groups of a system", groups.groups),
    "group": ("Show a group and its members", groups.group),
    "fronters": ("Who is fronting, and since when", fronts.fronters),
    "history": ("Who fronted when, back to the first switch", fronts.history),
    "stats": ("Who fronted how much, with a chart", fronts.stats),
    "message": ("Who sent a message through PluralKit", messages.message),
    "random": ("Draw a member or a group", finding.draw_one),
    "find": ("Find members and groups by name", finding.find),
    "link": ("Link your own system with its token", link.link),
    "unlink": ("Forget your PluralKit token here", link.unlink),
}
_OWN: Described = {
    "autoproxy": ("Who speaks without proxy tags here", preferences.autoproxy),
    "settings": ("The settings of your system", preferences.settings),
}
_GROUPS: Mapping[str, tuple[str, Described]] = {
    "switch": (
        "Register who fronts",
        {
            "set": ("Register who fronts from now on", switching.set_front),
            "out": ("Register that nobody fronts", switching.out),
            "edit": ("Correct who a switch brought", switching.edit),
            "move": ("Correct when a switch was", switching.move),
            "delete": ("Delete a switch", switching.delete),
        },
    ),
    "create": (
        "Make something new in your system",
        {
            "member": ("Create a member", creating.member),
            "group": ("Create a group", creating.group),
        },
    ),
    "edit": (
        "Change something of your system",
        {
            "system": ("Edit your system", editing.system),
            "member": ("Edit a member of yours", editing.member),
            "group": ("Edit a group of yours", editing.group),
        },
    ),
    "delete": (
        "Delete something of your system",
        {
            "member": ("Delete a member of yours", deleting.member),
            "group": ("Delete a group of yours", deleting.group),
        },
    ),
    "membership": (
        "Who is in which of your groups",
        {
            "add": ("Put members into a group", membership.add),
            "remove": ("Take members out of a group", membership.remove),
        },
    ),
}
_MENUS: Mapping[str, Callback] = {
    "PluralKit: who sent this?": messages.sender_of_message,
    "PluralKit: system": systems.system_of_user,
}


async def setup(app: App) -> None:
    """Load the commands."""
    pluralkit = app_commands.Group(
        name="pluralkit",
        description="Systems at PluralKit",
        allowed_contexts=EVERYWHERE_CONTEXTS,
        allowed_installs=EVERYWHERE_INSTALLS,
    )
    app.before_finish.append(stop_all)
    _fill(pluralkit, _QUERIES)
    _fill(pluralkit, _OWN)
    for name, (description, commands) in _GROUPS.items():
        group = app_commands.Group(name=name, description=description)
        _fill(group, commands)
        pluralkit.add_command(group)
    app.tree.add_command(pluralkit)
    for name, menu in _MENUS.items():
        app.tree.add_command(
            app_commands.ContextMenu(
                name=name,
                callback=_any(menu),
                allowed_contexts=EVERYWHERE_CONTEXTS,
                allowed_installs=EVERYWHERE_INSTALLS,
            )
        )


def _fill(group: app_commands.Group, commands: Described) -> None:
    for name, (description, callback) in commands.items():
        group.add_command(app_commands.Command(name=name, description=description, callback=_any(callback)))


def _any(callback: Callback) -> Any:
    """Return a callback as discord.py's types take it: they cannot tell what a table holds."""
    return callback
