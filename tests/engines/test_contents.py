"""One content under several ids: in another store, and after a rebuild that changed nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.engines.fixtures import Fleet
from tests.engines.recorder import Shipslog, log_of, until
from tests.engines.running import KINDS, RunningEngine

# Minutes on each engine: run by `make long`.
pytestmark = pytest.mark.long

DOCKERFILE = """\
FROM {base}
ENV GREETING=hello
LABEL vendor=shop
RUN --network=none echo built > /built
CMD ["sleep", "1000"]
"""
OVERRIDING = "FROM shop/web:1\nENV GREETING=bye\nLABEL vendor=else\n"


@pytest.fixture(scope="module")
def told(fleet: Fleet, tmp_path_factory: Any) -> Any:
    """A store with both engines' recordings, and the ids that the engines gave."""
    shipslog = Shipslog(tmp_path_factory.mktemp("contents") / "contents.db")
    graph = fleet.engine(KINDS["docker-28.5"])
    containerd = fleet.engine(KINDS["docker-28.5-containerd"])
    ids: dict[str, str] = {}
    with shipslog.recording(graph.url):
        graph.clear()
        base = graph.base_image()
        _build(graph, DOCKERFILE.format(base=base), "shop/web:1")
        _build(graph, OVERRIDING, "shop/other:1")
        for name in (base, "shop/web:1", "shop/other:1"):
            ids[f"graph {name}"] = _id(graph, name)
        archive = graph.workdir / "web.tar"
        graph.docker("save", "--output", str(archive), base, "shop/web:1")
        content = archive.read_bytes()
        _wait(shipslog, ids)
    with shipslog.recording(containerd.url):
        containerd.clear()
        containerd.docker("load", input=content)
        ids["loaded"] = _id(containerd, "shop/web:1")
        text = DOCKERFILE.format(base=base)
        for number in ("first", "again"):
            _build(containerd, text, "shop/cached:1")
            ids[number] = _id(containerd, "shop/cached:1")
        _wait(shipslog, ids)
    yield shipslog, ids
    graph.clear()
    containerd.clear()


def _build(engine: RunningEngine, text: str, name: str) -> None:
    folder = Path(engine.workdir) / "context"
    folder.mkdir(exist_ok=True)
    (folder / "Dockerfile").write_text(text)
    engine.docker("build", "--tag", name, str(folder))


def _id(engine: RunningEngine, name: str) -> str:
    return str(engine.get(f"/images/{name}/json")["Id"])


def _wait(shipslog: Shipslog, ids: dict[str, str]) -> None:
    def described() -> bool:
        lines = shipslog.lines("log", "--filter", "event=described")
        return {line["subject"]["id"] for line in lines} >= set(ids.values())

    until(described, lambda: f"not all were described: {log_of(shipslog.store)}")


def _show(shipslog: Shipslog, image_id: str) -> Any:
    return shipslog.json("show", f"image={image_id}")


def test_an_image_is_the_same_in_another_store(told: Any) -> None:
    shipslog, ids = told
    assert ids["graph shop/web:1"] != ids["loaded"]
    assert ids["loaded"] in _show(shipslog, ids["graph shop/web:1"])["same_content_as"]


def test_a_cached_rebuild_is_a_new_id_for_the_same_content(told: Any) -> None:
    shipslog, ids = told
    assert ids["first"] != ids["again"]
    assert ids["first"] in _show(shipslog, ids["again"])["same_content_as"]
    (reference,) = shipslog.json("versions", "shop/cached:1")
    same = [each["same_content_as_before"] for each in reference["versions"]]
    assert same == [None, True]


def test_what_differs_in_metadata_alone_is_another_content_on_that_base(told: Any) -> None:
    shipslog, ids = told
    other, web = ids["graph shop/other:1"], ids["graph shop/web:1"]
    assert _show(shipslog, other)["same_content_as"] == []
    edges = {
        edge["to"]: (edge["from"], edge["evidence"])
        for edge in shipslog.json("lineage")["edges"]
        if edge["kind"] == "base"
    }
    assert edges[other] == (web, "build record")
