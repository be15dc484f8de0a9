"""The engine's JSON descriptions, read into the domain's inspections.

Field names and absences as in Docker 20.10 to 29 and Podman 4.3 to 5.4.
"""

from typing import Any

from adapters.engines.configurations import read_configuration, read_healthcheck
from adapters.engines.fields import (
    an_object,
    described,
    items_in,
    keys_in,
    labels_in,
    maps_in,
    number_in,
    section,
    text_in,
    texts_in,
)
from domain.concealing import Concealer, Concealment
from domain.facts import Origin
from domain.facts.container import ContainerState
from domain.facts.engine import EngineObserved
from domain.facts.image import Description, IdKind, Instruction
from domain.identity import full_image_id
from domain.inspection import ContainerInspection, ImageInspection, ImageListing
from domain.moments import SECOND, from_rfc3339, plausible
from domain.references import familiar, is_tag

_STATES = {state.value: state for state in ContainerState} | {
    # What is there is not removed, though Docker may be at work on it; Podman has its own words.
    "removing": ContainerState.EXITED,
    "removed": ContainerState.EXITED,
    "configured": ContainerState.CREATED,
    "initialized": ContainerState.CREATED,
    "stopped": ContainerState.EXITED,
    "stopping": ContainerState.RUNNING,
}


def read_container(answer: Any, concealment: Concealment) -> ContainerInspection:
    """Reads an answer of `/containers/{id}/json`, without its secrets.

    Raises:
        NotUnderstood: it describes nothing.
    """
    inspect = described(answer)
    concealer = Concealer(concealment)
    config, state = section(inspect, "Config"), section(inspect, "State")
    return ContainerInspection(
        id=text_in(inspect, "Id"),
        name=text_in(inspect, "Name").removeprefix("/"),
        image=text_in(config, "Image"),
        image_id=full_image_id(text_in(inspect, "Image")),
        labels=concealer.named(labels_in(config, "Labels")),
        manifest_digest=text_in(section(inspect, "ImageManifestDescriptor"), "digest") or None,
        created_at=from_rfc3339(text_in(inspect, "Created")),
        state=_STATES.get(text_in(state, "Status"), ContainerState.EXITED),
        started_at=from_rfc3339(text_in(state, "StartedAt")),
        finished_at=from_rfc3339(text_in(state, "FinishedAt")),
        exit_code=_exit_code(state),
        oom_killed=bool(state.get("OOMKilled")),
        error=concealer.text(text_in(state, "Error")),
        health=_health(state),
        restart_count=number_in(inspect, "RestartCount"),
        configuration=read_configuration(inspect, concealer),
    )


def _exit_code(state: dict[str, Any]) -> int | None:
    """The exit code; none before the first exit, where engines write 0."""
    ended = from_rfc3339(text_in(state, "FinishedAt")) is not None
    code = number_in(state, "ExitCode")
    running = text_in(state, "Status") in ("running", "paused")
    return code if (ended and not running) or code != 0 else None


def _health(state: dict[str, Any]) -> str | None:
    status = text_in(section(state, "Health") or section(state, "Healthcheck"), "Status")
    return status if status not in ("", "none") else None


def read_image(answer: Any, told: Any, concealment: Concealment) -> ImageInspection:
    """Reads the answers of `/images/{name}/json` and (`told`) of `/images/{name}/history`.

    Raises:
        NotUnderstood: the former describes nothing.
    """
    inspect, history = described(answer), maps_in({"history": told}, "history")
    concealer = Concealer(concealment)
    config = section(inspect, "Config")
    return ImageInspection(
        id=full_image_id(text_in(inspect, "Id")),
        references=_references(inspect),
        description=Description(
            id_kind=_id_kind(inspect),
            created_at=from_rfc3339(text_in(inspect, "Created")),
            size=number_in(inspect, "Size") if "Size" in inspect else None,
            os=text_in(inspect, "Os"),
            architecture=text_in(inspect, "Architecture"),
            parent=full_image_id(text_in(inspect, "Parent")),
            layers=texts_in(section(inspect, "RootFS"), "Layers"),
            labels=concealer.named(labels_in(config, "Labels")),
            repo_digests=texts_in(inspect, "RepoDigests"),
            builder=_builder(inspect, history),
            entrypoint=concealer.words(texts_in(config, "Entrypoint")),
            command=concealer.words(texts_in(config, "Cmd")),
            variables=concealer.variables(texts_in(config, "Env")),
            user=text_in(config, "User"),
            working_dir=text_in(config, "WorkingDir"),
            exposed_ports=keys_in(config, "ExposedPorts"),
            volumes=keys_in(config, "Volumes"),
            stop_signal=text_in(config, "StopSignal"),
            healthcheck=read_healthcheck(section(config, "Healthcheck"), concealer),
            history=tuple(_instruction(item, concealer) for item in reversed(history)),
            redacted=concealer.counted(),
        ),
    )


