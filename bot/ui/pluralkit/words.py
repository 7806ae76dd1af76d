"""What PluralKit's own error numbers mean to a person."""

from __future__ import annotations

from collections.abc import Mapping

from bot.api.pluralkit import ME, Code
from bot.errors import ApiError

_SENTENCES: Mapping[int, str] = {
    Code.SYSTEM_UNKNOWN: "PluralKit knows no such system. Check the id for a slip; the short ones have "
    "5 or 6 letters.",
    Code.MEMBER_UNKNOWN: "PluralKit knows no member with that id. It may have been deleted; members of "
    "others are found by id only.",
    Code.MEMBER_OF_LIST_UNKNOWN: "One of these members is not in your system, or was deleted meanwhile.",
    Code.GROUP_UNKNOWN: "PluralKit knows no group with that id. It may have been deleted; groups of others "
    "are found by id only.",
    Code.GROUP_OF_LIST_UNKNOWN: "One of these groups is not in your system, or was deleted meanwhile.",
    Code.MESSAGE_UNKNOWN: "PluralKit knows no such message: it was not sent through PluralKit, or it was "
    "deleted. By the id of the original it is found for half an hour only.",
    Code.SWITCH_UNKNOWN: "PluralKit knows no such switch. It may have been deleted.",
    Code.SWITCH_NOT_YOURS: "This switch is gone, or is of another system.",
    Code.SYSTEM_NOT_IN_GUILD: "PluralKit has nothing about your system in this server yet. Use its bot "
    "here once, then try again.",
    Code.MEMBER_NOT_IN_GUILD: "PluralKit has nothing about this member in this server yet. Use its bot "
    "here once, then try again.",
    Code.MEMBERS_HIDDEN: "This system keeps its list of members private.",
    Code.GROUPS_HIDDEN: "This system keeps its list of groups private.",
    Code.GROUP_MEMBERS_HIDDEN: "The members of this group are private.",
    Code.FRONT_HIDDEN: "This system keeps private who is fronting.",
    Code.HISTORY_HIDDEN: "This system keeps its front history private.",
    Code.MEMBER_NOT_YOURS: "This member is not of your system, so only its owner can change it.",
    Code.GROUP_NOT_YOURS: "This group is not of your system, so only its owner can change it.",
    Code.SAME_FRONT: "That is how it stands already. Nothing was changed.",
    Code.SAME_MOMENT: "There is a switch of exactly that moment already. Choose another time.",
    Code.MEMBERS_FULL: "Your system has as many members as PluralKit allows. Delete one first.",
    Code.GROUPS_FULL: "Your system has as many groups as PluralKit allows. Delete one first.",
}


def find_sentence(error: ApiError) -> str | None:
    """Return a sentence for an error that PluralKit numbers; None where the number says nothing more."""
    return _SENTENCES.get(error.code or 0)


def sentence(code: Code) -> str:
    """Return what a number of PluralKit's means."""
    return _SENTENCES[code]


def unknown_system(ref: str) -> str:
    """Return the sentence for a system that PluralKit does not know, by what it was looked for."""
    if ref == ME:
        return (
            "PluralKit knows no system of your Discord account. `pk;system new` makes one, `pk;link` links "
            "this account to one that you have, and `/pluralkit link` uses its token here."
        )
    if ref.isdigit():
        return (
            "No PluralKit system belongs to that Discord account. Its owner makes one with `pk;system new`, "
            "or links the account to it with `pk;link`."
        )
    return "PluralKit knows no system with that id. Check it for a slip; the short ones have 5 or 6 letters."
