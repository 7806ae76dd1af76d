"""What a member reads who may not use a service in a server, or not there."""

from __future__ import annotations

from collections.abc import Collection

from bot.access import RuleKind
from bot.services import Service

_NAMED = 10
"""Roles or channels that are named; a longer list helps nobody."""
_ASK = "Somebody with the permission Manage Server can change that in `/setup status`."


def refusal(service: Service, broken: RuleKind, subjects: Collection[int]) -> str:
    """Say which rule refuses and who can change it; ``subjects`` are the roles or channels of the rule."""
    match broken:
        case RuleKind.DENIED_ROLE:
            rule = f"{service.label} is not for members with {_one_of(subjects, '@&')} in this server."
        case RuleKind.ALLOWED_ROLE:
            rule = f"In this server {service.label} is for members with {_one_of(subjects, '@&')}."
        case RuleKind.ALLOWED_CHANNEL:
            rule = f"In this server {service.label} is used in {_one_of(subjects, '#')}, not here."
    return f"{rule} {_ASK}"


def _one_of(subjects: Collection[int], mark: str) -> str:
    names = [f"<{mark}{subject}>" for subject in sorted(subjects)]
    if len(names) > _NAMED:
        return f"{', '.join(names[:_NAMED])} or one of {len(names) - _NAMED} more"
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
