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
    """`bind`, `volume`, `tmpfs` or `image`."""
    destination: str
    source: str = ""
    name: str = ""
    writable: bool = True
    propagation: str = ""
    form: str = ""
    """How it was asked for: `volume` and `mount` as the options of `docker run`, `anonymous` for
    a volume without a name; empty for what came from another container."""
    options: tuple[str, ...] = ()
    """Further options in the words of that form, such as `ro`, `volume-nocopy`."""


class Endpoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the container was to appear in a network, as far as somebody chose it."""

    network: str
    aliases: tuple[str, ...] = ()
    ipv4: str = ""
    ipv6: str = ""
    link_local: tuple[str, ...] = ()
    mac_address: str = ""
    driver_options: tuple[str, ...] = ()
    gateway_priority: int = 0


class Variable(msgspec.Struct, frozen=True, omit_defaults=True):
    """An environment variable. Its value is kept only where the person allows its name."""

    name: str
    value: str | None = None
    digest: str = ""
    """A short digest of the value under a key of the store: shows whether values are the same.
    Empty where the variable was named without a value."""


class Healthcheck(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the engine probes the container; durations in nanoseconds, 0 is the engine's default."""

    test: tuple[str, ...] = ()
    command: str = ""
    """The command as an exec event would show it, without secrets."""
    interval_ns: int = 0
    timeout_ns: int = 0
    start_period_ns: int = 0
    retries: int = 0
    start_interval_ns: int = 0


class Configuration(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a container was set up, as far as it differs from the engine's defaults.

    Command lines and options are kept without their secrets; `redacted` counts by rule what was
    taken out. Sizes in bytes.
    """

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()
    user: str = ""
    working_dir: str = ""
    hostname: str = ""
    domainname: str = ""
    tty: bool = False
    stdin_open: bool = False
    init: bool = False
    stop_signal: str = ""
    stop_timeout_seconds: int | None = None
    healthcheck: Healthcheck | None = None
    restart_policy: str = ""
    restart_retries: int = 0
    auto_remove: bool = False
    # What it may reach.
    privileged: bool = False
    read_only_root: bool = False
    cap_add: tuple[str, ...] = ()
    cap_drop: tuple[str, ...] = ()
    security_options: tuple[str, ...] = ()
    system_paths_unconfined: bool = False
    """Whether nothing of /proc and /sys is hidden or made read-only."""
    apparmor_profile: str = ""
    devices: tuple[str, ...] = ()
    device_cgroup_rules: tuple[str, ...] = ()
    device_requests: tuple[str, ...] = ()
    """Graphics processors and the like, in the words of `docker run --gpus`."""
    group_add: tuple[str, ...] = ()
    network_mode: str = ""
    pid_mode: str = ""
    ipc_mode: str = ""
    uts_mode: str = ""
    userns_mode: str = ""
    cgroupns_mode: str = ""
    cgroup_parent: str = ""
    runtime: str = ""
    # Its network.
    networks: tuple[str, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    mac_address: str = ""
    ports: tuple[str, ...] = ()
    """Published ports as people write them: `127.0.0.1:8080->80/tcp`."""
    exposed_ports: tuple[str, ...] = ()
    publish_all_ports: bool = False
    dns: tuple[str, ...] = ()
    dns_options: tuple[str, ...] = ()
    dns_search: tuple[str, ...] = ()
    extra_hosts: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    # Its file system.
    mounts: tuple[Mount, ...] = ()
    volumes_from: tuple[str, ...] = ()
    volume_driver: str = ""
    tmpfs: tuple[str, ...] = ()
    shm_bytes: int = 0
    storage_options: tuple[str, ...] = ()
    # Its limits.
    memory_bytes: int = 0
    memory_swap_bytes: int = 0
    memory_reservation_bytes: int = 0
    memory_swappiness: int | None = None
    nano_cpus: int = 0
    cpu_shares: int = 0
    cpu_quota: int = 0
    cpu_period: int = 0
    cpu_realtime_period: int = 0
    cpu_realtime_runtime: int = 0
    cpuset_cpus: str = ""
    cpuset_mems: str = ""
    blkio_weight: int = 0
    blkio_limits: tuple[str, ...] = ()
    """In the words of `docker run`: `device-read-bps=/dev/sda:1048576`."""
    pids_limit: int = 0
    ulimits: tuple[str, ...] = ()
    sysctls: tuple[str, ...] = ()
    oom_kill_disable: bool = False
    oom_score_adj: int = 0
    # The rest.
    log_driver: str = ""
    log_options: tuple[str, ...] = ()
    platform: str = ""
    annotations: dict[str, str] = msgspec.field(default_factory=dict)
    redacted: dict[str, int] = msgspec.field(default_factory=dict)


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
    command: str = ""
    """What is run, without its secrets."""


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


class ContainerProbed(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The engine's own health probes in a stretch, counted instead of stored one by one.

    `occurred_at` is the moment of the last of them.
    """

    TOPIC: ClassVar[str] = "container.probed"
    since: int
    probes: int
    """Probes that ended."""
    failed: int
    events: int
    """Engine events that stand behind this one fact."""


class DriftSeen(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """What the container's file system has that its image has not; of long lists the beginning."""

    TOPIC: ClassVar[str] = "container.drift_seen"
    added: tuple[str, ...] = ()
    modified: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    total: int = 0
    """How many paths differ, those left out here included."""


class ContainerReported(ContainerFact, frozen=True, kw_only=True, omit_defaults=True):
    """The engine said something of the container for which there is no word here."""

    TOPIC: ClassVar[str] = "container.reported"
    action: str
