"""Whether a request is from Discord: RFC 8032's own examples, and what somebody changed on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.posting import Signer
from bot.signing import STAMP_SECONDS, PublicKey

EXAMPLES = json.loads((Path(__file__).parent / "golden" / "ed25519" / "rfc8032.json").read_text("utf-8"))
NOW = 1_790_000_000
STAMP = str(NOW)
BODY = b'{"id":"1","type":1}'
SIGNER = Signer()
KEY = PublicKey(SIGNER.public, lambda: NOW + 0.5)


def signed(stamp: str = STAMP, body: bytes = BODY) -> str:
    return SIGNER.headers(body, stamp)["X-Signature-Ed25519"]


SIGNATURE = signed()


@pytest.mark.parametrize("found", EXAMPLES, ids=[found["name"] for found in EXAMPLES])
def test_the_examples_of_the_standard_verify(found: dict[str, str]) -> None:
    public = PublicKey(found["public_key"], lambda: NOW)
    signature, message = bytes.fromhex(found["signature"]), bytes.fromhex(found["message"])
    assert public.verifies(signature, message)
    assert not public.verifies(signature, message + b"\0")


def test_what_discord_signed_lately_is_accepted() -> None:
    assert KEY.accepts(SIGNATURE, STAMP, BODY)
    for off in (-STAMP_SECONDS + 1, STAMP_SECONDS):
        stamp = str(NOW + off)
        assert KEY.accepts(signed(stamp), stamp, BODY)
    assert KEY.accepts(signed(body=b""), STAMP, b"")


@pytest.mark.parametrize(
    "stamp",
    [
        *(str(NOW - STAMP_SECONDS), str(NOW + STAMP_SECONDS + 1), "0", "", " ", "now", "-1", "1e9"),
        *(f"+{NOW}", f" {NOW}", f"{NOW} ", f"{NOW}.0", f"{NOW}\n", f"{NOW}000", "१७९०००००००", "9" * 5000),
    ],
)
def test_a_time_stamp_that_is_off_or_spelt_otherwise_is_refused_however_well_signed(stamp: str) -> None:
    assert not KEY.accepts(signed(stamp), stamp, BODY)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "0" * 128,
        SIGNATURE.upper(),
        SIGNATURE[:-1],
        f"{SIGNATURE}0",
        f" {SIGNATURE}",
        f"{SIGNATURE}\n",
        "é" * 128,
    ],
)
def test_a_signature_that_is_spelt_otherwise_is_refused(signature: str) -> None:
    assert not KEY.accepts(signature, STAMP, BODY)


def test_digits_moved_between_stamp_and_body_are_refused() -> None:
    body = b"0123"
    signature = signed(body=body)
    assert KEY.accepts(signature, STAMP, body)
    assert not KEY.accepts(signature, f"{STAMP}0", body[1:])
    assert not KEY.accepts(signature, STAMP[:-1], STAMP[-1:].encode() + body)


def _mutated(original: bytes) -> st.SearchStrategy[bytes]:
    """Return what is left of bytes once some are exchanged, taken away or added."""

    def change(edit: tuple[int, int, bytes]) -> bytes:
        start, length, put = edit
        return original[:start] + put + original[start + length :]

    places = st.integers(0, len(original))
    return st.tuples(places, st.integers(0, 3), st.binary(max_size=3)).map(change)


@settings(max_examples=1000)
@given(
    what=st.sampled_from(["signature", "stamp", "body"]),
    data=st.data(),
)
def test_a_thousand_mutations_are_refused(what: str, data: st.DataObject) -> None:
    original = {"signature": SIGNATURE.encode(), "stamp": STAMP.encode(), "body": BODY}
    sent = original | {what: data.draw(_mutated(original[what]))}
    assume(sent != original)
    signature, stamp = (sent[name].decode("utf-8", "surrogateescape") for name in ("signature", "stamp"))
    assert not KEY.accepts(signature, stamp, sent["body"])


@pytest.mark.parametrize("key", ["", "00", "zz" * 32, "00" * 33])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=r"key|hex"):
        PublicKey(key, lambda: NOW)
