"""The fake engine as a fixture, and the proof that nothing but reading was asked of any of them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.asked import ASKED, Request, forbidden
from tests.fakes.engine import FakeEngine

_ASKS_ITSELF = "asks_itself"
_EXCUSED: list[Request] = []


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="shipslog-") as folder:
        yield Path(folder)


@pytest.fixture
def fake_engine(short_folder: Path) -> Iterator[FakeEngine]:
    """A fake engine with one image, `shop/web:1`."""
    with FakeEngine(short_folder / "docker.sock") as fake:
        fake.add_image("shop/web:1", created=fake.now() - 10**15)
        yield fake


@pytest.fixture(autouse=True)
def only_reading(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails the test that made Shipslog ask any fake engine for more than reading."""
    before = len(ASKED)
    yield
    asked = ASKED[before:]
    if request.node.get_closest_marker(_ASKS_ITSELF) is None:
        assert forbidden(asked) == [], "something other than reading was asked of an engine"
    else:
        _EXCUSED.extend(asked)


def pytest_configure(config: pytest.Config) -> None:
    """Declares the marker."""
    config.addinivalue_line(
        "markers", f"{_ASKS_ITSELF}: the test itself asks the fake engine, and may ask anything"
    )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fails the session for what was asked when no test was looking any more."""
    if len(forbidden(ASKED)) > len(forbidden(_EXCUSED)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how much was asked of fake engines, and of it how much was more than reading."""
    if ASKED:
        strange = len(forbidden(ASKED)) - len(forbidden(_EXCUSED))
        terminalreporter.section("fake engines")
        terminalreporter.write_line(
            f"{len(ASKED) - len(_EXCUSED):,} requests by Shipslog, {strange} of them not reading"
        )
