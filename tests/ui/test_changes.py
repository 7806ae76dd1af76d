"""The line for each change: what people named breaks nothing, and roles show as roles."""

from __future__ import annotations

from itertools import product

from bot.services import Provider, Service
from bot.storage.audit import Action
from bot.ui.administration.changes import Change, change_line

ODD = "**a**`b\n@everyone\u202e"
ROLES = "allowed roles: " + " ".join(f"<@&{number}>" for number in range(10**17, 10**17 + 25))
NAMED = "<@&100000000000000000>"


def test_every_action_has_its_words_also_without_anything_to_add() -> None:
    actions, services = [*Action, "of a later version"], [None, *Provider, *Service]
    for action, service in product(actions, services):
        line = change_line(Change(None, action, service, "", 5))
        assert line.startswith("<t:5:R> · somebody who asked to be forgotten ")
        assert not line.rstrip().endswith(":")


def test_what_people_named_shows_as_it_was_typed() -> None:
    named = change_line(Change(7, "connected", Provider.USEAPI, ODD, 5))
    assert named == "<t:5:R> · <@7> set the key `**a**\u02cbb @everyone` of useapi.net"
    told = change_line(Change(7, "limits", Service.PIKA, ODD, 5))
    assert told.endswith("changed the limits of Pika: \\*\\*a\\*\\*\\`b @\u200beveryone")


def test_of_many_roles_the_first_ones_are_named_and_none_is_cut_in_two() -> None:
    few = change_line(Change(7, "access", Service.PIKA, ROLES, 5), 60)
    assert few == f"<t:5:R> · <@7> changed who may use Pika: allowed roles: {NAMED} …"
    assert change_line(Change(7, "access", Service.PIKA, ROLES, 5), 2000).endswith(ROLES)
