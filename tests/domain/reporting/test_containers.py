import msgspec
import pytest

from domain.container import State
from domain.facts import Origin
from domain.facts import engine as engine_facts
from domain.identity import CONTAINER, ENGINE
from domain.inspection import Inquiry
from tests.domain.world import C1, C2, A, World, at, event
from tests.domain.world import ENGINE as KEY

LABELS = {"tier": "front", "com.docker.compose.service": "web"}
FORGED = {"exitCode": "0", "signal": "SPOOF", "execID": "mine", "oldName": "/forged"}
FORGED |= {"imageID": "sha256:forged", "imageRef": "forged:1", "comment": "forged"}
NAMED = {"name": "web", "image": "shop/web:1"}


def created(labels: dict[str, str] = LABELS) -> World:
    world = World()
    world.hears(event("container create", C1, 0, **labels, **NAMED))
    return world


def last(world: World):
    return world.of(CONTAINER, C1)[-1]


# --- creation and discovery ---


def test_a_creation_tells_name_typed_image_and_labels():
    fact = last(created())
    assert (fact.TOPIC, fact.name, fact.image) == ("container.created", "web", "shop/web:1")
    assert fact.labels == LABELS
    assert fact.said.attributes == NAMED


def test_labels_are_stored_once_however_often_the_engine_repeats_them():
    world = created()
    for seconds, action in enumerate(["start", "kill", "die", "stop", "destroy"], start=1):
        world.hears(event(f"container {action}", C1, seconds, **LABELS, **NAMED))
    assert msgspec.json.encode(world.facts).count(b"com.docker.compose.service") == 1


def test_a_container_first_heard_of_in_mid_life_is_found():
    world = World()
    world.hears(event("container pause", C1, 5, **LABELS, **NAMED))
    found, paused = world.of(CONTAINER, C1)
    assert (found.TOPIC, found.name, found.image) == ("container.found", "web", "shop/web:1")
    assert found.labels == LABELS
    assert (found.state, found.said, found.occurred_at) == (None, None, at(5))
    assert paused.TOPIC == "container.paused"
    assert paused.unexpected_from is None


@pytest.mark.parametrize(
    ("action", "added"),
    [
        ("die", {"exitCode": "137", "execDuration": "3"}),
        ("kill", {"signal": "15"}),
        ("rename", {"oldName": "/old"}),
        ("exec_die", {"execID": "1", "exitCode": "0"}),
        ("commit", {"comment": "", "imageID": A, "imageRef": "shop/web:2"}),
    ],
)
def test_what_an_event_adds_is_no_label_of_a_container_found_by_it(action, added):
    world = World()
    world.hears(event(f"container {action}", C1, 5, **added, **LABELS, **NAMED))
    assert world.container().labels == LABELS


def test_a_container_is_found_once():
    world = World()
    for seconds in range(3):
        world.hears(event("container top", C1, seconds, **NAMED))
    assert world.life() == ["found", "reported", "reported", "reported"]


def test_a_volume_or_network_alone_does_not_make_a_container_known():
    world = World()
    world.hears(
        event("network connect", "net", 1, container=C1, name="shop"),
        event("container start", C1, 2, **NAMED),
    )
    assert world.life() == ["network_connected", "found", "started"]


# --- what each event tells ---


@pytest.mark.parametrize(
    ("action", "topic"),
    [
        ("start", "started"),
        ("stop", "stopped"),
        ("restart", "restarted"),
        ("pause", "paused"),
        ("unpause", "unpaused"),
        ("oom", "oom"),
        ("update", "updated"),
        ("export", "exported"),
        ("extract-to-dir", "files_copied_in"),
        ("archive-path", "files_copied_out"),
        ("destroy", "removed"),
        ("attach", "reported"),
        ("top", "reported"),
        ("something new", "reported"),
    ],
)
def test_each_action_has_its_fact(action, topic):
    world = created()
    world.hears(event(f"container {action}", C1, 1, **NAMED))
    assert world.life() == ["created", topic]
    if topic == "reported":
        assert last(world).action == action


