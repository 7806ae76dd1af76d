"""Names of settings that are nearly right: a wrong one is ignored, and somebody wonders why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches

_CLOSE = 0.85
"""How alike two names must be, from 0 to 1. Below this, names that everybody sets would be taken for ours."""
_OF_OTHERS = ("COMPOSE_", "DOCKER_", "POSTGRES_", "PYTHON", "TZ")
"""How names begin that others read in the same file."""


def find_close(name: str, known: Collection[str]) -> str | None:
    """Return the name that was meant, None where none is close."""
    wanted = name.upper().replace("-", "_")
    if wanted.removesuffix("_FILE") in known:
        return wanted.removesuffix("_FILE")  # secrets alone come from files
    bare = {each.replace("_", ""): each for each in known}
    if wanted.replace("_", "") in bare:
        return bare[wanted.replace("_", "")]
    return next(iter(get_close_matches(wanted, known, n=1, cutoff=_CLOSE)), None)


def odd_names(names: Iterable[str], known: Collection[str], *, all_are_ours: bool) -> Sequence[str]:
    """Return a remark for each name that is none of the known ones, in any case of letters.

    ``all_are_ours``: whether they come from a place that is there for our settings, where a name that is
    close to none is odd as well. Elsewhere such a name is somebody else's.
    """
    remarks: list[str] = []
    for name in dict.fromkeys(names):
        if name.upper() in known:
            continue
        meant = find_close(name, known)
        if meant is not None:
            remarks.append(f"{name} is no setting and is ignored; is {meant} meant?")
        elif all_are_ours and not name.upper().startswith(_OF_OTHERS):
            remarks.append(f"{name} is no setting and is ignored")
    return remarks
