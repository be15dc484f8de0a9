"""Reading the answers of real engines, and of engines that answer anything at all."""

import copy

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.engines import inspections
from adapters.engines.fields import NotUnderstood
from adapters.engines.inspections import (
    engine_clock,
    listed_otherwise,
    read_engine,
    read_image_listing,
)
from domain.concealing import Concealment
from domain.facts.container import ContainerState, Mount
from domain.facts.engine import EngineObserved
from domain.facts.image import IdKind
from domain.inspection import ContainerInspection, ImageInspection, ImageListing
from tests.properties import thorough
from tests.recordings import CONTAINERS, DOCKERS, ENGINES, answer

CONCEALMENT = Concealment(frozenset({"LEVEL"}), lambda value: f"hash of {len(value)} letters")


def read_container(described):
    return inspections.read_container(described, CONCEALMENT)


def read_image(described, history=()):
    return inspections.read_image(described, list(history), CONCEALMENT)


def container(engine, state):
    return read_container(answer(engine, f"container-{state}"))


# --- containers ---


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("recorded", "state", "exit_code"),
    [
        ("created", ContainerState.CREATED, None),
        ("running", ContainerState.RUNNING, None),
        ("paused", ContainerState.PAUSED, None),
        ("exited", ContainerState.EXITED, 137),
    ],
)
def test_every_engine_tells_the_state_and_exit_code(engine, recorded, state, exit_code):
    look = container(engine, recorded)
    assert (look.state, look.exit_code, look.oom_killed) == (state, exit_code, False)
    assert (look.error, look.restart_count) == ("", 0)


@pytest.mark.parametrize("engine", DOCKERS)
def test_docker_tells_why_a_start_failed_and_that_it_will_try_again(engine):
    failed = container(engine, "failed")
    assert (failed.state, failed.exit_code) == (ContainerState.CREATED, 127)
    assert "no such file" in failed.error
    assert (failed.started_at, failed.finished_at) == (None, None)
    restarting = container(engine, "restarting")
    assert (restarting.state, restarting.exit_code) == (ContainerState.RESTARTING, 1)
    assert restarting.restart_count == 1


def test_podman_tells_of_a_failed_start_without_a_code():
    failed = container("podman-5.4", "failed")
    assert (failed.state, failed.exit_code) == (ContainerState.CREATED, None)
    assert "no such file" in failed.error.lower()


@pytest.mark.parametrize("engine", ENGINES)
def test_moments_are_there_as_soon_as_there_is_something_to_tell(engine):
    created, running = container(engine, "created"), container(engine, "running")
    exited = container(engine, "exited")
    assert created.created_at == running.created_at == exited.created_at
    assert (created.started_at, created.finished_at) == (None, None)
    assert created.created_at < running.started_at == exited.started_at < exited.finished_at


@pytest.mark.parametrize("engine", ENGINES)
def test_names_images_and_labels(engine):
    look = container(engine, "created")
    image = read_image(answer(engine, "image-base"))
    assert look.name == "web"
    assert container(engine, "exited").name == "web-old"
    assert look.image.removeprefix("docker.io/") == "shipslog/base:1"
    assert look.image_id == image.id
    assert look.labels["tier"] == "front – ⚓"
    assert look.labels["exitCode"] == "0"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_configuration_is_told_without_the_values_of_the_environment(engine):
    look = container(engine, "running")
    told = look.configuration
    values = {variable.name: variable.value for variable in told.variables}
    assert {"SHOP_API_TOKEN": None, "LEVEL": "3"}.items() <= values.items()
    assert b"tok-battery" not in msgspec.json.encode(look)
    assert (told.user, told.working_dir) == ("1000:1000", "/srv")
    assert (told.read_only_root, told.privileged, told.auto_remove) == (True, False, False)
    assert (told.memory_bytes, told.network_mode) == (64 * 1024 * 1024, "none")
    # Podman forgets the ports of a container without a network.
    assert told.ports == (() if engine.startswith("podman") else ("127.0.0.1:8080->80/tcp",))
    data = [mount for mount in told.mounts if mount.destination == "/data"]
    assert [(mount.type, mount.name, mount.writable) for mount in data] == [
        ("volume", "shop-data", True)
    ]
    assert container(engine, "restarting").configuration.restart_policy == "always"


@pytest.mark.parametrize("engine", DOCKERS)
def test_docker_tells_of_health(engine):
    assert container(engine, "running").health in ("starting", "healthy")
    assert container(engine, "running").configuration.healthcheck.test == ("CMD-SHELL", "true")
    assert container(engine, "failed").health is None
    assert container(engine, "failed").configuration.healthcheck is None


