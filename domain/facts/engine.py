"""The facts of engines and of the recordings that watched them."""

from enum import StrEnum
from typing import ClassVar

from domain.facts.base import Fact


class GapCause(StrEnum):
    """Why events may have been lost."""

    FIRST_CONTACT = "before_first_recording"
    RECORDER_OFF = "recorder_off"
    ENGINE_RESTARTED = "engine_restarted"
    """The engine was down, and what it remembered is gone."""
    ENGINE_UNREACHABLE = "engine_unreachable"
    """The engine went on, out of reach, and said more than it remembers."""
    MACHINE_ASLEEP = "machine_asleep"
    RING_OVERFLOW = "ring_overflow"
    """The connection broke for a moment, and in it the engine said more than it remembers."""
    DROPPED = "dropped_by_engine"
    """The connection stood, but the engine did not deliver what it said and remembers no more."""
    NOT_PROVEN = "not_proven"
    """What came is recorded, but the engine's memory turned over too soon to prove it was all."""
    UNREADABLE = "unreadable_events"
    UNKNOWN = "unknown"


class EngineObserved(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The engine told who it is; recorded at first contact and whenever something changed."""

    TOPIC: ClassVar[str] = "engine.observed"
    name: str
    endpoint: str
    daemon_id: str
    flavour: str
    """`docker`, `podman`, or `file` for an imported event file."""
    version: str = ""
    api_version: str = ""
    os: str = ""
    architecture: str = ""
    kernel: str = ""
    storage_driver: str = ""
    image_store: str = ""
    """`graphdriver` or `containerd`."""


class EngineReconfigured(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The engine read its configuration again (Docker's `reload`)."""

    TOPIC: ClassVar[str] = "engine.reconfigured"


class EngineReported(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The engine said something for which there is no word here; stored and shown as said."""

    TOPIC: ClassVar[str] = "engine.reported"
    type: str
    action: str


class ResourcesPruned(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Unused things were removed together; `reclaimed_bytes` as the engine counted."""

    TOPIC: ClassVar[str] = "engine.pruned"
    kind: str
    reclaimed_bytes: int | None = None


class NetworkChanged(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A network of the engine was created or removed, or something else befell it."""

    TOPIC: ClassVar[str] = "network.changed"
    network_id: str
    name: str
    action: str


class VolumeChanged(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A volume of the engine was created or removed, or something else befell it."""

    TOPIC: ClassVar[str] = "volume.changed"
    name: str
    action: str


class RecordingStarted(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """A recorder watches the engine from this moment on."""

    TOPIC: ClassVar[str] = "recording.started"
    recorder: str
    """The version of Shipslog, or the name of the imported file."""
    continues: bool = False
    """What the engine still remembers proves that nothing was missed since the last recording."""


class RecordingStopped(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The recorder watches the engine no longer.

    `not_before` is the last moment until which all events are known to be recorded: what an
    engine said just before the connection broke may not have arrived.
    """

    TOPIC: ClassVar[str] = "recording.stopped"
    reason: str


class GapDeclared(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """Between the two moments events may have happened that nobody recorded.

    `occurred_at` is the moment from which on the gap is open.
    """

    TOPIC: ClassVar[str] = "recording.gap"
    started_at: int | None
    """The last moment known to be covered; None before the first recording."""
    ended_at: int
    cause: GapCause
    evidence: str = ""


class ClockStepped(Fact, frozen=True, kw_only=True, omit_defaults=True):
    """The clock of the engine or of this machine jumped."""

    TOPIC: ClassVar[str] = "recording.clock_stepped"
    clock: str
    step_ns: int
