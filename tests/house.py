"""Who may import whom. Reads the source of every module, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent

LAYERS: Mapping[str, Sequence[str]] = {
    "bot": (),
    "bot.services": (),
    "bot.errors": ("bot.services",),
    "bot.access": (),
    "bot.key_names": ("bot.errors",),
    "bot.limits": ("bot.errors", "bot.services"),
    "bot.redaction": (),
    "bot.reference": (),
    "bot.log": ("bot.redaction", "bot.reference"),
    "bot.crypto": ("bot.errors",),
    "bot.moments": ("bot.errors",),
    "bot.daytimes": ("bot.errors",),
    "bot.hosts": ("bot.errors",),
    "bot.media": ("bot.errors", "bot.hosts"),
    "bot.spelling": (),
    "bot.shards": (),
    "bot.starts": ("bot.errors", "bot.storage"),
    "bot.sharded": ("bot.errors", "bot.shards", "bot.starts"),
    "bot.values": ("bot.crypto", "bot.hosts", "bot.services", "bot.shards"),
    "bot.settings": ("bot.errors", "bot.hosts", "bot.services", "bot.spelling", "bot.values"),
    "bot.api": ("bot.errors", "bot.moments", "bot.redaction", "bot.services"),
    "bot.storage": ("bot.access", "bot.errors", "bot.limits", "bot.services", "bot.shards"),
    "bot.habit_csv": ("bot.api", "bot.errors"),
    "bot.habit_transfer": ("bot.api", "bot.errors", "bot.habit_csv"),
    "bot.keyfile": ("bot.crypto", "bot.storage"),
    "bot.vault": ("bot.crypto", "bot.errors", "bot.keyfile", "bot.settings", "bot.storage"),
    "bot.drafts": ("bot.crypto", "bot.errors", "bot.storage"),
    "bot.check": ("bot.api", "bot.errors", "bot.settings", "bot.storage", "bot.vault"),
    "bot.connections": (
        *("bot.api", "bot.crypto", "bot.errors", "bot.key_names", "bot.services", "bot.storage"),
    ),
    "bot.orders": ("bot.services",),
    "bot.ui": (
        *(
            "bot",
            "bot.answering",
            "bot.access",
            "bot.api",
            "bot.errors",
            "bot.key_names",
            "bot.limits",
            "bot.moments",
            "bot.orders",
        ),
        *("bot.services",),
    ),
    "bot.gate": ("bot.access", "bot.errors", "bot.services", "bot.storage", "bot.ui"),
    "bot.measures": ("bot.api", "bot.services"),
    "bot.answering": ("bot.measures", "bot.reference"),
    "bot.upstreams": ("bot", "bot.api", "bot.services", "bot.settings"),
    "bot.reaching": ("bot.errors",),
    "bot.health": ("bot.answering", "bot.errors"),
    "bot.exposition": ("bot", "bot.measures", "bot.storage"),
    "bot.vitals": ("bot.answering", "bot.api", "bot.exposition", "bot.health", "bot.measures", "bot.storage"),
    "bot.probe": ("bot.errors", "bot.settings"),
    "bot.signing": (),
    "bot.arrivals": ("bot.signing",),
    "bot.serve": (
        *("bot.answering", "bot.app", "bot.arrivals", "bot.errors", "bot.health", "bot.reaching"),
        *("bot.signing", "bot.storage"),
    ),
    "bot.report": (
        *(
            "bot.answering",
            "bot.errors",
            "bot.measures",
            "bot.reference",
            "bot.services",
            "bot.storage",
            "bot.ui",
        ),
    ),
    "bot.jobs": (
        *("bot.access", "bot.answering", "bot.api", "bot.connections", "bot.crypto", "bot.daytimes"),
        "bot.errors",
        *("bot.media", "bot.moments", "bot.orders", "bot.report", "bot.services", "bot.storage", "bot.ui"),
    ),
    "cogs": (
        *("bot", "bot.access", "bot.api", "bot.connections", "bot.daytimes", "bot.errors", "bot.habit_csv"),
        "bot.drafts",
        *("bot.gate", "bot.habit_transfer", "bot.jobs", "bot.key_names", "bot.limits", "bot.moments"),
        *("bot.orders", "bot.reaching", "bot.report", "bot.services", "bot.shards", "bot.storage", "bot.ui"),
    ),
    "bot.submitting": ("bot.answering", "bot.errors", "bot.report", "bot.ui"),
    "bot.tree": ("bot.answering", "bot.report", "bot.services"),
    "bot.extensions": ("bot.services", "bot.settings"),
    "bot.app": (
        *(
            "bot.extensions",
            "bot.answering",
            "bot.measures",
            "bot.reaching",
            "bot.upstreams",
            "bot.vitals",
            "bot.health",
        ),
        *("bot.drafts", "bot.submitting"),
        *(
            "bot",
            "bot.api",
            "bot.connections",
            "bot.crypto",
            "bot.errors",
            "bot.gate",
            "bot.jobs",
            "bot.media",
        ),
        *("bot.report", "bot.services", "bot.settings", "bot.storage", "bot.tree", "bot.ui", "bot.vault"),
        *("bot.sharded", "bot.starts"),
    ),
    "bot.operator": (
        *("bot", "bot.crypto", "bot.errors", "bot.keyfile", "bot.redaction", "bot.services", "bot.settings"),
        *("bot.api", "bot.storage", "bot.vault"),
    ),
    "bot.manual": (),
    "bot.sandbox": (),
    "bot.demo": (
        *("bot.app", "bot.api", "bot.crypto", "bot.errors", "bot.media", "bot.sandbox", "bot.services"),
        *("bot.settings", "bot.storage"),
    ),
    "bot.__main__": (
        *("bot", "bot.app", "bot.check", "bot.demo", "bot.errors", "bot.log", "bot.manual"),
        *("bot.operator", "bot.probe", "bot.sandbox", "bot.serve", "bot.settings", "bot.storage"),
    ),
}
"""What each layer may import of the others; a module belongs to the longest name that begins its own."""

FOR_TYPES: Mapping[str, Sequence[str]] = {"cogs": ("bot.app",)}
"""What a layer may import for the type checker alone. The app loads the cogs by their names."""

CLOSED = {"cogs": ("bot.api.transport", "bot.api.policy", "bot.api.call", "bot.api.limiter")}
"""Modules of an open layer that are none of another layer's business."""

