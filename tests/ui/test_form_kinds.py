"""Every kind of form, made anew from nothing but its custom id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import pytest
from discord import ui

from bot.extensions import extensions
from bot.services import Service
from bot.settings import Settings
from bot.storage.guilds import SHARED
from bot.ui.forms import Form, find_kind, form_kinds
from cogs._drafts import Edit, edits

LONGEST_USER, LONGEST_GRAPH, SNOWFLAKE = "u" * 33, "server:" + "g" * 17, "1" * 20
STATES: Mapping[str, Mapping[str, str]] = {
    "AmountForm": {"owner": SNOWFLAKE, "graph": LONGEST_GRAPH, "mode": "badge"},
    "CreateUserForm": {"username": LONGEST_USER},
    "DeleteUserForm": {"username": LONGEST_USER},
    "LinkSystemForm": {"everywhere": "1"},
    "LinkUserForm": {"everywhere": "1", "username": LONGEST_USER},
    "MaskForm": {"ref": "a" * 20, "number": "99", "remixed": "1"},
    "PixelaForm": {"page": "p" * 20},
    "PromptForm": {"ref": "a" * 20, "number": "99"},
    "PurgeForm": {},
    "RegisterForm": {"service": "midjourney"},
    "RewordForm": {"ref": "a" * 20},
    "SheetForm": {"key": "f" * 32},
    "TokenForm": {"username": LONGEST_USER},
    "AccountTokenForm": {"channel": SNOWFLAKE, "server": SNOWFLAKE, "max_jobs": "15", "key_name": "é" * 32},
    "UseapiForm": {"page": "p" * 20},
}
"""The longest state that each can have, by the name of its class."""
EDITS: Mapping[str, Mapping[str, Any]] = {
    "pixela.graph": {"name": LONGEST_GRAPH, "type": "float"},
    "pixela.profile": {"username": LONGEST_USER},
    "pluralkit.autoproxy": {"guild": 1, "stands": {"autoproxy_mode": "member", "autoproxy_member": "abcdef"}},
    "pluralkit.group": {"part": "privacy", "ref": "abcdef", "title": "t" * 45, "called": "**c**"},
    "pluralkit.group.new": {},
    "pluralkit.member": {
        "part": "details",
        "guild": 0,
        "ref": "abcdef",
        "title": "t" * 45,
        "called": "**c**",
        "tags": [{"prefix": "a", "suffix": None}],
    },
    "pluralkit.member.new": {},
    "pluralkit.settings": {},
    "pluralkit.system": {"part": "server", "guild": 5},
    "setup.limits": {"of": "pika"},
}
"""What each kind of form with what stands has to know."""


@pytest.fixture(autouse=True)
def loaded(settings: Settings) -> None:
    """Import everything that has forms."""
    for name in extensions(settings.model_copy(update={"services": tuple(Service)})):
        import_module(name)


def check_words(title: str, parts: Sequence[ui.Item[Any]]) -> None:
    """Check a title and labels, which Discord shows as they are: code marks and prefixes would be seen."""
    assert len(title) <= 45
    assert SHARED not in title
    for label in (part for part in parts if isinstance(part, ui.Label)):
        words = f"{label.text}{label.description or ''}"
        assert not {*"`*"} & {*words}, words


async def test_every_kind_of_form_is_made_anew_from_its_custom_id() -> None:
    kinds: Mapping[str, type[Form]] = {kind.__name__: kind for kind in form_kinds()}
    assert kinds.keys() == STATES.keys(), "a new kind of form needs a state here"
    for name, kind in kinds.items():
        shown = kind(**STATES[name])
        custom_id = shown.custom_id
        assert custom_id.startswith("form:")
        assert len(custom_id) <= 100
        assert [other for other in kinds.values() if other.template.fullmatch(custom_id)] == [kind]
        assert find_kind(custom_id) is kind
        assert kind.of(custom_id).custom_id == custom_id
        assert shown.is_finished(), "discord.py would keep it"
        check_words(shown.title, shown.children)
        for tampered in (f"{custom_id}:", f"{custom_id}\n", custom_id[:-1] + "/", f" {custom_id}"):
            assert find_kind(tampered) in {
                None,
                kinds["AccountTokenForm"] if name == "AccountTokenForm" else None,
            }


def test_every_form_with_what_stands_is_made_anew_from_its_draft() -> None:
    kinds: Mapping[str, type[Edit]] = {kind.kind: kind for kind in edits()}
    assert kinds.keys() == EDITS.keys(), "a new kind of form needs what it has to know here"
    for name, kind in kinds.items():
        edit = kind.model_validate(EDITS[name])
        assert kind.model_validate_json(edit.model_dump_json()) == edit
        sheet = edit.sheet()
        check_words(sheet.title, sheet.show({}))
        assert 1 <= len(sheet.parts) <= 5
        assert [part.key for part in kind.model_validate_json(edit.model_dump_json()).sheet().parts] == [
            part.key for part in sheet.parts
        ]
