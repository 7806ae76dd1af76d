"""Where the vendor's documentation and its server differ, and which of the two the emulator follows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Documented:
    """Where to answer as the vendor's documentation says, against what its server does."""

    reset_in_ms: bool = False
    """``X-RateLimit-Reset`` in milliseconds since 1970. Really: seconds."""
    no_scope_in_429: bool = False
    """A 429 body of three keys. Really: four, with ``scope``."""
    message_scope: bool = False
    """Message look-ups have a scope of their own. Really: they count as any other GET."""
    whole_burst: bool = False
    """As many calls pass in a burst as the limit says. Really: one less."""
    user_agent_in_json: bool = False
    """A request without ``User-Agent`` gets a JSON body. Really: an empty one."""
    system_on_single_get: bool = False
    """Members and groups name their system only where asked for alone. Really: nearly everywhere."""
    wrong_token_refused: bool = False
    """A token that is nobody's gets 401. Really: the public view."""
    bad_switch_id_40006: bool = False
    """A switch id that is no UUID gets 40006. Really: 500."""
    any_spelling_in_lists: bool = False
    """Lists in bodies take ids in every spelling, and what is another system's is 30008 or 30009.
    Really: one's own exact ids alone, and anything else is not found."""
    all_settings_writable: bool = False
    """``show_private_info`` and ``hid_list_padding`` can be changed. Really: they are ignored."""
    autoproxy_40002: bool = False
    """Member mode without a member gets 40002. Really: 40001."""
    only_names_dispatched: bool = False
    """The webhook of a new member or group carries its name alone. Really: all that was given."""
