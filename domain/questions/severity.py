"""How much a fact matters to somebody who looks for trouble: quiet, normal, notable or bad."""

from enum import IntEnum

from domain.facts import FACTS, Fact, build, container, engine, image


class Severity(IntEnum):
    """The four levels, in the order of importance; the timeline shows the highest in a pixel."""

    QUIET = 0
    NORMAL = 1
    NOTABLE = 2
    BAD = 3


_QUIET = (
    engine.EngineObserved,
    engine.ClockStepped,
    image.ImageFound,
    image.ImageDescribed,
    container.ContainerFound,
    container.ContainerConfigured,
    container.ContainerObserved,
    container.ContainerUnknown,
    container.ExecCreated,
    container.ExecStarted,
    container.ExecEnded,
    container.HealthChanged,
    container.NetworkConnected,
    container.NetworkDisconnected,
    container.VolumeMounted,
    container.VolumeUnmounted,
    container.ContainerReported,
    image.ImageReported,
    engine.EngineReported,
)
_NOTABLE = (
    container.ContainerStopped,
    container.ContainerSignalled,
    container.ContainerRestarted,
    container.ContainerPaused,
    container.ContainerRemoved,
    container.FilesCopiedIn,
    image.ImageUntagged,
    image.ImageRemoved,
    image.ReferencePointed,
    image.ReferenceRemoved,
    engine.ResourcesPruned,
    engine.RecordingStopped,
    engine.ClockStepped,
)
_BAD = (container.ContainerOutOfMemory, engine.GapDeclared)

SEVERITY_OF_KIND: dict[type[Fact], Severity] = (
    dict.fromkeys(FACTS, Severity.NORMAL)
    | dict.fromkeys(_QUIET, Severity.QUIET)
    | dict.fromkeys(_NOTABLE, Severity.NOTABLE)
    | dict.fromkeys(_BAD, Severity.BAD)
)
"""The severity of each kind of fact, before the fact itself is looked at."""


def severity_of(fact: Fact) -> Severity:
    """The severity of one fact: an exit with another code than 0 is bad, an unknown one notable."""
    match fact:
        case container.ContainerExited(exit_code=None):
            return Severity.NOTABLE
        case container.ContainerExited(exit_code=code) if code != 0:
            return Severity.BAD
        case container.HealthChanged(status="unhealthy"):
            return Severity.BAD
        case container.ContainerObserved(error=error, oom_killed=oom) if error or oom:
            return Severity.BAD
        case build.BuildFinished(error=error) if error:
            return Severity.BAD
    return SEVERITY_OF_KIND[type(fact)]
