"""The engine's JSON descriptions, read into the domain's inspections.

Field names and absences as in Docker 20.10 to 29 and Podman 4.3 to 5.4.
"""

from typing import Any

from domain.engine_event import writable
from domain.facts import Origin
from domain.facts.container import Configuration, ContainerState, Mount
from domain.facts.engine import EngineObserved
from domain.facts.image import Description, IdKind
from domain.identity import full_image_id
from domain.inspection import ContainerInspection, ImageInspection, ImageListing
from domain.moments import from_rfc3339
from domain.references import familiar, is_tag

_STATES = {state.value: state for state in ContainerState} | {
    # Docker is still at work on it; Podman has words of its own.
    "removing": ContainerState.EXITED,
    "configured": ContainerState.CREATED,
    "initialized": ContainerState.CREATED,
    "stopped": ContainerState.EXITED,
    "stopping": ContainerState.RUNNING,
}
# More names than any engine was seen to give are a mistake or an attack, not a configuration.
_MOST_ITEMS = 1_000


def read_container(inspect: dict[str, Any]) -> ContainerInspection:
    """Reads an answer of `/containers/{id}/json`."""
    config = _map(inspect, "Config")
    state = _map(inspect, "State")
    return ContainerInspection(
        id=inspect["Id"],
        name=_text(inspect, "Name").removeprefix("/"),
        image=_text(config, "Image"),
        image_id=full_image_id(_text(inspect, "Image")),
        labels=_labels(config),
        manifest_digest=_map(inspect, "ImageManifestDescriptor").get("digest"),
        created_at=from_rfc3339(_text(inspect, "Created")),
        state=_STATES.get(_text(state, "Status"), ContainerState.EXITED),
        started_at=from_rfc3339(_text(state, "StartedAt")),
        finished_at=from_rfc3339(_text(state, "FinishedAt")),
        exit_code=_exit_code(state),
        oom_killed=bool(state.get("OOMKilled")),
        error=_text(state, "Error"),
        health=_health(state),
        restart_count=int(inspect.get("RestartCount") or 0),
        configuration=_configuration(inspect, config),
    )


def _exit_code(state: dict[str, Any]) -> int | None:
    """The exit code; none before the first exit, where engines write 0."""
    ended = from_rfc3339(_text(state, "FinishedAt")) is not None
    code = int(state.get("ExitCode") or 0)
    running = _text(state, "Status") in ("running", "paused")
    return code if (ended and not running) or code != 0 else None


def _health(state: dict[str, Any]) -> str | None:
    status = _text(_map(state, "Health") or _map(state, "Healthcheck"), "Status")
    return status if status not in ("", "none") else None


def _configuration(inspect: dict[str, Any], config: dict[str, Any]) -> Configuration:
    host = _map(inspect, "HostConfig")
    names = (str(item).partition("=")[0] for item in _list(config, "Env"))
    return Configuration(
        env_names=tuple(sorted(writable(name) for name in names)),
        user=_text(config, "User"),
        working_dir=_text(config, "WorkingDir"),
        hostname=_text(config, "Hostname"),
        restart_policy=_text(_map(host, "RestartPolicy"), "Name"),
        auto_remove=bool(host.get("AutoRemove")),
        privileged=bool(host.get("Privileged")),
        read_only_root=bool(host.get("ReadonlyRootfs")),
        network_mode=_text(host, "NetworkMode"),
        networks=tuple(sorted(_map(_map(inspect, "NetworkSettings"), "Networks"))),
        ports=_ports(_map(host, "PortBindings")),
        mounts=tuple(_mount(item) for item in _list(inspect, "Mounts") if isinstance(item, dict)),
        memory_bytes=int(host.get("Memory") or 0),
        nano_cpus=int(host.get("NanoCpus") or 0),
        has_healthcheck=bool(_map(config, "Healthcheck").get("Test")),
        platform=_text(inspect, "Platform"),
    )


def _ports(bindings: dict[str, Any]) -> tuple[str, ...]:
    """Published ports as people write them: `127.0.0.1:8080->80/tcp`."""
    ports = []
    for inside, outsides in bindings.items():
        for outside in outsides or ():
            host = ":".join(filter(None, (outside.get("HostIp"), outside.get("HostPort"))))
            ports.append(f"{host}->{inside}" if host else inside)
    return tuple(sorted(ports))