def test_the_manifest_of_a_containers_image_is_told_by_the_containerd_store():
    digest = container("docker-28.5-containerd", "created").manifest_digest
    assert digest.startswith("sha256:")
    assert container("docker-28.5", "created").manifest_digest is None
    assert container("docker-20.10", "created").manifest_digest is None


@pytest.mark.parametrize("engine", ENGINES)
def test_a_list_shows_the_states_and_names_that_inspection_tells(engine):
    for item in answer(engine, "containers"):
        (name,) = item["Names"]
        state = ContainerState(item["State"])
        assert not listed_otherwise(item, state, name.removeprefix("/"))
        assert listed_otherwise(item, None, name.removeprefix("/"))
        assert listed_otherwise(item, ContainerState.RUNNING, name.removeprefix("/"))
        assert listed_otherwise(item, state, "another name")


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("removing", ContainerState.EXITED),
        ("dead", ContainerState.DEAD),
        ("configured", ContainerState.CREATED),
        ("initialized", ContainerState.CREATED),
        ("stopped", ContainerState.EXITED),
        ("stopping", ContainerState.RUNNING),
        ("removed", ContainerState.EXITED),
        ("something new", ContainerState.EXITED),
    ],
)
def test_other_words_for_a_state_are_understood(word, state):
    described = copy.deepcopy(answer("docker-28.5", "container-exited"))
    described["State"]["Status"] = word
    assert read_container(described).state is state


def test_published_ports_are_written_as_people_write_them():
    described = copy.deepcopy(answer("docker-28.5", "container-created"))
    described["HostConfig"]["PortBindings"] = {
        "80/tcp": [{"HostIp": "", "HostPort": "8080"}, {"HostIp": "::1", "HostPort": "8081"}],
        "53/udp": [{"HostIp": "", "HostPort": ""}],
        "443/tcp": None,
        "22/tcp": ["nonsense"],
    }
    ports = read_container(described).configuration.ports
    assert ports == ("53/udp", "8080->80/tcp", "[::1]:8081->80/tcp")


def test_mounts_are_read_with_what_is_behind_them():
    described = copy.deepcopy(answer("docker-28.5", "container-created"))
    described["Mounts"] = [
        {"Type": "bind", "Source": "/srv", "Destination": "/srv", "RW": False},
        {"Type": "tmpfs", "Destination": "/tmp"},
        "nonsense",
    ]
    assert read_container(described).configuration.mounts == (
        Mount("bind", "/srv", source="/srv", writable=False),
        Mount("tmpfs", "/tmp"),
    )


# --- images ---


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_describes_its_images(engine):
    look = read_image(answer(engine, "image-base"))
    assert look.id.startswith("sha256:")
    assert "shipslog/base:1" in look.references
    told = look.description
    assert (told.os, told.architecture) == ("linux", "amd64")
    assert told.created_at > 1_700_000_000 * 10**9
    assert told.size > 100_000
    assert len(told.layers) == 1
    assert told.builder == ""


@pytest.mark.parametrize(
    ("engine", "recorded", "kind"),
    [
        ("docker-20.10", "base", IdKind.CONFIG),
        ("docker-28.5", "built-buildkit", IdKind.CONFIG),
        ("docker-28.5-containerd", "base", IdKind.MANIFEST),
        ("docker-28.5-containerd", "built-buildkit", IdKind.INDEX),
        ("podman-5.4", "base", IdKind.CONFIG),
    ],
)
def test_it_is_known_what_an_images_id_is_of(engine, recorded, kind):
    assert read_image(answer(engine, f"image-{recorded}")).description.id_kind is kind


@pytest.mark.parametrize("engine", ["docker-26.1", "docker-28.5", "docker-28.5-containerd"])
def test_what_buildkit_built_is_known_by_its_comment(engine):
    assert read_image(answer(engine, "image-built-buildkit")).description.builder == "buildkit"


@pytest.mark.parametrize("engine", DOCKERS)
def test_what_the_classic_builder_built_is_known_by_its_history(engine):
    history = answer(engine, "image-built-classic-history")
    look = read_image(answer(engine, "image-built-classic"), history)
    assert look.description.builder == "classic"
    assert [step.text for step in look.description.history][-1].endswith("LABEL builder=0")
    committed = answer(engine, "image-committed-history")
    assert read_image(answer(engine, "image-committed"), committed).description.builder == ""


@pytest.mark.parametrize("engine", ENGINES)
def test_an_import_is_no_build(engine):
    history = answer(engine, "image-base-history")
    assert read_image(answer(engine, "image-base"), history).description.builder == ""


