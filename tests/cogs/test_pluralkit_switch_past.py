"""/pluralkit switch edit, move and delete: which switch is meant, and what becomes of it."""

from __future__ import annotations

from bot.sandbox.pluralkit.entities import Switch
from bot.sandbox.upstream import JSON
from tests.cogs.pluralkit_owner import UNLINKED, Owner, select_of, sentence
from tests.cogs.pluralkit_scene import NOW, ago
from tests.stage import Stage, buttons, shown

NONE_YET = "⚠️ No switch was ever registered. `/pluralkit switch set` registers one."
NOT_ONE = "⚠️ Pick one of the suggested switches, or none for the last one."
ELSEWHERE = "123e4567-e89b-42d3-a456-426614174000"
"""The UUID of no switch."""
COMMANDS: list[tuple[str, dict[str, str]]] = [
    ("switch edit", {"members": "quay"}),
    ("switch edit", {}),
    ("switch move", {"to": "1h ago"}),
    ("switch delete", {}),
]


def _earlier(owner: Owner) -> Switch:
    return owner.system.switches[-3]


async def test_the_last_switch_is_corrected(owner: Owner) -> None:
    last, before = owner.last, owner.last.at
    said = await owner.run("switch edit", members="tam, undertow")
    assert owner.writes == [("PATCH", f"systems/@me/switches/{last.uuid}/members", ["tamoz", "nyxper"])]
    assert owner.last is last
    assert (owner.front, last.at) == (["tamoz", "nyxper"], before)
    assert shown(said).splitlines()[0] == "### The switch was changed"
    assert buttons(said) == ["Fronting"]


async def test_an_earlier_switch_is_corrected_by_its_uuid_in_any_spelling(owner: Owner) -> None:
    last, earlier = owner.front, _earlier(owner)
    await owner.run("switch edit", members="tam", switch=earlier.uuid.replace("-", "").upper())
    assert [member.id for member in earlier.members] == ["tamoz"]
    assert owner.front == last


async def test_without_names_the_select_has_those_who_were_there_chosen(owner: Owner) -> None:
    earlier = _earlier(owner)
    there = {member.uuid for member in earlier.members}
    said = await owner.run("switch edit", switch=earlier.uuid)
    at = int(earlier.at.timestamp())
    assert shown(said) == f"### Who was at the front from <t:{at}:f> on?"
    select = select_of(said)
    assert {option["value"] for option in select["options"] if option.get("default")} == there
    await owner.stage.restart()
    done = await owner.choose(said, "bxsana", "jvkctw")
    assert [member.id for member in earlier.members] == ["bxsana", "jvkctw"]
    assert shown(done).splitlines()[0] == "### The switch was changed"


async def test_what_is_edited_to_what_it_is_says_so(owner: Owner) -> None:
    refs = [member.id for member in _earlier(owner).members]
    said = await owner.run("switch edit", members=",".join(refs), switch=_earlier(owner).uuid)
    assert sentence(said) == "⚠️ That is how it stands already. Nothing was changed."


