from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.service.user_instance import Unavailable, UserInstance


@pytest.fixture(scope="session")
def instance(tmp_path_factory) -> Iterator[UserInstance]:
    """A real systemd for services of an account, shared; tests skip where none can run."""
    home = tmp_path_factory.mktemp("home")
    try:
        started = UserInstance(home)
    except Unavailable as reason:
        pytest.skip(f"no systemd of the tests' own: {reason}")
    with started:
        yield started


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    """Keeps the person's own services, stores and engines out of the tests."""
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("SHIPSLOG_STORE", "DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def units(instance) -> Path:
    """The folder of the account's units in the real systemd."""
    folder = Path(instance.environment["HOME"]) / ".config" / "systemd" / "user"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