def _id_kind(inspect: dict[str, Any]) -> IdKind:
    media_type = text_in(section(inspect, "Descriptor"), "mediaType")
    if "index" in media_type or "manifest.list" in media_type:
        return IdKind.INDEX
    if media_type:
        return IdKind.MANIFEST
    # Engines before 25 (API 1.44 and earlier) have the containerd store without telling of it;
    # only there is a digest of the id itself among the repository digests of a local image.
    own = f"@{text_in(inspect, 'Id')}"
    listed = any(digest.endswith(own) for digest in texts_in(inspect, "RepoDigests"))
    return IdKind.INDEX if listed else IdKind.CONFIG


def _instruction(item: dict[str, Any], concealer: Concealer) -> Instruction:
    return Instruction(
        text=concealer.instruction(text_in(item, "CreatedBy")),
        created_at=_unix_moment(item),
        size=number_in(item, "Size"),
        comment=concealer.text(text_in(item, "Comment")),
    )


def _unix_moment(item: dict[str, Any]) -> int | None:
    moment = number_in(item, "Created") * SECOND
    return moment if plausible(moment) else None


def _builder(inspect: dict[str, Any], history: list[dict[str, Any]]) -> str:
    newest = history[0] if history else {}
    comment = text_in(inspect, "Comment") or text_in(newest, "Comment")
    if comment.startswith("buildkit."):
        return "buildkit"
    if comment.lower().startswith("imported from "):
        # Podman notes an import in the words of the classic builder.
        return ""
    # The classic builder notes each step as a shell's command; a commit, the container's own.
    made_by = text_in(newest, "CreatedBy")
    step_of_many = bool(text_in(inspect, "Parent")) or "#(nop)" in made_by
    return "classic" if step_of_many and "/bin/sh -c" in made_by else ""


def read_image_listing(answer: Any) -> ImageListing:
    """Reads an item of `/images/json`; raises NotUnderstood where it is none."""
    item = described(answer)
    return ImageListing(
        id=full_image_id(text_in(item, "Id")),
        references=_references(item),
        parent=full_image_id(text_in(item, "ParentId")),
        created_at=_unix_moment(item),
    )


def _references(item: dict[str, Any]) -> frozenset[str]:
    return frozenset(familiar(name) for name in texts_in(item, "RepoTags") if is_tag(name))


def read_engine(
    name: str, endpoint: str, version: dict[str, Any], told: Any, at: int
) -> EngineObserved:
    """Reads the answers of `/version` and (`told`) of `/info`; `at` is the moment of asking.

    `name` is what the person calls the engine; where it is empty, its host's name is taken.

    Raises:
        NotUnderstood: the latter is none of an engine.
    """
    info = an_object(told)
    components = [text_in(item, "Name") for item in maps_in(version, "Components")]
    podman = any("Podman" in component for component in components)
    snapshotter = any(
        "io.containerd.snapshotter" in str(pair) for pair in items_in(info, "DriverStatus")
    )
    return EngineObserved(
        occurred_at=at,
        recorded_at=at,
        origin=Origin.INSPECTED,
        name=name or text_in(info, "Name") or endpoint,
        endpoint=endpoint,
        # Podman makes up another id for every answer (4 to 5.4).
        daemon_id=("" if podman else text_in(info, "ID")) or text_in(info, "Name"),
        flavour="podman" if podman else "docker",
        version=text_in(version, "Version"),
        api_version=text_in(version, "ApiVersion"),
        os=text_in(info, "OperatingSystem"),
        architecture=text_in(version, "Arch"),
        kernel=text_in(version, "KernelVersion"),
        storage_driver=text_in(info, "Driver"),
        image_store="containerd" if snapshotter else "graphdriver",
    )


def engine_clock(info: Any, fallback: int) -> int:
    """The engine's own clock, from `/info`; nanoseconds since the epoch.

    Raises:
        NotUnderstood: the answer is none of an engine.
    """
    return from_rfc3339(text_in(an_object(info), "SystemTime")) or fallback


def listed_otherwise(item: dict[str, Any], state: ContainerState | None, name: str) -> bool:
    """Whether an item of `/containers/json` shows another state or name than is known."""
    listed = _STATES.get(text_in(item, "State"))
    names = [listed_name.removeprefix("/") for listed_name in texts_in(item, "Names")]
    return listed is not state or name not in names
