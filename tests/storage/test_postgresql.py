from __future__ import annotations

import asyncio
import sys

import pytest
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import StartupError
from bot.storage.database import Database
from bot.storage.schema import facts


async def why_not(url: str) -> str:
    """Return why a database does not open; no word of it may be from the address."""
    with pytest.raises(StartupError) as caught:
        await Database.open(url)
    (line,) = caught.value.problems
    assert "hunter2" not in line
    return line


async def test_a_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    line = await why_not("postgresql+asyncpg://ada:hunter2@db/switchboard")
    assert line == "DATABASE_URL: PostgreSQL needs the package asyncpg (make install brings it)"


async def test_a_server_that_is_not_there_is_told_in_a_sentence() -> None:
    server = await asyncio.start_server(refuse_the_password, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    line = await why_not(f"postgresql+asyncpg://ada:hunter2@127.0.0.1:{port}/switchboard")
    assert line.startswith("DATABASE_URL: the database server does not answer (")


async def test_a_password_that_is_refused_is_told_in_a_sentence() -> None:
    server = await asyncio.start_server(refuse_the_password, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        line = await why_not(f"postgresql+asyncpg://ada:hunter2@127.0.0.1:{port}/switchboard?ssl=disable")
    assert line == "DATABASE_URL: the database cannot be used (Error)"


async def test_a_parameter_of_another_driver_is_refused_in_a_sentence() -> None:
    line = await why_not("postgresql+asyncpg://ada:hunter2@127.0.0.1:1/switchboard?sslmode=require")
    assert line == "DATABASE_URL: a parameter after the question mark is refused by the driver"


async def test_a_row_is_inserted_in_the_words_of_postgresql() -> None:
    database = Database(create_async_engine("postgresql+asyncpg://ada:hunter2@127.0.0.1:1/switchboard"))
    statement = database.insert(facts).values(name="colour", value=b"green").on_conflict_do_nothing()
    assert "ON CONFLICT DO NOTHING" in str(statement.compile(dialect=postgresql.dialect()))
    await database.close()


async def refuse_the_password(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer as PostgreSQL does to a wrong password (its protocol 3.0, message ErrorResponse)."""
    length = int.from_bytes(await reader.readexactly(4), "big")
    await reader.readexactly(length - 4)
    body = b'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "ada"\0\0'
    writer.write(b"E" + (len(body) + 4).to_bytes(4, "big") + body)
    await writer.drain()
    writer.close()
    await writer.wait_closed()
