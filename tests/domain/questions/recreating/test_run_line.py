"""The `docker run` line says what the image and the engine do not, and nothing else."""

import shlex
import subprocess

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import ShipslogError
from domain.facts import container
from domain.facts.container import Configuration, Endpoint, Healthcheck, Mount, Variable
from domain.facts.image import Description, IdKind, ImagePulled
from domain.questions.recreating.recreation import comments, recreate, to_json
from domain.questions.recreating.shell_text import command_text, quoted
from domain.redaction import mark
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import at, image_id
from tests.domain.questions.containers import Asked, configured, described, made
from tests.domain.questions.story import moment, pointed
from tests.properties import thorough

HEAD = ["docker", "run", "--detach", "--name", "web"]
HOSTILE = ('it\'s "so"', "a\nb", "$HOME `id` $(id)", "-x", "--rm", "naïve ⚓", "\\", "", "#", "*")


PLAIN, UNSAID = Configuration(), Description()


def line(configuration=PLAIN, description=UNSAID, **more):
    asked = Asked(described(description), made(configuration, **more))
    return recreate(asked.history, asked.subject(), asked.reading)


def words(*arguments, **more):
    (command,) = to_json(line(*arguments, **more))["commands"]
    return command


def options(*arguments, **more):
    """What stands between the name and the image."""
    told = words(*arguments, **more)
    assert told[: len(HEAD)] == HEAD
    return told[len(HEAD) : told.index(image_id(1))]


# --- what is left out ---


def test_a_plain_container_is_its_image_by_id():
    assert words() == [*HEAD, image_id(1)]


def test_what_the_image_gives_is_left_out():
    check = Healthcheck(test=("CMD", "true"), interval_ns=5)
    image = Description(
        entrypoint=("run",),
        command=("it",),
        variables=(Variable("A", None, "a1"),),
        user="1000",
        working_dir="/srv",
        stop_signal="SIGINT",
        exposed_ports=("80/tcp",),
        volumes=("/data",),
        labels={"vendor": "shop"},
        healthcheck=check,
    )
    asked = Configuration(
        entrypoint=("run",),
        command=("it",),
        variables=(Variable("A", None, "a1"),),
        user="1000",
        working_dir="/srv",
        stop_signal="SIGINT",
        exposed_ports=("80/tcp",),
        mounts=(Mount("volume", "/data", name="f" * 64, form="anonymous"),),
        healthcheck=msgspec.structs.replace(check, command="true"),
    )
    assert words(asked, image, labels={"vendor": "shop"}) == [*HEAD, image_id(1)]


def test_what_differs_from_the_image_is_said():
    image = Description(user="1000", labels={"vendor": "shop"}, exposed_ports=("80/tcp",))
    asked = Configuration(user="0", exposed_ports=("53/udp", "80/tcp"), ports=("9000/tcp",))
    assert options(asked, image, labels={"vendor": "else"}) == [
        *("--user", "0", "--label", "vendor=else", "--publish", "9000", "--expose", "53/udp")
    ]


# --- the process ---


@pytest.mark.parametrize(
    ("image", "asked", "expected"),
    [
        ((("run",), ("it",)), (("run",), ("that",)), (["--"], ["that"])),
        ((("run",), ("it",)), (("run",), ()), (["run"], [])),
        ((("run",), ("it",)), ((), ("sh",)), ([""], ["sh"])),
        ((("run",), ("it",)), (("go", "-v"), ("it",)), (["go"], ["-v", "it"])),
        (((), ("sh",)), (("sh",), ()), (["sh"], [])),
        (((), ("sh",)), ((), ("ls", "-l")), (["--"], ["ls", "-l"])),
    ],
)
def test_entrypoint_and_command_come_to_the_same(image, asked, expected):
    told = words(
        Configuration(entrypoint=asked[0], command=asked[1]),
        Description(entrypoint=image[0], command=image[1]),
    )
    end = told.index(image_id(1))
    entrypoint = told[end - 1 : end] if "--entrypoint" in told else ["--"]
    assert (entrypoint, told[end + 1 :]) == expected


# --- variables ---


