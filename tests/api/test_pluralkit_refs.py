"""Systems, members, messages and tokens as people type them."""

import re
import uuid
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.api.pluralkit import check_token, find_ref, parse_message_ref, parse_ref, parse_system_ref
from bot.errors import InvalidInput

UUID = "6d3f8a52-0c0e-4b1a-9a53-3f1f6f0f7c11"
IN_A_PATH = re.compile(
    r"\A(?:@me|[a-z]{5,6}|[0-9]{17,19}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\Z"
)
IN_A_LIST = re.compile(r"\A(?:[a-z]{5,6}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\Z")
SHORT_ID = st.text("abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=6)
BLANKS = st.text(" \t\n", max_size=2)


@given(SHORT_ID, st.integers(0, 6), st.booleans(), BLANKS, BLANKS)
def test_a_short_id_is_read_in_any_case_with_or_without_a_hyphen(
    short: str, hyphen: int, capital: bool, before: str, after: str
) -> None:
    typed = short[:hyphen] + "-" + short[hyphen:] if hyphen else short
    typed = before + (typed.upper() if capital else typed) + after
    assert parse_system_ref(typed) == parse_ref(typed, "member") == find_ref(typed) == short


@given(st.uuids(), st.booleans(), st.booleans())
def test_a_uuid_is_read_in_any_case_with_or_without_hyphens(
    name: uuid.UUID, plain: bool, capital: bool
) -> None:
    typed = name.hex if plain else str(name)
    typed = typed.upper() if capital else typed
    assert parse_system_ref(typed) == parse_ref(typed, "group") == find_ref(typed) == str(name)


@given(st.integers(10**16, 10**19 - 1), st.sampled_from(["{}", "<@{}>", "<@!{}>", " {} "]))
def test_an_account_is_read_bare_or_as_a_mention(account: int, form: str) -> None:
    assert parse_system_ref(form.format(account)) == str(account)


@pytest.mark.parametrize("text", ["@me", "@ME", " @Me\n"])
def test_oneself_is_read_in_any_case(text: str) -> None:
    assert parse_system_ref(text) == "@me"


@given(st.text() | st.from_regex(r"[\w@<>!-]{1,40}") | st.text("<@!>-12aF ", max_size=40))
def test_whatever_is_read_can_stand_in_a_path(text: str) -> None:
    try:
        ref = parse_system_ref(text)
    except InvalidInput:
        return
    assert IN_A_PATH.match(ref)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-----",
        "abcd",
        "abcdefg",
        "abc12",
        "abc de",
        "äbcde",
        "../me",
        "@you",
        "1" * 16,
        "1" * 20,
        "<@&100000000000000001>",
        "<#100000000000000001>",
        "<@abcde>",
        UUID[:-1],
        UUID + "0",
        "g" + UUID[1:],
        "\uff11" * 17,
        "abcde\nfghij",
    ],
)
def test_what_names_no_system_is_refused_with_the_rule(text: str) -> None:
    with pytest.raises(InvalidInput, match="5 or 6 letter id"):
        parse_system_ref(text)


@pytest.mark.parametrize(
    ("typed", "ref"),
    [
        ("exmpl", "exmpl"),
        ("EXMPLA", "exmpla"),
        ("EXM-PLA", "exmpla"),
        (" ex-mpl\n", "exmpl"),
        (UUID.upper(), UUID),
        (UUID.replace("-", ""), UUID),
        ("abcd", None),
        ("exmplaz", None),
        ("exm pla", None),
        ("exmp1", None),
        ("äbcde", None),
        ("@me", None),
        ("466378653216014001", None),
        ("", None),
        ("-", None),
        (UUID[:-1], None),
    ],
)
def test_members_and_groups_are_named_by_either_id_alone(typed: str, ref: str | None) -> None:
    assert find_ref(typed) == ref
    if ref is None:
        with pytest.raises(InvalidInput, match="A member is named by its 5 or 6 letter id"):
            parse_ref(typed, "member")


@given(st.text() | st.from_regex(r"[\w@<>!-]{1,40}"))
def test_whatever_is_found_is_spelled_as_the_vendors_lists_want_it(text: str) -> None:
    found = find_ref(text)
    assert found is None or (IN_A_LIST.match(found) and find_ref(found) == found)


@pytest.mark.parametrize(
    "form",
    [
        "{0}",
        " {0}\n",
        "466707357099884601-{0}",
        "https://discord.com/channels/466707357099884544/466707357099884601/{0}",
        "<https://discord.com/channels/466707357099884544/466707357099884601/{0}>",
        "https://discord.com/channels/466707357099884544/466707357099884601/{0}/",
        "https://ptb.discord.com/channels/466707357099884544/466707357099884601/{0}",
        "https://canary.discord.com/channels/@me/466707357099884601/{0}",
        "https://discordapp.com/channels/@me/466707357099884601/{0}",
    ],
)
@pytest.mark.parametrize("message", ["86069036431795816", "860690364317958164", "18446744073709551615"])
def test_a_message_is_named_by_its_id_or_its_link(form: str, message: str) -> None:
    assert parse_message_ref(form.format(message)) == message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "8606903643179581",
        "860690364317958164000",
        "-860690364317958164",
        "860690364317958164 860690364317958164",
        "\uff18" * 18,
        "https://discord.com/channels/466707357099884544/466707357099884601",
        "https://discord.com.example.org/channels/1/2/860690364317958164",
        "https://example.org/channels/466707357099884544/466707357099884601/860690364317958164",
        "http://discord.com/channels/466707357099884544/466707357099884601/860690364317958164",
        "https://discord.com/channels/../466707357099884601/860690364317958164",
        "wrenq",
    ],
)
def test_what_names_no_message_is_refused_with_the_rule(text: str) -> None:
    with pytest.raises(InvalidInput, match="by its id or its link"):
        parse_message_ref(text)


@given(st.text() | st.text("0123456789-/:<>@discordhttps.", max_size=90))
def test_whatever_names_a_message_can_stand_in_a_path(text: str) -> None:
    try:
        ref = parse_message_ref(text)
    except InvalidInput:
        return
    assert re.match(r"\A[0-9]{17,20}\Z", ref)


@given(st.binary(min_size=48, max_size=48), BLANKS, BLANKS)
def test_a_token_is_taken_with_blanks_around_it(raw: bytes, before: str, after: str) -> None:
    token = b64encode(raw).decode()
    assert check_token(before + token + after).get_secret_value() == token


@given(st.text() | st.text("aA1+/=_- \n\x00ü", min_size=60, max_size=130))
def test_a_token_that_is_taken_can_stand_in_a_header(text: str) -> None:
    try:
        token = check_token(text).get_secret_value()
    except InvalidInput as refusal:
        assert len(text) < 8 or text not in str(refusal)  # noqa: PT017 - a refusal is as good an outcome
        return
    assert re.match(r"\A[A-Za-z0-9+/_=-]{64,128}\Z", token)


@pytest.mark.parametrize("text", ["", "a" * 63, "a" * 129, "a" * 63 + "ü", "a" * 32 + "\n" + "a" * 32])
def test_a_token_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="64 letters"):
        check_token(text)
