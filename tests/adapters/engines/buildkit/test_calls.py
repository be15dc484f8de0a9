"""Which calls are made at all: those that read, from one place."""

import ast
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import adapters
from adapters.engines.allowlist import ForbiddenRequest
from adapters.engines.buildkit.calls import READ_ONLY, call, check_method
from adapters.engines.buildkit.history import BuildHistory, open_history
from adapters.engines.buildkit.lines import upgraded_line
from adapters.engines.buildkit.messages import HistoryRequest, StatusRequest
from tests.adapters.engines.buildkit.fake_engine import FakeEngine
from tests.adapters.engines.buildkit.recordings import CASES, recorded

CALLS = {"unary_unary", "unary_stream", "stream_unary", "stream_stream"}


@pytest.mark.parametrize(
    "method",
    [
        "/moby.buildkit.v1.Control/Solve",
        "/moby.buildkit.v1.Control/Prune",
        "/moby.buildkit.v1.Control/Session",
        "/moby.buildkit.v1.Control/UpdateBuildHistory",
        "/moby.buildkit.v1.Control/ListenBuildHistory/",
        "/containerd.services.content.v1.Content/Write",
        "/containerd.services.content.v1.Content/Delete",
        "",
    ],
)
def test_a_call_that_could_write_is_refused(
    method: str, make_engine: Callable[..., FakeEngine]
) -> None:
    with pytest.raises(ForbiddenRequest, match="only reads build history"):
        check_method(method)
    engine = make_engine()
    line = upgraded_line(engine.endpoint)
    with pytest.raises(ForbiddenRequest):
        call(line, method, StatusRequest("x"), HistoryRequest, 1.0)
    line.close()
    assert engine.methods == []


@pytest.mark.parametrize("version", ["1.51", "1.53"])
def test_whatever_is_done_only_reading_calls_arrive(
    version: str, make_engine: Callable[..., FakeEngine]
) -> None:
    engine = make_engine(direct=version == "1.53")
    for case in CASES:
        engine.tell(recorded("docker-28.5-containerd", case), ref="")
    history = open_history(engine.endpoint, version)
    assert isinstance(history, BuildHistory)
    for entry in history.entries():
        history.read(entry, str)
    listening = history.listen()
    assert next(iter(listening))
    history.close()
    assert set(engine.methods) == READ_ONLY
    sent = {head.partition(b" HTTP")[0] for head in engine.heads}
    assert sent == (set() if version == "1.53" else {b"POST /grpc"})


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """All code of Shipslog, with the module where it stands."""
    top = Path(adapters.__file__).parents[1]
    files = [
        file for package in ("adapters", "app", "domain") for file in top.glob(f"{package}/**/*.py")
    ]
    trees = [(file.relative_to(top).as_posix(), ast.parse(file.read_text())) for file in files]
    return [(name, node) for name, tree in trees for node in ast.walk(tree)]


def test_calls_are_made_in_one_module_only() -> None:
    callers = {
        name for name, node in nodes() if isinstance(node, ast.Attribute) and node.attr in CALLS
    }
    assert callers == {"adapters/engines/buildkit/calls.py"}


def test_grpc_is_known_to_two_modules_only() -> None:
    importers = {
        name
        for name, node in nodes()
        if (isinstance(node, ast.Import) and any(alias.name == "grpc" for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "grpc")
    }
    places = ("calls", "lines")
    assert importers == {f"adapters/engines/buildkit/{place}.py" for place in places}


def test_the_only_post_is_the_upgrade() -> None:
    senders = {
        name
        for name, node in nodes()
        if isinstance(node, ast.Constant)
        and isinstance(node.value, bytes)
        and b"POST" in node.value
    }
    assert senders == {"adapters/engines/buildkit/upgrade.py"}