def test_values_that_are_not_stored_are_for_the_person_to_supply():
    image = Description(variables=(Variable("SAME", None, "d1"), Variable("OTHER", None, "d2")))
    asked = Configuration(
        variables=(
            Variable("ALLOWED", "a b", "d3"),
            Variable("EMPTY", "", "d0"),
            Variable("NEW", None, "d4"),
            Variable("OTHER", None, "d5"),
            Variable("SAME", None, "d1"),
        )
    )
    told = line(asked, image)
    assert told.supply == ("NEW", "OTHER")
    assert options(asked, image) == [
        *("--env", "ALLOWED=a b", "--env", "EMPTY=", "--env", "NEW", "--env", "OTHER")
    ]
    assert "# Supply these variables: NEW, OTHER" in comments(told)


def test_a_variable_without_a_value_must_stay_unset():
    image = Description(variables=(Variable("GONE", None, "d1"), Variable("BARE", None, "d2")))
    told = line(Configuration(variables=(Variable("BARE"),)), image)
    assert told.supply == ()
    assert "Leave these variables unset: GONE, BARE." in told.remarks


def test_a_kept_value_with_a_secret_in_it_is_not_given():
    value = f"postgres://me:{mark('url password')}@db"
    assert line(Configuration(variables=(Variable("DSN", value, "d"),))).supply == ("DSN",)


# --- networks, ports, mounts, limits ---


def test_one_network_is_an_option_and_more_are_joined_before_the_start():
    asked = Configuration(
        network_mode="front",
        networks=("back", "front"),
        endpoints=(
            Endpoint("back", aliases=("w",), driver_options=("a=b",)),
            Endpoint("front", aliases=("www",), ipv4="10.0.0.9"),
        ),
    )
    told = to_json(line(asked))["commands"]
    assert told[0][:2] == ["docker", "create"]
    assert told[0][4:-1] == ["--network", "front", "--network-alias", "www", "--ip", "10.0.0.9"]
    assert told[1] == [
        *("docker", "network", "connect", "--alias", "w", "--driver-opt", "a=b", "back", "web")
    ]
    assert told[2] == ["docker", "start", "web"]


def test_a_network_that_is_named_by_its_id_is_known_by_its_name():
    asked = Configuration(network_mode="7ff31bb52596", networks=("front",))
    assert options(asked) == ["--network", "front"]


@pytest.mark.parametrize("usual", ["default", "bridge"])
def test_the_usual_network_is_left_out(usual):
    assert options(Configuration(network_mode=usual, networks=("bridge",))) == []


@pytest.mark.parametrize(
    ("stored", "asked_for"),
    [
        ("8080->80/tcp", "8080:80"),
        ("127.0.0.1:8080->80/tcp", "127.0.0.1:8080:80"),
        ("[::1]:8081->80/tcp", "[::1]:8081:80"),
        ("127.0.0.1->80/tcp", "127.0.0.1::80"),
        ("8000-8010->53/udp", "8000-8010:53/udp"),
        ("53/udp", "53/udp"),
    ],
)
def test_ports_are_published_as_they_were(stored, asked_for):
    assert options(Configuration(ports=(stored,))) == ["--publish", asked_for]


def test_mounts_are_asked_for_in_their_own_form():
    asked = Configuration(
        mounts=(
            Mount("bind", "/a", source="/host/a", form="volume", options=("ro", "z")),
            Mount("volume", "/b", name="kept", form="volume"),
            Mount("volume", "/c", name="0" * 64, form="anonymous"),
            Mount("bind", "/d", source='/x,"y"', writable=False, form="mount"),
            Mount("tmpfs", "/e", form="mount", options=("tmpfs-size=64",)),
            Mount("volume", "/f", name="lent"),
        ),
        volumes_from=("other:ro",),
    )
    assert options(asked) == [
        *("--volume", "/host/a:/a:ro,z", "--volume", "kept:/b"),
        *("--mount", 'type=bind,"source=/x,""y""",target=/d,readonly'),
        *("--mount", "type=tmpfs,target=/e,tmpfs-size=64", "--volume", "/c"),
        *("--volumes-from", "other:ro"),
    ]
    assert any("content of /c" in each for each in line(asked).lost)


