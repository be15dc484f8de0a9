"""Histories for the laws: any facts about a few objects, in any order."""

from hypothesis import strategies as st

from domain.facts import Fact, container, engine, image
from domain.facts.container import ContainerState
from domain.facts.image import How
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import at, image_id

MOMENTS = st.integers(1, 60)


@st.composite
def container_facts(draw: st.DrawFn) -> tuple[str, Fact]:
    """A fact about one of a few containers."""
    moment, stream = draw(MOMENTS), memory.container(draw(st.integers(1, 3)))
    name = draw(st.sampled_from(["web", "db"]))
    typed = draw(st.sampled_from(["web:1", "web", image_id(1), "unknown:1"]))
    state = draw(st.sampled_from(list(ContainerState)))
    code = draw(st.sampled_from([None, 0, 1, 137, 3221225786, -1]))
    health = draw(st.sampled_from(["starting", "healthy", "unhealthy", "odd"]))
    return stream, draw(
        st.sampled_from(
            [
                at(moment, container.ContainerCreated, name=name, image=typed, labels={"a": name}),
                at(moment, container.ContainerFound, name=name, image=typed, state=state),
                at(moment, container.ContainerFound, name=name, image=typed),
                at(moment, container.ContainerConfigured, image_id=image_id(draw(st.integers(1, 3)))),
                at(
                    moment,
                    container.ContainerObserved,
                    state=state,
                    exit_code=code,
                    health=draw(st.sampled_from([None, health])),
                    started_at=draw(st.none() | MOMENTS),
                    finished_at=draw(st.none() | MOMENTS),
                ),
                at(moment, container.ContainerStarted),
                at(moment, container.ContainerExited, exit_code=code),
                at(moment, container.ContainerStopped),
                at(moment, container.ContainerPaused),
                at(moment, container.ContainerUnpaused),
                at(moment, container.ContainerOutOfMemory),
                at(moment, container.ContainerRenamed, name=name),
                at(moment, container.HealthChanged, status=health),
                at(moment, container.ContainerRemoved),
            ]
        )
    )


@st.composite
def image_facts(draw: st.DrawFn) -> tuple[str, Fact]:
    """A fact about one of a few images."""
    kind = draw(
        st.sampled_from([image.ImageFound, image.ImageCreated, image.ImageLoaded, image.ImageRemoved])
    )
    return memory.image(draw(st.integers(1, 3))), at(draw(MOMENTS), kind)


@st.composite
def reference_facts(draw: st.DrawFn) -> tuple[str, Fact]:
    """A fact about one of a few references."""
    moment, stream = draw(MOMENTS), memory.reference(draw(st.sampled_from(["web:1", "web:latest"])))
    if draw(st.booleans()):
        points_to = image_id(draw(st.integers(1, 3)))
        how = draw(st.sampled_from(list(How)))
        return stream, at(moment, image.ReferencePointed, image_id=points_to, how=how)
    return stream, at(moment, image.ReferenceRemoved)


@st.composite
def engine_facts(draw: st.DrawFn) -> tuple[str, Fact]:
    """A fact about the engine or its recordings."""
    moment = draw(MOMENTS)
    return memory.engine(), draw(
        st.sampled_from(
            [
                at(
                    moment,
                    engine.EngineObserved,
                    name="here",
                    endpoint="unix",
                    daemon_id="x",
                    flavour="docker",
                ),
                at(moment, engine.RecordingStarted, recorder="0.1"),
                at(moment, engine.RecordingStopped, reason="asked"),
            ]
        )
    )


histories = st.lists(
    container_facts() | container_facts() | image_facts() | reference_facts() | engine_facts(),
    max_size=60,
)
