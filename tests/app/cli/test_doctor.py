import sys
from typing import NamedTuple

import pytest

from app.cli import findings
from app.cli.findings import Finding, Level


class _Candidate(NamedTuple):
    name: str
    url: str
    reachable: bool
    detail: str


@pytest.fixture
def candidates(monkeypatch):
    """Gives the engines that are found on this machine."""
    from types import ModuleType

    found = []
    module = ModuleType("adapters.engines.discovery")
    module.candidates = lambda: found
    monkeypatch.setitem(sys.modules, "adapters.engines.discovery", module)
    return found


def _of(answer, subject):
    return [one for one in answer.json if one["subject"] == subject]


def test_every_finding_is_one_line_with_its_level(ask, candidates):
    told = ask("doctor")
    assert told.code == 0
    for line in told.out.splitlines():
        assert line.split()[0] in ("ok", "warn", "bad")


def test_every_finding_that_is_not_ok_has_a_remedy(ask, candidates):
    for one in ask("doctor", "--format", "json").json:
        assert one["level"] == "ok" or one["remedy"]


def test_an_engine_that_answers_is_fine(ask, candidates):
    candidates.append(_Candidate("default", "unix:///run/docker.sock", True, "Docker 28.5.1"))
    (engine,) = _of(ask("doctor", "--format", "json"), "engine")
    assert engine["level"] == "ok"
    assert "Docker 28.5.1" in engine["finding"]


def test_a_socket_without_the_right_to_use_it_has_the_group_as_its_remedy(ask, candidates):
    candidates.append(_Candidate("default", "unix:///run/docker.sock", False, "Permission denied"))
    engine, none = _of(ask("doctor", "--format", "json"), "engine")
    assert "group" in engine["remedy"]
    assert "no engine answers" in none["finding"]


def test_an_engine_over_ssh_that_refuses_has_no_group_as_its_remedy(ask, candidates):
    candidates.append(_Candidate("far", "ssh://far", False, "ssh: Permission denied (publickey)."))
    engine, _ = _of(ask("doctor", "--format", "json"), "engine")
    assert "group" not in engine["remedy"]
    assert "without a question" in engine["remedy"]


def test_a_missing_store_is_no_fault(shipslog, tmp_path, candidates):
    answer = shipslog("--store", tmp_path / "none.db", "doctor", "--format", "json")
    assert answer.code == 0
    (store,) = _of(answer, "store")
    assert store["level"] == "warn"


def test_a_broken_store_is_bad(shipslog, tmp_path, candidates):
    (tmp_path / "no.db").write_text("no store" * 100)
    answer = shipslog("--store", tmp_path / "no.db", "doctor", "--format", "json")
    assert answer.code == 1
    assert _of(answer, "store")[0]["level"] == "bad"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
def test_a_store_that_others_can_read_is_warned_of(shipslog, told, tmp_path, candidates):
    store = tmp_path / "open.db"
    store.write_bytes(told.read_bytes())
    store.chmod(0o644)
    (finding,) = _of(shipslog("--store", store, "doctor", "--format", "json"), "access")
    assert finding["level"] == "warn"
    assert finding["remedy"].startswith(f"chmod 600 {store}")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
@pytest.mark.parametrize("below", ["", "own"])
def test_a_folder_that_everybody_can_write_is_bad(shipslog, told, tmp_path, candidates, below):
    folder = tmp_path / "open"
    (folder / below).mkdir(parents=True)
    folder.chmod(0o777)
    store = folder / below / "s.db"
    store.write_bytes(told.read_bytes())
    store.chmod(0o600)
    answer = shipslog("--store", store, "doctor", "--format", "json")
    assert answer.code == 1
    assert f"chmod o-w {folder}" in _of(answer, "access")[0]["remedy"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
def test_a_folder_far_above_that_everybody_can_write_is_bad_too(
    shipslog, told, tmp_path, candidates
):
    folder = tmp_path / "open" / "mine"
    folder.mkdir(parents=True, mode=0o700)
    folder.parent.chmod(0o777)
    store = folder / "s.db"
    store.write_bytes(told.read_bytes())
    store.chmod(0o600)
    answer = shipslog("--store", store, "doctor", "--format", "json")
    assert f"chmod o-w {folder.parent}," in _of(answer, "access")[0]["remedy"]
    folder.parent.chmod(0o1777)
    assert _of(shipslog("--store", store, "doctor", "--format", "json"), "access") == []


def test_a_check_that_breaks_does_not_hide_the_others(ask, candidates, monkeypatch):
    def broken():
        raise RuntimeError("no idea")
        yield Finding(Level.OK, "", "")

    monkeypatch.setattr(findings, "CHECKS", (broken, findings.python_version))
    answer = ask("doctor", "--format", "json")
    assert answer.code == 1
    assert _of(answer, "broken")[0]["level"] == "bad"
    assert _of(answer, "python")[0]["level"] == "ok"


def test_jsonl_has_a_finding_a_line(ask, candidates):
    assert {"level", "subject", "finding", "remedy"} == set(
        ask("doctor", "--format", "jsonl").lines[0]
    )