def test_numbers_are_exact():
    asked = Configuration(
        nano_cpus=1_250_000_000,
        memory_bytes=64 * 1024 * 1024,
        memory_swap_bytes=-1,
        memory_reservation_bytes=1_000_001,
        memory_swappiness=0,
        stop_timeout_seconds=0,
        healthcheck=Healthcheck(test=("CMD-SHELL", "x"), interval_ns=1_500_000_000),
    )
    assert options(asked) == [
        *("--stop-timeout", "0", "--health-cmd", "x", "--health-interval", "1500ms"),
        *("--cpus", "1.25", "--memory", "64m", "--memory-swap", "-1"),
        *("--memory-reservation", "1000001b", "--memory-swappiness", "0"),
    ]


def test_devices_by_a_vendors_name_and_graphics_processors():
    asked = Configuration(
        device_requests=(
            'driver=cdi,"device=v.com/c=a,v.com/c=b"',
            "count=2,capabilities=gpu",
        )
    )
    assert options(asked) == [
        *("--device", "v.com/c=a", "--device", "v.com/c=b", "--gpus", "count=2,capabilities=gpu")
    ]


def test_a_privileged_container_is_not_told_what_the_engine_adds():
    asked = Configuration(privileged=True, security_options=("label=disable",))
    assert options(asked) == ["--privileged"]


def test_a_seccomp_profile_is_given_as_a_file():
    told = line(Configuration(security_options=('seccomp={"defaultAction":"x"}',)))
    assert "--security-opt seccomp=seccomp.json" in told.text
    assert told.files == {"seccomp.json": '{"defaultAction":"x"}'}


# --- the image ---


def test_an_image_from_a_registry_is_pinned_by_its_repository_digest():
    digest = "shop/web@sha256:" + "d" * 64
    told = line(description=Description(repo_digests=("mirror/web@sha256:0", digest)))
    assert (told.pin.image, told.pin.by) == (digest, "repository digest")


def test_a_digest_that_the_containerd_store_gives_to_all_is_no_proof_of_a_registry():
    own = Description(id_kind=IdKind.INDEX, repo_digests=(f"shop/web@{image_id(1)}",))
    assert line(description=own).pin.image == image_id(1)
    asked = Asked(
        described(own),
        [pointed(6, "shop/web:1", 1)],
        [(memory.reference("shop/web:1"), at(moment(6), ImagePulled))],
        made(),
    )
    told = recreate(asked.history, asked.subject(), asked.reading)
    assert told.pin.image == f"shop/web@{image_id(1)}"


# --- moments ---


def test_it_is_as_it_was_at_the_moment():
    told = [
        *made(Configuration(memory_bytes=1024, networks=("bridge",))),
        (memory.container(1), at(moment(20), container.ContainerStarted)),
        (memory.container(1), at(moment(30), container.ContainerUpdated)),
        configured(Configuration(memory_bytes=2048, networks=("bridge",)), 30),
        (memory.container(1), at(moment(40), container.ContainerRenamed, name="old")),
        (memory.container(1), at(moment(50), container.NetworkConnected, network="back")),
        (memory.container(1), at(moment(60), container.ContainerExited, exit_code=0)),
        (memory.container(1), at(moment(60), container.NetworkDisconnected, network="back")),
        (memory.container(1), at(moment(70), container.ContainerRemoved)),
    ]
    asked = Asked(described(), told)

    def as_of(seconds):
        return recreate(asked.history, asked.subject(), asked.reading, moment(seconds))

    assert "--name web" in as_of(25).text
    assert "--memory 1k" in as_of(25).text
    assert "--memory 2k" in as_of(35).text
    assert "docker run" in as_of(45).text
    assert "--name old" in as_of(45).text
    last = recreate(asked.history, asked.subject(), asked.reading)
    assert "docker network connect back old" in last.text
    assert any("back, which it joined later" in each for each in last.lost)


