"""Fake engines, each in a folder of its own with a path short enough for a socket."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.engines.buildkit.fake_engine import FakeEngine, fake_engine


@pytest.fixture
def make_engine() -> Iterator[Callable[..., FakeEngine]]:
    """Starts a fake engine; its arguments are those of `FakeEngine` after the folder."""
    with ExitStack() as until:

        def make(**how: Any) -> FakeEngine:
            folder = Path(tempfile.mkdtemp(prefix="shipslog-fake-"))
            return until.enter_context(fake_engine(folder, **how))

        yield make
