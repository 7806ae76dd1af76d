"""Proxy tags as people type them, one a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.pluralkit import ProxyTag
from bot.api.pluralkit.fields import PROXY_TAGS_MOST, parse_proxy_tags, typed_proxy_tag, typed_proxy_tags
from bot.api.policy import JSON
from bot.errors import InvalidInput

CRAB = "🦀"
PART = st.none() | st.text(max_size=12) | st.text("text:- {}\r\n\x0b\u2028", max_size=8)
PLAIN = st.none() | st.text("abc:-{}[] 🦀\x0b\u2028", min_size=1, max_size=8)


def tag(prefix: str | None, suffix: str | None) -> ProxyTag:
    return ProxyTag(prefix=prefix, suffix=suffix)


def sent(*tags: ProxyTag) -> list[JSON]:
    return [{"prefix": each.prefix, "suffix": each.suffix} for each in tags]


@pytest.mark.parametrize(
    ("line", "prefix", "suffix"),
    [
        ("W:text", "W:", None),
        ("text-w", None, "-w"),
        ("{text}", "{", "}"),
        ("W: text", "W: ", None),
        (" text", " ", None),
        ("🦀text", "🦀", None),
        ("ctxtext", "ctx", None),
        ("a\u2028text", "a\u2028", None),
    ],
)
def test_a_tag_is_what_stands_around_the_word_text(line: str, prefix: str | None, suffix: str | None) -> None:
    assert parse_proxy_tags(line) == sent(tag(prefix, suffix))


def test_tags_stand_one_a_line_in_their_order() -> None:
    tags = sent(tag("W:", None), tag(None, "-w"), tag("W:", None))
    assert parse_proxy_tags("W:text\n\n  \ntext-w\nW:text\n") == tags
    assert parse_proxy_tags("W:text\r\ntext-w\r\nW:text") == tags


@pytest.mark.parametrize("line", ["text", "W:", "W:TEXT", "te xt", "-", "text:text", "ctxtext-text"])
def test_a_line_without_the_word_or_with_it_alone_or_twice_is_refused_with_the_rule(line: str) -> None:
    with pytest.raises(InvalidInput, match="a line with the word `text` in it"):
        parse_proxy_tags(f"W:text\n{line}")


@pytest.mark.parametrize(("length", "fits"), [(99, True), (100, True), (101, False)])
@pytest.mark.parametrize("pairs", [0, 1])
def test_a_tag_may_have_a_hundred_units_with_the_word(length: int, pairs: int, *, fits: bool) -> None:
    prefix = CRAB * pairs + "a" * (length - 2 * pairs - len("text"))
    if fits:
        assert parse_proxy_tags(f"{prefix}text") == sent(tag(prefix, None))
        return
    with pytest.raises(InvalidInput, match="may have 100 characters"):
        parse_proxy_tags(f"{prefix}text")


def test_there_may_be_a_hundred_tags() -> None:
    lines = [f"{number}:text" for number in range(PROXY_TAGS_MOST + 1)]
    assert len(parse_proxy_tags("\n".join(lines[:-1]))) == 100
    with pytest.raises(InvalidInput, match="may have 100 proxy tags; these are 101"):
        parse_proxy_tags("\n".join(lines))


@given(st.lists(st.builds(ProxyTag, prefix=PART, suffix=PART), max_size=6))
def test_tags_that_are_left_as_they_were_shown_stay_what_they_are(tags: list[ProxyTag]) -> None:
    assert parse_proxy_tags(typed_proxy_tags(tags), tags) == sent(*tags)


@given(st.lists(st.builds(ProxyTag, prefix=PLAIN, suffix=PLAIN).filter(lambda each: each != tag(None, None))))
def test_tags_are_read_as_they_are_shown(tags: list[ProxyTag]) -> None:
    assert parse_proxy_tags(typed_proxy_tags(tags)) == sent(*tags)


@pytest.mark.parametrize(
    "standing",
    [tag("text:", None), tag("my text", "text"), tag(None, None), tag("a" * 200, None), tag("", "x")],
)
def test_a_line_that_is_left_among_others_stays_what_it_is(standing: ProxyTag) -> None:
    text = f"{typed_proxy_tag(standing)}\nnew:text"
    assert parse_proxy_tags(text, [tag("gone:", None), standing]) == sent(standing, tag("new:", None))


def test_what_stood_there_and_was_taken_out_is_gone() -> None:
    assert parse_proxy_tags("", [tag("W:", None)]) == []
    assert parse_proxy_tags("text-w", [tag("W:", None), tag(None, "-w")]) == sent(tag(None, "-w"))
