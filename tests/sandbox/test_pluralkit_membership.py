"""Who is in which group of the emulated PluralKit, and which ids its lists take."""

import pytest

from tests.sandbox.pluralkit_harbour import WREN_UUID, Harbour, add_strangers, golden, harbour

TAM_UUID = "5e1c0c4b-92f7-4c37-b7a3-08d5a6d0f3b2"


def _crew(sea: Harbour) -> list[str]:
    return [member.id for member in sea.crew.members]


@pytest.mark.parametrize(
    ("edit", "sent", "crew"),
    [
        ("add", ["tamoze"], ["wrenq", "tamoze"]),
        ("add", [TAM_UUID], ["wrenq", "tamoze"]),
        ("add", ["wrenq"], ["wrenq"]),
        ("add", ["wrenq", "wrenq", "tamoze"], ["wrenq", "tamoze"]),
        ("remove", ["wrenq"], []),
        ("remove", [WREN_UUID, "wrenq"], []),
        ("remove", ["tamoze"], ["wrenq"]),
        ("overwrite", ["tamoze"], ["tamoze"]),
        ("overwrite", ["tamoze", "wrenq"], ["tamoze", "wrenq"]),
        ("overwrite", [], []),
    ],
    ids=str,
)
async def test_a_group_s_members_are_edited(edit: str, sent: list[str], crew: list[str]) -> None:
    async with harbour() as sea:
        answer = await sea.write("POST", f"/groups/crewab/members/{edit}", [*sent])
        assert (answer.status, answer.body) == (204, b"")
        assert _crew(sea) == crew
        assert sea.pk.complaints == []
        assert sea.pk.dispatched == []


@pytest.mark.parametrize(
    ("edit", "sent", "groups"),
    [
        ("add", ["divers"], ["crewab", "divers"]),
        ("add", ["crewab"], ["crewab"]),
        ("remove", ["crewab", "divers"], []),
        ("remove", ["divers"], ["crewab"]),
        ("overwrite", ["divers"], ["divers"]),
        ("overwrite", [], []),
    ],
    ids=str,
)
async def test_a_member_s_groups_are_edited(edit: str, sent: list[str], groups: list[str]) -> None:
    async with harbour() as sea:
        sea.pk.world.add_group(system=sea.system, id="divers", name="Divers", members=[sea.tam])
        answer = await sea.write("POST", f"/members/wrenq/groups/{edit}", [*sent])
        assert (answer.status, answer.body) == (204, b"")
        assert [group.id for group in sea.system.groups if sea.wren in group.members] == groups
        assert any(sea.tam in group.members for group in sea.system.groups)


@pytest.mark.parametrize(
    "ref",
    ["TAMOZE", "tam-oze", TAM_UUID.upper(), TAM_UUID.replace("-", ""), " tamoze", "dorisa", ""],
)
async def test_lists_take_only_exact_own_ids(ref: str) -> None:
    async with harbour() as sea:
        add_strangers(sea.pk.world)
        for path in ("/groups/crewab/members/add", "/groups/crewab/members/remove"):
            answer = await sea.write("POST", path, [ref])
            assert (answer.status, answer.body) == (
                404,
                golden("error_20003").replace(b"nobody", ref.encode()),
            )
        answer = await sea.write("POST", "/systems/@me/switches", {"members": [ref]})
        assert answer.body == golden("error_20003").replace(b"nobody", ref.encode())


@pytest.mark.parametrize("ref", ["TAMOZE", "tam-oze", TAM_UUID.upper(), TAM_UUID.replace("-", "")])
async def test_lists_take_every_spelling_where_the_documentation_says_so(ref: str) -> None:
    async with harbour() as sea:
        sea.pk.documented.any_spelling_in_lists = True
        assert (await sea.write("POST", "/groups/crewab/members/add", [ref])).status == 204
        assert (await sea.write("POST", "/systems/@me/switches", {"members": [ref]})).status == 200


async def test_a_quoted_id_is_json_whatever_it_holds() -> None:
    async with harbour() as sea:
        answer = await sea.write("POST", "/groups/crewab/members/add", ['"⚓\\'])
        assert answer.json == {"message": "Member '\"⚓\\' not found.", "code": 20003}
        assert "⚓".encode() in answer.body
