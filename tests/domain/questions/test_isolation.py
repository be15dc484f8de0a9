"""What weakens a container's isolation, with the numbers of the CIS Docker Benchmark 1.6."""

import pytest

from domain.facts.container import Configuration, Healthcheck, Mount
from domain.questions.isolation import Weight, findings, lasting, to_json
from domain.questions.sharing import Share, sentences, sharing

HARDENED = Configuration(
    user="1000",
    read_only_root=True,
    security_options=("no-new-privileges",),
    network_mode="front",
    networks=("front",),
    ports=("127.0.0.1:8080->80/tcp",),
    memory_bytes=1,
    nano_cpus=1,
    pids_limit=1,
    restart_policy="on-failure",
    restart_retries=5,
    healthcheck=Healthcheck(test=("CMD", "true")),
)


def told(**parts):
    """(number, weight) of what a hardened container has wrong with these parts."""
    asked = Configuration(**{f: getattr(HARDENED, f) for f in HARDENED.__struct_fields__} | parts)
    return [(each.cis, each.weight.value) for each in findings(asked)]


def bind(source, **parts):
    return {"mounts": (Mount("bind", "/inside", source=source, **parts),)}


def test_a_hardened_container_has_no_finding():
    assert findings(HARDENED) == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"privileged": True}, [("5.5", "high")]),
        ({"network_mode": "host"}, [("5.10", "high")]),
        ({"pid_mode": "host"}, [("5.16", "high")]),
        ({"ipc_mode": "host"}, [("5.17", "medium")]),
        ({"uts_mode": "host"}, [("5.21", "medium")]),
        ({"userns_mode": "host"}, [("5.31", "medium")]),
        ({"cgroupns_mode": "host"}, [(None, "low")]),
        ({"cap_add": ("CAP_SYS_ADMIN",)}, [("5.4", "high")]),
        ({"cap_add": ("NET_RAW",)}, [("5.4", "medium")]),
        (
            {"security_options": ("no-new-privileges:true", "seccomp=unconfined")},
            [("5.22", "high")],
        ),
        (
            {"security_options": ("no-new-privileges=true", "apparmor:unconfined")},
            [("5.2", "medium")],
        ),
        ({"security_options": ("no-new-privileges", "label=disable")}, [("5.3", "medium")]),
        ({"security_options": ("no-new-privileges:false",)}, [("5.26", "low")]),
        ({"security_options": ()}, [("5.26", "low")]),
        ({"system_paths_unconfined": True}, [(None, "medium")]),
        ({"devices": ("/dev/sda:/dev/sda:rwm",)}, [("5.18", "medium")]),
        ({"read_only_root": False}, [("5.13", "low")]),
        ({"user": ""}, [("4.1", "medium")]),
        ({"user": "0:1000"}, [("4.1", "medium")]),
        (bind("/var/run/docker.sock"), [("5.32", "high")]),
        (bind("/run/podman/podman.sock", writable=False), [("5.32", "high")]),
        (bind("/"), [("5.6", "high")]),
        (bind("/etc/ssl", writable=False), [("5.6", "medium")]),
        (bind("/etcetera"), []),
        (bind("/srv", propagation="rshared"), [("5.20", "medium")]),
        ({"ports": ("8080->80/tcp",)}, [("5.14", "medium")]),
        ({"ports": ("[::]:8080->80/tcp",)}, [("5.14", "medium")]),
        ({"ports": ("10.0.0.1:80->80/tcp",)}, [("5.8", "low")]),
        ({"network_mode": "default"}, [("5.30", "low")]),
        ({"memory_bytes": 0}, [("5.11", "low")]),
        ({"nano_cpus": 0}, [("5.12", "low")]),
        ({"pids_limit": -1}, [("5.29", "low")]),
        ({"oom_kill_disable": True}, [(None, "medium")]),
        ({"cgroup_parent": "/x"}, [("5.25", "low")]),
        ({"restart_policy": "always"}, [("5.15", "low")]),
        ({"restart_retries": 0}, [("5.15", "low")]),
        ({"healthcheck": Healthcheck(test=("NONE",))}, [("5.27", "low")]),
    ],
)
def test_each_weakness_has_its_number(parts, expected):
    assert told(**parts) == expected


def test_what_privileged_includes_is_not_said_again():
    parts = {"privileged": True, "devices": ("/dev/sda:/dev/sda:rwm",)}
    assert told(**parts) == [("5.5", "high")]


def test_the_worst_comes_first():
    weights = [each.weight for each in findings(Configuration(privileged=True))]
    assert weights == sorted(weights, key=list(Weight).index)


def test_a_finding_holds_from_and_to():
    later = Configuration(
        **{f: getattr(HARDENED, f) for f in HARDENED.__struct_fields__} | {"memory_bytes": 0}
    )
    held = lasting([(10, later), (20, HARDENED), (30, later)], 40)
    assert [(each.finding.cis, each.start, each.end) for each in held] == [
        ("5.11", 10, 20),
        ("5.11", 30, 40),
    ]
    assert to_json(held)[0]["to"] == "1970-01-01T00:00:00.000000020Z"


def test_what_is_its_own_and_what_is_shared():
    own = sharing(HARDENED)
    assert own.processes == own.network == own.hostname == own.users == Share(True)
    other = sharing(Configuration(pid_mode="host", network_mode="container:db"))
    assert other.processes == Share(False, "host")
    assert other.network == Share(False, "db")


def test_the_profile_in_words():
    asked = Configuration(
        networks=("front",),
        network_mode="front",
        ports=("8080->80/tcp",),
        mounts=(
            Mount("bind", "/a", source="/x", writable=False),
            Mount("volume", "/b", name="kept"),
            Mount("volume", "/c", name="0" * 64),
            Mount("tmpfs", "/d"),
        ),
        tmpfs=("/run:size=1",),
        ipc_mode="host",
    )
    assert sentences(sharing(asked)) == [
        ("processes", "its own"),
        ("network", "its own, in front; published 8080->80/tcp"),
        ("files", "its own over the image's, writable"),
        ("memory", "the host's"),
        ("from host", "/x at /a (read-only)"),
        ("volume", "kept at /b"),
        ("volume", "000000000000 (no name) at /c"),
        ("in memory", "/run"),
        ("in memory", "/d"),
    ]
