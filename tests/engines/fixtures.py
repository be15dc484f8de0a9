"""Fixtures that give tests a real engine, and the marker `engines` of such tests.

A session starts one daemon a kind, when a test first asks for it. Where engines cannot run, their
tests are skipped and the summary says why; with SHIPSLOG_REQUIRE_ENGINES=1 they fail instead.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import pytest

from tests.engines.roots import EngineUnavailable
from tests.engines.running import KINDS, EngineKind, RunningEngine, start

REQUIRE_VARIABLE = "SHIPSLOG_REQUIRE_ENGINES"

DOCKER_KINDS = [name for name, kind in KINDS.items() if kind.product == "docker"]

_FIXTURES = {"engine", "every_engine", "docker_engine", "podman_engine", "fresh_engine"}

StartsEngine = Callable[[EngineKind], RunningEngine]


class Fleet:
    """The engines of one test session, one of each kind that was asked for."""

    def __init__(self) -> None:
        self._engines: dict[str, RunningEngine] = {}
        self._missing: dict[str, EngineUnavailable] = {}
        self._open = ExitStack()

    def engine(self, kind: EngineKind) -> RunningEngine:
        """The session's engine of a kind; the test is skipped or fails if there is none."""
        if kind.name not in self._engines:
            self._engines[kind.name] = self.launch(kind, self._open)
        return self._engines[kind.name]

    def launch(self, kind: EngineKind, until: ExitStack) -> RunningEngine:
        """Another engine of a kind, in a temporary folder, that runs until `until` closes."""
        if kind.name in self._missing:
            give_up(kind, self._missing[kind.name])
        folder = until.enter_context(tempfile.TemporaryDirectory(prefix="shipslog-"))
        try:
            return until.enter_context(start(kind, Path(folder)))
        except EngineUnavailable as problem:
            self._missing[kind.name] = problem
            give_up(kind, problem)

    def report(self) -> list[str]:
        """A line on each engine that was asked for: its version, or why it is missing."""
        running = [f"{engine.name}: {engine.version}" for engine in self._engines.values()]
        missing = [f"{name}: not run. {reason}" for name, reason in self._missing.items()]
        return running + missing

    def close(self) -> None:
        """Ends all engines and removes their folders."""
        self._engines.clear()
        self._open.close()


def give_up(kind: EngineKind, problem: EngineUnavailable) -> NoReturn:
    """Skips the test, or fails it where engines are required; a moved archive is no failure."""
    reason = f"{kind.name}: {problem}"
    if os.environ.get(REQUIRE_VARIABLE) == "1" and not problem.archive_moved:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


_REPORT = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def fleet(request: pytest.FixtureRequest) -> Iterator[Fleet]:
    """The session's engines; tests ask for one of the fixtures below instead."""
    fleet = Fleet()
    yield fleet
    request.config.stash[_REPORT] = fleet.report()
    fleet.close()


@pytest.fixture(scope="session", params=DOCKER_KINDS)
def engine(request: pytest.FixtureRequest, fleet: Fleet) -> RunningEngine:
    """Each Docker in turn. Tests share it: leave it as it was, or begin with `clear()`."""
    return fleet.engine(KINDS[request.param])


@pytest.fixture(scope="session", params=list(KINDS))
def every_engine(request: pytest.FixtureRequest, fleet: Fleet) -> RunningEngine:
    """Each Docker and Podman in turn, shared like `engine`."""
    return fleet.engine(KINDS[request.param])


@pytest.fixture(scope="session")
def docker_engine(fleet: Fleet) -> RunningEngine:
    """One Docker, for tests to which the version does not matter, shared like `engine`."""
    return fleet.engine(KINDS["docker-26.1"])


@pytest.fixture(scope="session")
def podman_engine(fleet: Fleet) -> RunningEngine:
    """Podman, shared like `engine`."""
    return fleet.engine(KINDS["podman-5.4"])


@pytest.fixture
def fresh_engine(fleet: Fleet) -> Iterator[StartsEngine]:
    """Starts an engine of a kind for this test alone, which may stop, kill or freeze it."""
    with ExitStack() as until:
        yield lambda kind: fleet.launch(kind, until)


def pytest_configure(config: pytest.Config) -> None:
    """Declares the marker."""
    config.addinivalue_line("markers", "engines: needs a real engine, so Linux and root")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test that asks for an engine."""
    for item in items:
        if _FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("engines")


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Says which engines took part, and why others did not."""
    lines = config.stash.get(_REPORT, [])
    if lines:
        terminalreporter.section("engines")
        for line in lines:
            terminalreporter.write_line(line)
