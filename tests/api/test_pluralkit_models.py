"""What PluralKit answers with: all of every sample is read, and nothing odd is worse than unexpected."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.api.pluralkit import (
    Autoproxy,
    Front,
    Group,
    Member,
    MemberGuild,
    Message,
    ProxyTag,
    Switch,
    System,
    SystemGuild,
    SystemSettings,
)
from bot.api.pluralkit.models import Model
from bot.api.policy import JSON
from tests.api.desk import golden
from tests.api.pluralkit_desk import MEMBER, SWITCH, SYSTEM

SAMPLES: dict[str, type[Model]] = {
    "system_public": System,
    "system_own": System,
    "member_public": Member,
    "member_own": Member,
    "group_public": Group,
    "group_own": Group,
    "fronters_public": Front,
    "switch_out": Front,
    "message_public": Message,
    "message_of_deleted_member": Message,
    "settings_own": SystemSettings,
    "settings_public": SystemSettings,
    "client_settings_patched": SystemSettings,
    "system_guild": SystemGuild,
    "member_guild": MemberGuild,
    "autoproxy": Autoproxy,
    "autoproxy_new": Autoproxy,
}
LISTS: dict[str, type[Model]] = {
    "members_public": Member,
    "groups_public": Group,
    "groups_with_members_public": Group,
    "switches": Switch,
}
LEFT_OUT = {
    "webhook_url",
    "hid_list_padding",
    "description_templates",
    "card_show_color_hex",
}
"""What nobody here asks for."""
A_SYSTEM: dict[str, JSON] = {"id": "hrbrla", "uuid": SYSTEM}
A_MEMBER: dict[str, JSON] = {"id": "wrenq", "uuid": MEMBER, "name": "Wren"}
A_SWITCH: dict[str, JSON] = {"id": SWITCH, "timestamp": "2026-08-01T08:00:00Z"}
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**40)
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(
        ["..", "a/b", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999-23:59", "\ud800", "@me"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)

WRONG: list[tuple[type[Model], dict[str, JSON], str, list[JSON]]] = [
    (System, A_SYSTEM, "id", ["", "..", "a/b", "@me", "hrbrla\n", "hrb rla", "ä" * 5, "a" * 21, 5, None]),
    (
        System,
        A_SYSTEM,
        "uuid",
        ["", "..", SYSTEM[:-1], SYSTEM + "0", SYSTEM.replace("-", ""), "g" + SYSTEM[1:]],
    ),
    (Member, A_MEMBER, "system", ["..", "a/b", ""]),
    (Member, A_MEMBER, "name", [None, 5, []]),
    (Member, A_MEMBER, "proxy_tags", ["W:", [["W:", None]], [{"prefix": 5}]]),
    (Switch, A_SWITCH, "id", ["wrenq", "", None]),
    (Switch, A_SWITCH, "members", [None, "wrenq", [MEMBER], [".."], [{"id": "wrenq"}]]),
    (Front, A_SWITCH, "members", [["wrenq"], [{"id": "wrenq"}]]),
    (Group, A_MEMBER, "members", ["wrenq", ["wrenq"], [None]]),
    (Autoproxy, {"autoproxy_mode": "off"}, "autoproxy_member", ["..", MEMBER]),
]


def same(read: JSON, sent: JSON) -> bool:
    """Say whether all of an object that was sent was read, but for what nobody asks for."""
    if isinstance(read, dict) and isinstance(sent, dict):
        return all(same(read[key], value) for key, value in sent.items() if key in read)
    if isinstance(read, list) and isinstance(sent, list):
        return len(read) == len(sent) and all(map(same, read, sent))
    if isinstance(read, str) and isinstance(sent, str) and sent[10:11] == "T":
        return datetime.fromisoformat(read) == datetime.fromisoformat(sent)
    return read == sent


def lost(model: type[Model], sent: dict[str, JSON]) -> set[str]:
    """Return the keys of an object that its model has no field for."""
    return sent.keys() - model.model_fields.keys() - LEFT_OUT


def grown(value: JSON) -> JSON:
    """Return the same with a new key in every object but those that map privacy."""
    if isinstance(value, dict):
        old = {key: each if key == "privacy" else grown(each) for key, each in value.items()}
        return {**old, "aliases": ["x", {"y": 1}]}
    return [grown(each) for each in value] if isinstance(value, list) else value


def does_fit(model: type[Model], sent: dict[str, JSON]) -> bool:
    """Say whether a body is read; what is read must be usable as it is."""
    try:
        read = model.model_validate_json(json.dumps(sent))
    except ValidationError:
        return False
    return read == model.model_validate(read.model_dump())


@pytest.mark.parametrize("name", SAMPLES)
def test_all_of_every_sample_is_read(name: str) -> None:
    model, raw = SAMPLES[name], golden("pluralkit", name)
    read = model.model_validate_json(raw)
    assert same(read.model_dump(mode="json"), json.loads(raw))
    assert lost(model, json.loads(raw)) == ({"name_format"} if name == "system_guild" else set())


@pytest.mark.parametrize("name", LISTS)
def test_all_of_every_list_is_read(name: str) -> None:
    model, raw = LISTS[name], golden("pluralkit", name)
    for sent in json.loads(raw):
        read = model.model_validate_json(json.dumps(sent))
        assert same(read.model_dump(mode="json"), sent)
        assert not lost(model, sent)


@pytest.mark.parametrize("name", SAMPLES)
def test_keys_that_are_new_are_ignored_wherever_they_are(name: str) -> None:
    model, sent = SAMPLES[name], json.loads(golden("pluralkit", name))
    assert model.model_validate_json(json.dumps(grown(sent))) == model.model_validate_json(json.dumps(sent))


@pytest.mark.parametrize(
    ("model", "whole"),
    [(System, A_SYSTEM), (Member, A_MEMBER), (Group, A_MEMBER), (Switch, A_SWITCH), (Front, A_SWITCH)],
)
def test_what_may_be_missing_is_empty(model: type[Model], whole: dict[str, JSON]) -> None:
    read = model.model_validate(whole)
    rest = {key: value for key, value in read.model_dump().items() if key not in whole}
    assert set(map(str, rest.values())) <= {"None", "False", "()"}
    for key in whole:
        with pytest.raises(ValidationError):
            model.model_validate({name: value for name, value in whole.items() if name != key})


@pytest.mark.parametrize(
    ("model", "whole", "nullable"),
    [
        (System, A_SYSTEM, "name description tag pronouns avatar_url banner color created privacy"),
        (
            Member,
            A_MEMBER,
            "display_name color birthday pronouns avatar_url banner description created privacy system",
        ),
        (
            Member,
            A_MEMBER,
            "webhook_avatar_url autoproxy_enabled message_count last_message_timestamp",
        ),
        (Group, A_MEMBER, "display_name description icon banner color created privacy members system"),
        (MemberGuild, {}, "display_name avatar_url keep_proxy"),
        (SystemGuild, {}, "tag avatar_url display_name name_format"),
        (SystemSettings, {}, "latch_timeout name_format timezone member_limit"),
        (Autoproxy, {"autoproxy_mode": "off"}, "autoproxy_member last_latch_timestamp"),
        (ProxyTag, {}, "prefix suffix"),
    ],
)
def test_nulls_stand_where_the_vendor_may_send_them(
    model: type[Model], whole: dict[str, JSON], nullable: str
) -> None:
    read = model.model_validate(whole | dict.fromkeys(nullable.split()))
    assert {getattr(read, name, None) for name in nullable.split()} == {None}


@pytest.mark.parametrize("colour", [None, 0, 16744448, True, ["ff8800"], {}], ids=str)
def test_a_colour_that_is_none_is_none(colour: JSON) -> None:
    assert System.model_validate(A_SYSTEM | {"color": colour}).color is None


def test_a_message_of_which_little_is_kept_says_so() -> None:
    sent = json.loads(golden("pluralkit", "message_of_deleted_member"))
    for empty in ({"original": "", "guild": None}, {"original": None, "guild": ""}):
        message = Message.model_validate(sent | empty)
        assert (message.original, message.guild, message.system, message.member) == (None, None, None, None)


def test_what_is_hidden_is_told_to_the_owner_alone() -> None:
    own, public = (
        System.model_validate_json(golden("pluralkit", name)) for name in ("system_own", "system_public")
    )
    assert (own.is_own, own.hides_anything, public.is_own, public.hides_anything) == (
        True,
        True,
        False,
        False,
    )
    assert own.hides("description_privacy")
    assert not own.hides("name_privacy")
    assert not own.hides("something_new")
    assert not public.hides("description_privacy")
    group = Group.model_validate_json(golden("pluralkit", "group_own"))
    assert (group.is_own, group.hides_anything) == (True, False)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_was_answered_cannot_be_changed(name: str) -> None:
    read = SAMPLES[name].model_validate_json(golden("pluralkit", name))
    for field in type(read).model_fields:
        with pytest.raises(ValidationError):
            setattr(read, field, None)


@pytest.mark.parametrize(
    ("moment", "fits"),
    [
        ("2021-03-04T05:06:07.123456Z", True),
        ("2026-08-01T20:15:00.5Z", True),
        ("2026-08-01T10:15:00+02:00", True),
        ("1970-01-02T00:00:00Z", True),
        ("2999-12-31T23:59:59.999999Z", True),
        ("1970-01-01T23:59:59Z", True),
        ("3000-01-01T00:00:00Z", True),
        ("0001-01-01T00:00:00Z", True),
        ("0001-01-01T00:00:00+23:59", True),
        ("9999-12-31T23:59:59.999999-23:59", True),
        ("2026-08-01T08:00:00", False),
        ("2026-08-01", False),
        ("2026-02-30T00:00:00Z", False),
        ("now", False),
        ("", False),
        (True, False),
        (10**40, False),
        ([], False),
    ],
)
def test_a_moment_is_one_that_can_be_reckoned_with(moment: JSON, fits: bool) -> None:
    fields: list[tuple[type[Model], dict[str, JSON], str]] = [
        (System, A_SYSTEM, "created"),
        (Member, A_MEMBER, "last_message_timestamp"),
        (Switch, A_SWITCH, "timestamp"),
        (Autoproxy, {"autoproxy_mode": "off"}, "last_latch_timestamp"),
    ]
    assert [does_fit(model, whole | {key: moment}) for model, whole, key in fields] == [fits] * len(fields)


@pytest.mark.parametrize(("model", "whole", "key", "wrong"), WRONG)
def test_what_could_not_be_shown_or_asked_for_again_does_not_fit(
    model: type[Model], whole: dict[str, JSON], key: str, wrong: list[JSON]
) -> None:
    assert model.model_validate(whole)
    for value in wrong:
        with pytest.raises(ValidationError):
            model.model_validate(whole | {key: value})


@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_nothing_odd_is_worse_than_a_body_that_does_not_fit(name: str, data: st.DataObject) -> None:
    model, sent = SAMPLES[name], json.loads(golden("pluralkit", name))
    for key in data.draw(st.lists(st.sampled_from(sorted(sent)), min_size=1, max_size=3)):
        sent[key] = data.draw(ODD)
    assert does_fit(model, sent) in {True, False}
