"""Transport compression of the gateway: one stream a connection, flushed after every message.

https://docs.discord.com/developers/events/gateway#transport-compression
"""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable

Compress = Callable[[bytes], bytes]
"""Takes one message and returns the next piece of the stream."""


def stream(name: str) -> Compress | None:
    """Return the compressor that a client asked for with ``compress=name``.

    None: send plain text, which discord.py takes whatever it asked for. So it is for a client that asks
    for nothing, and for one with Zstandard, which Python has from 3.14 on, where this side lacks it.
    """
    if name == "zlib-stream":
        return _zlib()
    if name == "zstd-stream":
        return _zstd()
    return None


def _zlib() -> Compress:
    compressor = zlib.compressobj()
    return lambda data: compressor.compress(data) + compressor.flush(zlib.Z_SYNC_FLUSH)


def _zstd() -> Compress | None:
    try:
        module = importlib.import_module("compression.zstd")
    except ImportError:
        return None
    compressor = module.ZstdCompressor()
    return lambda data: compressor.compress(data, compressor.FLUSH_BLOCK)
