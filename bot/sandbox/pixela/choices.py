"""The readings of Pixela's documentation that only the live service could settle."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Choices:
    """One reading for each unsettled point; change them at any time, a client must bear them all."""

    refused_agreement_status: int = 403
    """Answer to ``agreeTermsOfService`` or ``notMinor`` other than ``yes``; else 400."""
    graph_conflict_status: int = 409
    """Answer to a graph id that is taken; the mocks of other clients say 400."""
    supporter_fields_status: int | None = None
    """Answer to a supporter-only graph field sent by anybody else; None: it is kept and does nothing."""
    thanks_codes: frozenset[str] | None = None
    """The thanks codes that are valid at this moment; None: every one is. Others do nothing."""
    reject_graph_creation: bool = False
    """Whether the 25 % rule covers the creation of graphs; the vendor's list does not name it."""
    lenient_floats: bool = True
    """Whether float graphs take ``3`` besides ``3.0``; the documented pattern does not."""
    round_floats: bool = True
    """Whether a third decimal is rounded away; else it is an error."""
    two_decimals: bool = False
    """Whether float quantities are written as ``3.00``; else as short as they go, ``3``."""
    optional_data_limit: int = 10_240
    """Bytes of UTF-8 from which on ``optionalData`` is too large; perhaps 10,000."""
    timezone_abbreviations: bool = True
    """Whether names without a region such as ``CET`` are time zones; ``UTC`` always is."""
    null_when_no_pixels: bool = False
    """Whether an empty list of pixels is written as null, as Go writes a slice nobody made."""
    new_definition_keys: bool = True
    """Whether graph definitions end with ``description`` and ``startOnMonday``."""