@pytest.mark.parametrize(
    ("action", "topic"),
    [("remove", "removed"), ("exec", "exec_started"), ("exec_died", "exec_ended")],
)
def test_podmans_words_mean_the_same(action, topic):
    world = created()
    world.hears(event(f"container {action}", C1, 1, **NAMED, podId=""))
    assert world.life() == ["created", topic]
    assert last(world).said.action == action


def test_podmans_own_attributes_are_no_labels_on_podman():
    world = World()
    observed = engine_facts.EngineObserved(
        occurred_at=at(0),
        recorded_at=at(0),
        name="laptop",
        endpoint="unix:///run/podman.sock",
        daemon_id="1",
        flavour="podman",
    )
    world.enters(ENGINE, KEY, observed)
    world.hears(event("container create", C1, 0, **NAMED, **LABELS, podId=""))
    world.hears(event("container die", C2, 0, **NAMED, podId="", containerExitCode="1"))
    assert world.container(C1).labels == LABELS
    assert world.container(C2).labels == {}


def test_an_exit_tells_its_code():
    world = created()
    world.hears(event("container die", C1, 1, exitCode="137", **LABELS, **NAMED))
    assert last(world).exit_code == 137
    assert world.container().exit_code == 137


@pytest.mark.parametrize("text", ["", "x", "1.5", "٣", "9" * 19, "--1", "+1", "1e3", " 1"])
def test_an_exit_code_that_is_no_number_is_unknown(text):
    world = created()
    world.hears(event("container die", C1, 1, exitCode=text, **NAMED))
    assert last(world).exit_code is None
    assert last(world).said.attributes["exitCode"] == text


def test_windows_exit_codes_may_be_large_or_negative():
    world = created()
    world.hears(event("container die", C1, 1, exitCode="3221225786", **NAMED))
    assert last(world).exit_code == 3221225786
    world.hears(event("container die", C1, 2, exitCode="-1", **NAMED))
    assert last(world).exit_code == -1


def test_a_signal_tells_which():
    world = created()
    world.hears(event("container kill", C1, 1, signal="15", **NAMED))
    assert last(world).signal == "15"


def test_a_rename_tells_both_names_without_dockers_slash():
    world = created()
    world.hears(event("container rename", C1, 1, oldName="/web", image="shop/web:1", name="old"))
    assert (last(world).name, last(world).old_name) == ("old", "web")
    assert world.container().name == "old"


def test_podmans_rename_tells_only_the_new_name():
    world = created()
    world.hears(event("container rename", C1, 1, image="shop/web:1", name="old"))
    assert (last(world).name, last(world).old_name) == ("old", None)


def test_a_commit_tells_the_image_and_its_reference():
    world = created()
    added = {"comment": "by hand", "imageID": A, "imageRef": "docker.io/shop/web"}
    world.hears(event("container commit", C1, 1, **added, **NAMED))
    assert (last(world).image_id, last(world).reference) == (A, "shop/web:latest")


def test_a_commit_without_a_reference_has_none():
    world = created()
    world.hears(event("container commit", C1, 1, comment="", imageID=A, imageRef="", **NAMED))
    assert (last(world).image_id, last(world).reference) == (A, None)


def test_a_health_status_is_told_and_kept_as_said():
    world = created()
    world.hears(event("container health_status", C1, 1, payload="unhealthy", **NAMED))
    assert last(world).status == "unhealthy"
    assert last(world).said.action == "health_status: unhealthy"
    assert world.container().health == "unhealthy"


def test_a_probe_of_podman_without_a_status_changes_no_health():
    world = created()
    world.hears(event("container health_status", C1, 1, payload="unhealthy", **NAMED))
    world.hears(event("container health_status", C1, 2, **NAMED))
    assert last(world).TOPIC == "container.reported"
    assert world.container().health == "unhealthy"


