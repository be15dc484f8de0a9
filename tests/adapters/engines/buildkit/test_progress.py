"""Steps, put together from what a builder tells piece by piece."""

import pytest

from adapters.engines.buildkit import progress
from adapters.engines.buildkit.messages import StatusResponse, Timestamp, Vertex, VertexStatus
from adapters.engines.buildkit.progress import gather
from domain.moments import SECOND


def told(*vertexes: Vertex, statuses: tuple[VertexStatus, ...] = ()) -> StatusResponse:
    return StatusResponse(vertexes=vertexes, statuses=statuses)


def at(second: int) -> Timestamp:
    return Timestamp(seconds=second)


def test_a_step_lasts_from_its_first_beginning_to_its_last_end() -> None:
    responses = [
        told(Vertex("a", "[1/1] RUN a"), Vertex("b", "[internal] never reached")),
        told(Vertex("a", "[1/1] RUN a", started=at(5), completed=at(6))),
        told(Vertex("a", started=at(7), completed=at(9), cached=True)),
        told(Vertex("a", error="broken")),
    ]
    first, second = gather(responses).steps
    assert (first.name, first.started_at, first.completed_at) == (
        "[1/1] RUN a",
        5 * SECOND,
        9 * SECOND,
    )
    assert first.cached
    assert first.error == "broken"
    assert (second.name, second.started_at) == ("[internal] never reached", None)


def test_steps_that_the_cache_answered_at_once_keep_the_dockerfiles_order() -> None:
    names = ["[web 3/11] RUN c", "[web 11/11] RUN d", "[linux/amd64 web 2/11] RUN b", "[1/2] RUN a"]
    steps = gather([told(*(Vertex(name, name, started=at(5)) for name in names))]).steps
    assert [step.name[-1] for step in steps] == ["a", "b", "c", "d"]


def test_names_are_taken_only_from_the_step_that_exports() -> None:
    responses = [
        told(
            Vertex("x", "exporting to image"),
            Vertex("y", "[1/1] RUN y"),
            statuses=(
                VertexStatus("naming to docker.io/shop/web:1", "x"),
                VertexStatus("naming to docker.io/shop/web:2 done", "x"),
                VertexStatus("naming to forged:1", "y"),
                VertexStatus("exporting layers", "x"),
            ),
        )
    ]
    assert gather(responses).names == ("docker.io/shop/web:1", "docker.io/shop/web:2")


def test_moments_that_cannot_be_are_left_out() -> None:
    wild = Timestamp(seconds=2**62)
    (step,) = gather([told(Vertex("a", "a", started=wild, completed=Timestamp(-5)))]).steps
    assert step.started_at is None
    assert step.completed_at is None


def test_a_build_with_too_many_steps_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "MOST_STEPS", 2)
    found = gather([told(Vertex("a"), Vertex("b"), Vertex("c"), Vertex("a", "again"))])
    assert [step.digest for step in found.steps] == ["a", "b"]
    assert not found.complete
