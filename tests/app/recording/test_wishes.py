"""A person asks for a look at a container, and the recorder takes it."""

import threading

import pytest

from app.recording import recorder
from app.recording.wishes import grant, wish, wishes
from tests.app.recording.conftest import eventually

C1, C2 = "c1" * 32, "c2" * 32


def test_a_wish_is_seen_until_it_is_granted(tmp_path):
    store = tmp_path / "s.db"
    heard = threading.Thread(target=wish, args=(store, C1, 5.0))
    heard.start()
    eventually(lambda: list(wishes(store)) == [C1])
    grant(store, C1)
    heard.join(1.0)
    assert not heard.is_alive()
    assert list(wishes(store)) == []


def test_a_wish_that_nobody_grants_is_taken_back(tmp_path):
    assert not wish(tmp_path / "s.db", C1, 0.1)
    assert list(wishes(tmp_path / "s.db")) == []


@pytest.mark.parametrize("name", ["s.db.look-x", "s.db.look-", f"t.db.look-{C1}", "s.db.look-../x"])
def test_other_files_are_no_wishes(tmp_path, name):
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.touch()
    assert list(wishes(tmp_path / "s.db")) == []


def test_the_recorder_looks_and_grants(log, fake_engine, monkeypatch):
    monkeypatch.setattr(recorder, "_WISHES_EVERY", 0)
    with log.recorded():
        container = fake_engine.create("web")
        fake_engine.start(container)
        eventually(lambda: log.of("container.configured"))
        assert wish(log.path, container, 5.0)
        asked = [r for r in fake_engine.requests if r.path.endswith("/changes")]
        assert len(asked) == 1
        assert wish(log.path, container, 5.0)
        assert not wish(log.path, C2, 0.3)
