"""What Podman gives every container is left out, and its words become the command line's."""

from domain.facts import engine
from domain.facts.container import Configuration, Mount, Variable
from domain.facts.image import Description
from domain.questions.recreating.recreation import recreate, to_json
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import at, image_id
from tests.domain.questions.containers import Asked, described, made
from tests.domain.questions.story import moment

PODMAN = (
    memory.engine(),
    at(
        moment(1),
        engine.EngineObserved,
        name="here",
        endpoint="unix:///run/podman/podman.sock",
        daemon_id="d",
        flavour="podman",
    ),
)
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ITS_OWN = {
    "pid_mode": "private",
    "uts_mode": "private",
    "ipc_mode": "shareable",
    "runtime": "oci",
    "stop_signal": "15",
    "stop_timeout_seconds": 10,
    "shm_bytes": 65_536_000,
    "memory_swappiness": 0,
    "working_dir": "/",
    "network_mode": "bridge",
    "networks": ("podman",),
    "annotations": {"io.podman.annotations.privileged": "TRUE"},
}
ITS_VARIABLES = (Variable("HOSTNAME", None, "1"), Variable("PATH", PATH, "2"))
ITS_VARIABLES += (Variable("container", None, "3"),)


def words(image=None, **parts):
    asked = Configuration(**{"variables": ITS_VARIABLES, **ITS_OWN, **parts})
    history = Asked([PODMAN], described(image or Description()), made(asked))
    told = recreate(history.history, history.subject(), history.reading)
    (command,) = to_json(told)["commands"]
    return command


def test_a_plain_container_is_its_image():
    assert words() == ["podman", "run", "--detach", "--name", "web", image_id(1)]


def test_what_was_chosen_is_said_in_the_words_of_the_command_line():
    told = words(
        networks=("front",),
        ulimits=("RLIMIT_NOFILE=1:2",),
        nano_cpus=750_000_000,
        cpu_quota=75_000,
        cpu_period=100_000,
        mounts=(
            Mount("volume", "/a", name="kept", form="volume", options=("rw", "nodev", "rbind")),
            Mount("volume", "/b", name="f" * 64, form="volume", options=("rw",)),
        ),
    )
    assert told[5:-1] == [
        *("--network", "front", "--volume", "kept:/a", "--volume", "/b", "--cpus", "0.75"),
        *("--ulimit", "nofile=1:2"),
    ]


def test_a_signal_that_it_writes_as_a_number_is_compared_by_its_name():
    assert "--stop-signal" not in words(Description(stop_signal="SIGINT"), stop_signal="2")
    assert words(stop_signal="10")[5:7] == ["--stop-signal", "SIGUSR1"]


def test_a_digest_that_it_gives_every_image_is_no_proof_of_a_registry():
    local = Description(repo_digests=("docker.io/shop/web@sha256:abc",))
    assert words(local)[-1] == image_id(1)
