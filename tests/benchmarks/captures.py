"""Captures as `docker events --format json` writes them, of any length, the same every time."""

import hashlib
import json
import random
from collections.abc import Iterator

_START = 1_790_000_000_000_000_000
_SERVICES = [f"{project}-{service}" for project in ("shop", "blog", "erp") for service in "abcdef"]
_COMPOSE_LABELS = ("config-hash", "container-number", "depends_on", "oneoff", "version")


def capture_lines(events: int, seed: int = 1) -> Iterator[bytes]:
    """That many lines: containers of compose services come, live and go; tags move."""
    chance = random.Random(seed)
    written = 0
    now = _START
    image = _digest("image", 0)
    number = 0
    while written < events:
        number += 1
        service = chance.choice(_SERVICES)
        if number % 20 == 0:
            image = _digest("image", number)
            now += chance.randrange(1, 10**9)
            written += 1
            yield _line("image", "tag", f"sha256:{image}", {"name": f"{service}:latest"}, now)
        for action, extra in _life(chance):
            if written >= events:
                return
            now += chance.randrange(1, 10**9)
            written += 1
            container = _digest("container", number)
            attributes = _labels(service, number) | extra
            attributes |= {"image": f"{service}:latest", "name": f"{service}-{number}"}
            yield _line("container", action, container, attributes, now)


def _life(chance: random.Random) -> list[tuple[str, dict[str, str]]]:
    execs = chance.randrange(0, 8)
    probe = [
        (f"exec_create: /bin/health {n}", {"execID": _digest("exec", n)}) for n in range(execs)
    ]
    code = chance.choice(["0", "0", "0", "1", "137"])
    return [
        ("create", {}),
        ("start", {}),
        *probe,
        ("kill", {"signal": "15"}),
        ("die", {"exitCode": code, "execDuration": "12"}),
        ("stop", {}),
        ("destroy", {}),
    ]


def _labels(service: str, number: int) -> dict[str, str]:
    labels = {f"com.docker.compose.{name}": f"value of {name}" for name in _COMPOSE_LABELS}
    project = service.partition("-")[0]
    return labels | {
        "com.docker.compose.project": project,
        "com.docker.compose.project.working_dir": f"/home/sam/src/{project}",
        "com.docker.compose.project.config_files": f"/home/sam/src/{project}/compose.yaml",
        "com.docker.compose.service": service,
        "com.docker.compose.image": f"sha256:{_digest('image', number)}",
        "org.opencontainers.image.source": f"https://example.org/{project}.git",
        "org.opencontainers.image.revision": _digest("revision", number)[:40],
    }


def _digest(kind: str, number: int) -> str:
    return hashlib.sha256(f"{kind} {number}".encode()).hexdigest()


def _line(type: str, action: str, actor: str, attributes: dict[str, str], now: int) -> bytes:
    event = {
        "status": action,
        "id": actor,
        "from": attributes.get("image", ""),
        "Type": type,
        "Action": action,
        "Actor": {"ID": actor, "Attributes": attributes},
        "scope": "local",
        "time": now // 10**9,
        "timeNano": now,
    }
    return json.dumps(event, separators=(",", ":")).encode() + b"\n"
