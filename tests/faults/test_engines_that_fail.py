"""Real engines that stop, are killed, hang, are replaced, or say more than they remember."""

from __future__ import annotations

import random
import signal
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from domain.facts.engine import GapCause
from tests.engines.capture import Event
from tests.engines.fixtures import StartsEngine
from tests.engines.recorder import Shipslog, until
from tests.engines.running import KINDS, EngineKind, RunningEngine, start
from tests.engines.truth import docker_ps
from tests.faults.engines import (
    NAP,
    RUN,
    account,
    gaps_of,
    start_again,
    traffic,
    wait_until_connected,
    wait_until_it_agrees,
)
from tests.faults.figures import Figures


@pytest.fixture
def shipslog(tmp_path: Path) -> Shipslog:
    """The command on a store of its own."""
    return Shipslog(tmp_path / "faults.db")


def assert_accounted_for(shipslog: Shipslog, events: list[Event]) -> int:
    """Nothing that the engine said is lost or there twice; gives how many events it said."""
    found = account(shipslog.store, events)
    assert (found.lost, found.twice) == ([], [])
    assert shipslog.json("verify")["first_bad"] is None
    return found.said


def test_an_engine_that_is_restarted_again_and_again(
    fresh_engine: StartsEngine, shipslog: Shipslog, figures: Figures
) -> None:
    engine, chance = fresh_engine(KINDS["docker-26.1"]), random.Random(50)
    image, restarts = engine.base_image(), figures.times(2, whole=50)
    engine.docker(*RUN, "--detach", "--name", "napping", "--restart", "always", image, *NAP)
    events: list[Event] = []
    reconnects: list[float] = []
    with shipslog.recording(engine.url):
        for _ in range(restarts):
            with traffic(engine, image), engine.capture() as capture:
                time.sleep(chance.uniform(0.2, 1.5))
                engine.stop(chance.choice([signal.SIGTERM, signal.SIGKILL]))
            events += capture.events
            time.sleep(chance.uniform(0.0, 2.0))
            reconnects.append(start_again(shipslog, engine))
        wait_until_it_agrees(shipslog, engine)
    said = assert_accounted_for(shipslog, events)
    assert {gap.cause for gap in gaps_of(shipslog.store)} == {GapCause.ENGINE_RESTARTED}
    assert len(gaps_of(shipslog.store)) == restarts
    reconnects.sort()
    late = reconnects[int(0.95 * (len(reconnects) - 1))]
    found = f"0 of {said:,} lost, 0 twice, {restarts} gaps, reconnected in {late:.1f} s (p95)"
    figures.note("engine stopped or killed", restarts, found, "0 lost, 0 twice, a gap each, 5 s")


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "end"),
    [
        (KINDS["docker-20.10"], signal.SIGKILL),
        (KINDS["docker-26.1"], signal.SIGKILL),
        (replace(KINDS["docker-28.5"], flags=("--live-restore",)), signal.SIGTERM),
    ],
    ids=lambda each: str(getattr(each, "name", each)),
)
def test_an_end_while_the_engine_was_down_is_told_with_the_engines_code_and_its_doubts(
    kind: EngineKind, end: signal.Signals, fresh_engine: StartsEngine, shipslog: Shipslog
) -> None:
    engine = fresh_engine(kind)
    out = f"type=bind,source={engine.workdir},target=/out"
    script = "while [ ! -e /out/end ]; do sleep 0.05; done; exit 7"
    named = ("--detach", "--name", "ending", "--mount", out)
    id = engine.docker(*RUN, *named, engine.base_image(), "sh", "-c", script)
    with shipslog.recording(engine.url):
        engine.stop(end)
        (engine.workdir / "end").touch()
        time.sleep(1.0)
        start_again(shipslog, engine)
        wait_until_it_agrees(shipslog, engine)
    code = docker_ps(engine)[id]["exit_code"]
    (told,) = (each for each in shipslog.json("state")["containers"] if each["id"] == id)
    assert (told["state"], told["exit_code"]) == ("exited", code)
    (ended,) = _ends(shipslog, id)
    assert ended["origin"] == "reconciled"
    claims = {claim["what"]: claim for claim in shipslog.json("why", "ending")["claims"]}
    assert "The engine went down" in claims["engine_restart"]["sentence"]
    if code == 255:  # what Docker gives to an end that it missed
        assert claims["ended"]["certainty"] == "not_known"
        assert "neither the code nor the moment can be relied on" in claims["ended"]["sentence"]
    else:
        assert code == 7


@pytest.mark.long
def test_a_container_that_outlives_its_engine_has_one_life(
    fresh_engine: StartsEngine, shipslog: Shipslog
) -> None:
    engine = fresh_engine(replace(KINDS["docker-28.5"], flags=("--live-restore",)))
    image = engine.base_image()
    id = engine.docker(*RUN, "--detach", "--name", "lasting", image, *NAP)
    with shipslog.recording(engine.url):
        engine.stop()
        start_again(shipslog, engine)
        wait_until_it_agrees(shipslog, engine)
    assert _ends(shipslog, id) == []
    assert docker_ps(engine)[id]["state"] == "running"


