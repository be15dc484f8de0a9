"""The containers and images of the fake engine, described as a real one describes its own."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from domain.moments import rfc3339
from tests.recordings import answer

ZERO_TIME = "0001-01-01T00:00:00Z"

Json = dict[str, Any]


class NoSuchObject(Exception):
    """There is no such container or image; the message is the engine's."""


class Holdings:
    """What the engine holds, in the shape of a recorded real one (`model`)."""

    def __init__(self, model: str) -> None:
        self._model = model
        self.containers: dict[str, Json] = {}
        self.images: dict[str, Json] = {}
        self.changes: dict[str, list[Json]] = {}

    # --- containers ---

    def add_container(
        self, object_id: str, name: str, image: str, labels: dict[str, str], now: int
    ) -> None:
        """A container that was just created from an image that is there."""
        described: Json = deepcopy(answer(self._model, "container-created"))
        described |= {"Id": object_id, "Name": f"/{name}", "Created": rfc3339(now)}
        described["Image"] = self.image(image)["Id"]
        described["Config"] |= {"Image": image, "Labels": labels, "Hostname": object_id[:12]}
        described["State"].pop("Health", None)
        self.containers[object_id] = described
        self.set_state(object_id, Status="created", ExitCode=0, Error="")
        self.set_state(object_id, StartedAt=ZERO_TIME, FinishedAt=ZERO_TIME, OOMKilled=False)

    def container(self, name: str) -> Json:
        """The answer of `/containers/{name}/json`, by id or name."""
        for object_id, described in self.containers.items():
            if object_id.startswith(name) or described["Name"] == f"/{name}":
                return described
        raise NoSuchObject(f"No such container: {name}")

    def set_state(self, object_id: str, **state: Any) -> None:
        """Changes parts of a container's state."""
        self.containers[object_id]["State"] |= state

    def container_changes(self, name: str) -> Any:
        """The answer of `/containers/{name}/changes`; null where there are none."""
        return self.changes.get(self.container(name)["Id"])

    def container_list(self) -> list[Json]:
        """The answer of `/containers/json?all=1`."""
        return [self._listed_container(described) for described in self.containers.values()]

    def _listed_container(self, described: Json) -> Json:
        item: Json = deepcopy(answer(self._model, "containers")[0])
        return item | {
            "Id": described["Id"],
            "Names": [described["Name"]],
            "Image": described["Config"]["Image"],
            "ImageID": described["Image"],
            "Labels": described["Config"]["Labels"],
            "State": described["State"]["Status"],
        }

    # --- images ---

    def add_image(self, image_id: str, references: list[str], created: int) -> None:
        """An image with these references."""
        described: Json = deepcopy(answer(self._model, "image-base"))
        described |= {"Id": image_id, "RepoTags": [], "Created": rfc3339(created)}
        self.images[image_id] = described
        for reference in references:
            self.point(reference, image_id)

    def point(self, reference: str, image_id: str) -> None:
        """Makes a reference point to an image, and to no other."""
        self.unpoint(reference)
        self.images[image_id]["RepoTags"].append(reference)

    def unpoint(self, reference: str) -> None:
        """Makes a reference point to nothing."""
        for described in self.images.values():
            if reference in described["RepoTags"]:
                described["RepoTags"].remove(reference)

    def image(self, name: str) -> Json:
        """The answer of `/images/{name}/json`, by id or reference."""
        for image_id, described in self.images.items():
            if name in (image_id, image_id.removeprefix("sha256:"), *described["RepoTags"]):
                return described
        raise NoSuchObject(f"No such image: {name}")

    def image_history(self, name: str) -> list[Json]:
        """The answer of `/images/{name}/history`."""
        self.image(name)
        history: list[Json] = answer(self._model, "image-base-history")
        return history

    def image_list(self) -> list[Json]:
        """The answer of `/images/json`."""
        item: Json = answer(self._model, "images")[0]
        return [
            deepcopy(item) | {"Id": described["Id"], "RepoTags": list(described["RepoTags"])}
            for described in self.images.values()
        ]
