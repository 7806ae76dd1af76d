from __future__ import annotations

import pytest

from bot.errors import InvalidInput
from bot.key_names import LONGEST, fold_key_name, label_of_key, read_key_name


@pytest.mark.parametrize("typed", ["", "  ", "main", "Main", " MAIN "])
def test_the_first_keys_name_is_empty_and_reads_main(typed: str) -> None:
    assert read_key_name(typed) == ""
    assert label_of_key("") == "main"


@pytest.mark.parametrize("typed", ["blue", "Werft 2", "Größe", "鍵", "a" * LONGEST, "🔑 two"])
def test_a_name_is_kept_as_it_was_typed(typed: str) -> None:
    assert label_of_key(read_key_name(f" {typed} ")) == typed


@pytest.mark.parametrize(
    "typed",
    ["a" * (LONGEST + 1), "two\nlines", "a\tb", "`code`", "\u202eeulb", "zero\u200bwidth", "\u3164", "a\x00"],
)
def test_what_cannot_be_seen_or_breaks_what_is_around_it_is_no_name(typed: str) -> None:
    with pytest.raises(InvalidInput, match="1 to 32 visible characters in one line") as refused:
        read_key_name(typed)
    assert typed not in str(refused.value)


def test_names_that_read_alike_are_one() -> None:
    assert fold_key_name("Blue") == fold_key_name("bLUE") != fold_key_name("blue 2")
    assert fold_key_name("Gr\u00f6\u00dfe") == fold_key_name("gro\u0308sse")
    assert fold_key_name("MAIN") == fold_key_name("")