async def test_a_switch_is_moved_to_when_its_owner_says_it_was(owner: Owner) -> None:
    # It is 1 in the morning in Copenhagen, where the system lives.
    for typed, moment in (
        ("1h ago", ago(hours=1)),
        ("0:30", ago(minutes=30)),
        ("yesterday 23:00", ago(hours=2)),
    ):
        last = owner.last
        said = await owner.run("switch move", to=typed)
        body: JSON = {"timestamp": f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"}
        assert owner.writes[-1] == ("PATCH", f"systems/@me/switches/{last.uuid}", body)
        assert last.at == moment
        assert shown(said).splitlines()[0] == "### The switch was moved"
        assert f"from <t:{int(moment.timestamp())}:f> on." in shown(said)
        owner.world.move_switch(last, ago(minutes=1))


async def test_an_earlier_switch_is_moved_in_the_systems_own_time_zone(owner: Owner) -> None:
    earlier = _earlier(owner)
    owner.system.settings.timezone = "America/St_Johns"
    await owner.run("switch move", to="2025-07-01 09:15", switch=earlier.uuid)
    assert f"{earlier.at:%Y-%m-%d %H:%M}" == "2025-07-01 11:45"


async def test_a_system_with_a_time_zone_of_nowhere_lives_in_utc(owner: Owner) -> None:
    owner.system.settings.timezone = "Mars/Olympus"
    await owner.run("switch move", to="2025-07-01 09:15")
    assert owner.writes[0][2] == {"timestamp": "2025-07-01T09:15:00.000000Z"}


async def test_a_moment_of_the_future_is_refused(owner: Owner) -> None:
    for typed in ("2026-01-01 01:01", "2030-01-01", "<t:1767225601>"):
        said = await owner.refused("switch move", to=typed)
        assert said == "⚠️ That lies in the future. Give a time that has passed."


async def test_what_is_no_moment_is_refused_with_the_rule(owner: Owner) -> None:
    for typed in ("soon", "25:00", "1960-01-01", "0001-01-01", "`x`" * 500):
        assert "A time is typed like `14:30`" in await owner.refused("switch move", to=typed)


async def test_the_moment_of_another_switch_is_refused(owner: Owner) -> None:
    taken = _earlier(owner)
    owner.world.move_switch(taken, ago(hours=30))
    said = sentence(await owner.run("switch move", to="30h ago"))
    assert said == "⚠️ There is a switch of exactly that moment already. Choose another time."


async def test_a_switch_is_deleted_once_that_is_confirmed(owner: Owner) -> None:
    last = owner.last
    asked = await owner.run("switch delete")
    assert shown(asked).splitlines()[0] == "### Delete this switch?"
    assert f"<t:{int(last.at.timestamp())}:f>: **Wren 🪶**, **Tam**." in shown(asked)
    assert buttons(asked) == ["Delete it", "Keep it"]
    assert owner.writes == []
    await owner.stage.restart()
    done = await owner.press(asked, "Delete it")
    assert owner.writes == [("DELETE", f"systems/@me/switches/{last.uuid}", None)]
    assert last not in owner.system.switches
    assert shown(done).splitlines() == ["The switch was deleted.", "[Fronting]"]


async def test_a_switch_that_left_nobody_is_asked_about_too(owner: Owner) -> None:
    owner.world.add_switch(system=owner.system, at=NOW)
    assert ": *nobody*. Whoever was at the front" in shown(await owner.run("switch delete"))


async def test_a_switch_is_kept_where_it_is_not_confirmed(owner: Owner) -> None:
    earlier = _earlier(owner)
    asked = await owner.run("switch delete", switch=earlier.uuid)
    await owner.stage.restart()
    assert shown(await owner.press(asked, "Keep it")) == "Nothing was deleted."
    assert earlier in owner.system.switches
    assert owner.writes == []


async def test_where_no_switch_was_ever_registered_that_is_said(owner: Owner) -> None:
    for switch in [*owner.system.switches]:
        owner.world.remove_switch(switch)
    for command, options in COMMANDS:
        assert await owner.refused(command, **options) == NONE_YET


async def test_a_switch_that_is_not_ones_own_or_gone_is_left_alone(owner: Owner) -> None:
    other = owner.world.systems.find("fgbnks")
    assert other is not None
    [theirs] = other.switches
    for command, options in COMMANDS:
        gone = await owner.refused(command, **options, switch=ELSEWHERE)
        assert gone == "⚠️ PluralKit knows no such switch. It may have been deleted."
        foreign = await owner.refused(command, **options, switch=theirs.uuid)
        assert foreign == "⚠️ This switch is gone, or is of another system."
    assert other.switches == [theirs]


async def test_what_is_no_switch_is_refused(owner: Owner) -> None:
    for command, options in COMMANDS:
        for typed in ("the last", "wrenq", "../../v2"):
            assert await owner.refused(command, **options, switch=typed) == NOT_ONE


async def test_without_a_link_the_sentence_says_how_to_link(stage: Stage) -> None:
    for command, options in COMMANDS:
        said = await stage.admin.slash(stage.channel, f"pluralkit {command}", **options)
        assert (shown(said), said.ephemeral) == (UNLINKED, True)


async def test_names_are_refused_before_the_switch_is_changed(owner: Owner) -> None:
    owner.add_member("Tam")
    assert "There is no member called `zoe`." in await owner.refused("switch edit", members="quay, zoe")
    assert "There is more than one member" in await owner.refused("switch edit", members="tam")
