"""What was made from what: references, the images they pointed to, bases, containers, commits."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from enum import StrEnum

import msgspec

from domain.identity import CONTAINER, IMAGE, REFERENCE
from domain.moments import FOREVER
from domain.questions.history import History
from domain.questions.writing import Json, written_moment


class EdgeKind(StrEnum):
    """How two things hang together."""

    BASE = "base"
    """From an image to one that was built on it."""
    VERSION = "version"
    """From a reference to an image that it pointed to."""
    INSTANCE = "instance"
    """From an image to a container made from it."""
    COMMIT = "commit"
    """From a container to an image made from it."""


class Node(msgspec.Struct, frozen=True):
    """An image, a reference or a container."""

    subject: int
    kind: str
    id: str
    label: str
    engine: str
    engine_name: str
    state: str | None
    """Of a container; `removed` for one that is no more."""
    since: int | None
    """When it was first known."""
    removed: bool
    """Whether it is not there at the moment asked for."""


class Edge(msgspec.Struct, frozen=True):
    """From the older thing to the one that came of it; both ends by number."""

    from_: int
    to: int
    kind: EdgeKind
    evidence: str
    """Of a base: parent, layers, label or ambiguous; of an instance: inspected or typed; else
    the origin of the fact."""
    number: int | None = None
    """Of a version."""
    current: bool | None = None
    """Of a version: whether the reference points to the image."""
    candidates: tuple[str, ...] = ()
    """Of an ambiguous base: the ids of all images that it may be."""


class Lineage(msgspec.Struct, frozen=True):
    """Nodes by kind and age, and the edges between them; a node's number is its key."""

    nodes: list[Node]
    edges: list[Edge]


def lineage(history: History, subject: int | None = None, moment: int | None = None) -> Lineage:
    """The lineage of one object, or of everything that is there, as of a moment (by default now).

    An object's lineage has what it came from and what came of it, also what was removed since.
    Everything's lineage has what is there, and the images that this came from.
    """
    graph = _Graph(history, FOREVER - 1 if moment is None else moment)
    chosen = graph.everything() if subject is None else graph.around(subject)
    return graph.lineage(chosen, all_versions=subject is not None)


