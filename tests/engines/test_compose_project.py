"""What shipslog tells of a compose project, against the engine's words and a person's notes."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.engines import compose_project as project
from tests.engines.compose_project import BASE, PATCHED, RUNTIME, SERVICES, Checkpoint, walk
from tests.engines.fixtures import Fleet
from tests.engines.recorder import Shipslog, until
from tests.engines.replaying import Truth, replaying
from tests.engines.running import KINDS, EngineKind, RunningEngine
from tests.engines.truth import ContainerTruth

pytestmark = [pytest.mark.engines, pytest.mark.long]

BUILDERS = [name for name, kind in KINDS.items() if kind.has_buildkit]
"""The engines whose command line has compose and builds with BuildKit."""

Step = Callable[[RunningEngine], None]
Question = tuple[str, ...]
"""The words of a command after `shipslog`."""

REPLACED: Sequence[tuple[Step, str]] = (
    (project.upgrade, "api"),
    (project.upgrade, "web"),
    (project.reconfigure, "web"),
    (project.roll_back, "web"),
)
"""The steps in which a container takes over from another."""
COMPARED: Sequence[Step] = (
    *(project.rebuild, project.upgrade, project.scale_up, project.scale_down),
    *(project.roll_back, project.crash, project.down),
)
"""The steps of which it is asked what they changed."""
EVENTS_OF_AN_END = {
    "by_itself": {"container.exited"},
    "signalled": {"container.signalled"},
    "out_of_memory": {"container.oom", "container.observed"},
    "stop_requested": {"container.signalled", "container.stopped"},
}
"""By the kind of claim, the events that it may name."""


@dataclass(frozen=True)
class Seen:
    """A checkpoint, and what the engine itself said then."""

    checkpoint: Checkpoint
    truth: Truth

    @property
    def at(self) -> str:
        """A moment after the step and before the next."""
        return self.truth.at

    @property
    def containers(self) -> dict[str, ContainerTruth]:
        """All containers, by id."""
        return self.truth.containers

    @property
    def references(self) -> dict[str, str]:
        """The id of the image behind each reference."""
        return self.truth.references

    def container(self, service: str, number: int = 1) -> str:
        """The id of a container of a service."""
        name = f"{project.PROJECT}-{service}-{number}"
        (found,) = [id for id, truth in self.containers.items() if truth["name"] == name]
        return found

    def of(self, service: str) -> set[str]:
        """The ids of all containers of a service."""
        label = "com.docker.compose.service"
        return {id for id, truth in self.containers.items() if truth["labels"][label] == service}


@dataclass
class Story:
    """One walk through the project, and what shipslog answers about it."""

    kind: EngineKind
    shipslog: Shipslog
    seen: list[Seen] = field(default_factory=list)
    images: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Inspected, by id; also those that were removed later."""
    builds: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The builder's own words on each build, by ref; Docker 26.1 has no command for that."""
    deployments_then: list[tuple[int, Any]] = field(default_factory=list)
    """What was answered at once, with the number of checkpoints until then."""
    answers: dict[Question, tuple[int, bytes, bytes]] = field(default_factory=dict)

    def after(self, step: Step) -> Seen:
        """The checkpoint after a step."""
        return next(each for each in self.seen if each.checkpoint.name == step.__name__)

    def before(self, step: Step) -> Seen:
        """The checkpoint before a step."""
        return self.seen[self.seen.index(self.after(step)) - 1]

    def image(self, reference: str) -> str:
        """The id of the image that a reference pointed to first."""
        return next(
            each.references[reference] for each in self.seen if reference in each.references
        )

    def json(self, *question: str) -> Any:
        """The answer to a question that was asked while the engine was there."""
        code, answer, complaint = self.answers[*question, "--format", "json"]
        assert code in (0, 1), complaint.decode()
        return json.loads(answer)

    def events(self) -> dict[int, dict[str, Any]]:
        """Every event that is stored, by position."""
        lines = self.answers["log", "--format", "jsonl"][1].splitlines()
        return {line["position"]: line for line in map(json.loads, lines)}

    def ask(self, questions: Sequence[Question]) -> dict[Question, tuple[int, bytes, bytes]]:
        """What shipslog prints in answer to each."""
        with ThreadPoolExecutor(2) as pool:
            done = pool.map(lambda question: self.shipslog(*question), questions)
            told = [(each.returncode, each.stdout, each.stderr) for each in done]
        return dict(zip(questions, told, strict=True))


