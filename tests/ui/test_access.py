"""What somebody reads whom a rule keeps from a service."""

from __future__ import annotations

import pytest

from bot.access import RuleKind
from bot.services import Service
from bot.ui.access import refusal


@pytest.mark.parametrize(
    ("kind", "subjects", "words"),
    [
        (RuleKind.ALLOWED_ROLE, [2], "In this server Pika is for members with <@&2>. Somebody with"),
        (RuleKind.ALLOWED_ROLE, [3, 2, 4], "Pika is for members with <@&2>, <@&3> or <@&4>."),
        (RuleKind.DENIED_ROLE, [2, 3], "Pika is not for members with <@&2> or <@&3> in this server."),
        (RuleKind.ALLOWED_CHANNEL, [5], "In this server Pika is used in <#5>, not here."),
        (RuleKind.ALLOWED_CHANNEL, range(1, 13), "<#9>, <#10> or one of 2 more, not here."),
    ],
)
def test_a_refusal_names_the_rule_and_who_can_change_it(
    kind: RuleKind, subjects: list[int], words: str
) -> None:
    said = refusal(Service.PIKA, kind, subjects)
    assert words in said
    assert said.endswith("Somebody with the permission Manage Server can change that in `/setup status`.")
