from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.house import LAYERS, ROOT, When, complaints, imports_of, order_of_layers, read_house

_IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


@pytest.fixture(scope="module")
def house() -> Mapping[str, ast.Module]:
    return read_house()


def test_every_module_imports_only_what_its_layer_may(house: Mapping[str, ast.Module]) -> None:
    assert complaints(house) == []


def test_no_layer_imports_itself_by_a_detour() -> None:
    order = order_of_layers()
    assert {*order} == {*LAYERS}


def test_every_layer_of_the_table_is_there(house: Mapping[str, ast.Module]) -> None:
    assert [layer for layer in LAYERS if layer not in house] == []


@pytest.mark.parametrize(
    ("module", "source", "complaint"),
    [
        ("bot.ui.card", "import aiohttp", "may not import aiohttp"),
        ("bot.api.pika", "from aiohttp import web", "may not import aiohttp"),
        ("bot.connections", "from sqlalchemy.ext import asyncio", "may not import sqlalchemy"),
        ("cogs.setup", "def f():\n  import alembic.command", "may not import alembic"),
        ("bot.app", "import sqlite3", "may not import sqlite3"),
        ("bot.ui.chart", "def f():\n  import resvg_py", "may not import resvg_py"),
        ("bot.api.pixela", "import discord", "may not import discord"),
        ("bot.storage.work", "from discord import utils", "may not import discord"),
        ("bot.crypto", "from discord.ext import tasks", "may not import discord"),
        ("bot.settings", "import discord", "may not import discord"),
        ("bot.services", "import discord", "may not import discord"),
        ("bot.errors", "import discord", "may not import discord"),
        ("bot.redaction", "import discord", "may not import discord"),
        ("bot.app", "from pydantic_settings import BaseSettings", "may not import pydantic_settings"),
        ("bot.__main__", "import dotenv", "may not import dotenv"),
        ("bot.app", "import os\nurl = os.environ['DATABASE_URL']", "reads the environment"),
        ("bot.log", "import os\ndef f(): return os.getenv('LOG_LEVEL')", "reads the environment"),
        ("bot.log", "from os import path, environ", "reads the environment"),
        ("bot.api.pika", "from bot.storage import schema", "may not import the layer bot.storage"),
        ("bot.api.pika", "from bot.crypto import Keyring", "may not import the layer bot.crypto"),
        ("bot.api.pika", "from bot import settings", "may not import the layer bot.settings"),
        ("bot.storage.work", "from bot.api.pika import PikaClient", "may not import the layer bot.api"),
        ("bot.storage.work", "from ..api import pika", "may not import the layer bot.api"),
        ("bot.storage", "from .. import api", "may not import the layer bot.api"),
        ("bot.storage", "from ..app import App", "may not import the layer bot.app"),
        ("bot.ui.card", "import bot.storage.guilds", "may not import the layer bot.storage"),
        ("bot.ui.card", "from bot.connections import Scope", "may not import the layer bot.connections"),
        ("bot.sandbox.pixela", "from bot.errors import NotFound", "may not import the layer bot.errors"),
        ("bot.sandbox.pixela", "from bot import __version__", "may not import the layer bot"),
        ("bot.app", "import cogs.setup", "may not import the layer cogs"),
        ("bot.app", "def f():\n  from cogs import setup", "may not import the layer cogs"),
        ("bot.demo", "names = ['cogs.setup']", "loads a cog by its name"),
        ("cogs.setup", "from bot.app import App", "may not import the layer bot.app"),
        ("cogs.setup", "def f():\n  from bot.app import App", "may not import the layer bot.app"),
        ("cogs.setup", "from bot.sandbox import Sandbox", "may not import the layer bot.sandbox"),
        ("cogs.setup", "if TYPE_CHECKING:\n  from bot.demo import run", "may not import the layer bot.demo"),
        ("cogs.setup", "from bot.api.transport import Call", "reaches into another layer"),
        ("cogs.setup", "from bot.api import policy", "reaches into another layer"),
        ("bot.__main__", "from bot.sandbox import Sandbox", "outside of a function"),
        ("bot.__main__", "if True:\n  from bot import demo", "outside of a function"),
        ("bot.report", "def f():\n  import bot.sandbox", "may not import the layer bot.sandbox"),
        ("bot.ui.helpers", "", "has a name that says nothing"),
        ("cogs.utils.text", "", "has a name that says nothing"),
        ("bot.novelty", "", "has no layer in the table"),
        ("bot.api.pika", "if TYPE_CHECKING:\n  pass\nelse:\n  import discord", "may not import discord"),
    ],
)
def test_a_planted_import_is_caught(
    module: str, source: str, complaint: str, house: Mapping[str, ast.Module]
) -> None:
    (line,) = complaints({module: ast.parse(source)}, [*house])
    assert line.startswith(module)
    assert complaint in line


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("cogs.setup", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  from bot.app import App"),
        ("bot.__main__", "async def f():\n  from bot.sandbox import Sandbox"),
        ("bot.sandbox.pixela", "import aiohttp\nfrom bot.sandbox.upstream import Upstream"),
        ("bot.extensions", "import os\nname = 'cogs.setup'\nos.getuid()"),
        ("bot.storage.work", "from . import schema\nfrom .schema import guilds\nimport alembic"),
        ("bot.settings", "import os\nos.environ['DATABASE_URL']"),
    ],
)
def test_what_is_allowed_is_not_complained_of(
    module: str, source: str, house: Mapping[str, ast.Module]
) -> None:
    assert complaints({module: ast.parse(source)}, [*house]) == []


def test_an_import_is_told_by_its_module_and_its_moment() -> None:
    source = "import a.b, c\nif TYPE_CHECKING:\n  from d import e\ndef f():\n  from bot.ui import card, Card"
    found = imports_of("bot.x", ast.parse(source), ["bot.ui", "bot.ui.card"])
    assert [(each.of, each.when, each.line) for each in found] == [
        ("a.b", When.AT_ONCE, 1),
        ("c", When.AT_ONCE, 1),
        ("d", When.NEVER, 3),
        ("bot.ui.card", When.LATER, 5),
        ("bot.ui", When.LATER, 5),
    ]


def test_importing_any_module_needs_no_environment_and_has_no_effect(
    tmp_path: Path, house: Mapping[str, ast.Module]
) -> None:
    # The migrations are no modules to import: Alembic runs their files.
    names = [name for name in house if not name.startswith("bot.storage.migrations.")]
    ended = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-B", "-c", _IMPORT_ALL, *names],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert [*tmp_path.iterdir()] == []
