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
    wrong_thanks_code_status: int | None = None
    """Answer to a thanks code that is not valid; None: it is kept and does nothing."""
    wrong_method_status: int = 404
    """Answer to a method that a known path does not have; perhaps 405."""
    refuse_bodies_of_gets: bool = True
    """Whether the front end turns away a GET with a body; else the body is ignored."""
    require_length: bool = True
    """Whether a PUT or POST must say how long its body is; else none is an empty one."""
    batch_limit_status: int = 413
    """Answer to more pixels than a batch may have; perhaps 400."""
    batch_is_partial: bool = True
    """Whether the valid pixels of a batch are kept where others are not valid; else none is."""
    partial_batch_status: int | None = None
    """Answer to a batch with some invalid pixels; None: the first invalid one's own, 200: a success."""
    analysis_needs_token: bool = False
    """Whether only the owner may ask for the analysis; the vendor's example sends no token."""
    retina_status: int = 402
    """Answer to the retina of another day than today, of a user who is no supporter; perhaps 404."""
    stopwatch_days_status: int = 400
    """Answer to a stopwatch that is stopped on another day than it was started on."""
    webhook_tells_of_stopwatch: bool = True
    """Whether a webhook of the type ``stopwatch`` answers as the stopwatch does."""
    list_webhook_quantities: bool = False
    """Whether webhooks without a quantity are listed with an empty one; else without the key."""
    graph_takes_webhooks: bool = True
    """Whether a deleted graph takes its webhooks along; else they stay, and find nothing."""
    svg_content_type: str = "image/svg+xml"
    """What pictures are called."""
    dashed_svg_days: bool = False
    """Whether ``data-date`` is written as 2024-04-14; else as 20240414, like every day on the wire."""
    dark_year: bool = True
    """Whether ``appearance=dark`` works without a mode; the docs name the modes short and line only."""
    line_days: int = 90
    """How many days the line chart goes back."""
    line_is_path: bool = False
    """Whether the line is a ``path``; else a ``polyline``."""

    def thanks(self, code: str) -> bool:
        """Say whether a thanks code is valid now."""
        return self.thanks_codes is None or code in self.thanks_codes