LAZY = (
    *(
        "bot.arrivals",
        "bot.demo",
        "bot.exposition",
        "bot.health",
        "bot.manual",
        "bot.operator",
        "bot.sandbox",
    ),
    *("bot.serve", "bot.signing", "bot.vitals"),
)
"""Layers that are no part of a bot that serves: the command line imports them inside functions."""

OUTSIDE: Mapping[str, Sequence[str]] = {
    # The demo passes a connector that closes connections at once.
    # discord.py lets its errors through where a connection breaks.
    # The doctor asks what the bot asks in the way the bot does: same client, same names, same certificates.
    "aiohttp": (
        *("bot.health", "bot.reaching", "bot.serve", "bot.upstreams"),
        *("bot.api.transport", "bot.media", "bot.jobs.messenger", "bot.app", "bot.sandbox", "bot.demo"),
        "bot.operator.reach",
    ),
    "sqlalchemy": ("bot.storage",),
    "alembic": ("bot.storage",),
    "aiosqlite": ("bot.storage",),
    "asyncpg": ("bot.storage",),
    "sqlite3": ("bot.storage",),
    "pydantic_settings": ("bot.settings", "bot.values"),
    "dotenv": ("bot.settings",),
    "cryptography": ("bot.crypto", "bot.signing"),
    "limits": ("bot.api.limiter",),
    "valkey": ("bot.api.sharing",),
    "prometheus_client": ("bot.exposition",),
    "simcord": ("bot.demo",),
    "resvg_py": ("bot.ui.drawing",),
    # The gate reads whose roles and which channel an interaction came with.
    "discord": (
        *(
            "cogs",
            "bot.answering",
            "bot.arrivals",
            "bot.gate",
            "bot.reaching",
            "bot.submitting",
            "bot.vitals",
            "bot.tree",
            "bot.sharded",
            "bot.app",
        ),
        *("bot.jobs", "bot.report", "bot.ui", "bot.manual", "bot.demo"),
    ),
}
"""Who may import a package that not everybody may."""

ENVIRONMENT = ("bot.settings",)
_ENVIRONMENT_OF_OS = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
VAGUE = {
    *("utils", "util", "helpers", "helper", "common", "misc"),
    *("manager", "managers", "handler", "handlers"),
}
"""Names that say nothing of what a module holds."""


