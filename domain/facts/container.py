"""The facts of a container's life."""

from enum import StrEnum
from typing import ClassVar

import msgspec

from domain.facts.base import ContainerFact


class ContainerState(StrEnum):
    """The states of a container, named as the engines name them."""

    CREATED = "created"
    RUNNING = "running"
    PAUSED = "paused"
    RESTARTING = "restarting"
    EXITED = "exited"
    DEAD = "dead"
    REMOVED = "removed"


class Mount(msgspec.Struct, frozen=True, omit_defaults=True):
    """A place in the container's file system that is not the container's own."""

    type: str
    destination: str
    source: str = ""
    name: str = ""
    writable: bool = True


class Configuration(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a container was set up; of environment variables only the names."""

    env_names: tuple[str, ...] = ()
    user: str = ""
    working_dir: str = ""
    hostname: str = ""
    restart_policy: str = ""
    auto_remove: bool = False
    privileged: bool = False
    read_only_root: bool = False
    network_mode: str = ""
    networks: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    mounts: tuple[Mount, ...] = ()
    memory_bytes: int = 0
    nano_cpus: int = 0
    has_healthcheck: bool = False
    platform: str = ""


class ContainerCreated(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The engine created the container; labels are kept here, once."""

    TOPIC: ClassVar[str] = "container.created"
    name: str
    image: str
    """The image as it was typed: a reference or an id."""
    labels: dict[str, str] = msgspec.field(default_factory=dict)


class ContainerFound(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """A container whose creation was not observed came to be known."""

    TOPIC: ClassVar[str] = "container.found"
    name: str
    image: str
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    state: ContainerState | None = None
    """Unknown where the container is known from the middle of an event stream only."""
    created_at: int | None = None


class ContainerConfigured(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """Inspection bound the container to its image and told its configuration."""

    TOPIC: ClassVar[str] = "container.configured"
    image_id: str
    manifest_digest: str | None = None
    created_at: int | None = None
    configuration: Configuration = Configuration()


class ContainerObserved(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """Inspection told more about the state than the events did."""

    TOPIC: ClassVar[str] = "container.observed"
    state: ContainerState
    exit_code: int | None = None
    oom_killed: bool = False
    error: str = ""
    started_at: int | None = None
    finished_at: int | None = None
    health: str | None = None
    restart_count: int = 0


class ContainerUnknown(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The container was gone before it could be inspected: its image id stays unknown."""

    TOPIC: ClassVar[str] = "container.not_inspected"
    reason: str


class ContainerStarted(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The container's process started."""

    TOPIC: ClassVar[str] = "container.started"


class ContainerExited(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The container's process ended (Docker's `die`)."""

    TOPIC: ClassVar[str] = "container.exited"
    exit_code: int | None = None
    """Unknown where a label of the container forges the event's attribute."""


class ContainerStopped(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """A stop that somebody asked for was carried out; comes before or after the exit."""

    TOPIC: ClassVar[str] = "container.stopped"


class ContainerSignalled(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """A signal was sent to the container (Docker's `kill`)."""

    TOPIC: ClassVar[str] = "container.signalled"
    signal: str | None = None


class ContainerRestarted(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """A restart that somebody asked for was carried out."""

    TOPIC: ClassVar[str] = "container.restarted"


class ContainerPaused(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The container's processes were frozen."""

    TOPIC: ClassVar[str] = "container.paused"


class ContainerUnpaused(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The container's processes go on."""

    TOPIC: ClassVar[str] = "container.unpaused"


class ContainerOutOfMemory(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The kernel killed a process of the container for want of memory."""

    TOPIC: ClassVar[str] = "container.oom"


class ContainerRenamed(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The container has another name."""

    TOPIC: ClassVar[str] = "container.renamed"
    name: str
    old_name: str | None = None


class ContainerUpdated(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """Limits or the restart policy of the container were changed."""

    TOPIC: ClassVar[str] = "container.updated"


class HealthChanged(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The container's health check came to another result."""

    TOPIC: ClassVar[str] = "container.health_changed"
    status: str


class ContainerCommitted(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """An image was made from the container."""

    TOPIC: ClassVar[str] = "container.committed"
    image_id: str | None = None
    reference: str | None = None


class ExecCreated(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody outside asked to run a command inside the container."""

    TOPIC: ClassVar[str] = "container.exec_created"
    exec_id: str | None = None


class ExecStarted(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The command inside the container started."""

    TOPIC: ClassVar[str] = "container.exec_started"
    exec_id: str | None = None


class ExecEnded(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The command inside the container ended."""

    TOPIC: ClassVar[str] = "container.exec_ended"
    exec_id: str | None = None
    exit_code: int | None = None


class ContainerExported(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The container's file system was copied out as a whole."""

    TOPIC: ClassVar[str] = "container.exported"


class FilesCopiedIn(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """Files were copied into the container (Docker's `extract-to-dir`)."""

    TOPIC: ClassVar[str] = "container.files_copied_in"


class FilesCopiedOut(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """Files were copied out of the container (Docker's `archive-path`)."""

    TOPIC: ClassVar[str] = "container.files_copied_out"


class ContainerRemoved(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The container is no more (Docker's `destroy`)."""

    TOPIC: ClassVar[str] = "container.removed"


class NetworkConnected(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The container joined a network."""

    TOPIC: ClassVar[str] = "container.network_connected"
    network: str


class NetworkDisconnected(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The container left a network."""

    TOPIC: ClassVar[str] = "container.network_disconnected"
    network: str


class VolumeMounted(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """A volume was mounted into the container."""

    TOPIC: ClassVar[str] = "container.volume_mounted"
    volume: str
    destination: str = ""


class VolumeUnmounted(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """A volume was unmounted from the container."""

    TOPIC: ClassVar[str] = "container.volume_unmounted"
    volume: str


class ContainerReported(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The engine said something of the container for which there is no word here."""

    TOPIC: ClassVar[str] = "container.reported"
    action: str
