"""Quantities as people type them and as Pixela takes them (contract, "Validation rules").

A graph counts whole numbers or numbers with at most two decimals. Nothing is rounded on the way: what a
graph cannot keep is refused, so that what is there is what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum

from bot.errors import InvalidInput

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_SIGNS = str.maketrans("\uff0d\u2212\uff0b\uff0e", "--+.")
"""Full-width and typographic signs: what a Japanese keyboard and a word processor write."""
_LONGEST = 40
"""Characters that are looked at; no number below the limit needs as many."""
_CENT = Decimal("0.01")
_WIDE = Context(prec=400)
"""Digits for the largest numbers that a model reads, to the cent."""

_RULE = "A quantity is a number in plain digits like `3` or `-12`, on a graph of decimals also like `3.5`."
_POINT = "Type decimals with a point and thousands without any sign: `3.5`, `1000`."
_NOT_WHOLE = "This graph counts whole numbers, like `3`; it cannot keep decimals."
_TOO_FINE = "A quantity has at most two decimals, like `3.25`."


class GraphType(StrEnum):
    """What a graph counts in; fixed when it is created."""

    INT = "int"
    FLOAT = "float"

    @property
    def digits(self) -> int:
        """Digits before the point of what is exact there: the upstream may count in floating point."""
        return 15 if self is GraphType.INT else 13


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity that a graph of this type takes; its ``str`` is what is sent.

    Raises :class:`~bot.errors.InvalidInput` for a value that such a graph cannot keep.
    """

    value: Decimal
    kind: GraphType

    def __post_init__(self) -> None:
        if not self.value.is_finite() or abs(self.value) >= Decimal(10) ** self.kind.digits:
            raise _too_large(self.kind)
        whole = self.kind is GraphType.INT
        if self.value % (1 if whole else _CENT):
            raise InvalidInput(_NOT_WHOLE if whole else _TOO_FINE)

    def __str__(self) -> str:
        # The documented pattern of a float has a point. No sign before a nought.
        return f"{self.value + 0:.0f}" if self.kind is GraphType.INT else f"{self.value + 0:.2f}"


def parse_quantity(text: str, kind: GraphType) -> Quantity:
    """Read a quantity as a person types it, for a graph of this type.

    Taken: ``3``, `` 7 ``, ``+5``, ``-0`` (nought), ``007``, ``.5``, ``3.50``, digits of any script
    (``١٢``). On a graph of whole numbers ``3.0`` is 3. Refused with the rule, as
    :class:`~bot.errors.InvalidInput`: exponents, hexadecimals, fractions, ``∞``, commas (``3,5`` is three
    and a half here and thirty-five there), more than :attr:`GraphType.digits` before the point or two
    after it.
    """
    bare = plain_digits(text.strip())
    if len(bare) > _LONGEST and _NUMBER.fullmatch(bare):
        raise _too_large(kind)
    if not _NUMBER.fullmatch(bare):
        raise InvalidInput(_POINT if _NUMBER.fullmatch(bare.replace(",", "")) else _RULE)
    return Quantity(Decimal(bare), kind)


def show_quantity(value: Decimal) -> str:
    """Write a quantity for people: no exponent, no noughts at the end of decimals (``3.5``, ``12``).

    It is rounded to two decimals, as many as a graph keeps: sums of an upstream that counts in floating
    point end in noise.
    """
    text = f"{value.quantize(_CENT, context=_WIDE):f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _too_large(kind: GraphType) -> InvalidInput:
    return InvalidInput(f"A quantity on this graph has at most {kind.digits} digits before the point.")


def plain_digits(text: str) -> str:
    """Return a text with the decimal digits of every script as ASCII ones, and signs in their plain form."""
    digits = (unicodedata.decimal(sign, None) for sign in text)
    shown = (sign if digit is None else str(digit) for sign, digit in zip(text, digits, strict=True))
    return "".join(shown).translate(_SIGNS)