class When(Enum):
    """When an import is carried out."""

    AT_ONCE = "when it is imported"
    LATER = "inside a function"
    NEVER = "for the type checker alone"


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a module by another."""

    by: str
    of: str
    when: When
    line: int


def read_house() -> dict[str, ast.Module]:
    """Return the syntax of every module of ``bot`` and ``cogs``, by dotted name."""
    files = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py")]
    return {name_of(file.relative_to(ROOT)): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def name_of(path: Path) -> str:
    """Return the dotted name of the module in a file."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def is_in(module: str, places: Sequence[str]) -> bool:
    """Say whether a module is one of the places or within one."""
    return any(module == place or module.startswith(f"{place}.") for place in places)


def layer_of(module: str) -> str | None:
    """Return the layer that a module belongs to, None where it has none."""
    fitting = [layer for layer in LAYERS if layer != "bot" and is_in(module, [layer])]
    return max(fitting, key=len, default="bot" if module == "bot" else None)


def imports_of(module: str, tree: ast.Module, modules: Sequence[str]) -> Iterator[Import]:
    """Yield every import in a module; ``from package import module`` is one of the module."""
    for node, when in _imports(tree, When.AT_ONCE):
        if isinstance(node, ast.Import):
            targets = [alias.name for alias in node.names]
        else:
            origin = node.module or ""
            if node.level:
                origin = f"{_folder_above(module, node.level, modules)}.{origin}".rstrip(".")
            inner = [f"{origin}.{alias.name}" for alias in node.names]
            targets = [name if name in modules else origin for name in inner]
        for target in dict.fromkeys(targets):
            yield Import(module, target, when, node.lineno)


def _folder_above(module: str, level: int, modules: Sequence[str]) -> str:
    """Return the package that so many dots at the start of an import mean."""
    is_package = any(other.startswith(f"{module}.") for other in modules)
    return ".".join(module.split(".")[: (1 if is_package else 0) - level or None])


def _imports(node: ast.AST, when: When) -> Iterator[tuple[ast.Import | ast.ImportFrom, When]]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node, when
    elif isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
        for child in node.body:
            yield from _imports(child, When.NEVER)
        for child in node.orelse:
            yield from _imports(child, when)
    else:
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from _imports(child, When.LATER if inside and when is When.AT_ONCE else when)


def complaints(house: Mapping[str, ast.Module], modules: Sequence[str] = ()) -> list[str]:
    """Return a line for each rule that a module breaks; there may be more ``modules`` to import."""
    lines: list[str] = []
    for module, tree in house.items():
        lines += (f"{module}: {what}" for what in _of_names(module, tree))
        for found in imports_of(module, tree, [*house, *modules]):
            lines += (f"{module}:{found.line}: {what} ({found.of})" for what in _of_import(found))
    return lines


def _of_names(module: str, tree: ast.Module) -> Iterator[str]:
    if layer_of(module) is None:
        yield "has no layer in the table"
    if VAGUE & {*module.split(".")}:
        yield "has a name that says nothing"
    if not is_in(module, ENVIRONMENT) and any(_reads_environment(node) for node in ast.walk(tree)):
        yield "reads the environment"
    if module != "bot.extensions" and any(_names_a_cog(node) for node in ast.walk(tree)):
        yield "loads a cog by its name"


def _reads_environment(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and any(alias.name in _ENVIRONMENT_OF_OS for alias in node.names)
    return (
        isinstance(node, ast.Attribute)
        and node.attr in _ENVIRONMENT_OF_OS
        and ast.unparse(node.value) == "os"
    )


def _names_a_cog(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("cogs.")


def _of_import(found: Import) -> Iterator[str]:
    package = found.of.split(".")[0]
    if package in OUTSIDE and not is_in(found.by, OUTSIDE[package]):
        yield f"may not import {package}"
    if package not in {"bot", "cogs"}:
        return
    by, of = layer_of(found.by) or "", layer_of(found.of) or ""
    allowed = LAYERS.get(by, ())
    if found.when is When.NEVER:
        allowed = (*allowed, *FOR_TYPES.get(by, ()))
    if of != by and of not in allowed:
        yield f"may not import the layer {of}"
    elif is_in(found.of, CLOSED.get(by, ())):
        yield "reaches into another layer"
    elif of in LAZY and of != by and by not in LAZY and found.when is When.AT_ONCE:
        yield "imports outside of a function what a serving bot does without"


def order_of_layers() -> list[str]:
    """Return the layers, each after those it imports. Raises ``graphlib.CycleError``."""
    return [*TopologicalSorter(LAYERS).static_order()]
