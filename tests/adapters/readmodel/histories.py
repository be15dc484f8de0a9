"""Histories for the laws: any facts about a few objects, in any order."""

import msgspec
from hypothesis import strategies as st

from domain.facts import Fact, container, engine, image
from domain.facts.container import ContainerState
from domain.facts.image import How
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import image_id

_NAMES = st.sampled_from(["web", "db"])
_TYPED = st.sampled_from(["web:1", "web", image_id(1), "unknown:1"])
_STATES = st.sampled_from(list(ContainerState))
_EXIT_CODES = st.sampled_from([None, 0, 1, 137, 3221225786, -1])
_HEALTHS = st.sampled_from(["starting", "healthy", "unhealthy", "odd"])
_IMAGE_IDS = st.integers(1, 3).map(image_id)
_MOMENTS = st.integers(1, 60)
_LABELS = st.sampled_from([{}, {"a": "b"}, {"com.docker.compose.service": "front"}])

_CONTAINER_FACTS: list[tuple[type[Fact], dict[str, st.SearchStrategy[object]]]] = [
    (container.ContainerCreated, {"name": _NAMES, "image": _TYPED, "labels": _LABELS}),
    (container.ContainerFound, {"name": _NAMES, "image": _TYPED, "state": st.none() | _STATES}),
    (container.ContainerConfigured, {"image_id": _IMAGE_IDS}),
    (
        container.ContainerObserved,
        {
            "state": _STATES,
            "exit_code": _EXIT_CODES,
            "health": st.none() | _HEALTHS,
            "started_at": st.none() | _MOMENTS,
            "finished_at": st.none() | _MOMENTS,
        },
    ),
    (container.ContainerStarted, {}),
    (container.ContainerExited, {"exit_code": _EXIT_CODES}),
    (container.ContainerStopped, {}),
    (container.ContainerPaused, {}),
    (container.ContainerUnpaused, {}),
    (container.ContainerOutOfMemory, {}),
    (container.ContainerRenamed, {"name": _NAMES}),
    (container.HealthChanged, {"status": _HEALTHS}),
    (container.NetworkConnected, {"network": st.sampled_from(["front", "back"])}),
    (container.ContainerRemoved, {}),
]
_IMAGE_FACTS: list[tuple[type[Fact], dict[str, st.SearchStrategy[object]]]] = [
    (image.ImageFound, {}),
    (image.ImageCreated, {}),
    (image.ImageLoaded, {}),
    (image.ImageSaved, {}),
    (image.ImageRemoved, {}),
]
_REFERENCE_FACTS: list[tuple[type[Fact], dict[str, st.SearchStrategy[object]]]] = [
    (image.ReferencePointed, {"image_id": _IMAGE_IDS, "how": st.sampled_from(list(How))}),
    (image.ReferencePointed, {"image_id": _IMAGE_IDS, "how": st.just(How.TAGGED)}),
    (image.ReferenceRemoved, {}),
]
_ENGINE_FACTS: list[tuple[type[Fact], dict[str, st.SearchStrategy[object]]]] = [
    (
        engine.EngineObserved,
        {
            "name": st.sampled_from(["here", "there"]),
            "endpoint": st.just("unix:///run/docker.sock"),
            "daemon_id": st.just("d"),
            "flavour": st.just("docker"),
        },
    ),
    (engine.RecordingStarted, {"recorder": st.just("0.1")}),
    (engine.RecordingStopped, {"reason": st.just("asked")}),
    (engine.EngineReported, {"type": st.just("service"), "action": st.just("create")}),
]
_SUBJECTS = [
    ([memory.container(number) for number in (1, 2, 3)], _CONTAINER_FACTS),
    ([memory.container(1)], _CONTAINER_FACTS),
    ([memory.image(number) for number in (1, 2, 3)], _IMAGE_FACTS),
    ([memory.reference(name) for name in ("web:1", "web:latest")], _REFERENCE_FACTS),
    ([memory.engine()], _ENGINE_FACTS),
]


@st.composite
def _fact(draw: st.DrawFn) -> tuple[str, Fact]:
    streams, kinds = draw(st.sampled_from(_SUBJECTS))
    kind, parts = draw(st.sampled_from(kinds))
    moment = draw(_MOMENTS)
    said = {name: draw(values) for name, values in parts.items()}
    fact = kind(occurred_at=moment, recorded_at=moment, **said)
    return draw(st.sampled_from(streams)), fact


histories = st.lists(_fact(), max_size=50)


@st.composite
def with_moments_apart(draw: st.DrawFn) -> list[tuple[str, Fact]]:
    """A history in which no two facts have the same moment, in any order."""
    facts = draw(histories)
    moments = draw(st.permutations(range(1, len(facts) + 1)))
    return [
        (stream, msgspec.structs.replace(fact, occurred_at=moment))
        for (stream, fact), moment in zip(facts, moments, strict=True)
    ]
