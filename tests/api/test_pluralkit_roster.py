"""Members and groups by what people call them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.pluralkit import Member, Roster, shown_name
from bot.errors import InvalidInput
from tests.api.pluralkit_desk import group, member, uuid_of

WREN = member("wrenq", "Wren", "Wren 🪶")
TAM = member("tamoz", "Tam")
TAMSIN = member("tamsin", "Tamsin", "T")
OTANI = member("ongehr", "Ōtani")
SMITH = member("smithy", "Smith, John")
STRASSE = member("strass", "Große Straße")
CREW = [WREN, TAM, TAMSIN, OTANI, SMITH, STRASSE]
IDS = ("abcde", "fghij", "abcdef", "kjnopr")
NAMES = (
    st.text(min_size=1, max_size=6)
    | st.sampled_from(
        [*IDS, *map(str.upper, IDS), *map(uuid_of, IDS), "abc-de", "a", "A", "\uff41", "ß", "SS", " "]
    )
    | st.sampled_from([uuid_of(short).replace("-", "") for short in IDS])
)
CREWS = st.lists(st.tuples(NAMES, st.none() | NAMES), min_size=1, max_size=len(IDS)).map(
    lambda names: [
        member(short, name, display_name) for short, (name, display_name) in zip(IDS, names, strict=False)
    ]
)


def roster(*members: Member) -> Roster[Member]:
    return Roster(members or CREW, "member")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Wren", WREN),
        ("wREN", WREN),
        (" wren\n", WREN),
        ("Wren 🪶", WREN),
        ("wren  🪶", WREN),
        ("\uff37\uff32\uff25\uff2e", WREN),
        ("wrenq", WREN),
        ("WRE-NQ", WREN),
        (WREN.uuid, WREN),
        (WREN.uuid.upper(), WREN),
        (WREN.uuid.replace("-", ""), WREN),
        ("wr", WREN),
        ("Tam", TAM),
        ("t", TAMSIN),
        ("tams", TAMSIN),
        ("ōtani", OTANI),
        ("O\u0304TANI", OTANI),
        ("GROSSE STRASSE", STRASSE),
        ("große\u00a0straße", STRASSE),
        ("smith, john", SMITH),
        ("Smith", SMITH),
    ],
    ids=repr,
)
def test_one_is_chosen_by_name_display_name_or_id(text: str, found: Member) -> None:
    assert roster().choose(text) is found


@pytest.mark.parametrize(
    "text", ["", " ", "ta", "otani", "ren", "zzzzzz", "@me", ",", uuid_of("nobody"), "`"]
)
def test_who_is_not_called_so_or_not_alone_is_not_chosen(text: str) -> None:
    with pytest.raises(InvalidInput):
        roster().choose(text)


@pytest.mark.parametrize(
    ("crew", "text", "short"),
    [
        ([member("abcde", "One"), member("fghij", "abcde")], "abcde", "fghij"),
        ([member("abcde", "One"), member("fghij", "Two", "ABCDE")], "abcde", "fghij"),
        ([member("abcde", "One"), member("fghij", "Two", "One")], "one", "abcde"),
        ([member("abcde", "abcde"), member("fghij", "Two")], "abcde", "abcde"),
        ([member("abcde", "One"), member("fghij", uuid_of("abcde"))], uuid_of("abcde"), "abcde"),
        ([member("abcde", "One"), member("fghij", "One and all")], "one", "abcde"),
        ([member("abc12", "One"), member("fghij", "Two")], "abc12", "abc12"),
    ],
    ids=[
        "name",
        "display name",
        "name before display name",
        "its own",
        "UUID",
        "whole name",
        "new kind of id",
    ],
)
def test_names_come_before_ids_and_nothing_before_a_uuid(crew: list[Member], text: str, short: str) -> None:
    assert roster(*crew).choose(text).id == short


def test_who_shares_a_name_is_told_the_ids_that_are_theirs_alone() -> None:
    shared = [member(f"aaaaa{letter}", "Sam") for letter in "abcefg"]
    namesake = member("fghij", "aaaaaa")
    with pytest.raises(InvalidInput) as caught:
        roster(*shared, namesake).choose("sam")
    assert f"`{shared[0].uuid}`, `aaaaab`, `aaaaac`, `aaaaae`, `aaaaaf`." in str(caught.value)
    assert "`Sam`" not in str(caught.value)


def test_what_was_typed_is_quoted_in_one_short_line_without_marks() -> None:
    with pytest.raises(InvalidInput) as caught:
        roster().choose("no\n`such`\u202e " + "x" * 500)
    assert "`no such " + "x" * 92 + "`" in str(caught.value)


def test_it_says_what_it_is_a_roster_of() -> None:
    groups = Roster([group("crewab", "Night crew")], "group")
    assert groups.choose("night").id == "crewab"
    assert groups.find("crewab") is groups.find(uuid_of("crewab")) is groups.things[0]
    assert groups.find("Night crew") is None
    with pytest.raises(InvalidInput, match="group"):
        groups.choose("Day crew")


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", []),
        (" , ,", []),
        ("Wren", [WREN]),
        ("tam,wren", [TAM, WREN]),
        (" tamsin , Wren 🪶,ongehr,", [TAMSIN, WREN, OTANI]),
        ("Smith, John", [SMITH]),
        ("Smith", [SMITH]),
        ("Tam, smith, john, Wren", [TAM, SMITH, WREN]),
        ("smith, john, tam", [SMITH, TAM]),
        ("tam,Smith,  John", [TAM, SMITH]),
        (f"{SMITH.id},{TAM.uuid}", [SMITH, TAM]),
    ],
    ids=repr,
)
def test_a_list_names_its_members_in_order(text: str, chosen: list[Member]) -> None:
    assert roster().choose_all(text) == chosen


@pytest.mark.parametrize("text", ["Wren, wrenq", "tam,tam", f"tamsin,T,{TAM.uuid}"])
def test_nobody_is_named_twice_in_a_list(text: str) -> None:
    with pytest.raises(InvalidInput, match="named twice"):
        roster().choose_all(text)


def test_a_list_with_somebody_unknown_names_them() -> None:
    with pytest.raises(InvalidInput, match="`Nemo`"):
        roster().choose_all("Wren, Nemo, Tam")


def test_a_name_of_very_many_commas_is_in_a_list_by_its_id_alone() -> None:
    commas = member("commas", "a,b,c,d,e,f,g,h")
    assert roster(commas, TAM).choose("A,B,C,D,E,F,G,H") is commas
    with pytest.raises(InvalidInput):
        roster(commas, TAM).choose_all("tam, a,b,c,d,e,f,g,h")
    assert roster(commas, TAM).choose_all("tam, commas") == [TAM, commas]


@pytest.mark.parametrize(
    ("text", "shorts"),
    [
        ("", ["strass", "smithy", "tamsin", "tamoz", "wrenq", "ongehr"]),
        ("t", ["tamsin", "tamoz", "strass", "smithy", "ongehr"]),
        ("tam", ["tamoz", "tamsin"]),
        ("TAMSIN", ["tamsin"]),
        ("s", ["strass", "smithy", "tamsin"]),
        ("wrenq", ["wrenq"]),
        ("🪶", ["wrenq"]),
        ("nobody", []),
    ],
)
def test_whoever_fits_is_found_the_best_first(text: str, shorts: list[str]) -> None:
    assert [each.id for each in roster().matching(text)] == shorts


def test_members_are_in_the_order_of_what_is_shown_then_of_ids() -> None:
    crew = [member("bbbbb", "Sam"), member("ccccc", "Zoe", "alex"), member("aaaaa", "sam")]
    assert [each.id for each in roster(*crew).things] == ["ccccc", "aaaaa", "bbbbb"]
    assert [shown_name(each) for each in roster(*crew).things] == ["alex", "sam", "Sam"]


@given(CREWS)
def test_a_handle_chooses_the_one_that_it_was_made_for(crew: list[Member]) -> None:
    names = roster(*crew)
    for each in crew:
        assert names.choose(names.handle(each)) is each


@given(CREWS, NAMES)
def test_whoever_is_called_so_is_found_and_among_the_first(crew: list[Member], text: str) -> None:
    names = roster(*crew)
    called = names.named(text)
    matching = [*names.matching(text)]
    assert {each.id for each in matching} <= {each.id for each in crew}
    by_name = [each for each in called if text in {each.name, each.display_name}]
    assert all(each in matching for each in by_name)
    assert sorted(each.id for each in names.matching("")) == sorted(each.id for each in crew)
