"""From SVG to PNG, with resvg.

Only SVG that we wrote ourselves may come here: resvg reads local files that a foreign one names, and can
be crashed or kept busy by it. It gets our font and none of the machine's, so that a picture looks the
same everywhere. Without a font all letters would vanish; what this one lacks would be an empty box.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from bot.ui.font import FAMILY, FILE

_ONE_AT_A_TIME = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")
"""resvg_py 0.5 holds the interpreter while it draws (a tenth of a second for twenty bars). With several
threads waiting for their turn, everything else would not get one between two pictures.
"""


async def draw(svg: str, *, scale: float = 1.0) -> bytes:
    """Return the picture as PNG, ``scale`` times as large as the SVG says.

    It is drawn in a thread, with a library that is loaded for the first picture, so that neither a start
    nor a bot whose members look at no chart pays for it. Raises ``ValueError`` for what is no SVG.
    """
    return await asyncio.get_running_loop().run_in_executor(_ONE_AT_A_TIME, _draw, svg, scale)


def _draw(svg: str, scale: float) -> bytes:
    from resvg_py import svg_to_bytes  # noqa: PLC0415 - only who draws pays for it

    return svg_to_bytes(
        svg_string=svg,
        zoom=scale,
        skip_system_fonts=True,
        font_files=[str(FILE)],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
    )
