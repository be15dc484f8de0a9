"""Records the answers of every real engine again; needs root and what `tests.engines` needs."""

from __future__ import annotations

import http.client
import json
import platform
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.engines.api import UnixConnection
from tests.engines.running import KINDS, DockerError, RunningEngine, start
from tests.recordings import FOLDER

_RUN = ("--network", "none", "--pull", "never")
_SLEEP = ("sh", "-c", "trap 'exit 0' TERM; while true; do sleep 0.1; done")
_DOCKERFILE = "FROM shipslog/base:1\nLABEL maintainer=shop\nRUN echo built > /built\n"
# Of the many things that `/info` tells, those that say something about the engine.
_INFO = {
    *("ID", "Name", "SystemTime", "ServerVersion", "OSType", "OperatingSystem", "Architecture"),
    *("KernelVersion", "Containers", "Images", "Driver", "DriverStatus", "CgroupDriver"),
}


class Recording:
    """One engine's answers on their way into files, without anything of this machine."""

    def __init__(self, engine: RunningEngine) -> None:
        self._engine = engine
        self._folder = FOLDER / engine.kind.name
        self._folder.mkdir(exist_ok=True)

    def keep(self, name: str, path: str) -> Any:
        """Writes what GET `path` answers to a file, and gives it."""
        value = json.loads(self._get(path))
        if path == "/info":
            value = {key: item for key, item in value.items() if key in _INFO}
        text = json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True)
        (self._folder / f"{name}.json").write_text(self._clean(text) + "\n")
        return value

    def keep_lines(self, name: str, text: str) -> None:
        """Writes lines to a file."""
        (self._folder / f"{name}.jsonl").write_text(self._clean(text).strip() + "\n")

    def events(self) -> str:
        """All that the engine remembers, in the newest dialect."""
        # Podman gives some two events at random where it is asked for those until now.
        podman = self._engine.kind.product == "podman"
        end = "stream=false" if podman else f"until={_now()}"
        return self._get(f"/events?since=1&{end}").decode()

    def _get(self, path: str) -> bytes:
        connection = UnixConnection(self._engine.socket, 10.0)
        try:
            connection.request("GET", path)
            return connection.getresponse().read()
        except http.client.HTTPException as broken:
            raise ConnectionError(f"GET {path}: {broken!r}") from broken
        finally:
            connection.close()

    def _clean(self, text: str) -> str:
        text = text.replace(str(self._engine.folder), "/engine")
        text = text.replace(platform.release(), "6.1.0")
        text = re.sub(rf"\b{re.escape(platform.node())}\b", "host", text)
        return re.sub(r"/shipslog-\d+-\d+", "/shipslog", text)


def record(engine: RunningEngine) -> None:
    """Leads an engine through what it can do, and keeps what it answers on the way."""
    keep = Recording(engine)
    engine.base_image()
    keep.keep("version", "/version")
    keep.keep("image-base", "/images/shipslog/base:1/json")
    keep.keep("image-base-history", "/images/shipslog/base:1/history")
    _containers(engine, keep)
    _images(engine, keep)
    keep.keep("containers", "/containers/json?all=1")
    keep.keep("images", "/images/json")
    keep.keep("info", "/info")
    keep.keep("no-such-container", f"/containers/{'0' * 64}/json")
    keep.keep("no-such-image", "/images/no/such/json")
    keep.keep("bad-since", "/events?since=bogus&until=1")
    _endings(engine)
    keep.keep_lines("events-api", keep.events())
    if engine.kind.product == "docker":
        everything = ("events", "--since", "1", "--until", _now(), "--format", "{{json .}}")
        keep.keep_lines("events-cli", engine.docker(*everything))


