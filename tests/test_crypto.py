from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.crypto import KEY_BYTES, Keyring, Place, key_id_of, new_key, read_key, write_key
from bot.errors import VaultError

HERE = Place(guild_id=1001, owner_id=2002, service="useapi")
SECRET = SecretStr("user:10001-a-key-of-somebody")
RING = Keyring.from_text(new_key())

ids = st.integers(min_value=0, max_value=2**63 - 1)
places = st.builds(Place, ids, ids, st.sampled_from(["useapi", "pixela", "pluralkit"]))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(texts, places)
def test_what_is_sealed_to_a_place_opens_there(text: str, place: Place) -> None:
    assert RING.open(RING.seal(SecretStr(text), place), place).get_secret_value() == text


@given(places, places)
def test_every_place_has_associated_data_of_its_own(one: Place, other: Place) -> None:
    assert (one == other) == (one.associated_data() == other.associated_data())


@pytest.mark.parametrize(
    "elsewhere",
    [Place(1002, 2002, "useapi"), Place(1001, 2003, "useapi"), Place(1001, 2002, "pixela"), Place(0, 0, "")],
    ids=["another server", "another owner", "another service", "nowhere"],
)
def test_a_seal_does_not_open_at(elsewhere: Place) -> None:
    with pytest.raises(VaultError, match="does not belong here, or is damaged"):
        RING.open(RING.seal(SECRET, HERE), elsewhere)


def test_a_seal_with_any_one_byte_changed_does_not_open() -> None:
    sealed = RING.seal(SECRET, HERE)
    for index in range(len(sealed)):
        damaged = bytearray(sealed)
        damaged[index] ^= 0x01
        with pytest.raises(VaultError):
            RING.open(bytes(damaged), HERE)


def test_a_seal_that_lost_its_end_does_not_open() -> None:
    sealed = RING.seal(SECRET, HERE)
    for length in range(len(sealed)):
        with pytest.raises(VaultError):
            RING.open(sealed[:length], HERE)


def test_a_seal_of_an_unknown_version_is_told_from_a_wrong_key() -> None:
    with pytest.raises(VaultError, match="damaged, or newer than this program"):
        RING.open(b"\x02" + RING.seal(SECRET, HERE)[1:], HERE)


def test_a_seal_of_a_key_that_is_not_there_says_which_setting_misses_it() -> None:
    with pytest.raises(VaultError, match="not among ENCRYPTION_KEYS"):
        RING.open(Keyring.from_text(new_key()).seal(SECRET, HERE), HERE)


def test_a_refusal_to_open_holds_neither_secret_nor_key() -> None:
    key = new_key()
    ring = Keyring.from_text(key)
    with pytest.raises(VaultError) as caught:
        ring.open(ring.seal(SECRET, HERE)[:-1], HERE)
    for hidden in (key, SECRET.get_secret_value()):
        assert hidden not in repr(caught.value)
    assert caught.value.__suppress_context__


def test_no_two_seals_of_one_secret_are_alike() -> None:
    assert len({RING.seal(SECRET, HERE) for _ in range(100)}) == 100


def test_a_seal_does_not_hold_the_secret_in_clear() -> None:
    assert SECRET.get_secret_value().encode() not in RING.seal(SECRET, HERE)


def test_of_several_keys_the_newest_seals_and_each_opens() -> None:
    old, new = new_key(), new_key()
    sealed_before = Keyring.from_text(old).seal(SECRET, HERE)
    rotated = Keyring.from_text(f"{new},{old}")
    assert rotated.open(sealed_before, HERE) == SECRET
    sealed_after = rotated.seal(SECRET, HERE)
    assert Keyring.from_text(new).open(sealed_after, HERE) == SECRET
    with pytest.raises(VaultError):
        Keyring.from_text(old).open(sealed_after, HERE)


def test_the_newest_key_seals_also_where_it_is_named_twice() -> None:
    one, two = new_key(), new_key()
    sealed = Keyring.from_text(f"{one},{two},{one}").seal(SECRET, HERE)
    assert Keyring.from_text(one).open(sealed, HERE) == SECRET


def test_a_keyring_shows_how_many_keys_it_has_and_none_of_them() -> None:
    keys = [new_key(), new_key()]
    shown = repr(Keyring.from_text(",".join(keys)))
    assert shown == str(Keyring.from_text(",".join(keys))) == "<Keyring of 2>"


@pytest.mark.parametrize("text", ["", " ", ",", " , ,"])
def test_a_keyring_needs_a_key(text: str) -> None:
    with pytest.raises(ValueError, match="holds no key"):
        Keyring.from_text(text)
    with pytest.raises(ValueError, match="needs a key"):
        Keyring([])


@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES), st.sampled_from(["", " ", "\n"]))
def test_a_key_is_read_with_and_without_padding(key: bytes, around: str) -> None:
    text = base64.urlsafe_b64encode(key).decode()
    assert read_key(around + text + around) == key
    assert read_key(around + text.rstrip("=") + around) == key


def test_a_new_key_is_another_one_each_time() -> None:
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert {len(read_key(key)) for key in keys} == {KEY_BYTES}


@given(st.binary(max_size=80).filter(lambda key: len(key) != KEY_BYTES))
def test_a_key_of_another_length_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match=f"^holds {len(key)} bytes instead of 32$"):
        read_key(base64.urlsafe_b64encode(key).decode())


@pytest.mark.parametrize(
    "text", ["not base64 at all!", "ключ" * 11, "a" * 41, "%" * 43, "a" * 20 + " " + "a" * 23]
)
def test_garbage_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is not URL-safe base64$") as caught:
        read_key(text)
    assert caught.value.__suppress_context__


@given(st.text(max_size=40))
def test_no_text_that_is_refused_as_a_key_is_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"^is not URL-safe base64$|^holds [0-9]+ bytes instead of 32$"):
        read_key(text)


def test_a_ring_takes_the_keys_that_it_learns_of_and_forgets_none() -> None:
    old, new, stranger = (read_key(new_key()) for _ in range(3))
    news: list[list[bytes] | None] = [[new, old], None, [new]]
    ring = Keyring([old], renewed=lambda: news.pop(0) if news else None)
    rotated = Keyring([new, old])
    assert ring.open(rotated.seal(SECRET, HERE), HERE) == SECRET
    assert ring.ids == rotated.ids
    assert ring.pseudonym(1, 2) == rotated.pseudonym(1, 2)
    for _ in range(3):
        assert key_id_of(ring.seal(SECRET, HERE)) == rotated.ids[0]
    assert ring.open(Keyring([old]).seal(SECRET, HERE), HERE) == SECRET
    with pytest.raises(VaultError, match="not among"):
        ring.open(Keyring([stranger]).seal(SECRET, HERE), HERE)


def test_what_stands_for_a_text_is_the_same_for_whoever_has_the_key_alone() -> None:
    key, other = new_key(), new_key()
    ring = Keyring.from_text(f"{key},{other}")
    alias = ring.alias("1\x002")
    assert re.fullmatch(r"[0-9a-f]{32}", alias)
    assert Keyring.from_text(key).alias("1\x002") == alias
    assert alias not in {ring.alias("1\x003"), Keyring.from_text(other).alias("1\x002"), ring.pseudonym(1, 2)}


def test_what_is_no_seal_names_no_key() -> None:
    sealed = RING.seal(SECRET, HERE)
    assert key_id_of(sealed) == RING.ids[0]
    assert key_id_of(sealed[:20]) is key_id_of(b"\x02" + sealed[1:]) is None


@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES))
def test_a_key_is_written_as_it_is_read(key: bytes) -> None:
    assert read_key(write_key(key)) == key
