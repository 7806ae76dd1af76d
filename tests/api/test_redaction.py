"""No secret survives in any spelling, and ordinary text does."""

import html
import json
import re
from base64 import b64encode, standard_b64encode, urlsafe_b64encode
from collections.abc import Callable
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.redaction import REDACTED, redact

SIGNS = st.characters(codec="utf-8", exclude_characters="[]")
"""The marker's own signs are left out: beside it they could spell a secret anew."""
SECRETS = st.text(SIGNS, min_size=6).filter(lambda text: text not in REDACTED) | st.from_regex(
    r"[ -Z^-~]{8,128}", fullmatch=True
)
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON in UTF-8": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON of PHP": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "JSON of Go": lambda text: (
        json.dumps(text, ensure_ascii=False)[1:-1]
        .replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
    ),
    "repr": lambda text: repr(text)[1:-1],
    "ascii": lambda text: ascii(text)[1:-1],
    "bytes": lambda text: repr(text.encode())[2:-1],
    "quote": quote,
    "quote all": lambda text: quote(text, safe=""),
    "quote in lower case": lambda text: re.sub("%..", lambda found: found[0].lower(), quote(text, safe="")),
    "quote plus": quote_plus,
    "form": lambda text: urlencode({"": text})[1:],
    "component": lambda text: quote(text, safe="!*'()"),
    "path": lambda text: quote(text, safe="/!$&'()*+,;=:@"),
    "HTML": html.escape,
    "HTML without quotes": lambda text: html.escape(text, quote=False),
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    "base64": lambda text: standard_b64encode(text.encode()).decode().rstrip("="),
    "base64 for addresses": lambda text: urlsafe_b64encode(text.encode()).decode().rstrip("="),
}
DISCORD = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcDE.abcdefghijklmnopqrstuvwxyz0123456789-_"
PLURALKIT = b64encode(bytes(range(48))).decode()
ORDINARY = [
    "6d3f8a52-0c0e-4b1a-9a53-3f1f6f0f7c11",
    "6d3f8a520c0e4b1a9a533f1f6f0f7c11",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "https://cdn.discordapp.com/attachments/1110000000000000001/1110000000000000002/Mobile.final.png?ex=1",
    "https://github.com/a-know/Pixela/wiki/How-to-support-Pixela-by-Patreon-%EF%BC%8F-Use-Limited-Features",
    "http://127.0.0.1:8080/@alice and ben@example.org",
    '{"url":"http://127.0.0.1:8080","who":"@me"}',
    "https://media.some-very-long-subdomain-name.cloud.an-even-longer-domain-name-than-that.example/x",
    "sqlalchemy_extension_long.engine.create_async_engine_from_config_and_more",
    'File "/opt/switchboard/lib/python3.11/site-packages/aiohttp/connector.py", line 1319, in _wrap_create',
    "401: Missing or invalid Authorization header",
    "The token string must be at least 8 characters and not more than 128 letters and numbers",
    "The bearer of this message uses bearer authentication, not a bearer token.",
    "User `alice` does not exist or the token is wrong.",
    "user: 12 people, user:alice",
    '{"key":"value","username":"alice","token_count":3}',
    "2026-11-20T12:00:00.000Z INFO     bot.app: 4 commands synced in 0.31 s",
    "",
]


@pytest.mark.parametrize("spell", SPELLINGS.values(), ids=SPELLINGS)
@settings(max_examples=15)
@given(secret=SECRETS, before=st.text(SIGNS, max_size=9), after=st.text(SIGNS, max_size=9))
@example(secret='say "so" & <go>/ü', before="", after="")
@example(secret="a\\b\nc\td'e", before="x", after="x")
@example(secret="~.-_!*'();:@&=+$,/?", before="%", after="%41")
def test_no_secret_survives_in_any_spelling(
    spell: Callable[[str], str], secret: str, before: str, after: str
) -> None:
    spelled = spell(secret)
    cleaned = redact(before + spelled + after, [SecretStr(secret)])
    assert spelled not in cleaned
    assert REDACTED in cleaned


@given(secret=SECRETS, before=st.binary(max_size=8), after=st.binary(max_size=8))
def test_a_secret_that_was_encoded_with_its_neighbours_is_found(
    secret: str, before: bytes, after: bytes
) -> None:
    """As in ``Authorization: Basic``, where only the middle of the base64 is the secret's own."""
    assert REDACTED in redact(b64encode(before + secret.encode() + after).decode(), [SecretStr(secret)])


@given(st.lists(SECRETS, min_size=1, max_size=4), st.text(SIGNS))
def test_no_secret_survives_among_others(secrets: list[str], between: str) -> None:
    cleaned = redact(between.join(secrets), [SecretStr(secret) for secret in secrets])
    assert not [secret for secret in secrets if secret in cleaned]


@pytest.mark.parametrize("order", [["abcdef", "abcdefghij"], ["abcdefghij", "abcdef"]])
def test_a_secret_that_begins_another_leaves_nothing_of_it_behind(order: list[str]) -> None:
    assert redact("x abcdefghij y", map(SecretStr, order)) == "x [secret] y"


def test_half_a_character_is_no_hindrance() -> None:
    assert redact("no \ud800secret\udfff here", [SecretStr("\ud800secret\udfff")]) == "no [secret] here"


def test_a_short_secret_does_not_blank_ordinary_words() -> None:
    assert redact("the cat sat", [SecretStr("cat"), SecretStr("")]) == "the cat sat"


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert redact(text, [SecretStr("thisissecret")]) == text


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        (f"token {DISCORD}.", "token [secret]."),
        (f"Authorization: Bot {DISCORD}\nHost: x", "Authorization: [secret]\nHost: x"),
        ("mfa." + "x1-" * 28, "[secret]"),
        ("key user:12345-abcdefghi, user%3A12345-abcdefghi", "key [secret], [secret]"),
        (f"({PLURALKIT})", "([secret])"),
        (f"token={PLURALKIT}.", "token=[secret]."),
        ("sent Bearer abc123 there", "sent Bearer [secret] there"),
        ("sent bearer abcdefghijklmnopqrst", "sent bearer [secret]"),
        ("X-USER-TOKEN: my own token", "X-USER-TOKEN: [secret]"),
        ("{'X-USER-TOKEN': 'my \"own\" token', 'A': 'b'}", "{'X-USER-TOKEN': '[secret]', 'A': 'b'}"),
        ('{"discord":"a \\"token\\"","maxJobs":3}', '{"discord":"[secret]","maxJobs":3}'),
        ('{"newToken": "abc def", "thanksCode": "x"}', '{"newToken": "[secret]", "thanksCode": "[secret]"}'),
        ("/graphs?a=1&token=abc%20def&b=2", "/graphs?a=1&token=[secret]&b=2"),
        (f"/interactions/1/{'aW50' * 10}/callback", "/interactions/[secret]/callback"),
        (f"/webhooks/1/{'aW50' * 10}?wait=true", "/webhooks/[secret]?wait=true"),
        ("postgresql+asyncpg://bot:hunter2@db:5432/x", "postgresql+asyncpg://[secret]@db:5432/x"),
        ("redis://:p@ss@word@db/0", "redis://[secret]@db/0"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out_unasked_and_once(text: str, cleaned: str) -> None:
    assert redact(text) == redact(cleaned) == cleaned


def test_much_text_is_cleaned_in_no_time() -> None:
    for unit in ("a", "aA1/", "://a:", '"token":"', "Bearer ", "user:1-", "M" * 20 + "."):
        assert redact(unit * (200_000 // len(unit)))
