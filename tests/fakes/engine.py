"""A container engine that does what it is told: HTTP over a Unix socket, with faults on demand.

It answers as the real engine does whose recorded answers it takes its shapes from (`model`), keeps
a ring of 256 events and streams them in chunks. Every request is written down, so that a test can
tell whether anything but reading was asked of it.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple, Self

from domain.moments import rfc3339
from tests.fakes.asked import ASKED, Request
from tests.fakes.holdings import Holdings
from tests.fakes.memory import Memory, Remembered
from tests.fakes.serving import Server
from tests.recordings import answer


class Answer(NamedTuple):
    """An answer other than the right one, for requests whose path contains `path`."""

    path: str
    status: int
    message: str = "no reason"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None


class FakeEngine:
    """One engine on one socket. `say` and what is built on it make things happen on it.

    `faults` has how many of the next events that streams deliver are dropped, garbled, cut in the
    middle, doubled or swapped with the one that follows; `slices` the bytes of a chunk.
    """

    def __init__(
        self, socket: Path, *, model: str = "docker-28.5", daemon_id: str = "fake-1"
    ) -> None:
        self.socket = socket
        self.model = model
        self.daemon_id = daemon_id
        self.clock_offset = 0
        self.requests: list[Request] = []
        self.answers: list[Answer] = []
        self.faults: Counter[str] = Counter()
        self.slices: int | None = None
        self.silent_paths: set[str] = set()
        self.slow_paths: dict[str, float] = {}
        self.holdings = Holdings(model)
        self.going = threading.Event()
        self.going.set()
        self.said: list[dict[str, Any]] = []
        self.memory = Memory(None if self.is_podman else 256)
        self._ids = 0
        self._last_moment = 0
        self._server: Server | None = None

    @property
    def url(self) -> str:
        """What DOCKER_HOST would be set to."""
        return f"unix://{self.socket}"

    @property
    def is_podman(self) -> bool:
        """Whether it answers as Podman."""
        return self.model.startswith("podman")

    def note(self, request: Request) -> None:
        """Writes down what is asked of it."""
        self.requests.append(request)
        ASKED.append(request)

    # --- its life ---

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.going.set()
        self.down()

    def up(self) -> None:
        """Begins to listen."""
        self._server = Server(self)

    def down(self) -> None:
        """Stops: ends the streams, cuts all connections and remembers nothing."""
        server, self._server = self._server, None
        if server is not None:
            self.memory.end()
            server.close()
            self.socket.unlink(missing_ok=True)

    def restart(self) -> None:
        """Goes down and comes up again: what it remembered is lost, what it holds is not."""
        self.down()
        self.up()

    def cut(self) -> None:
        """Breaks all connections off, and goes on."""
        if self._server is not None:
            self._server.cut()

    def freeze(self) -> None:
        """Accepts connections and answers nothing, until it is thawed."""
        self.going.clear()

    def thaw(self) -> None:
        """Goes on."""
        self.going.set()

    # --- what it says ---

    def now(self) -> int:
        """Its own clock."""
        return time.time_ns() + self.clock_offset

    def version(self) -> Any:
        """The answer of `/version`."""
        return answer(self.model, "version")

    def info(self) -> Any:
        """The answer of `/info`."""
        return answer(self.model, "info") | {
            # Podman makes up another one for every answer.
            "ID": str(uuid.uuid4()) if self.is_podman else self.daemon_id,
            "SystemTime": rfc3339(self.now()),
        }

    def say(self, kind: str, action: str, actor: str, /, **attributes: str) -> dict[str, Any]:
        """Makes an event happen; gives it."""
        moment = self.now()
        if moment == self._last_moment:
            moment += 1
        self._last_moment = moment
        event = {
            "Type": kind,
            "Action": action,
            "Actor": {"ID": actor, "Attributes": attributes},
            "scope": "local",
            "time": moment // 10**9,
            "timeNano": moment,
        }
        if kind in ("container", "image"):
            image = {"from": attributes["image"]} if "image" in attributes else {}
            event = {"status": action, "id": actor, **image, **event}
        self.said.append(event)
        self.say_line(json.dumps(event, ensure_ascii=False).encode(), moment)
        return event

    def say_line(self, line: bytes, moment: int | None = None) -> None:
        """Sends a line down all streams, and remembers it, whatever it is."""
        self.memory.say(Remembered(self.now() if moment is None else moment, line))

    # --- what happens on it ---

    def create(
        self, name: str, image: str = "shop/web:1", *, loud: bool = True, **labels: str
    ) -> str:
        """Creates a container; gives its id. What is not `loud` leaves no event."""
        object_id = self._new_id()
        self.holdings.add_container(object_id, name, image, labels, self.now())
        self._tell(loud, object_id, "create")
        return object_id

    def start(self, object_id: str, *, loud: bool = True) -> None:
        """Starts a container."""
        now = rfc3339(self.now())
        self.holdings.set_state(object_id, Status="running", StartedAt=now, ExitCode=0)
        self._tell(loud, object_id, "start")

    def die(self, object_id: str, code: int = 0, *, loud: bool = True, oom: bool = False) -> None:
        """Ends a container's process."""
        ended = {"Status": "exited", "FinishedAt": rfc3339(self.now()), "ExitCode": code}
        self.holdings.set_state(object_id, **ended, OOMKilled=oom)
        self._tell(loud, object_id, "die", exitCode=str(code), execDuration="0")

    def pause(self, object_id: str, *, loud: bool = True) -> None:
        """Pauses a container."""
        self.holdings.set_state(object_id, Status="paused")
        self._tell(loud, object_id, "pause")

    def rename(self, object_id: str, name: str, *, loud: bool = True) -> None:
        """Gives a container another name."""
        described = self.holdings.containers[object_id]
        old, described["Name"] = described["Name"], f"/{name}"
        self._tell(loud, object_id, "rename", oldName=old)

    def destroy(self, object_id: str, *, loud: bool = True) -> None:
        """Removes a container."""
        self._tell(loud, object_id, "destroy")
        del self.holdings.containers[object_id]

    def add_image(self, *references: str, created: int | None = None) -> str:
        """An image, made without a word; gives its id."""
        image_id = f"sha256:{self._new_id()}"
        moment = self.now() if created is None else created
        self.holdings.add_image(image_id, list(references), moment)
        return image_id

    def tag(self, reference: str, image_id: str, *, loud: bool = True) -> None:
        """Makes a reference point to an image."""
        self.holdings.point(reference, image_id)
        if loud:
            self.say("image", "tag", image_id, name=reference)

    def untag(self, reference: str, *, loud: bool = True) -> None:
        """Takes a reference away; the event names the image, as without the containerd store."""
        image_id = self.holdings.image(reference)["Id"]
        self.holdings.unpoint(reference)
        if loud:
            self.say("image", "untag", image_id, name=image_id)

    def _tell(self, loud: bool, object_id: str, action: str, **added: str) -> None:
        described = self.holdings.containers[object_id]
        own = described["Config"]["Labels"]
        named = {"image": described["Config"]["Image"], "name": described["Name"][1:]}
        if loud:
            self.say("container", action, object_id, **(added | own | named))

    def _new_id(self) -> str:
        self._ids += 1
        return hashlib.sha256(f"{self.daemon_id} {self._ids}".encode()).hexdigest()
