"""Building roots, with a stand-in for mmdebstrap: no network, and no engine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engines import roots
from tests.engines.roots import EngineUnavailable, RootRecipe, root

RECIPE = RootRecipe("ship", "trixie", ("docker.io", "runc"))
ROLLING = RootRecipe("raft", "sid", ("docker.io",), rolling=True)

StandsIn = Callable[[str], Path]


@pytest.fixture
def mmdebstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandsIn:
    """Puts a script in mmdebstrap's place, and the cache into a temporary folder."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv(roots.CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(roots, "require_host", lambda: None)

    def stand_in(script: str) -> Path:
        program = programs / "mmdebstrap"
        program.write_text(f"#!/bin/sh\nfor target; do :; done\n{script}\n")
        program.chmod(0o755)
        return tmp_path / "cache"

    return stand_in


def test_a_root_is_built_once_and_then_taken_from_the_cache(mmdebstrap: StandsIn) -> None:
    cache = mmdebstrap('echo x >> "$target/built"')
    first = root(RECIPE)
    assert root(RECIPE) == first
    assert first.parent == cache
    assert (first / "built").read_text() == "x\n"


def test_two_processes_do_not_build_the_same_root_at_once(
    mmdebstrap: StandsIn, tmp_path: Path
) -> None:
    mmdebstrap(f'echo x >> {tmp_path}/builds; sleep 0.5; touch "$target/built"')
    code = (
        "from tests.engines import roots, test_roots\n"
        "roots.require_host = lambda: None\n"
        "print(roots.root(test_roots.RECIPE))"
    )
    top = Path(__file__).parents[2]
    both = [
        subprocess.Popen([sys.executable, "-c", code], cwd=top, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    first, second = (process.communicate()[0].strip() for process in both)
    assert first == second
    assert (Path(first) / "built").exists()
    assert (tmp_path / "builds").read_text() == "x\n"


def test_a_build_that_was_cut_off_is_never_taken_for_a_root(mmdebstrap: StandsIn) -> None:
    cache = mmdebstrap('touch "$target/half"; kill -9 $$')
    with pytest.raises(EngineUnavailable):
        root(RECIPE)
    left_over = cache / f"{RECIPE.folder_name}.build-old"
    left_over.mkdir()
    mmdebstrap('touch "$target/built"')
    assert sorted(path.name for path in root(RECIPE).iterdir()) == ["built"]
    assert not left_over.exists()


def test_a_root_changes_its_name_with_its_recipe() -> None:
    more = RootRecipe("ship", "trixie", ("docker.io", "runc", "iptables"))
    assert more.folder_name != RECIPE.folder_name


def test_a_failed_build_tells_what_the_archive_said(mmdebstrap: StandsIn) -> None:
    mmdebstrap("echo E: Unable to locate package docker.io >&2; exit 1")
    with pytest.raises(EngineUnavailable, match="trixie:\nE: Unable to locate") as caught:
        root(RECIPE)
    assert not caught.value.archive_moved


def test_only_a_rolling_suite_is_excused_when_its_archive_moved(mmdebstrap: StandsIn) -> None:
    mmdebstrap("echo E: The following packages have unmet dependencies >&2; exit 1")
    with pytest.raises(EngineUnavailable) as caught:
        root(ROLLING)
    assert caught.value.archive_moved
    mmdebstrap("echo E: Could not resolve host >&2; exit 1")
    with pytest.raises(EngineUnavailable) as caught:
        root(ROLLING)
    assert not caught.value.archive_moved


def test_a_missing_program_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(roots, "require_host", lambda: None)
    monkeypatch.setenv(roots.CACHE_VARIABLE, str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineUnavailable, match="apt-get install mmdebstrap"):
        root(RECIPE)


def test_without_root_rights_the_reason_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(EngineUnavailable, match=r"^Engines need root: run the tests as root"):
        root(RECIPE)