@pytest.mark.parametrize("engine", DOCKERS)
def test_a_commit_is_no_build_and_has_a_parent(engine):
    look = read_image(answer(engine, "image-committed"), answer(engine, "image-committed-history"))
    base = read_image(answer(engine, "image-base"))
    assert look.description.builder == ""
    assert look.description.parent == base.id
    assert look.description.layers[:1] == base.description.layers
    assert look.references == {"shop/web:2", "shop/web:latest"}


@pytest.mark.parametrize("engine", ENGINES)
def test_images_are_listed_under_the_ids_by_which_they_are_described(engine):
    listed = {
        item.id: item.references for item in map(read_image_listing, answer(engine, "images"))
    }
    base = read_image(answer(engine, "image-base"))
    assert "shipslog/base:1" in listed[base.id]
    assert all(image_id.startswith("sha256:") for image_id in listed)


def test_marks_for_none_and_digests_are_no_references():
    item = {
        "Id": "sha256:x",
        "RepoTags": ["<none>:<none>", "web:1", f"moby-dangling@sha256:{'a' * 64}"],
    }
    assert read_image_listing(item).references == {"web:1"}
    assert read_image_listing({"Id": "sha256:x", "RepoTags": None}).references == frozenset()


# --- engines ---


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_says_who_it_is(engine):
    version, info = answer(engine, "version"), answer(engine, "info")
    observed = read_engine("", "unix:///run/docker.sock", version, info, 7)
    product, _, number = engine.partition("-")
    assert observed.flavour == product
    assert observed.version.startswith(number.partition("-")[0])
    # Podman makes up another id for every answer.
    assert observed.daemon_id == info["Name" if product == "podman" else "ID"] != ""
    assert observed.architecture == "amd64"
    assert (observed.name, observed.occurred_at, observed.recorded_at) == (info["Name"], 7, 7)
    assert observed.image_store == ("containerd" if "containerd" in engine else "graphdriver")
    assert observed.storage_driver.startswith("overlay")
    assert read_engine("laptop", "unix:///x", version, info, 7).name == "laptop"


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_tells_its_own_clock(engine):
    assert engine_clock(answer(engine, "info"), 5) > 1_700_000_000 * 10**9
    assert engine_clock({}, 5) == 5
    assert engine_clock({"SystemTime": "0001-01-01T00:00:00Z"}, 5) == 5


# --- anything at all ---

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(2**63, 2**70)
    | st.floats()
    | st.text(st.characters(codec=None), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)


@st.composite
def damaged(draw, names):
    """A recorded answer in which a few things are something else."""
    value = copy.deepcopy(answer(draw(st.sampled_from(ENGINES[:4])), draw(st.sampled_from(names))))
    for _ in range(draw(st.integers(1, 4))):
        place = value
        while True:
            keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and draw(st.booleans()):
                place = place[key]
                continue
            if draw(st.booleans()) and isinstance(place, dict):
                del place[key]
            else:
                place[key] = draw(values)
            break
    return value


def is_understood_or_not(read, value, kind):
    try:
        look = read(value)
    except NotUnderstood:
        return
    written = msgspec.json.encode(look)
    assert msgspec.json.decode(written, type=kind) == look


@thorough
@given(damaged([f"container-{state}" for state in CONTAINERS]))
def test_a_damaged_container_is_understood_or_not(value):
    is_understood_or_not(read_container, value, ContainerInspection)


@thorough
@given(damaged(["image-base", "image-committed", "image-built-classic"]))
def test_a_damaged_image_is_understood_or_not(value):
    is_understood_or_not(read_image, value, ImageInspection)
    is_understood_or_not(read_image_listing, value, ImageListing)


@thorough
@given(damaged(["image-built-classic-history"]) | values)
def test_a_damaged_history_is_understood_as_far_as_it_can_be(history):
    described = answer("docker-28.5", "image-built-classic")
    look = inspections.read_image(described, history, CONCEALMENT)
    written = msgspec.json.encode(look)
    assert msgspec.json.decode(written, type=ImageInspection) == look


@thorough
@given(damaged(["version"]), damaged(["info"]))
def test_a_damaged_engine_is_understood_or_not(version, info):
    is_understood_or_not(lambda v: read_engine("", "x", v, info, 1), version, EngineObserved)
    assert engine_clock(info, 5) > 0


@given(values)
def test_anything_else_is_not_understood(value):
    for read in (read_container, read_image, read_image_listing):
        if not isinstance(value, dict):
            with pytest.raises(NotUnderstood, match="not answer as a container engine"):
                read(value)