class _Graph:
    """What hangs together, as far as it was known at a moment."""

    def __init__(self, history: History, at: int) -> None:
        self.history = history
        self.at = at
        self.there = history.there_at(at)
        self.states = {(each.engine, each.id): each.state for each in history.containers_at(at)}
        self.bases = history.bases()
        self.children: dict[int, list[int]] = defaultdict(list)
        for child, base in self.bases.items():
            self.children[base.image].append(child)
        self.committed: dict[int, list[int]] = defaultdict(list)
        self.committers: dict[int, list[int]] = defaultdict(list)
        for container, image, when in history.commits():
            if when <= at:
                self.committed[container].append(image)
                self.committers[image].append(container)

    def everything(self) -> set[int]:
        """All that is there, with the images that it came from."""
        images = {each for each in self.there if self.kind(each) == IMAGE}
        for each in self.there:
            images |= self._images_of(each, current=True)
        for image in list(images):
            images |= self._bases_of(image)
        return images | self.there

    def around(self, subject: int) -> set[int]:
        """The object, what it came from, and what came of it."""
        starts = {subject}
        if self.kind(subject) == REFERENCE:
            starts |= self._images_of(subject, current=False)
        return self._reached(starts, self._older) | self._reached(starts, self._younger)

    def lineage(self, chosen: set[int], *, all_versions: bool) -> Lineage:
        """The chosen objects, the references to the chosen images, and all edges between them."""
        images = sorted(each for each in chosen if self.kind(each) == IMAGE)
        versions = self._version_edges(images, all_versions=all_versions)
        nodes = sorted(
            (self._node(each) for each in chosen | {edge.from_ for edge in versions}),
            key=lambda node: (
                (REFERENCE, IMAGE, CONTAINER).index(node.kind),
                FOREVER if node.since is None else node.since,
                node.subject,
            ),
        )
        edges = [
            *versions,
            *self._base_edges(images, chosen),
            *self._instance_edges(chosen),
            *self._commit_edges(chosen),
        ]
        return Lineage(nodes, edges)

    def kind(self, subject: int) -> str:
        return self.history.identity_of(subject).kind

    def _reached(self, starts: Iterable[int], step: Callable[[int], set[int]]) -> set[int]:
        reached, waiting = set(starts), list(starts)
        while waiting:
            for each in step(waiting.pop()):
                if each not in reached:
                    reached.add(each)
                    waiting.append(each)
        return {each for each in reached if self.kind(each) in (IMAGE, CONTAINER, REFERENCE)}

    def _older(self, subject: int) -> set[int]:
        if self.kind(subject) == IMAGE:
            base = self.bases.get(subject)
            return {*self.committers.get(subject, ()), *(() if base is None else (base.image,))}
        return self._images_of(subject, current=False) if self.kind(subject) == CONTAINER else set()

    def _younger(self, subject: int) -> set[int]:
        if self.kind(subject) == IMAGE:
            came = {*self.history.containers_of(subject), *self.children.get(subject, ())}
            return {each for each in came if self.history.first_known(each) <= self.at}
        return set(self.committed.get(subject, ()))

    def _images_of(self, subject: int, *, current: bool) -> set[int]:
        """The image of a container; of a reference the current one or all."""
        if self.kind(subject) == CONTAINER:
            record = self.history.container_record(subject)
            return set() if record is None or record.image is None else {record.image}
        if self.kind(subject) == REFERENCE:
            return {
                each.image
                for each in self.history.versions_of(subject)
                if each.start <= self.at and (each.end > self.at or not current)
            }
        return set()

    def _bases_of(self, image: int) -> set[int]:
        found: set[int] = set()
        base = self.bases.get(image)
        while base is not None and base.image not in found:
            found.add(base.image)
            base = self.bases.get(base.image)
        return found

    def _node(self, subject: int) -> Node:
        history = self.history
        kind, engine, object_id = history.identity_of(subject)
        since = history.first_known(subject)
        removed = subject not in self.there
        state = None
        if kind == CONTAINER:
            state = "removed" if removed else self.states.get((engine, object_id))
        return Node(
            subject=subject,
            kind=kind,
            id=object_id,
            label=history.name_of(subject, self.at),
            engine=engine,
            engine_name=history.engine_name(engine),
            state=state,
            since=None if since == FOREVER else since,
            removed=removed,
        )

    def _version_edges(self, images: list[int], *, all_versions: bool) -> list[Edge]:
        chosen = set(images)
        if all_versions:
            holders = (self.history.holders_of(image) for image in images)
            references = {reference for each in holders for reference, _ in each}
        else:
            references = {each for each in self.there if self.kind(each) == REFERENCE}
        return [
            Edge(
                reference,
                each.image,
                EdgeKind.VERSION,
                each.origin,
                number=each.number,
                current=each.end > self.at,
            )
            for reference in sorted(references)
            for each in self.history.versions_of(reference)
            if each.image in chosen
            and each.start <= self.at
            and (all_versions or each.end > self.at)
        ]

    def _base_edges(self, images: Iterable[int], chosen: set[int]) -> list[Edge]:
        found = []
        for image in images:
            base = self.bases.get(image)
            if base is not None and base.image in chosen:
                ids = (self.history.identity_of(each).object_id for each in base.candidates)
                evidence = base.evidence.value
                found.append(
                    Edge(base.image, image, EdgeKind.BASE, evidence, candidates=tuple(ids))
                )
        return found

    def _instance_edges(self, chosen: set[int]) -> list[Edge]:
        found = []
        for container in sorted(each for each in chosen if self.kind(each) == CONTAINER):
            record = self.history.container_record(container)
            if record is not None and record.image in chosen:
                evidence = "inspected" if record.inspected else "typed"
                number = record.version
                found.append(
                    Edge(record.image, container, EdgeKind.INSTANCE, evidence, number=number)
                )
        return found

    def _commit_edges(self, chosen: set[int]) -> list[Edge]:
        return [
            Edge(container, image, EdgeKind.COMMIT, "reported")
            for container in sorted(self.committed.keys() & chosen)
            for image in dict.fromkeys(self.committed[container])
            if image in chosen
        ]


def to_json(answer: Lineage) -> Json:
    """The lineage as `shipslog lineage --format json` prints it.

    An id is unique together with its kind and engine, which the edges name too.
    """
    by_subject = {node.subject: node for node in answer.nodes}
    return {
        "nodes": [
            {
                "id": node.id,
                "kind": node.kind,
                "label": node.label,
                "engine": node.engine,
                "engine_name": node.engine_name,
                "state": node.state,
                "since": written_moment(node.since),
                "removed": node.removed,
            }
            for node in answer.nodes
        ],
        "edges": [
            {
                "from": by_subject[edge.from_].id,
                "to": by_subject[edge.to].id,
                "kind": edge.kind.value,
                "evidence": edge.evidence,
                "engine": by_subject[edge.to].engine,
                "number": edge.number,
                "current": edge.current,
                "candidates": list(edge.candidates),
            }
            for edge in answer.edges
        ],
    }
