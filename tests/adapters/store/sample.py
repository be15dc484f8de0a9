"""A small history to store, the same at every call."""

from hashlib import sha256

from domain.facts import Entry, Fact, Said
from domain.facts.container import ContainerCreated, ContainerExited, ContainerStarted
from domain.moments import SECOND

ENGINE = "0123456789ab"
BEGIN = 1_764_000_000 * SECOND

Reported = tuple[str, int, bytes]


def stream(number: int) -> str:
    """The stream of one of the sample's containers."""
    return f"container/{ENGINE}/{sha256(b'%d' % number).hexdigest()}"


def fact(index: int) -> Fact:
    """The fact at this index of the history, of containers that live for three events each."""
    at = BEGIN + index * SECOND
    said = Said("container", ("create", "start", "die")[index % 3], {"name": f"web-{index}"})
    common = {"occurred_at": at, "recorded_at": at + 5, "said": said}
    match index % 3:
        case 0:
            labels = {"com.docker.compose.service": f"web-{index}", "empty": ""}
            return ContainerCreated(**common, name=f"web-{index}", image="web:1", labels=labels)
        case 1:
            return ContainerStarted(**common)
    return ContainerExited(**common, exit_code=index)


def entry(index: int) -> Entry:
    """The fact at this index in its place."""
    return Entry(stream(index // 3), index % 3 + 1, fact(index))


def entries(count: int, start: int = 0) -> list[Entry]:
    """So many entries of the history."""
    return [entry(index) for index in range(start, start + count)]


def reported(count: int, start: int = 0, engine: str = ENGINE) -> list[Reported]:
    """The fingerprints of as many events."""
    return [
        (engine, BEGIN + index * SECOND, sha256(b"event %d" % index).digest())
        for index in range(start, start + count)
    ]
