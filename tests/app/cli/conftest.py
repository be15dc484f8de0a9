import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from app.cli.main import main
from tests.app.story import story

ROOT = Path(__file__).parents[3]
FOLDERS = ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")


class Ran(NamedTuple):
    """What one command line came to."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Keeps the person's own store, cache and logs out of the tests."""
    for name in FOLDERS:
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    for name in ("SHIPSLOG_STORE", "SHIPSLOG_DEBUG", "NO_COLOR", "COLUMNS", "DOCKER_HOST"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def told(tmp_path_factory):
    """The store that holds the story; commands only read it."""
    return story().write(tmp_path_factory.mktemp("story") / "story.db")


@pytest.fixture
def shipslog(capfdbinary):
    """Runs a command line in this process."""

    def run(*words):
        capfdbinary.readouterr()
        code = main([str(word) for word in words])
        out, err = capfdbinary.readouterr()
        return Ran(code, out.decode(), err.decode())

    return run


@pytest.fixture
def ask(shipslog, told):
    """Runs a command line on the story."""

    def run(*words):
        return shipslog("--store", told, *words)

    return run


@pytest.fixture
def process(told):
    """Runs a command line on the story in a process of its own."""

    def run(*words, **options):
        return subprocess.run(
            [sys.executable, "-m", "app.cli", "--store", str(told), *map(str, words)],
            cwd=ROOT,
            capture_output=True,
            timeout=60,
            check=False,
            **options,
        )

    return run
