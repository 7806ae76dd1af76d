"""A server on loopback that answers everything in one way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email.utils import formatdate


def dated(now: float, *, status: str = "200 OK", **headers: str) -> bytes:
    """Return an answer that says what time it is."""
    lines = [f"Date: {formatdate(now, usegmt=True)}", *(f"{name}: {text}" for name, text in headers.items())]
    return answer(*lines, status=status)


def answer(*headers: str, status: str = "200 OK") -> bytes:
    """Return an answer with nothing in it."""
    return "\r\n".join([f"HTTP/1.1 {status}", "Content-Length: 0", *headers, "", ""]).encode()


@asynccontextmanager
async def answering(said: bytes | None) -> AsyncGenerator[str]:
    """Give the address of a server that says this to everybody, or with None nothing at all."""
    silence = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(4096)
        if said is None:
            await silence.wait()
        writer.write(said or b"")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        silence.set()
