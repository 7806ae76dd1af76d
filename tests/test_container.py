"""The container, as far as that can be told without a builder of containers."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from benchmarks.loopback import LoopbackDiscord
from tests.api.desk import closed_port
from tests.processes import PATIENCE, ROOT, environment

NUMBER = 10001
"""The user that the container runs as."""
MANAGER = 1 << 5
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_image_runs_as_nobody_in_particular_and_is_built_by_the_script_that_is_tested() -> None:
    last = DOCKERFILE.split("FROM ")[-1]
    assert f"USER {NUMBER}:{NUMBER}" in last
    assert "HEALTHCHECK" in last
    assert "STOPSIGNAL SIGTERM" in last
    assert "container/install.sh /source /opt/switchboard" in DOCKERFILE
    # What is copied in is listed, so that no .env and no database ever gets into an image.
    listed = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert listed[0] == "**"
    assert {name for name in listed if name.startswith("!")} == {
        *("!bot", "!cogs", "!container", "!requirements-container.lock"),
    }


@pytest.mark.parametrize("name", ["compose.yaml", "compose.postgresql.yaml"])
def test_the_root_of_the_container_is_read_only_and_it_has_no_rights(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for line in ("read_only: true", "cap_drop: [ALL]", '"no-new-privileges:true"', "stop_grace_period: 15s"):
        assert line in text


@pytest.fixture
def open_folder() -> Generator[Path]:
    """Give a folder that every user can reach, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.drill
@pytest.mark.skipif(os.getuid() != 0, reason="only root can run a process as another user")
async def test_what_the_image_holds_runs_as_another_user_and_writes_nowhere_but_into_its_data(
    open_folder: Path,
) -> None:
    made = await asyncio.to_thread(_build, open_folder)
    before = _writable(made)
    assert before == []
    data = made.parent / "data"
    data.mkdir(mode=0o700)
    os.chown(data, NUMBER, NUMBER)
    async with LoopbackDiscord(guilds=1) as discord:
        settings = _environment_of_the_image(data) | {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
        }
        bot = await _start(made, settings, "run")
        try:
            await discord.wait_ready(timeout=PATIENCE)
            panel = await discord.slash("setup status", permissions=MANAGER)
            assert "Setup of this server" in panel.text
            health = await _start(made, settings, "health")
            async with asyncio.timeout(PATIENCE):
                _, said = await health.communicate()
            assert health.returncode == 0, said
            bot.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                _, log = await bot.communicate()
            assert bot.returncode == 0, log
        finally:
            if bot.returncode is None:
                bot.kill()
                await bot.communicate()
    assert {path.stat().st_uid for path in data.iterdir()} == {NUMBER}
    assert {"switchboard.db", "switchboard.db.key"} <= {path.name for path in data.iterdir()}


def _build(folder: Path) -> Path:
    """Do what the Dockerfile's RUN does."""
    target = folder / "switchboard"
    target.mkdir()
    command = ["sh", str(ROOT / "container" / "install.sh"), str(ROOT), str(target)]
    # The system's own Python first: one under somebody's home cannot be run by another user.
    path = {"PATH": f"/usr/bin:/bin:{os.environ['PATH']}"}
    subprocess.run(  # noqa: S603 - our own words
        command, check=True, capture_output=True, timeout=240, env={**os.environ, **path}
    )
    return target


def _writable(folder: Path) -> list[Path]:
    """Return what others than its owner may write."""
    return [path for path in folder.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o022]


def _environment_of_the_image(data: Path) -> dict[str, str]:
    found = dict(re.findall(r"([A-Z_]+)=(\S+)", DOCKERFILE.split("ENV ")[1].split("USER")[0]))
    assert found["DATABASE_URL"] == "sqlite+aiosqlite:////data/switchboard.db"
    return found | {
        "DATABASE_URL": f"sqlite+aiosqlite:///{data / 'switchboard.db'}",
        "HEALTH_PORT": str(closed_port()),
    }


async def _start(made: Path, settings: dict[str, str], command: str) -> asyncio.subprocess.Process:
    kept = {name: value for name, value in environment(made, **settings).items() if name != "PYTHONPATH"}
    return await asyncio.create_subprocess_exec(
        str(made / "venv" / "bin" / "python"),
        *("-m", "bot", command),
        cwd=made / "app",
        env=kept | {"HOME": "/nonexistent"},
        user=NUMBER,
        group=NUMBER,
        extra_groups=[],
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


@pytest.mark.drill
@pytest.mark.skipif(
    shutil.which("docker") is None
    or subprocess.run(["docker", "info"], capture_output=True, check=False).returncode != 0,  # noqa: S607 - whatever builds
    reason="no builder of containers is at hand",
)
async def test_the_image_builds() -> None:
    built = await asyncio.create_subprocess_exec("docker", "build", "--quiet", str(ROOT))
    assert await built.wait() == 0