# --- commands ---


def test_a_password_on_the_command_line_of_an_exec_is_nowhere_in_what_is_stored():
    world = created()
    for action in ("exec_create", "exec_start"):
        said = event(f"container {action}", C1, 1, "mysql -uroot -pS3cr3t", execID="1", **NAMED)
        world.hears(said)
    world.hears(event("container exec_die", C1, 2, execID="1", exitCode="3", **NAMED))
    assert world.life() == ["created", "exec_created", "exec_started", "exec_ended"]
    assert b"S3cr3t" not in msgspec.json.encode(world.book.pending())
    assert [fact.exec_id for fact in world.of(CONTAINER, C1)[1:]] == ["1", "1", "1"]
    assert last(world).exit_code == 3


# --- forged labels ---


@pytest.mark.parametrize(
    ("action", "real", "told"),
    [
        ("die", {}, {"exit_code": None}),
        ("kill", {}, {"signal": None}),
        ("rename", {}, {"old_name": None}),
        ("exec_create", {}, {"exec_id": None}),
        ("exec_start", {}, {"exec_id": None}),
        ("exec_die", {}, {"exec_id": None, "exit_code": None}),
        ("commit", {}, {"image_id": None, "reference": None}),
    ],
)
def test_what_a_label_forges_is_not_believed(action, real, told):
    world = created(FORGED)
    world.hears(event(f"container {action}", C1, 1, **real, **FORGED, **NAMED))
    assert {key: getattr(last(world), key) for key in told} == told
    assert "exitCode" not in last(world).said.attributes


def test_a_forged_value_that_podman_overrides_is_kept_as_said_but_not_believed():
    world = created(FORGED)
    world.hears(event("container die", C1, 1, **(FORGED | {"exitCode": "137"}), **NAMED))
    assert last(world).exit_code is None
    assert last(world).said.attributes == NAMED | {"exitCode": "137"}


def test_name_and_image_cannot_be_forged():
    world = created({"tier": "front"})
    assert (last(world).name, last(world).image) == ("web", "shop/web:1")


def test_a_container_found_in_mid_life_gives_itself_away_by_a_label_that_does_not_belong():
    world = World()
    world.hears(event("container start", C1, 1, **FORGED, **NAMED))
    world.hears(event("container die", C1, 2, **FORGED, **NAMED))
    assert last(world).exit_code is None


# --- what is to be looked at ---


def test_a_container_is_looked_at_on_its_creation():
    world = World()
    inquiries = world.hears(event("container create", C1, 0, **NAMED))
    assert inquiries == [Inquiry(CONTAINER, C1, "create", at(0))]


def test_once_its_image_is_known_only_its_exits_are_looked_at():
    world = created()
    assert len(world.hears(event("container start", C1, 1, **NAMED))) == 1
    world.enters(CONTAINER, C1, configured())
    assert world.hears(event("container stop", C1, 2, **NAMED)) == []
    assert world.hears(event("container die", C1, 3, **NAMED)) == [
        Inquiry(CONTAINER, C1, "die", at(3))
    ]


@pytest.mark.parametrize("action", ["destroy", "remove"])
def test_what_is_gone_is_not_looked_at(action):
    assert created().hears(event(f"container {action}", C1, 1, **NAMED)) == []


def configured():
    from domain.facts.container import ContainerConfigured

    return ContainerConfigured(
        occurred_at=at(1), recorded_at=at(1), origin=Origin.INSPECTED, image_id=A
    )


def test_a_life_from_beginning_to_end():
    world = World()
    for seconds, action in enumerate(["create", "start", "kill", "die", "stop", "destroy"]):
        world.hears(event(f"container {action}", C1, seconds, **LABELS, **NAMED))
    assert world.life() == ["created", "started", "signalled", "exited", "stopped", "removed"]
    assert world.container().state is State.REMOVED
    assert all(fact.unexpected_from is None for fact in world.of(CONTAINER, C1))