def _containers(engine: RunningEngine, keep: Recording) -> None:
    forged = {"exitCode": "0", "signal": "SPOOF", "execID": "mine", "tier": "front – ⚓"}
    labels = [part for key, value in forged.items() for part in ("--label", f"{key}={value}")]
    environment = ("--env", "SHOP_API_TOKEN=tok-battery", "--env", "LEVEL=3")
    limits = ("--memory", "64m", "--read-only", "--user", "1000:1000", "--workdir", "/srv")
    ports = ("--publish", "127.0.0.1:8080:80")
    mounts = ("--volume", "shop-data:/data", "--tmpfs", "/tmp")
    health = ("--health-cmd", "true", "--health-interval", "1h")
    options = (*labels, *environment, *limits, *ports, *mounts)
    if engine.kind.product == "docker":
        options += health  # Podman leaves the probes to systemd
    id = engine.docker("create", *_RUN, "--name", "web", *options, "shipslog/base:1", *_SLEEP)
    keep.keep("container-created", f"/containers/{id}/json")
    engine.docker("start", "web")
    keep.keep("container-running", f"/containers/{id}/json")
    engine.docker("exec", "web", "echo", "--password=correct-horse")
    engine.docker("pause", "web")
    keep.keep("container-paused", f"/containers/{id}/json")
    engine.docker("unpause", "web")
    engine.docker("rename", "web", "web-old")
    engine.docker("kill", "web-old")
    _until(lambda: engine.get(f"/containers/{id}/json")["State"]["Status"] == "exited")
    keep.keep("container-exited", f"/containers/{id}/json")
    keep.keep("container-no-changes", f"/containers/{id}/changes")
    id = engine.docker("create", *_RUN, "--name", "broken", "shipslog/base:1", "/no/such")
    _fails(engine, "start", "broken")
    keep.keep("container-failed", f"/containers/{id}/json")
    policy = ("--restart", "always")
    fails = ("sh", "-c", "echo new > /page; exit 1")
    id = engine.docker("create", *_RUN, *policy, "--name", "flaky", "shipslog/base:1", *fails)
    engine.docker("start", "flaky")
    seen: list[Any] = []

    def restarting() -> bool:
        seen.append(keep.keep("container-restarting", f"/containers/{id}/json"))
        return bool(seen[-1]["State"]["Status"] == "restarting")

    if engine.kind.product == "docker":
        _until(restarting)
    else:
        restarting()
    keep.keep("container-changes", f"/containers/{id}/changes")
    engine.docker("rm", "--force", "flaky")


def _images(engine: RunningEngine, keep: Recording) -> None:
    engine.docker("tag", "shipslog/base:1", "shop/web:1")
    engine.docker("tag", "shipslog/base:1", "shop/web:latest")
    engine.docker("commit", "--message", "by hand", "web-old", "shop/web:2", check=False)
    engine.docker("tag", "shop/web:2", "shop/web:latest", check=False)
    _build(engine, "0")
    keep.keep("image-built-classic", "/images/shop/web:built-0/json")
    keep.keep("image-built-classic-history", "/images/shop/web:built-0/history")
    if engine.kind.has_buildkit:
        _build(engine, "1")
        keep.keep("image-built-buildkit", "/images/shop/web:built-1/json")
    if engine.kind.product == "docker":
        keep.keep("image-committed", "/images/shop/web:2/json")
        keep.keep("image-committed-history", "/images/shop/web:2/history")


def _endings(engine: RunningEngine) -> None:
    archive = str(engine.workdir / "built.tar")
    engine.docker("rmi", "shop/web:latest")
    engine.docker("save", "--output", archive, "shop/web:built-0")
    engine.docker("rmi", "shop/web:built-0")
    engine.docker("load", "--input", archive)
    _fails(engine, "pull", "127.0.0.1:1/no/such:1")
    engine.docker("rm", "web-old", "broken")
    engine.docker("volume", "rm", "shop-data")
    engine.docker("image", "prune", "--force")
    engine.docker("container", "prune", "--force")


def _build(engine: RunningEngine, buildkit: str) -> None:
    context = engine.workdir / "context"
    context.mkdir(exist_ok=True)
    (context / "Dockerfile").write_text(_DOCKERFILE + f"LABEL builder={buildkit}\n")
    options = ("--network", "none", "--tag", f"shop/web:built-{buildkit}")
    engine.docker("build", *options, str(context), env={"DOCKER_BUILDKIT": buildkit})


def _fails(engine: RunningEngine, *args: str) -> None:
    try:
        engine.docker(*args)
    except DockerError:
        return
    raise AssertionError(f"docker {' '.join(args)} did not fail")


def _now() -> str:
    seconds, nanoseconds = divmod(time.time_ns(), 10**9)
    return f"{seconds}.{nanoseconds:09d}"


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("the engine has not got there")
        time.sleep(0.02)


def main() -> None:
    """Records all engines."""
    for kind in KINDS.values():
        folder = tempfile.TemporaryDirectory(prefix="shipslog-")
        with folder as path, start(kind, Path(path)) as engine:
            record(engine)
        print(kind.name, flush=True)


if __name__ == "__main__":
    main()
