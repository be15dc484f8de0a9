"""What real engines answered, kept as files, so that tests of reading need no engine.

`python -m tests.recordings` records them again, as root, with the engines of `tests.engines`.
"""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

DOCKERS = ("docker-20.10", "docker-26.1", "docker-28.5", "docker-28.5-containerd")
ENGINES = (*DOCKERS, "podman-5.4")

CONTAINERS = ("created", "running", "paused", "exited", "failed", "restarting")
"""The states in which each engine's `/containers/{id}/json` was recorded."""


def answer(engine: str, name: str) -> Any:
    """The JSON that the engine answered."""
    return json.loads((FOLDER / engine / f"{name}.json").read_bytes())


def event_lines(engine: str, dialect: str = "api") -> list[bytes]:
    """The lines of the engine's event stream, over all that was done to it.

    `dialect` is `api` for the engine's own lines, `cli` for what `docker events --format` printed
    of the same events (only of Docker).
    """
    return (FOLDER / engine / f"events-{dialect}.jsonl").read_bytes().splitlines()
