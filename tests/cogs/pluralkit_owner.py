"""What the tests of PluralKit's writes share: an owner who types, fills in forms, presses and chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import simcord
from simcord.backend import serializers
from simcord.enums import InteractionType

from bot.sandbox.pluralkit.entities import Group, Member, Switch, System
from bot.sandbox.pluralkit.world import World
from bot.sandbox.upstream import JSON
from tests.bodies import parts_of
from tests.stage import Stage, shown

UNSURE = "⚠️ PluralKit did not confirm: it may have gone through or not."
UNLINKED = (
    "⚠️ This needs your own system: link it first with `/pluralkit link`. `pk;token` in a DM shows the token."
)
OTHERS = "hzevxt"
"""The id of a member of somebody else's."""


@dataclass(frozen=True)
class Owner:
    """A person whose system is linked, and what that person does with ``/pluralkit``."""

    stage: Stage
    person: simcord.MemberActor

    @property
    def world(self) -> World:
        """What PluralKit knows."""
        return self.stage.sandbox.pluralkit.world

    @property
    def system(self) -> System:
        """The linked system."""
        found = self.world.systems.find(self.stage.seeds.pluralkit_system)
        assert found is not None
        return found

    @property
    def front(self) -> list[str]:
        """Who is at the front, by short id."""
        return [member.id for member in self.last.members]

    @property
    def last(self) -> Switch:
        """The last switch."""
        return self.system.switches[-1]

    @property
    def writes(self) -> list[tuple[str, str, JSON]]:
        """What was sent to change something: method, path, and body."""
        return [
            (seen.method, seen.path.removeprefix("/v2/"), seen.json if seen.body else None)
            for seen in self.stage.sandbox.pluralkit.requests
            if seen.method != "GET"
        ]

    def member(self, ref: str) -> Member:
        """Return a member by its id."""
        found = self.world.members.find(ref)
        assert found is not None
        return found

    def group(self, ref: str) -> Group:
        """Return a group by its id."""
        found = self.world.groups.find(ref)
        assert found is not None
        return found

    def add_member(self, name: str, **fields: Any) -> Member:
        """Add a member, as somebody does elsewhere."""
        return self.world.add_member(system=self.system, name=name, **fields)

    async def run(self, command: str, /, **options: object) -> simcord.InteractionResult:
        """Type a command."""
        said = await self.person.slash(self.stage.channel, f"pluralkit {command}", **options)
        assert said.modal is not None or said.ephemeral
        return said

    async def refused(self, command: str, /, **options: object) -> str:
        """Type a command that is answered with one sentence, or two, and changes nothing."""
        before = len(self.writes)
        said = await self.run(command, **options)
        assert len(self.writes) == before
        return sentence(said)

    async def complete(
        self, command: str, option: str, text: str, **filled: object
    ) -> Sequence[dict[str, Any]]:
        """Type in an option and return what is offered."""
        return await self.person.autocomplete(
            self.stage.channel, f"pluralkit {command}", option, text, **filled
        )

    async def fill(self, form: simcord.InteractionResult, **changes: Any) -> simcord.InteractionResult:
        """Change some of what stands in a form, and send it."""
        said = await self.person.submit_modal(form, standing(form) | changes)
        assert said.ephemeral
        return said

    async def press(self, said: simcord.InteractionResult, label: str) -> simcord.InteractionResult:
        """Press a button of an answer."""
        assert said.response is not None
        return await self.person.click(said.response, label=label)

    async def choose(self, said: simcord.InteractionResult, *refs: str) -> simcord.InteractionResult:
        """Choose members in the select of an answer, by their short ids."""
        assert said.response is not None
        return await self.person.select(said.response, [self.member(ref).uuid for ref in refs])


def standing(form: simcord.InteractionResult) -> dict[str, Any]:
    """Return what stands in a form, as it would be sent: texts, what is chosen, what is ticked."""
    assert form.modal is not None
    boxes = (part["component"] for part in form.modal["components"])
    return {box["custom_id"]: _stands(box) for box in boxes}


def labels(form: simcord.InteractionResult) -> list[str]:
    """Return the labels of the fields of a form."""
    assert form.modal is not None
    return [part["label"] for part in form.modal["components"]]


def sentence(said: simcord.InteractionResult) -> str:
    """Return the one line, without buttons, of an answer that refuses."""
    first, *rest = shown(said).splitlines()
    assert all(line.startswith("[") for line in rest)
    assert first.startswith("⚠️ ")
    return first


def select_of(said: simcord.InteractionResult) -> dict[str, Any]:
    """Return the select of an answer."""
    assert said.response is not None
    [found] = [part for part in parts_of(said.response.components) if part.get("type") == 3]
    return found


def custom_id(said: simcord.InteractionResult, label: str) -> str:
    """Return the custom id of a button."""
    assert said.response is not None
    [found] = [part for part in parts_of(said.response.components) if part.get("label") == label]
    return found["custom_id"]


def _stands(box: dict[str, Any]) -> Any:
    if "options" not in box:
        return box.get("value") or ""
    ticked = [option["value"] for option in box["options"] if option.get("default")]
    return ticked if box["type"] == 22 else next(iter(ticked), None)


async def forge(
    stage: Stage,
    person: simcord.MemberActor,
    select: str,
    values: Sequence[str],
    said: simcord.InteractionResult,
) -> simcord.InteractionResult:
    """Choose in a select by its custom id alone, whether the answer has it and the options or not."""
    assert said.response is not None
    stored = stage.env.backend.get_message(said.response.channel_id, said.response.id)
    menu: dict[str, Any] = {"type": 3, "custom_id": select, "options": []}
    message: dict[str, Any] = dict(serializers.message_payload(stage.env.backend, stored))
    message["components"] = [{"type": 1, "components": [menu]}]
    data = {"custom_id": select, "component_type": 3, "values": [*values]}
    return await stage.dispatch(person, InteractionType.MESSAGE_COMPONENT, data, {"message": message})