def test_a_network_that_was_left_while_it_ran_is_left():
    asked = Asked(
        described(),
        made(Configuration(network_mode="front", networks=("back", "front"))),
        [
            (memory.container(1), at(moment(20), container.ContainerStarted)),
            (memory.container(1), at(moment(50), container.NetworkDisconnected, network="back")),
        ],
    )
    told = recreate(asked.history, asked.subject(), asked.reading)
    assert "back" not in told.text


def test_an_update_that_nobody_could_look_at_is_said():
    updated = (memory.container(1), at(moment(30), container.ContainerUpdated))
    asked = Asked(described(), made(), [updated])
    assert any("last update" in each for each in _last(asked).lost)


def test_another_container_is_meant_by_its_name():
    other = f"container:{2:064x}"
    asked = Asked(described(), made(number=2, name="db"), made(Configuration(network_mode=other)))
    assert "--network container:db" in _last(asked).text
    assert "It needs the container db, which must be there first." in _last(asked).remarks


def test_a_container_that_nobody_looked_at_cannot_be_made_again():
    asked = Asked(described(), made()[:1])
    with pytest.raises(ShipslogError, match=r"not known.*'shop/web:1'"):
        _last(asked)


def _last(asked):
    return recreate(asked.history, asked.subject(), asked.reading)


# --- secrets ---


def test_what_was_redacted_is_marked_and_listed():
    secret = mark("name")
    asked = Configuration(
        command=("run", "--password", secret),
        log_options=(f"splunk-token={secret}",),
    )
    told = line(asked, labels={"api.key": secret})
    assert told.redacted == ("the command", "the logging options", "the label api.key")
    assert "# A secret was taken out of the command; put it back." in comments(told)


def test_agreement_with_the_image_that_a_secret_may_belie_is_said():
    secret = mark("name")
    image = Description(command=("run", secret), labels={"api.key": secret})
    told = line(Configuration(command=("run", secret)), image, labels={"api.key": secret})
    assert told.redacted == ()
    assert [each for each in told.lost if "whether" in each] == [
        "whether the command is exactly the image's: a secret was taken out of both",
        "whether the label api.key is exactly the image's: a secret was taken out of both",
    ]


# --- text ---


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_come_back_from_the_text(word):
    told = line(Configuration(command=("sh", word, "x")), labels={word or "empty": word})
    (command,) = to_json(told)["commands"]
    assert shell_words(told.text) == command
    assert command[-3:] == ["sh", word, "x"]


def shell_words(text):
    """What a shell takes the one command for."""
    listing = "docker() { printf '%s\\0' docker \"$@\"; }\n"
    done = subprocess.run(["bash", "-c", listing + text], capture_output=True, check=True)
    return done.stdout.decode().split("\0")[:-1]


@thorough
@given(st.lists(st.lists(st.text(), min_size=1), min_size=1))
def test_the_text_of_printable_words_splits_into_them(groups):
    groups = [
        ["".join(each for each in word if each.isprintable() or each == "\n") for word in group]
        for group in groups
    ]
    lines = [shlex.split(command_text([group])) for group in groups]
    assert lines == groups


@thorough
@given(st.text())
def test_nothing_that_a_terminal_would_obey_is_in_a_quoted_word(word):
    assert all(each.isprintable() or each in "\n\t" for each in quoted(word))


def test_a_shell_gives_every_character_back():
    every = [chr(number) for number in (*range(1, 0x300), 0x202E, 0x2028, 0xFEFF, 0x1F6A2)]
    words = [each + "0'\\" for each in every]
    script = f"printf '%s\\0' {' '.join(map(quoted, words))}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=True)
    assert done.stdout.decode().split("\0")[:-1] == words


def test_comments_hold_one_line_each_whatever_a_name_holds():
    told = line(name="x\ndocker rm -f everything", labels={"com.docker.compose.project": "\n;"})
    assert all("\n" not in each and each.startswith("# ") for each in comments(told))


def test_before_its_creation_there_is_nothing_to_make_again():
    asked = Asked(described(), made(seconds=10))
    with pytest.raises(ShipslogError, match="created at"):
        recreate(asked.history, asked.subject(), asked.reading, moment(9))
