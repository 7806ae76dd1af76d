"""The balancer's files and compose.scale.yaml, as far as that can be told without a builder of containers."""

from __future__ import annotations

import asyncio
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.serve import MOST_BYTES, PATIENCE
from bot.settings import SECRET_NAMES
from tests.processes import ROOT
from tests.scale.balancing import FOLDER, NEEDS_ONE, PROGRAM, lay_out

COMPOSE = (ROOT / "compose.scale.yaml").read_text(encoding="utf-8")
WHOLE = (FOLDER / "nginx.conf").read_text(encoding="utf-8")


def services() -> dict[str, str]:
    """Return what compose.scale.yaml says of each service; the workers say it together."""
    common, rest = COMPOSE.split("\nservices:\n")
    named = re.split(r"^  (\w+):\n", rest.split("\nnetworks:\n")[0], flags=re.MULTILINE)[1:]
    found = dict(zip(named[::2], named[1::2], strict=True))
    return {name: common if "<<: *worker" in text else text for name, text in found.items()}


def test_everything_runs_without_rights_on_a_root_that_is_read_only() -> None:
    assert {*services()} == {"worker1", "worker2", "worker3", "balancer", "database", "valkey"}
    for name, text in services().items():
        for line in ("read_only: true", "cap_drop: [ALL]", '"no-new-privileges:true"'):
            assert line in text, name
        # The image of the workers says so itself, like the balancer's.
        assert name in {"worker1", "worker2", "worker3", "balancer"} or 'user: "' in text
        assert "healthcheck:" in text or name.startswith("worker")
    assert "nginx-unprivileged" in services()["balancer"]


def test_nothing_but_the_balancer_can_be_reached_and_the_workers_are_those_it_knows() -> None:
    assert [name for name, text in services().items() if "ports:" in text] == ["balancer"]
    assert "internal: true" in COMPOSE
    workers = (FOLDER / "workers.conf").read_text(encoding="utf-8")
    named = re.findall(r"server (\w+):(\d+) ", workers)
    assert named == [(name, "8081") for name in services() if name.startswith("worker")]
    assert f'WORKERS: "{len(named)}"' in COMPOSE
    assert 'HTTP_PORT: "8081"' in COMPOSE


def test_secrets_come_from_files_alone() -> None:
    worker = services()["worker1"]
    listed = re.findall(r"secrets: \[(.*)\]", worker)[0].split(", ")
    assert {*listed} <= {*SECRET_NAMES}
    assert all(f'{name.upper()}: ""' in worker for name in listed)
    assert {"PASSWORD:", "TOKEN:"} & {*re.findall(r"[A-Z]+:", COMPOSE.replace(': ""', ""))} == set()
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "secrets/" in ignored


def test_the_balancer_lets_through_what_a_worker_takes_and_waits_as_long_as_discord_does() -> None:
    assert MOST_BYTES == 1024**2
    assert "client_max_body_size 1m;" in WHOLE
    seconds = {name: float(value) for name, value in re.findall(r"(\w+_timeout) (\d+)s;", WHOLE)}
    thousandths = re.findall(r"(\w+_timeout) (\d+)ms;", WHOLE)
    seconds |= {name: int(value) / 1000 for name, value in thousandths}
    assert seconds["proxy_next_upstream_timeout"] + seconds["proxy_connect_timeout"] < 3
    assert 2.7 < seconds["proxy_read_timeout"] < 3
    workers = (FOLDER / "workers.conf").read_text(encoding="utf-8")
    assert "keepalive_timeout 60s;" in workers
    assert PATIENCE.idle > 60


@NEEDS_ONE
async def test_nginx_takes_the_files_with_a_certificate(tmp_path: Path) -> None:
    certify(tmp_path)
    listen = (FOLDER / "listen.conf").read_text(encoding="utf-8").replace("/run/secrets", str(tmp_path))
    file = lay_out(tmp_path, [8081, 8082, 8083], listen)
    assert PROGRAM is not None
    tried = await asyncio.create_subprocess_exec(
        *(PROGRAM, "-t", "-p", str(tmp_path), "-c", str(file)), stderr=subprocess.PIPE
    )
    _, said = await tried.communicate()
    assert tried.returncode == 0, said
    assert b"[warn]" not in said.replace(b'[warn] the "user" directive', b"")


def certify(folder: Path) -> None:
    """Write a key and a certificate of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bot.example.org")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    (folder / "tls_certificate").write_bytes(
        made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    (folder / "tls_key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
