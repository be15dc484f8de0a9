"""The engines that all other tests rely on: that they are what they say, and leave nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest

from tests.engines import capture, cgroups, scenario
from tests.engines.capture import Event
from tests.engines.fixtures import StartsEngine, give_up
from tests.engines.roots import EngineUnavailable, root
from tests.engines.running import KINDS, DockerError, RunningEngine, start
from tests.engines.truth import docker_image_ids, docker_images, docker_ps, docker_volumes

RUN = ("run", "--detach", "--network", "none", "--pull", "never")
NAP = ("sh", "-c", "trap 'exit 0' TERM; sleep 100000 & wait")


def test_every_engine_has_the_version_and_api_of_its_name(every_engine: RunningEngine) -> None:
    if every_engine.kind.recipe.rolling and not every_engine.is_as_named:
        pytest.skip(f"{every_engine.kind.suite} has {every_engine.version} by now")
    assert every_engine.is_as_named
    assert every_engine.name == every_engine.kind.name
    assert every_engine.get("/version")["ApiVersion"] == every_engine.kind.api


def test_an_engine_whose_suite_moved_on_is_named_by_what_it_is(
    docker_engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docker_engine, "version", "29.1.0+dfsg1")
    assert docker_engine.name == "docker-29.1 (trixie)"


def test_the_command_line_is_the_one_beside_the_engine(engine: RunningEngine) -> None:
    versions = engine.docker("version", "--format", "{{.Client.Version}} {{.Server.Version}}")
    client, server = versions.split()
    assert client == server


def test_buildx_and_compose_are_there_where_the_kind_says_so(every_engine: RunningEngine) -> None:
    for plugin in ("buildx", "compose"):
        if every_engine.kind.has_buildkit:
            assert every_engine.docker(plugin, "version")
        elif every_engine.kind.product == "docker":
            with pytest.raises(DockerError):
                every_engine.docker(plugin, "version")


def test_images_are_kept_by_the_store_that_the_kind_says(engine: RunningEngine) -> None:
    driver_status = dict(engine.get("/info")["DriverStatus"])
    by_containerd = driver_status.get("driver-type") == "io.containerd.snapshotter.v1"
    assert by_containerd == engine.kind.has_containerd_store


def test_a_container_runs_from_an_image_that_came_from_nowhere(
    every_engine: RunningEngine,
) -> None:
    base = every_engine.base_image()
    assert every_engine.base_image() == base
    run = ("run", "--rm", "--network", "none", "--pull", "never")
    assert every_engine.docker(*run, base, "echo", "ahoy") == "ahoy"


def test_files_of_the_work_folder_are_the_same_for_test_engine_and_command_line(
    every_engine: RunningEngine,
) -> None:
    (every_engine.workdir / "letter").write_text("from outside")
    mount = f"type=bind,source={every_engine.workdir},target=/letters"
    base = every_engine.base_image()
    run = ("run", "--rm", "--network", "none", "--mount", mount, base)
    assert every_engine.docker(*run, "cat", "/letters/letter") == "from outside"


def test_no_engine_reaches_a_registry(every_engine: RunningEngine) -> None:
    with pytest.raises(DockerError):
        every_engine.docker("pull", "busybox:1")


def test_a_failed_command_says_what_it_was_and_why(docker_engine: RunningEngine) -> None:
    with pytest.raises(DockerError, match=r"docker inspect nobody: exit code 1\n.*nobody"):
        docker_engine.docker("inspect", "nobody")
    assert docker_engine.docker("inspect", "nobody", check=False) == "[]"


# -- capture


def test_a_capture_loses_nothing_at_either_end(every_engine: RunningEngine) -> None:
    every_engine.docker("volume", "create", "before")
    with every_engine.capture() as captured:
        every_engine.docker("volume", "create", "first")
        every_engine.docker("volume", "rm", "first")
        every_engine.docker("volume", "create", "last")
    created = [_volume(event) for event in captured.events if event["Action"] == "create"]
    assert created == ["first", "last"]
    every_engine.docker("volume", "rm", "before", "last")


def test_a_capture_holds_more_events_than_the_engine_remembers(engine: RunningEngine) -> None:
    base = engine.base_image()
    with engine.capture() as captured:
        for number in range(300):
            engine.post(f"/images/{base}/tag?repo=crowd&tag={number % 10}")
    tags = [event["Actor"]["Attributes"]["name"] for event in captured.events]
    assert tags == [f"crowd:{number % 10}" for number in range(300)]
    engine.docker("rmi", *sorted(set(tags)))


def test_a_capture_is_complete_though_an_engine_never_becomes_quiet(
    docker_engine: RunningEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capture, "PATIENCE", 1.0)
    base, enough = docker_engine.base_image(), Flag()

    def chatter() -> None:
        while not enough.is_set():
            docker_engine.post(f"/images/{base}/tag?repo=noise")

    noise = Thread(target=chatter)
    with docker_engine.capture() as captured:
        noise.start()
        docker_engine.docker("volume", "create", "amid")
    enough.set()
    noise.join()
    events = Counter((event["Type"], event["Action"]) for event in captured.events)
    assert events["volume", "create"] == 1
    assert events["image", "tag"] > 100
    docker_engine.docker("volume", "rm", "amid")
    docker_engine.docker("rmi", "noise")


def test_a_capture_does_not_hide_that_its_stream_broke(docker_engine: RunningEngine) -> None:
    with pytest.raises(AssertionError, match="but its engine has not"):  # noqa: SIM117
        with docker_engine.capture() as captured:
            captured._stream.kill()


def test_a_capture_ends_with_the_engine(fresh_engine: StartsEngine) -> None:
    engine = fresh_engine(KINDS["docker-20.10"])  # 26.1 would wait 5 s for the capture to leave
    with engine.capture() as captured:
        engine.docker("volume", "create", "last")
        engine.stop()
    assert captured.engine_ended
    assert [_volume(event) for event in captured.events] == ["last"]


# -- stopping and starting


@pytest.mark.parametrize("name", KINDS)
def test_a_killed_engine_comes_back_with_what_it_had(name: str, fresh_engine: StartsEngine) -> None:
    engine = fresh_engine(KINDS[name])
    id = engine.docker(*RUN, "--name", "survivor", engine.base_image(), *NAP)
    containers, images = docker_ps(engine), docker_images(engine)
    pid = engine.pid
    engine.kill()
    assert not engine.is_running
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(ConnectionError):
        engine.get("/version")

    engine.start_again()
    assert engine.pid != pid
    assert docker_images(engine) == images
    assert docker_ps(engine)[id]["image_id"] == containers[id]["image_id"]


def test_a_container_outlives_a_killed_engine(fresh_engine: StartsEngine) -> None:
    engine = fresh_engine(KINDS["docker-26.1"])
    write = "while true; do echo alive >> /out/log; sleep 0.1; done"
    out = f"type=bind,source={engine.workdir},target=/out"
    engine.docker(*RUN, "--mount", out, engine.base_image(), "sh", "-c", write)
    engine.kill()
    log = engine.workdir / "log"
    written = log.stat().st_size
    _eventually(lambda: log.stat().st_size > written)


def test_a_stopped_engine_finds_its_data_in_its_folder(tmp_path: Path) -> None:
    with _started("docker-20.10", tmp_path) as engine:
        engine.docker("volume", "create", "kept")
        engine.stop()
    with _started("docker-20.10", tmp_path) as engine:
        assert docker_volumes(engine) == {"kept"}


def test_a_frozen_engine_answers_nothing_until_it_is_thawed(fresh_engine: StartsEngine) -> None:
    engine = fresh_engine(KINDS["docker-26.1"])
    engine.freeze()
    with pytest.raises(subprocess.TimeoutExpired):
        engine.docker("version", timeout=1)
    assert engine.is_running
    engine.thaw()
    assert engine.docker("version")


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("name", KINDS)
def test_an_engine_leaves_no_process_mount_or_file_behind(
    name: str, frozen: bool, tmp_path: Path
) -> None:
    with _started(name, tmp_path / "e") as engine:
        engine.docker(*RUN, engine.base_image(), *NAP)
        inside = _link(engine.pid, "ns/pid")
        groups = KINDS[name].cgroups(engine.folder, engine._cgroup)
        assert len(_processes_in(inside)) > 2
        assert cgroups.folders(groups[0])
        if frozen:
            engine.freeze()
    assert _processes_in(inside) == []
    assert not any(cgroups.folders(group) for group in groups)
    assert not engine.socket.exists()
    assert _mounts_below(tmp_path) == []
    subprocess.run(["rm", "-r", tmp_path / "e"], check=True)


def test_an_engine_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    try:
        root(KINDS["docker-20.10"].recipe)
    except EngineUnavailable as problem:
        give_up(KINDS["docker-20.10"], problem)
    command = [sys.executable, "-m", "tests.engines", "start", "docker-20.10", str(tmp_path)]
    top = Path(__file__).parents[2]
    developer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=top)
    assert developer.stdout is not None
    assert "docker-20.10" in developer.stdout.readline()
    assert developer.stdout.readline() == f"export DOCKER_HOST=unix://{tmp_path}/docker.sock\n"
    assert _processes_with(tmp_path) != [developer.pid]
    developer.kill()
    developer.wait()
    developer.stdout.close()
    _eventually(lambda: _processes_with(tmp_path) == [])


def test_a_folder_too_deep_for_a_socket_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too long for a socket"):
        RunningEngine(KINDS["docker-26.1"], tmp_path / ("deep" * 30))


# -- the scenario

LOOKED_AT = {
    *("build_the_first_version", "build_the_second_version", "rebuild_the_second_version"),
    *("roll_the_tag_back", "pause", "unpause", "deploy_with_compose", "upgrade_with_compose"),
    *("save_and_load", "remove_an_image"),
}


def test_the_scenario_leads_every_engine_through_a_day(every_engine: RunningEngine) -> None:
    engine = every_engine
    passed, seen = [], {}
    with engine.capture() as captured:
        for checkpoint in scenario.walk(engine):
            assert checkpoint.what.endswith(".")
            passed.append(checkpoint.name)
            if checkpoint.name in LOOKED_AT:
                containers = {truth["name"]: truth for truth in docker_ps(engine).values()}
                seen[checkpoint.name] = (containers, dict(docker_images(engine)))
    assert passed == [step.__name__ for step in scenario.steps(engine.kind)]

    first, second = (
        seen[f"build_the_{version}_version"][1][scenario.LATEST] for version in ("first", "second")
    )
    rebuilt = seen["rebuild_the_second_version"][1][scenario.LATEST]
    assert len({first, second, rebuilt}) == 3
    assert seen["roll_the_tag_back"][1][scenario.LATEST] == first

    containers, images = seen["remove_an_image"]
    assert containers["web-1"]["image_id"] == first
    assert containers["web-2"]["image_id"] == second
    assert containers["web-2"]["exit_code"] == 137
    assert containers["web-old"]["state"] == "running"
    assert containers["forger"]["exit_code"] == 3
    assert containers["greedy"]["exit_code"] == 137
    assert containers["greedy"]["oom_killed"]
    assert containers["broken"]["state"] == "created"
    assert containers["flaky"]["restart_count"] == 2
    assert containers["web-patched"]["image_id"] == images["shop/web:patched"]
    assert seen["pause"][0]["web-1"]["state"] == "paused"
    assert seen["unpause"][0]["web-1"]["state"] == "running"
    assert "shop/spare:1" in seen["save_and_load"][1]
    assert "shop/spare:1" not in images
    if engine.kind.has_buildkit:
        assert seen["deploy_with_compose"][0]["shop-web-1"]["image"] == scenario.FIRST
        assert seen["upgrade_with_compose"][0]["shop-web-1"]["image"] == scenario.SECOND

    assert docker_ps(engine) == {}
    assert docker_image_ids(engine) == docker_volumes(engine) == set()
    _assert_capture_of_the_scenario(captured.events, engine)


def _assert_capture_of_the_scenario(events: list[Event], engine: RunningEngine) -> None:
    actions = Counter((event["Type"], event["Action"].partition(":")[0]) for event in events)
    gone = "remove" if engine.kind.product == "podman" else "destroy"
    assert actions["container", "create"] == actions["container", gone]
    # Docker pauses a container while it is committed.
    assert actions["container", "pause"] == actions["container", "unpause"] >= 1
    assert actions["container", "rename"] >= 1
    assert scenario.TOKEN not in json.dumps(events)
    if engine.kind.product == "docker":
        assert scenario.PASSWORD in json.dumps(events)
        (forged,) = [
            event["Actor"]["Attributes"]["exitCode"]
            for event in events
            if event["Action"] == "die" and event["Actor"]["Attributes"]["name"] == "forger"
        ]
        assert forged == "0"  # the label's, and a lie


# -- what the tests above look at


@contextmanager
def _started(name: str, folder: Path) -> Iterator[RunningEngine]:
    try:
        with start(KINDS[name], folder) as engine:
            yield engine
    except EngineUnavailable as problem:
        give_up(KINDS[name], problem)


def _eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _volume(event: Event) -> str:
    return str(event["Actor"]["ID"] or event["Actor"]["Attributes"]["name"])


def _processes_in(namespace: str) -> list[int]:
    return [pid for pid in _processes() if _link(pid, "ns/pid") == namespace]


def _processes_with(folder: Path) -> list[int]:
    return [pid for pid in _processes() if str(folder) in _text(pid, "cmdline")]


def _mounts_below(folder: Path) -> list[str]:
    lines = [line for pid in _processes() for line in _text(pid, "mountinfo").splitlines()]
    return [line for line in lines if str(folder) in line]


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _link(pid: int, name: str) -> str:
    try:
        return str(Path(f"/proc/{pid}/{name}").readlink())
    except OSError:
        return ""


def _text(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return ""
