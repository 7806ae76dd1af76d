"""Forms that tell what was changed: whatever stands, nothing but that is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.pluralkit import ProxyTag
from bot.errors import InvalidInput
from bot.ui.given import FIELD_MOST, Given
from bot.ui.pluralkit.sheets import AUTOPROXY, GROUP, MEMBER, SETTINGS, SYSTEM, member_details
from bot.ui.sheets import ChoicePart, Part, Sheet, TextPart, TicksPart, Typed

SHEETS = {
    **{f"system {part}": sheet for part, sheet in SYSTEM.items()},
    **{f"member {part}": sheet for part, sheet in MEMBER.items()},
    **{f"group {part}": sheet for part, sheet in GROUP.items()},
    "settings": SETTINGS,
    "autoproxy": AUTOPROXY,
}
texts = st.text(max_size=20) | st.integers(70, FIELD_MOST + 50).map("x".__mul__)
visible = st.text(min_size=1, max_size=20).filter(str.strip)
tags = st.lists(st.builds(ProxyTag, prefix=st.none() | visible, suffix=st.none() | visible), max_size=5)
sheets = st.sampled_from([*SHEETS.values()])


def _values(part: Part) -> st.SearchStrategy[Mapping[str, Any]]:
    """Return what the fields of a part can hold."""
    if isinstance(part, TextPart):
        if part.key == "latch_timeout":
            values: st.SearchStrategy[Any] = st.none() | st.integers(0, 2**31 - 1)
        elif part.key == "proxy_tags":
            values = tags
        else:
            values = visible if part.required else st.none() | texts
        return st.fixed_dictionaries({part.key: values})
    if isinstance(part, ChoicePart):
        known = st.sampled_from([*(part.values or {}).values(), *part.options])
        return st.fixed_dictionaries({part.key: st.none() | known | st.text(max_size=5)})
    assert isinstance(part, TicksPart)
    held = st.dictionaries(st.sampled_from([*part.options]), st.sampled_from([part.on, part.off, None]))
    return held if part.within is None else st.fixed_dictionaries({part.within: st.none() | held})


def _fields(sheet: Sheet) -> st.SearchStrategy[dict[str, Any]]:
    parts = [_values(part) for part in sheet.parts]
    return st.tuples(*parts).map(lambda held: {key: value for each in held for key, value in each.items()})


def _labelled(typed: Typed) -> bool:
    return typed is None or isinstance(typed, frozenset) or len(typed) <= FIELD_MOST


@given(sheet=sheets, data=st.data())
def test_a_form_that_is_left_as_it_was_tells_nothing(sheet: Sheet, data: st.DataObject) -> None:
    standing = sheet.standing(data.draw(_fields(sheet)))
    assert sheet.changes(standing, standing) == {}
    assert all(_labelled(typed) for typed in standing.values())


@given(standing=tags)
def test_proxy_tags_of_any_kind_are_left_alone(standing: list[ProxyTag]) -> None:
    sheet = member_details(tuple(standing))
    stands = sheet.standing({"proxy_tags": standing, "birthday": None})
    assert sheet.changes(stands, stands) == {}


@given(sheet=sheets, data=st.data())
def test_what_is_ticked_or_chosen_and_back_again_is_no_change(sheet: Sheet, data: st.DataObject) -> None:
    before = sheet.standing(data.draw(_fields(sheet)))
    after = sheet.standing(data.draw(_fields(sheet)))
    for part in sheet.parts:
        if isinstance(part, TicksPart):
            there, back = (
                part.changes(after[part.key], before[part.key]),
                part.changes(before[part.key], after[part.key]),
            )
            assert there.keys() == back.keys()
            assert (there == {}) == (before[part.key] == after[part.key])


@given(sheet=sheets, data=st.data())
def test_whatever_is_typed_is_taken_or_refused_and_tells_fields_of_the_form_alone(
    sheet: Sheet, data: st.DataObject
) -> None:
    before = sheet.standing(data.draw(_fields(sheet)))
    after = sheet.standing(data.draw(_fields(sheet)))
    try:
        changes = sheet.changes(after, before)
    except InvalidInput:
        return
    known = {key for part in sheet.parts for key in _keys(part)}
    assert changes.keys() <= known


def _keys(part: Part) -> set[str]:
    if isinstance(part, TicksPart) and part.within is None:
        return {*part.options}
    return {part.key}


def test_discord_trims_what_is_typed_and_sends_other_line_ends() -> None:
    part = SHEETS["group profile"].parts[-1]
    assert part.changes("one\r\ntwo", " one\ntwo\n") == {}
    assert part.changes(" one\ntwo", "one two") == {"description": " one\ntwo"}


def test_what_must_not_be_empty_is_refused_although_it_was_empty_before() -> None:
    with pytest.raises(InvalidInput, match="The name may not be empty"):
        MEMBER["profile"].parts[0].changes("  ", "")


def test_what_a_form_does_not_offer_is_not_taken() -> None:
    sheet = SHEETS["member server"]
    fields = {"display_name": "D", "avatar_url": "", "keep_proxy": "sell"}
    given_ = Given.of({"components": [_filled(key, value) for key, value in fields.items()]})
    with pytest.raises(InvalidInput, match="choose one of what is offered"):
        sheet.read(given_)
    boxes = SHEETS["member details"].parts[-1]
    (option, *_) = _keys(boxes)
    label = _filled(boxes.key, None)
    label["component"]["values"] = [option, "something else"]
    assert boxes.read(Given.of({"components": [label]})) == {option}


def _filled(key: str, value: str | None) -> dict[str, Any]:
    return {"type": 18, "component": {"custom_id": key, "value": value}}


def test_no_form_has_more_than_discord_takes() -> None:
    for sheet in (*SHEETS.values(), member_details(())):
        assert 1 <= len(sheet.parts) <= 5
        assert len(sheet.title) <= 45
        for part in sheet.parts:
            stands = part.standing({})
            label = part.show(stands)
            assert 1 <= len(label.text) <= 45
            assert len(label.description or "") <= 100
            assert stands in ("", None, frozenset())
            if isinstance(part, TicksPart | ChoicePart):
                assert len(part.options) <= 10
                assert all(1 <= len(words) <= 100 for words in part.options.values())


def test_what_is_longer_than_may_be_typed_is_shown_and_allowed_as_it_stands() -> None:
    part = SHEETS["member profile"].parts[-1]
    for length, most in ((10, 1000), (1500, 1500), (5000, FIELD_MOST)):
        label = part.show(part.standing({"description": "x" * length}))
        box: Any = label.component
        assert len(box.default) == min(length, FIELD_MOST)
        assert box.max_length == most
