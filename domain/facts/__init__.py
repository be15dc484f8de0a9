"""Facts: what the event store keeps, in the past tense, one closed dictionary of topics."""

from domain.facts import build, container, engine, image
from domain.facts.base import Entry, Fact, Origin, Said

FACTS: tuple[type[Fact], ...] = (
    engine.EngineObserved,
    engine.EngineReconfigured,
    engine.EngineReported,
    engine.ResourcesPruned,
    engine.NetworkChanged,
    engine.VolumeChanged,
    engine.RecordingStarted,
    engine.RecordingStopped,
    engine.GapDeclared,
    engine.ClockStepped,
    image.ImageFound,
    image.ImageDescribed,
    image.ImageCreated,
    image.ImageTagged,
    image.ImageUntagged,
    image.ImageLoaded,
    image.ImageImported,
    image.ImageSaved,
    image.ImageRemoved,
    image.ImageReported,
    image.ImagePulled,
    image.ImagePushed,
    image.ReferencePointed,
    image.ReferenceRemoved,
    build.BuildStarted,
    build.BuildFinished,
    container.ContainerCreated,
    container.ContainerFound,
    container.ContainerConfigured,
    container.ContainerObserved,
    container.ContainerUnknown,
    container.ContainerStarted,
    container.ContainerExited,
    container.ContainerStopped,
    container.ContainerSignalled,
    container.ContainerRestarted,
    container.ContainerPaused,
    container.ContainerUnpaused,
    container.ContainerOutOfMemory,
    container.ContainerRenamed,
    container.ContainerUpdated,
    container.HealthChanged,
    container.ContainerCommitted,
    container.ExecCreated,
    container.ExecStarted,
    container.ExecEnded,
    container.ContainerExported,
    container.FilesCopiedIn,
    container.FilesCopiedOut,
    container.ContainerRemoved,
    container.NetworkConnected,
    container.NetworkDisconnected,
    container.VolumeMounted,
    container.VolumeUnmounted,
    container.ContainerReported,
)
"""Every kind of fact. The order gives each its code in the read model: append only."""

FACT_OF_TOPIC: dict[str, type[Fact]] = {fact.TOPIC: fact for fact in FACTS}
"""The closed dictionary by which stored events are read; nothing else is ever instantiated."""

__all__ = ["FACTS", "FACT_OF_TOPIC", "Entry", "Fact", "Origin", "Said"]