@pytest.fixture(scope="module", params=BUILDERS)
def story(
    request: pytest.FixtureRequest, fleet: Fleet, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    """The story on each engine; when tests get it, the engine and all its data are gone."""
    folder = tmp_path_factory.mktemp("project")
    with ExitStack() as until_told, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        engine = fleet.launch(KINDS[request.param], until_told)
        told = Story(engine.kind, Shipslog(folder / "project.db"))
        _walk(told, engine)
        told.answers = told.ask(_questions(told))
        engine.close()
        shutil.rmtree(engine.folder / "data")
        yield told


def _walk(story: Story, engine: RunningEngine) -> None:
    """Takes the steps; waits after each until what is recorded is what the engine says."""
    with story.shipslog.recording(engine.url):
        with replaying(story.shipslog.store) as replay:
            for checkpoint in walk(engine):
                story.seen.append(Seen(checkpoint, replay.settle(engine)))
                unknown = story.seen[-1].truth.images - story.images.keys()
                story.images |= {id: engine.get(f"/images/{id}/json") for id in unknown}
                if checkpoint.changes:
                    told = story.shipslog.json("deployments")
                    story.deployments_then.append((len(story.seen), told))
        story.builds = _builds(engine) if story.kind.name != "docker-26.1" else {}
        until(lambda: len(_built(story)) == _BUILDS, lambda: f"builds: {_built(story)}")


_BUILDS = 1 + 3 + 2 + 1
"""The runtime, version 1 of all services, version 2 of two, and the worker once more."""


def _built(story: Story) -> list[Any]:
    return story.shipslog.lines("log", "--filter", "type=build")


def _builds(engine: RunningEngine) -> dict[str, dict[str, Any]]:
    listed = engine.docker("buildx", "history", "ls", "--format", "json", "--no-trunc")
    refs = [json.loads(line)["ref"].rpartition("/")[2] for line in listed.splitlines()]
    inspect = ("buildx", "history", "inspect", "--format", "json")
    return {ref: json.loads(engine.docker(*inspect, ref)) for ref in refs}


def _questions(story: Story) -> list[Question]:
    """All that is asked about the story."""
    asked: list[Question] = [("versions",), ("deployments",), ("lineage",)]
    asked += [("lineage", RUNTIME), ("lineage", "--at", story.after(project.roll_back).at)]
    asked += [("versions", "--at", story.after(project.rebuild).at)]
    for step in COMPARED:
        asked.append(("diff", story.before(step).at, story.after(step).at))
    for seen in story.seen:
        for end in seen.checkpoint.ends:
            asked.append(("why", seen.container(end.service), "--at", seen.at))
    asked += [("why", story.before(step).container(service)) for step, service in REPLACED]
    asked += [("why", each) for each in _last_containers(story).values()]
    for container in (*_first_containers(story).values(), *_last_containers(story).values()):
        asked += [("show", container), ("recreate", container)]
    asked.append(("show", "shop/web:latest"))
    asked.append(("recreate", _first_containers(story)["web"], "--as", "compose"))
    questions = [(*each, "--format", "json") for each in dict.fromkeys(asked)]
    return [*questions, ("log", "--format", "jsonl")]


def _first_containers(story: Story) -> dict[str, str]:
    return {service: story.after(project.up).container(service) for service in SERVICES}


def _last_containers(story: Story) -> dict[str, str]:
    return {service: story.after(project.stop).container(service) for service in SERVICES}


# -- versions


def test_versions_are_those_that_were_there(story: Story) -> None:
    told = {
        history["reference"]: [
            (version["number"], version["image_id"], {each["id"] for each in version["containers"]})
            for version in history["versions"]
        ]
        for history in story.json("versions")
    }
    assert told == {
        reference: [(number, *version) for number, version in enumerate(versions, 1)]
        for reference, versions in _versions(story).items()
    }


def _versions(story: Story) -> dict[str, list[tuple[str, set[str]]]]:
    """Of each reference the images in order, each with the containers made from it then."""
    versions: dict[str, list[tuple[str, set[str]]]] = {}
    pointed: dict[str, str] = {}
    known: set[str] = set()
    for seen in story.seen:
        for reference, image in seen.references.items():
            if pointed.get(reference) != image:
                versions.setdefault(reference, []).append((image, set()))
        pointed = seen.references
        for id in seen.containers.keys() - known:
            versions[seen.containers[id]["image"]][-1][1].add(id)
        known |= seen.containers.keys()
    return versions


def _number(story: Story, container: str) -> int:
    """The number of the version that a container is made from."""
    return next(
        number
        for versions in _versions(story).values()
        for number, (_, containers) in enumerate(versions, 1)
        if container in containers
    )


def test_how_versions_came_is_told(story: Story) -> None:
    told = {
        (history["reference"], version["number"]): version["how"]
        for history in story.json("versions")
        for version in history["versions"]
    }
    others = {(BASE, 1): "imported", (PATCHED, 1): "committed", ("shop/web:latest", 3): "tagged"}
    assert told == dict.fromkeys(told, "built") | others


def test_what_runs_an_older_version_is_stale(story: Story) -> None:
    rebuilt = story.after(project.rebuild)
    stale = {
        each["id"]
        for history in story.json("versions", "--at", rebuilt.at)
        for version in history["versions"]
        for each in version["containers"]
        if each["stale"]
    }
    assert stale == {rebuilt.container("web"), rebuilt.container("api")}
    final = story.json("versions")
    assert not any(
        each["stale"] or each["state"] != "removed"
        for history in final
        for version in history["versions"]
        for each in version["containers"]
    )


# -- lineage


def test_bases_are_told_with_their_evidence(story: Story) -> None:
    web, *_ = built = _built_images(story)
    bases = {image: story.image(RUNTIME) for image in built}
    bases[story.image(RUNTIME)] = story.image(BASE)
    bases[story.image(PATCHED)] = web
    for image, base in bases.items():
        layers, below = (story.images[each]["RootFS"]["Layers"] for each in (image, base))
        assert layers[: len(below)] == below != layers
    edges = _edges(story.json("lineage", RUNTIME), "base")
    assert {edge["to"]: edge["from"] for edge in edges} == bases
    evidence = {edge["to"]: edge["evidence"] for edge in edges}
    parent = story.images[story.image(PATCHED)]["Parent"]
    assert evidence.pop(story.image(PATCHED)) == ("parent" if parent else "layers")
    assert set(evidence.values()) == {"build record"}


def _built_images(story: Story) -> list[str]:
    """The ids of all images that compose ever built, that of the first web first."""
    names = ["shop/web:1", *(f"shop/{each}:{number}" for each in SERVICES for number in "12")]
    known = [
        each.references[name] for name in names for each in story.seen if name in each.references
    ]
    return list(dict.fromkeys(known))


def _edges(lineage: Any, kind: str) -> list[dict[str, Any]]:
    return [edge for edge in lineage["edges"] if edge["kind"] == kind]


def test_a_commit_is_an_edge(story: Story) -> None:
    (edge,) = _edges(story.json("lineage", RUNTIME), "commit")
    assert edge["from"] == story.after(project.commit).container("web")
    assert edge["to"] == story.image(PATCHED)


def test_each_container_comes_from_its_image(story: Story) -> None:
    edges = _edges(story.json("lineage", RUNTIME), "instance")
    assert {(edge["to"], edge["from"], edge["number"]) for edge in edges} == {
        (id, truth["image_id"], _number(story, id))
        for seen in story.seen
        for id, truth in seen.containers.items()
    }
    assert {edge["evidence"] for edge in edges} == {"inspected"}


def test_lineage_at_a_moment_is_of_that_moment(story: Story) -> None:
    seen = story.after(project.roll_back)
    told = story.json("lineage", "--at", seen.at)
    there = {node["id"] for node in told["nodes"] if not node["removed"]}
    assert there == {*seen.containers, *seen.references, *seen.references.values()}
    current = {(edge["from"], edge["to"]) for edge in _edges(told, "version")}
    assert current == set(seen.references.items())


# -- builds


def test_builds_are_told_as_the_builder_does(story: Story) -> None:
    told = [
        each["data"]["record"]
        for each in story.events().values()
        if each["type"] == "build.finished"
    ]
    assert len(told) == _BUILDS
    made = {
        image for record in told for image in (output["digest"] for output in record["outputs"])
    }
    assert made == {story.image(RUNTIME), *_built_images(story)}
    if not story.builds:
        return
    assert {record["ref"]: _build(record) for record in told} == {
        ref: {
            "arguments": {each["Name"] for each in build.get("BuildArgs", ())},
            "bases": {digest for each in build["Materials"] for digest in each["Digests"]},
            "steps": (build["NumTotalSteps"], build["NumCompletedSteps"], build["NumCachedSteps"]),
            "created_at": _moment(build["StartedAt"]),
            "completed_at": _moment(build["CompletedAt"]),
        }
        for ref, build in story.builds.items()
    }


def _build(record: dict[str, Any]) -> dict[str, Any]:
    totals = record["totals"]
    return {
        "arguments": {each["name"] for each in record["arguments"]},
        "bases": {each["digest"] for each in record["base_images"]},
        "steps": (totals["steps"], totals["completed"], totals["cached"]),
        "created_at": record["created_at"],
        "completed_at": record["completed_at"],
    }


def _moment(text: str) -> str:
    """A moment of Go's, which ends in no zeros, with nine digits."""
    seconds, _, fraction = text.removesuffix("Z").partition(".")
    return f"{seconds}.{fraction:0<9}Z"


# -- deployments


def test_deployments_are_those_that_the_person_noted(story: Story) -> None:
    told = story.json("deployments")
    assert sorted(told, key=lambda each: each["at"]) == told
    assert [_change(each) for each in _by_step(story, told)] == _noted(story, len(story.seen))
    for each in told:
        assert (each["project"], each["origin"]) == (project.PROJECT, "reported")
        assert set(each["events"]) <= story.events().keys()


def test_deployments_asked_at_once_are_those_told_later(story: Story) -> None:
    for count, told in story.deployments_then:
        assert [_change(each) for each in _by_step(story, told)] == _noted(story, count)


def _by_step(story: Story, told: list[Any]) -> list[Any]:
    """In the order of the checkpoints; compose does what belongs to one step in any order."""
    moments = [seen.at for seen in story.seen]

    def place(each: Any) -> tuple[int, str]:
        return next(i for i, at in enumerate(moments) if each["at"] <= at), each["service"]

    return sorted(told, key=place)


def _change(deployment: Any) -> tuple[object, ...]:
    to = deployment["to"] and (deployment["to"]["image_id"], deployment["to"]["version"])
    counts = deployment["count_before"], deployment["count"]
    containers = frozenset(each["id"] for each in deployment["containers"])
    return deployment["kind"], deployment["service"], to, *counts, containers


def _noted(story: Story, count: int) -> list[tuple[object, ...]]:
    noted: list[tuple[object, ...]] = []
    for before, seen in zip(story.seen, story.seen[1:count], strict=False):
        for change in sorted(seen.checkpoint.changes, key=lambda each: each.service):
            came = seen.of(change.service) - before.of(change.service)
            went = before.of(change.service) - seen.of(change.service)
            to = None
            if change.to is not None:
                number = _number(story, min(came or seen.of(change.service)))
                to = story.image(change.to), number
            counts = change.before, change.after
            noted.append((change.kind, change.service, to, *counts, frozenset(came or went)))
    return noted


# -- why


def test_each_end_is_explained_by_its_own_events(story: Story) -> None:
    for seen in story.seen:
        for end in seen.checkpoint.ends:
            container = seen.container(end.service)
            told = story.json("why", container, "--at", seen.at)
            claims = {claim["what"]: claim for claim in told["claims"]}
            assert (told["id"], told["outcome"]) == (container, "stopped"), told
            assert f"exit code {end.exit_code}" in claims["ended"]["sentence"]
            assert end.why in claims, told
            assert claims[end.why]["certainty"] == "certain"
            assert _types(story, claims[end.why], container) <= EVENTS_OF_AN_END[end.why]
            for claim in told["claims"]:
                assert _types(story, claim, container)
    killed = story.after(project.kill)
    told = story.json("why", killed.container("api"), "--at", killed.at)
    (unhealthy,) = [claim for claim in told["claims"] if claim["what"] == "unhealthy"]
    assert _types(story, unhealthy, told["id"]) == {"container.health_changed"}


def _types(story: Story, claim: Any, *subjects: str) -> set[str]:
    """The types of the events that a claim names, which must be about these subjects."""
    events = [story.events()[position] for position in claim["events"]]
    assert {event["subject"]["id"] for event in events} == set(subjects), claim
    return {event["type"] for event in events}


def test_each_replacement_is_explained(story: Story) -> None:
    for step, service in REPLACED:
        old, new = (seen.container(service) for seen in (story.before(step), story.after(step)))
        told = story.json("why", old)
        claims = {claim["what"]: claim for claim in told["claims"]}
        assert (told["outcome"], told["image_id"]) == ("replaced", _image_of(story, old)), told
        assert claims["replaced"]["certainty"] == "certain"
        assert _types(story, claims["replaced"], new) == {"container.created"}
        assert _types(story, claims["stop_requested"], old)
        if step is project.reconfigure:
            assert "variables" in claims["replaced"]["sentence"]
            assert "image_changed" not in claims
        else:
            moved = claims["image_changed"]
            assert _types(story, moved, f"shop/{service}:latest") == {"reference.pointed"}


def _image_of(story: Story, container: str) -> str:
    return next(
        seen.containers[container]["image_id"]
        for seen in story.seen
        if container in seen.containers
    )


def test_the_last_containers_were_removed(story: Story) -> None:
    for container in _last_containers(story).values():
        told = story.json("why", container)
        claims = {claim["what"]: claim for claim in told["claims"]}
        assert told["outcome"] == "removed"
        assert _types(story, claims["removed"], container) == {"container.removed"}


# -- show


def test_a_container_is_shown_whole(story: Story) -> None:
    for service, container in _first_containers(story).items():
        told = story.json("show", container)
        assert told["image_id"] == _image_of(story, container)
        assert (told["reference"], told["version"]) == (f"shop/{service}:latest", 1)
        assert told["name"] == f"shop-{service}-1"
        types = [event["type"] for event in told["events"]]
        life = ["created", "configured", "started", "exited", "removed"]
        places = [types.index(f"container.{each}") for each in life]
        assert places == sorted(places)
        assert {event["subject"]["id"] for event in told["events"]} == {container}


def test_a_command_is_shown_without_its_secret(story: Story) -> None:
    container = story.after(project.execute_a_command_with_a_secret).container("api")
    events = story.json("show", container)["events"]
    (command,) = [
        event["data"]["command"]
        for event in events
        if event["type"] == "container.exec_created" and "--password" in event["data"]["command"]
    ]
    assert command.startswith("echo --password=")
    assert project.PASSWORD not in command


@pytest.mark.parametrize("service", ["web", "worker"])
def test_files_changed_inside_are_shown(story: Story, service: str) -> None:
    """web is replaced by compose, which leaves 10 ms between the exit and the removal."""
    container = story.after(project.change_a_file).container(service)
    events = story.json("show", container)["events"]
    drift = [event["data"] for event in events if event["type"] == "container.drift_seen"]
    assert drift, "no drift was seen"
    assert {"/added"} <= set(drift[-1]["added"])
    assert {"/page"} <= set(drift[-1]["modified"])


# -- recreate


def test_a_container_can_be_made_again(story: Story) -> None:
    variables = {"web": {"SHOP_GREETING"}, "api": {"SHOP_API_TOKEN"}, "worker": set()}
    for containers in (_first_containers(story), _last_containers(story)):
        for service, container in containers.items():
            told = story.json("recreate", container)
            assert told["image"]["id"] == _image_of(story, container)
            assert told["image"]["pinned"] == told["image"]["id"]
            assert told["image"]["version"] == _number(story, container)
            (command,) = told["commands"]
            assert command[:2] == ["docker", "run"]
            assert command[-1] == told["image"]["id"]
            given = {command[i + 1] for i, word in enumerate(command) if word == "--env"}
            assert given == set(told["supply"]) == variables[service]


def test_a_compose_file_gives_a_container_again(story: Story) -> None:
    container = _first_containers(story)["web"]
    told = story.json("recreate", container, "--as", "compose")
    assert told["image"]["pinned"] == _image_of(story, container)
    assert told["image"]["pinned"] in told["text"]
    assert "SHOP_GREETING" in told["text"]


def test_a_reference_is_shown_with_each_move(story: Story) -> None:
    told = story.json("show", "shop/web:latest")
    moves = [event for event in told["events"] if event["type"] == "reference.pointed"]
    images = [story.image(name) for name in ("shop/web:1", "shop/web:2", "shop/web:1")]
    assert [move["data"]["image_id"] for move in moves] == images
    assert (told["image_id"], told["version"]) == (images[-1], 3)


# -- diff


def test_what_a_step_changed_is_told(story: Story) -> None:
    for step in COMPARED:
        before, after = story.before(step), story.after(step)
        told = story.json("diff", before.at, after.at)
        came = after.containers.keys() - before.containers.keys()
        went = before.containers.keys() - after.containers.keys()
        assert {each["id"] for each in told["containers"]["added"]} == came
        assert {each["id"] for each in told["containers"]["removed"]} == went
        references = told["references"]
        assert {each["reference"]: each["image_id"] for each in references["added"]} == {
            name: id for name, id in after.references.items() if name not in before.references
        }
        moved = {
            name: id
            for name, id in after.references.items()
            if before.references.get(name, id) != id
        }
        assert {each["reference"]: each["image_id"] for each in references["changed"]} == moved
        assert references["removed"] == []
    crashed = story.after(project.crash)
    changed = story.json("diff", story.before(project.crash).at, crashed.at)["containers"][
        "changed"
    ]
    (worker,) = [each for each in changed if each["id"] == crashed.container("worker")]
    assert worker["changes"]["state"] == {"from": "running", "to": "exited"}
    assert worker["changes"]["exit_code"]["to"] == 3


# -- the store


def test_no_secret_is_in_the_store(story: Story) -> None:
    files = [path for path in story.shipslog.store.parent.rglob("*") if path.is_file()]
    assert story.shipslog.store in files
    for secret in project.SECRETS:
        assert not [path for path in files if secret.encode() in path.read_bytes()]


def test_the_answers_are_the_same_without_the_engine(story: Story) -> None:
    cache = Path(os.environ["XDG_CACHE_HOME"])
    shutil.rmtree(cache)
    again = story.ask(list(story.answers))
    assert {
        question for question, told in story.answers.items() if again[question] != told
    } == set()