def _mount(item: dict[str, Any]) -> Mount:
    return Mount(
        type=_text(item, "Type"),
        destination=_text(item, "Destination"),
        source=_text(item, "Source"),
        name=_text(item, "Name"),
        writable=bool(item.get("RW", True)),
    )


def read_image(inspect: dict[str, Any]) -> ImageInspection:
    """Reads an answer of `/images/{name}/json`."""
    descriptor = _text(_map(inspect, "Descriptor"), "mediaType")
    if "index" in descriptor or "manifest.list" in descriptor:
        id_kind = IdKind.INDEX
    else:
        id_kind = IdKind.MANIFEST if descriptor else IdKind.CONFIG
    return ImageInspection(
        id=full_image_id(_text(inspect, "Id")),
        references=_references(inspect),
        description=Description(
            id_kind=id_kind,
            created_at=from_rfc3339(_text(inspect, "Created")),
            size=inspect.get("Size"),
            os=_text(inspect, "Os"),
            architecture=_text(inspect, "Architecture"),
            parent=full_image_id(_text(inspect, "Parent")),
            layers=tuple(map(str, _list(_map(inspect, "RootFS"), "Layers"))),
            labels=_labels(_map(inspect, "Config")),
            repo_digests=tuple(map(str, _list(inspect, "RepoDigests"))),
            builder=_builder(inspect),
        ),
    )


def _builder(inspect: dict[str, Any]) -> str:
    if _text(inspect, "Comment").startswith("buildkit."):
        return "buildkit"
    command = _list(_map(inspect, "ContainerConfig"), "Cmd")
    if any("#(nop)" in str(word) for word in command):
        return "classic"
    # The classic builder leaves the container of its last step; so does a commit.
    return ""


def read_image_listing(item: dict[str, Any]) -> ImageListing:
    """Reads an item of `/images/json`."""
    return ImageListing(id=full_image_id(_text(item, "Id")), references=_references(item))


def _references(item: dict[str, Any]) -> frozenset[str]:
    return frozenset(
        familiar(writable(str(name))) for name in _list(item, "RepoTags") if is_tag(str(name))
    )


def read_engine(
    name: str, endpoint: str, version: dict[str, Any], info: dict[str, Any], at: int
) -> EngineObserved:
    """Reads the answers of `/version` and `/info`; `at` is the moment of asking.

    `name` is what the person calls the engine; where it is empty, its host's name is taken.
    """
    components = [_text(item, "Name") for item in _list(version, "Components")]
    podman = any("Podman" in component for component in components)
    snapshotter = any(
        "io.containerd.snapshotter" in str(pair) for pair in _list(info, "DriverStatus")
    )
    return EngineObserved(
        occurred_at=at,
        recorded_at=at,
        origin=Origin.INSPECTED,
        name=name or _text(info, "Name") or endpoint,
        endpoint=endpoint,
        daemon_id=_text(info, "ID") or _text(info, "Name"),
        flavour="podman" if podman else "docker",
        version=_text(version, "Version"),
        api_version=_text(version, "ApiVersion"),
        os=_text(info, "OperatingSystem"),
        architecture=_text(version, "Arch"),
        kernel=_text(version, "KernelVersion"),
        storage_driver=_text(info, "Driver"),
        image_store="containerd" if snapshotter else "graphdriver",
    )


def engine_clock(info: dict[str, Any], fallback: int) -> int:
    """The engine's own clock, from `/info`; nanoseconds since the epoch."""
    return from_rfc3339(_text(info, "SystemTime")) or fallback


def listed_otherwise(item: dict[str, Any], state: ContainerState | None, name: str) -> bool:
    """Whether an item of `/containers/json` shows another state or name than is known."""
    listed = _STATES.get(_text(item, "State"))
    names = [str(listed_name).removeprefix("/") for listed_name in _list(item, "Names")]
    return listed is not state or name not in names


def _map(parent: dict[str, Any], key: str) -> dict[str, Any]:
    value = parent.get(key)
    return value if isinstance(value, dict) else {}


def _list(parent: dict[str, Any], key: str) -> list[Any]:
    value = parent.get(key)
    return value[:_MOST_ITEMS] if isinstance(value, list) else []


def _text(parent: dict[str, Any], key: str) -> str:
    value = parent.get(key)
    return writable(value) if isinstance(value, str) else ""


def _labels(config: dict[str, Any]) -> dict[str, str]:
    return {
        writable(str(key)): writable(str(value)) for key, value in _map(config, "Labels").items()
    }