@pytest.mark.long
def test_an_engine_of_a_later_version_on_the_same_data_is_the_same_engine(
    docker_engine: RunningEngine, shipslog: Shipslog
) -> None:
    del docker_engine  # asked for so that this is skipped or fails where no engine can run
    older, newer = KINDS["docker-26.1"], KINDS["docker-28.5"]
    with (
        tempfile.TemporaryDirectory(prefix="shipslog-") as folder,
        start(older, Path(folder)) as engine,
        shipslog.recording(engine.url) as recorder,
    ):
        engine.docker(*RUN, "--detach", "--name", "kept", engine.base_image(), *NAP)
        wait_until_it_agrees(shipslog, engine)
        before, bound = engine.version, _bound(shipslog)
        engine.stop()
        began = time.time_ns()
        with start(newer, Path(folder)) as upgraded:
            wait_until_connected(shipslog, began)
            wait_until_it_agrees(shipslog, upgraded)
            assert recorder.poll() is None
            _assert_upgraded(shipslog, before, upgraded.version)
            assert _bound(shipslog) == bound
    assert {gap.cause for gap in gaps_of(shipslog.store)} == {GapCause.ENGINE_RESTARTED}


def test_a_recorder_that_was_off_for_longer_than_the_engine_remembers(
    fresh_engine: StartsEngine, shipslog: Shipslog
) -> None:
    engine = fresh_engine(KINDS["docker-26.1"])
    image = engine.base_image()
    with engine.capture() as capture:
        with shipslog.recording(engine.url):
            _tag(engine, image, 20)
        _tag(engine, image, 400)
        with shipslog.recording(engine.url):
            wait_until_it_agrees(shipslog, engine)
    found = account(shipslog.store, capture.events)
    assert (found.lost, found.twice) == ([], [])
    assert found.in_gaps == 400 - 256
    (gap,) = gaps_of(shipslog.store)
    assert gap.cause is GapCause.RECORDER_OFF


def test_a_recorder_that_stood_still_does_not_miss_what_the_engine_kept_for_it(
    fresh_engine: StartsEngine, shipslog: Shipslog, figures: Figures
) -> None:
    """The engine keeps 1,024 events for a reader; what is above that it drops without a word."""
    engine, events = fresh_engine(KINDS["docker-26.1"]), figures.times(400, whole=1_700)
    image = engine.base_image()
    with shipslog.recording(engine.url) as recorder, engine.capture() as capture:
        recorder.send_signal(signal.SIGSTOP)
        _tag(engine, image, events)
        recorder.send_signal(signal.SIGCONT)
        wait_until_it_agrees(shipslog, engine)
        until(lambda: not account(shipslog.store, capture.events).lost, lambda: "events are lost")
    found = account(shipslog.store, capture.events)
    assert (found.lost, found.twice) == ([], [])
    causes = {gap.cause for gap in gaps_of(shipslog.store)}
    assert causes <= {GapCause.DROPPED, GapCause.NOT_PROVEN}
    told = f"0 lost undeclared, {found.in_gaps} in a declared gap, 0 twice"
    figures.note("recorder stopped while the engine goes on", events, told, "0 undeclared, 0 twice")


def test_an_engine_that_hangs_for_a_while_loses_nothing(
    fresh_engine: StartsEngine, shipslog: Shipslog, figures: Figures
) -> None:
    engine, seconds = fresh_engine(KINDS["docker-26.1"]), figures.times(3, whole=60)
    image = engine.base_image()
    with shipslog.recording(engine.url), engine.capture() as capture:
        _tag(engine, image, 20)
        engine.freeze()
        time.sleep(seconds)
        engine.thaw()
        _tag(engine, image, 20)
        until(
            lambda: not account(shipslog.store, capture.events).lost,
            lambda: f"events are lost: {account(shipslog.store, capture.events)}",
        )
    assert_accounted_for(shipslog, capture.events)
    assert gaps_of(shipslog.store) == []
    figures.note("engine hangs, seconds", seconds, "0 lost, no gap", "0 lost, no gap")


def test_two_engines_are_recorded_into_one_store(
    docker_engine: RunningEngine, podman_engine: RunningEngine, tmp_path: Path
) -> None:
    shipslog = Shipslog(tmp_path / "two.db")
    with shipslog.recording(docker_engine.url, podman_engine.url):
        for engine in (docker_engine, podman_engine):
            engine.docker(*RUN, "--detach", "--name", "both", engine.base_image(), *NAP)
        until(
            lambda: (
                len([c for c in shipslog.json("state")["containers"] if c["name"] == "both"]) == 2
            ),
            lambda: str(shipslog.json("state")["containers"]),
        )
        engines = shipslog.json("status")["engines"]
        assert [each["connected"] for each in engines] == [True, True]
    for engine in (docker_engine, podman_engine):
        engine.docker("rm", "--force", "both")


def _tag(engine: RunningEngine, image: str, times: int) -> None:
    for number in range(times):
        engine.post(f"/images/{image}/tag?repo=crowd&tag={number % 10}")


def _ends(shipslog: Shipslog, id: str) -> list[dict[str, object]]:
    lines = shipslog.lines("log", "--filter", f"container={id}")
    return [line for line in lines if line["type"] == "container.exited"]


def _names(shipslog: Shipslog) -> list[str]:
    return [container["name"] for container in shipslog.json("state")["containers"]]


def _bound(shipslog: Shipslog) -> dict[str, str]:
    return {each["id"]: each["image_id"] for each in shipslog.json("state")["containers"]}


def _assert_upgraded(shipslog: Shipslog, before: str, after: str) -> None:
    lines = [line for line in shipslog.lines("log") if line["type"] == "engine.observed"]
    assert [line["data"]["version"] for line in lines] == [before, after]
    assert len({line["subject"]["id"] for line in lines}) == 1
