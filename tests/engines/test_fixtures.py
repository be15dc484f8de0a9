"""What happens to a test whose engine is missing."""

from __future__ import annotations

import pytest

from tests.engines.fixtures import REQUIRE_VARIABLE, Fleet, give_up
from tests.engines.roots import EngineUnavailable
from tests.engines.running import KINDS, RunningEngine

KIND = KINDS["docker-28.5"]


def test_it_is_skipped_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REQUIRE_VARIABLE, raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"docker-28\.5: Engines need root"):
        give_up(KIND, EngineUnavailable("Engines need root."))


def test_it_fails_where_engines_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRE_VARIABLE, "1")
    with pytest.raises(pytest.fail.Exception, match=r"docker-28\.5: Engines need root"):
        give_up(KIND, EngineUnavailable("Engines need root."))


def test_it_is_skipped_even_there_if_debians_archive_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRE_VARIABLE, "1")
    with pytest.raises(pytest.skip.Exception, match="unmet dependencies"):
        give_up(KIND, EngineUnavailable("unmet dependencies", archive_moved=True))


def test_a_missing_engine_is_looked_for_once_and_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REQUIRE_VARIABLE, raising=False)
    tried = []

    def refuse(engine: RunningEngine, *_: object) -> None:
        tried.append(engine)
        raise EngineUnavailable("Engines need root.")

    monkeypatch.setattr(RunningEngine, "__init__", refuse)
    fleet = Fleet()
    for _ in range(2):
        with pytest.raises(pytest.skip.Exception):
            fleet.engine(KIND)
    assert len(tried) == 1
    assert fleet.report() == ["docker-28.5: not run. Engines need root."]
    fleet.close()


def test_tests_without_an_engine_are_not_marked(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("engines") is None


def test_tests_with_an_engine_are_marked(
    docker_engine: RunningEngine, request: pytest.FixtureRequest
) -> None:
    assert request.node.get_closest_marker("engines") is not None
