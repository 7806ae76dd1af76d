"""/pluralkit switch set and out: who is meant, what is sent, and what is said of it."""

from __future__ import annotations

from bot.sandbox.upstream import JSON
from tests.cogs.pluralkit_owner import OTHERS, UNLINKED, Owner, sentence
from tests.stage import Stage, buttons, shown

NOW = 1767225600
SAME = "⚠️ That is how it stands already. Nothing was changed."
NAMED = {
    "names": ("Tam, Quay", ["tamoz", "jvkctw"]),
    "ids": ("jvkctw,tamoz", ["jvkctw", "tamoz"]),
    "any spelling of an id": ("PRK-GNY, TaMoZ", ["prkgny", "tamoz"]),
    "any case and blanks": ("  qUAY ,, tAM,", ["jvkctw", "tamoz"]),
    "display names": ("wren 🪶, Crab family", ["wrenq", "crjgyt"]),
    "the name behind a display name": ("low tide", ["kzwtfo"]),
    "beginnings": ("saoi, under", ["bxsana", "nyxper"]),
    "from right to left": ("מגדלור", ["snvkox"]),
    "marks and mentions": ("@everyone <@1> [ahoy](https://example.org)", ["hfutnp"]),
}

REFUSED = [
    ("tam, nobody", "There is no member called `nobody`."),
    ("tamz", "There is no member called `tamz`."),
    (OTHERS, f"There is no member called `{OTHERS}`."),
    ("t", "There is more than one member called `t`."),
    ("tam, TAMOZ", "`Tam` (`tamoz`) is named twice."),
    (" , ,", "Name who fronts, with commas between"),
    ("`@everyone`" * 300, "There is no member called `@everyone"),
]


def _registers(*refs: str) -> tuple[str, str, JSON]:
    return "POST", "systems/@me/switches", {"members": [*refs]}


async def test_those_who_are_named_come_to_the_front_in_that_order(owner: Owner) -> None:
    for how, (typed, refs) in NAMED.items():
        said = await owner.run("switch set", members=typed)
        assert owner.writes[-1] == _registers(*refs), how
        assert owner.front == refs
        assert shown(said).splitlines()[0] == "### Switched"
        assert buttons(said) == ["Fronting", "Undo"]
    assert len(owner.writes) == len(NAMED)


async def test_the_card_names_them_and_says_since_when(owner: Owner) -> None:
    said = await owner.run("switch set", members="ezrabc, wren 🪶")
    brine = r"\*\*Brine\*\* \_&\_ \`Kelp\`"
    assert shown(said).splitlines()[1] == f"**{brine}**, **Wren 🪶**, from <t:{NOW}:f> on."


async def test_a_uuid_means_the_one_that_has_it(owner: Owner) -> None:
    uuid = owner.member("tamoz").uuid
    await owner.run("switch set", members=f"{uuid.replace('-', '').upper()}, quay")
    assert owner.writes == [_registers("tamoz", "jvkctw")]


async def test_a_name_may_have_commas_of_its_own(owner: Owner) -> None:
    gull = owner.add_member("Gull, Herring, the")
    await owner.run("switch set", members="tam, gull, herring, the, quay")
    assert owner.writes == [_registers("tamoz", gull.id, "jvkctw")]


async def test_a_name_wins_over_an_id(owner: Owner) -> None:
    double = owner.add_member("tamoz")
    await owner.run("switch set", members="tamoz")
    assert owner.writes == [_registers(double.id)]


async def test_a_member_made_elsewhere_a_moment_ago_is_found(owner: Owner) -> None:
    await owner.complete("switch set", "members", "n")
    nova = owner.add_member("Nova")
    await owner.run("switch set", members="nova")
    assert owner.writes == [_registers(nova.id)]


async def test_what_names_nobody_for_sure_is_refused_in_one_sentence(owner: Owner) -> None:
    owner.add_member("Thrift")
    for typed, said in REFUSED:
        assert said in await owner.refused("switch set", members=typed)


async def test_of_two_with_the_same_name_the_ids_are_named_and_taken(owner: Owner) -> None:
    doubles = [owner.add_member("Nova"), owner.add_member("NOVA")]
    said = await owner.refused("switch set", members="nova")
    for double in doubles:
        assert f"`{double.id}`" in said
        await owner.run("switch set", members=double.id)
        assert owner.front == [double.id]


async def test_the_same_front_again_is_said_so(owner: Owner) -> None:
    await owner.run("switch set", members="tam, quay")
    count = len(owner.system.switches)
    assert sentence(await owner.run("switch set", members="tamoz, jvkctw")) == SAME
    assert len(owner.system.switches) == count
    await owner.run("switch set", members="quay, tam")
    assert owner.front == ["jvkctw", "tamoz"]


async def test_undo_takes_the_switch_back_and_leaves_the_one_before(owner: Owner) -> None:
    before = owner.last
    said = await owner.press(await owner.run("switch set", members="quay"), "Undo")
    assert shown(said).splitlines() == ["The switch was deleted.", "[Fronting]"]
    assert owner.last is before
    assert "### Fronting in Harbour Lights" in shown(await owner.press(said, "Fronting"))


async def test_undo_takes_back_its_own_switch_after_a_restart_and_a_later_switch(owner: Owner) -> None:
    said = await owner.run("switch set", members="quay")
    mistake = owner.last
    await owner.run("switch set", members="tam")
    await owner.stage.restart()
    await owner.press(said, "Undo")
    assert owner.front == ["tamoz"]
    assert mistake.uuid not in owner.world.switches


async def test_undo_of_what_is_gone_is_said_so(owner: Owner) -> None:
    said = await owner.run("switch set", members="quay")
    owner.world.remove_switch(owner.last)
    assert "PluralKit knows no such switch. It may have been deleted." in shown(
        (await owner.press(said, "Undo")).followups[0]
    )


async def test_out_leaves_nobody_at_the_front(owner: Owner) -> None:
    said = await owner.run("switch out")
    assert owner.writes == [_registers()]
    assert shown(said).splitlines()[:2] == ["### Switched", f"*nobody*, from <t:{NOW}:f> on."]
    assert sentence(await owner.run("switch out")) == SAME
    await owner.press(said, "Undo")
    assert owner.front


async def test_the_first_switch_of_all_is_registered(owner: Owner) -> None:
    for switch in [*owner.system.switches]:
        owner.world.remove_switch(switch)
    await owner.run("switch set", members="quay")
    assert owner.front == ["jvkctw"]


async def test_many_with_long_names_fit_on_the_card(owner: Owner) -> None:
    crew = [owner.add_member(f"{'*' * 90} {number}") for number in range(40)]
    said = shown(await owner.run("switch set", members=",".join(member.id for member in crew)))
    assert " more, from <t:" in said
    assert owner.front == [member.id for member in crew]


async def test_without_a_link_every_way_to_switch_says_how_to_link(stage: Stage) -> None:
    for command, options in (("set", {"members": "tam"}), ("set", {}), ("out", {})):
        said = await stage.admin.slash(stage.channel, f"pluralkit switch {command}", **options)
        assert (shown(said), said.ephemeral) == (UNLINKED, True)
    assert stage.sandbox.pluralkit.requests == []
