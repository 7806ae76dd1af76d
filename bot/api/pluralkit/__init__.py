"""The PluralKit API v2 (pluralkit.me/api): systems, their members, groups, switches and messages.

Quirks that shape this package: a wrong token is not an error but the public view; a hidden field is
null, a hidden list is a 403; ``fronters`` is 204 where no switch was ever registered; the wait after
a 429 is in milliseconds and may be 0, which must not be taken at its word.
"""

from bot.api.pluralkit.client import ME, MOST_SWITCHES, PluralKitClient
from bot.api.pluralkit.dialect import BUDGETS, READS, WALKS, WRITES, Code, PluralKitDialect
from bot.api.pluralkit.fronting import FrontTally, Stays
from bot.api.pluralkit.models import (
    Autoproxy,
    Front,
    Group,
    Member,
    MemberGuild,
    Message,
    ProxyTag,
    Switch,
    System,
    SystemGuild,
    SystemSettings,
)
from bot.api.pluralkit.owner import Changes, PluralKitOwner
from bot.api.pluralkit.refs import check_token, find_ref, parse_message_ref, parse_ref, parse_system_ref
from bot.api.pluralkit.roster import Entry, Named, Roster, shown_name
from bot.api.pluralkit.walk import MOST_WALKED, walk_back

__all__ = [
    "BUDGETS",
    "ME",
    "MOST_SWITCHES",
    "MOST_WALKED",
    "READS",
    "WALKS",
    "WRITES",
    "Autoproxy",
    "Changes",
    "Code",
    "Entry",
    "Front",
    "FrontTally",
    "Group",
    "Member",
    "MemberGuild",
    "Message",
    "Named",
    "PluralKitClient",
    "PluralKitDialect",
    "PluralKitOwner",
    "ProxyTag",
    "Roster",
    "Stays",
    "Switch",
    "System",
    "SystemGuild",
    "SystemSettings",
    "check_token",
    "find_ref",
    "parse_message_ref",
    "parse_ref",
    "parse_system_ref",
    "shown_name",
    "walk_back",
]
