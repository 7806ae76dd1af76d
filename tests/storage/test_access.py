"""Rules of who may use a service, as rows and as values."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.access import RuleKind, Rules
from bot.services import Service
from bot.storage.access import AccessBook
from bot.storage.audit import AuditBook
from bot.storage.database import Database
from tests.storage.samples import ADA, BEN, HARBOUR, VILLAGE, Clock

IDS = st.frozensets(st.integers(1, 6))


async def test_rules_are_kept_per_server_and_service_and_noted_in_the_audit(database: Database) -> None:
    book = AccessBook(database, HARBOUR, Clock())
    assert await book.rules() == {}
    await book.set(Service.PIKA, RuleKind.ALLOWED_ROLE, {8, 7}, ADA)
    await book.set(Service.PIKA, RuleKind.ALLOWED_CHANNEL, {9}, ADA)
    await book.set(Service.PIXELA, RuleKind.DENIED_ROLE, {7}, BEN)
    assert await book.rules() == {
        Service.PIKA: Rules(allowed_roles=frozenset({7, 8}), allowed_channels=frozenset({9})),
        Service.PIXELA: Rules(denied_roles=frozenset({7})),
    }
    assert await AccessBook(database, VILLAGE, Clock()).rules() == {}
    await book.set(Service.PIKA, RuleKind.ALLOWED_ROLE, {5}, BEN)
    await book.set(Service.PIKA, RuleKind.ALLOWED_CHANNEL, (), BEN)
    assert (await book.rules())[Service.PIKA] == Rules(allowed_roles=frozenset({5}))
    entries = await AuditBook(database, HARBOUR).list(most=10)
    assert [(entry.actor_id, entry.service, entry.detail) for entry in entries] == [
        (BEN, Service.PIKA, "allowed channels: none"),
        (BEN, Service.PIKA, "allowed roles: <@&5>"),
        (BEN, Service.PIXELA, "denied roles: <@&7>"),
        (ADA, Service.PIKA, "allowed channels: <#9>"),
        (ADA, Service.PIKA, "allowed roles: <@&7> <@&8>"),
    ]


@given(allowed=IDS, denied=IDS, channels=IDS, roles=IDS, where=IDS)
def test_a_denied_role_refuses_whatever_else_is_and_an_empty_rule_is_none(
    allowed: frozenset[int],
    denied: frozenset[int],
    channels: frozenset[int],
    roles: frozenset[int],
    where: frozenset[int],
) -> None:
    rules = Rules(allowed, denied, channels)
    broken = rules.broken_by(roles, where)
    assert (broken is RuleKind.DENIED_ROLE) == bool(denied & roles)
    if broken is None:
        assert not allowed or allowed & roles
        assert not channels or channels & where
    elif broken is not RuleKind.DENIED_ROLE:
        assert rules.of(broken)
        assert not rules.of(broken) & (roles if broken is RuleKind.ALLOWED_ROLE else where)
    assert Rules().broken_by(roles, where) is None
