"""What comes back from a form: read where it is as it was shown, else refused with one sentence."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InvalidInput
from bot.ui.given import FIELD_MOST, Given, Upload

FILE = {"id": "7", "url": "https://cdn.example/x.png", "size": 5, "content_type": "image/png"}
json: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["f", "7"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "custom_id", "component", "components", "value", "values", "resolved"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


def filled(**field: Any) -> Given:
    label = {"type": 18, "id": 1, "component": {"id": 2, "custom_id": "f", **field}}
    return Given.of({"components": [label], "resolved": {"attachments": {"7": FILE}}})


def test_every_kind_of_field_is_read_from_a_label_and_from_a_row() -> None:
    assert filled(value="words").text("f") == "words"
    assert filled(value=None).text("f") == ""
    assert filled(value=True).is_ticked("f")
    assert not filled(value="yes").is_ticked("f")
    assert filled(values=["a", "b", 3]).ticked("f") == {"a", "b"}
    assert filled(values=None).ticked("f") == frozenset()
    assert (filled(value="a").chosen("f"), filled(value=None).chosen("f")) == ("a", None)
    assert filled(values=["7"]).upload("f") == Upload(FILE["url"], 5, "image/png")  # pyright: ignore[reportArgumentType] - a text
    assert filled(values=[]).upload("f") is None
    row = {"type": 1, "components": [{"type": 4, "custom_id": "f", "value": "in a row"}]}
    given_ = Given.of({"components": [row]})
    assert given_.text("f") == "in a row"
    assert "in a row" not in repr(given_)


def test_what_is_missing_or_of_another_kind_is_refused() -> None:
    damaged = (
        lambda: Given.of({}).text("f"),
        lambda: Given.of(None).is_ticked("f"),
        lambda: filled(value=5).text("f"),
        lambda: filled(value="x" * (FIELD_MOST + 1)).text("f"),
        lambda: filled(values="ab").ticked("f"),
        lambda: filled(values=[str(number) for number in range(30)]).ticked("f"),
        lambda: filled(value=["a"]).chosen("f"),
        lambda: filled(values=["8"]).upload("f"),
        lambda: filled(values=[["7"]]).upload("f"),
        lambda: filled(values={"7": 1}).upload("f"),
    )
    for read in damaged:
        with pytest.raises(InvalidInput, match="did not arrive as it was shown"):
            read()


@given(json)
def test_whatever_is_sent_is_read_or_refused(data: Any) -> None:
    read = Given.of(data)
    for look in (read.text, read.is_ticked, read.ticked, read.chosen, read.upload):
        with suppress(InvalidInput):
            look("f")
