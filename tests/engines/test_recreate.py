"""Containers are made in many ways, recorded, removed and made again from `shipslog recreate`."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest

from tests.engines.fixtures import Fleet
from tests.engines.recorder import Shipslog, log_of, until
from tests.engines.running import KINDS, RunningEngine

# Minutes on each engine: run by `make long`.
pytestmark = pytest.mark.long

ENGINES = ("docker-20.10", "docker-26.1", "docker-28.5", "docker-28.5-containerd")

DOCKERFILE = """\
FROM {base}
ENV GREETING=hello EMPTY= LEVEL=info
LABEL vendor=shop odd='two words'
VOLUME /data
EXPOSE 8000
USER 1000:1000
WORKDIR /srv
STOPSIGNAL SIGINT
HEALTHCHECK --interval=7s CMD ["test", "-d", "/srv"]
ENTRYPOINT ["sh", "-c"]
CMD ["sleep 1000"]
"""

SUPPLIED = {"TOKEN": "to be $upplied", "LEVEL": "debug", "GREETING": "hello; again"}
"""What the person gives: the environment of the commands that make the containers."""

CONTAINERS: Mapping[str, tuple[str, ...]] = {
    "plain": ("{base}",),
    "process": (
        *("--entrypoint", "sh", "--workdir", "/tmp", "--user", "nobody", "--tty", "--interactive"),
        *("--init", "--hostname", "box", "--domainname", "example.test"),
        *("--stop-signal", "SIGUSR1", "--stop-timeout", "0", "{base}"),
        *("-c", "echo 'a b' \"$HOME\" `id` && exit 3\n# – ⚓", "-x", ""),
    ),
    "labels": (
        *("--label", "quote='\"\\", "--label", "lines=a\nb\n", "--label", "empty"),
        *("--label", "terminal=\x1b[2J\r\u202e", "--label", "dollar=$HOME `id` $(id)"),
        *("--label", "-dash=--x", "--label", "unicode=naïve ⚓", "{base}", "sleep", "1000"),
    ),
    "image": ("--network", "none", "{image}"),
    "against-image": (
        *("--env", "GREETING", "--env", "LEVEL", "--env", "TOKEN", "--env", "NOBODY", "--env"),
        *("EMPTY=", "--label", "vendor=else", "--user", "0", "--expose", "9000/udp"),
        *("--health-retries", "5", "--health-interval", "90s", "--stop-signal", "SIGTERM"),
        *("{image}", "sleep 2000"),
    ),
    "no-entrypoint": ("--entrypoint", "", "--no-healthcheck", "{image}", "sleep", "1000"),
    "network": (
        *("--network", "front", "--network-alias", "www", "--network-alias", "w", "--ip"),
        *("10.77.0.9", "--mac-address", "02:42:0a:4d:00:09", "--publish", "127.0.0.1:8080:80"),
        *("--publish", "9000", "--publish", "[::1]:5353:53/udp", "--publish-all", "--dns"),
        *("10.0.0.2", "--dns-option", "ndots:2", "--dns-search", "example.test"),
        *("--add-host", "other:10.0.0.3", "{base}", "sleep", "1000"),
    ),
    "host": (
        *("--network", "host", "--pid", "host", "--ipc", "host", "--uts", "host"),
        *("--userns", "host", "{base}", "sleep", "1000"),
    ),
    "joined": ("--network", "container:network", "{base}", "sleep", "1000"),
    "files": (
        *("--volume", "{work}:/bound:ro", "--volume", "kept:/kept", "--volume", "/anonymous"),
        *("--mount", "type=tmpfs,target=/quick,tmpfs-size=1048576,tmpfs-mode=700"),
        *("--mount", "type=bind,source={work},target=/again,readonly,bind-propagation=rslave"),
        *("--mount", "type=volume,source=labelled,target=/labelled,volume-nocopy"),
        *("--tmpfs", "/run:size=64k,noexec", "--shm-size", "32m", "--read-only"),
        *("{base}", "sleep", "1000"),
    ),
    "lender": ("--volume", "kept:/kept", "--volume", "/lent", "{base}", "sleep", "1000"),
    "lent": ("--volumes-from", "lender:ro", "--volume", "/own", "{base}", "sleep", "1000"),
    "limits": (
        *("--memory", "64m", "--memory-swap", "128m", "--memory-reservation", "32m", "--cpus"),
        *("0.75", "--cpu-shares", "512", "--cpuset-cpus", "0", "--cpuset-mems", "0"),
        *("--pids-limit", "50", "--ulimit", "nofile=512:1024", "--ulimit", "core=0"),
        *("--sysctl", "net.ipv4.ip_forward=0", "--oom-score-adj", "100"),
        *("--memory-swappiness", "0", "--restart", "on-failure:3", "--log-driver", "json-file"),
        *("--log-opt", "max-size=1m", "--log-opt", "tag={{{{.Name}}}}", "--cgroup-parent"),
        *("/shipslog-nested", "--blkio-weight", "300", "{base}", "sleep", "1000"),
    ),
    "rights": (
        *("--cap-add", "NET_ADMIN", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
        *("--security-opt", "seccomp=unconfined", "--security-opt", "systempaths=unconfined"),
        *("--group-add", "7", "--device", "/dev/null:/dev/nothing:r", "--device", "/dev/zero"),
        *("--device-cgroup-rule", "c 1:3 r"),
        *("{base}", "sleep", "1000"),
    ),
    "privileged": ("--privileged", "--rm", "{base}", "sleep", "1000"),
}

# Each container's own, or what comes from the command that creates rather than from the container.
_OWN = {
    "Config": {"Hostname", "Image", "AttachStdin", "AttachStdout", "AttachStderr", "StdinOnce"},
    "HostConfig": {"ContainerIDFile", "ConsoleSize"},
}


@pytest.fixture(scope="module", params=ENGINES)
def crowd(request: pytest.FixtureRequest, fleet: Fleet, tmp_path_factory: Any) -> Any:
    """An engine on which the containers were, what inspect told of them, and the recording."""
    engine = fleet.engine(KINDS[request.param])
    engine.clear()
    shipslog = Shipslog(tmp_path_factory.mktemp("recreate") / "recreate.db")
    base = engine.base_image()
    with shipslog.recording(engine.url):
        image = _build(engine, base)
        engine.docker("network", "create", "--subnet", "10.77.0.0/24", "front")
        engine.docker("volume", "create", "--label", "a=b", "labelled")
        words = {"base": base, "image": image, "work": str(engine.workdir)}
        for name, options in CONTAINERS.items():
            _docker(engine, "create", "--name", name, *(each.format(**words) for each in options))
        before = {name: engine.get(f"/containers/{name}/json") for name in CONTAINERS}
        until(
            lambda: _configured(shipslog) >= {each["Id"] for each in before.values()},
            lambda: f"not all were inspected: {log_of(shipslog.store)}",
        )
        engine.docker("rm", "--force", *CONTAINERS)
    yield engine, shipslog, before
    engine.clear()


def _build(engine: RunningEngine, base: str) -> str:
    text = DOCKERFILE.format(base=base).encode()
    engine.docker("build", "-t", "shop/web:1", "-", input=text, env={"DOCKER_BUILDKIT": "0"})
    return "shop/web:1"


def _docker(engine: RunningEngine, *words: str) -> None:
    engine.docker(*words, env=SUPPLIED)


def _configured(shipslog: Shipslog) -> set[str]:
    lines = shipslog.lines("log", "--filter", "event=configured")
    return {line["subject"]["id"] for line in lines}


def _make(engine: RunningEngine, commands: list[list[str]]) -> None:
    """Carries the commands out, but only creates: what would start differs in what it finds."""
    for program, *words in commands:
        assert program == "docker"
        if words[:2] == ["run", "--detach"]:
            words = ["create", *words[2:]]
        if words[0] != "start":
            _docker(engine, *words)


def test_a_removed_container_is_made_again(crowd: Any) -> None:
    engine, shipslog, before = crowd
    for name, old in before.items():
        answer = shipslog.json("recreate", name)
        assert answer["image"]["pinned"] == old["Image"]
        _make(engine, answer["commands"])
        new = engine.get(f"/containers/{name}/json")
        assert _differences(comparable(old), comparable(new)) == {}, f"{name}: {answer['text']}"
    engine.docker("rm", "--force", *before)


def test_a_compose_file_makes_it_again_too(crowd: Any) -> None:
    engine, shipslog, before = crowd
    if engine.kind.name == "docker-20.10":
        pytest.skip("no compose there")
    for name, old in before.items():
        answer = shipslog.json("recreate", name, "--as", "compose")
        compose = ("compose", "--project-directory", str(engine.workdir), "--file", "-")
        engine.docker(*compose, "create", input=answer["text"].encode(), env=SUPPLIED)
        new = engine.get(f"/containers/{name}/json")
        different = _differences(as_compose_has_it(old), as_compose_has_it(new))
        assert different == {}, f"{name}: {answer['text']}"
    engine.docker("rm", "--force", *before)


def test_the_text_is_what_a_shell_takes(crowd: Any) -> None:
    _, shipslog, _ = crowd
    listing = 'docker() { printf "%s\\0" docker "$@" END; }\n'
    for name in ("process", "labels", "limits", "files"):
        text = shipslog("recreate", name).stdout.decode()
        done = subprocess.run(["bash", "-c", listing + text], capture_output=True, check=True)
        told = done.stdout.decode().split("\0END\0")[:-1]
        commands = shipslog.json("recreate", name)["commands"]
        assert [each.split("\0") for each in told] == commands


def _differences(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """By field: what it was and what it is."""
    flat_old, flat_new = (
        {
            f"{part}.{key}": value
            for part, fields in told.items()
            for key, value in (fields.items() if isinstance(fields, dict) else [("", fields)])
        }
        for told in (old, new)
    )
    fields = flat_old.keys() | flat_new.keys()
    pairs = {each: (flat_old.get(each), flat_new.get(each)) for each in fields}
    return {each: pair for each, pair in pairs.items() if pair[0] != pair[1]}


def comparable(inspect: dict[str, Any]) -> dict[str, Any]:
    """What inspect tells of how a container was set up."""
    told: dict[str, Any] = {
        part: {key: value for key, value in inspect[part].items() if key not in own}
        for part, own in _OWN.items()
    }
    config, host = told["Config"], told["HostConfig"]
    config["Env"] = sorted(config["Env"] or [])
    own_name = inspect["Config"]["Hostname"] == inspect["Id"][:12]
    config["Hostname"] = "" if own_name else inspect["Config"]["Hostname"]
    for key in ("Binds", "Mounts"):
        host[key] = sorted(map(str, host.get(key) or []))
    told["Mounts"] = sorted(map(_mount, inspect["Mounts"]))
    if host["NetworkMode"].startswith("container:"):
        host["NetworkMode"] = "container"
    told["Name"], told["Image"] = inspect["Name"], inspect["Image"]
    told["Networks"] = {
        name: (each["IPAMConfig"] or {}, each["MacAddress"], sorted(each["Aliases"] or []))
        for name, each in inspect["NetworkSettings"]["Networks"].items()
    }
    return told


def as_compose_has_it(inspect: dict[str, Any]) -> dict[str, Any]:
    """The same without what compose does in its own way."""
    told = comparable(inspect)
    config, host = told["Config"], told["HostConfig"]
    labels = config["Labels"] or {}
    config["Labels"] = {k: v for k, v in labels.items() if not k.startswith("com.docker.compose.")}
    for part in (host, config):
        for key, value in part.items():
            part[key] = value or None
    host["Ulimits"] = sorted(host["Ulimits"] or [], key=str)  # compose has an order of its own
    # Compose writes each mount under `Mounts` or `Binds` as it likes; what it gives is the same.
    for key in ("Binds", "Mounts", "AutoRemove", "PublishAllPorts", "CpusetMems"):
        host.pop(key)
    for key in ("Volumes", "MacAddress"):
        config.pop(key, None)
    lent = [each.removesuffix(":ro") for each in host["VolumesFrom"] or []]
    if lent:  # compose forgets the `:ro`
        host["VolumesFrom"], told["Mounts"] = lent, []
    if told["Networks"].keys() - {"bridge", "host", "none"}:
        host.pop("NetworkMode")  # compose gives the network's id
    told["Networks"] = {name: each[:2] for name, each in told["Networks"].items()}
    # Compose 2.40 says `rw` where `docker run` says nothing.
    told["Mounts"] = [re.sub("'Mode': '(rw|z)?', ", "", each) for each in told["Mounts"]]
    for anonymous in ("/anonymous", "/lent", "/own"):
        told["Mounts"] = [each for each in told["Mounts"] if f"'{anonymous}'" not in each]
    return told


def _mount(mount: dict[str, Any]) -> str:
    anonymous = re.fullmatch(r"[0-9a-f]{64}", mount.get("Name", ""))
    return str({k: v for k, v in mount.items() if not (anonymous and k in ("Name", "Source"))})


def test_it_also_runs(crowd: Any) -> None:
    engine, shipslog, _ = crowd
    text = shipslog("recreate", "image").stdout.decode()
    docker = f'docker() {{ {shlex.join(engine.docker_command())} "$@"; }}\n'
    env = engine.docker_environment()
    subprocess.run(["bash", "-c", docker + text], check=True, env=env)
    assert engine.get("/containers/image/json")["State"]["Running"]
    engine.docker("rm", "--force", "image")
