import sys

import pytest

from app.recording import importing, recording
from app.recording.importing import ImportResult

LINE = (
    '{"Type":"container","Action":"start","Actor":{"ID":"%s","Attributes":{"image":"shop/web",'
    '"name":"web-1"}},"scope":"local","time":1795420800,"timeNano":1795420800000000001}\n'
)


@pytest.fixture
def calls(monkeypatch):
    made = []

    def record(store, engine, **options):
        say = options.pop("say")
        made.append((store, engine, options))
        say("Recording.")
        return 0

    monkeypatch.setattr(recording, "record", record)
    return made


def test_record_hands_the_store_the_engine_and_the_time_over(shipslog, calls, tmp_path):
    told = shipslog("--store", tmp_path / "a.db", "record", "--engine", "ci", "--for", "1h30m")
    assert told.code == 0
    assert calls == [(tmp_path / "a.db", ["ci"], {"for_seconds": 5400.0})]
    assert (told.out, told.err) == ("", "shipslog: Recording.\n")


def test_record_takes_the_current_engine_until_it_is_stopped_by_default(shipslog, calls):
    shipslog("record")
    ((store, engine, options),) = calls
    assert store.name == "shipslog.db"
    assert engine == ()
    assert options == {"for_seconds": None}


def test_record_hands_several_engines_over(shipslog, calls):
    shipslog("record", "--engine", "a", "--engine", "ssh://b")
    ((_, engines, _),) = calls
    assert engines == ["a", "ssh://b"]


@pytest.mark.parametrize("length", ["soon", "", "-5s", "0s", "10", "1.5h"])
def test_a_length_that_is_none_is_wrong_usage(shipslog, calls, length):
    told = shipslog("record", f"--for={length}")
    assert told.code == 2
    assert "--for takes a length of time" in told.err
    assert calls == []


def test_import_stores_a_file_once(shipslog, tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_text(LINE % ("a1" * 32))
    first = shipslog("--store", tmp_path / "i.db", "import", file, "--format", "json")
    again = shipslog("--store", tmp_path / "i.db", "import", file, "--format", "json")
    assert (first.code, first.json) == (0, {"read": 1, "stored": 1, "known": 0, "broken": []})
    assert (again.code, again.json) == (0, {"read": 1, "stored": 0, "known": 1, "broken": []})


def test_import_names_the_lines_that_are_no_events(shipslog, tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_text(LINE % ("a1" * 32) + "no event\n")
    told = shipslog("--store", tmp_path / "i.db", "import", file)
    assert told.code == 1
    assert "read 1, stored 1" in told.out
    assert "line 2" in told.err
    assert "all other lines are stored" in told.err


def test_import_names_only_the_first_of_many_broken_lines(shipslog, monkeypatch):
    broken = [("a.jsonl", number, "no event") for number in range(1, 101)]
    result = ImportResult(read=5, stored=5, known=0, broken=broken)
    monkeypatch.setattr(importing, "import_files", lambda *_, **__: result)
    told = shipslog("import", "a.jsonl")
    assert told.err.count("\n") == 22
    assert "and 80 more such lines" in told.err


def test_an_import_that_stored_nothing_says_so_by_its_exit_code(shipslog, monkeypatch):
    result = ImportResult(read=0, stored=0, known=0, broken=[])
    monkeypatch.setattr(importing, "import_files", lambda *_, **__: result)
    assert shipslog("import", "a.jsonl").code == 1


def test_import_of_a_missing_file_is_one_sentence(shipslog, tmp_path):
    told = shipslog("--store", tmp_path / "i.db", "import", tmp_path / "missing.jsonl")
    assert told.code == 1
    assert told.err.count("\n") == 1
    assert "missing.jsonl" in told.err


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX rights")
def test_record_warns_of_a_folder_where_everybody_can_replace_the_store(shipslog, calls, tmp_path):
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    told = shipslog("--store", folder / "a.db", "record")
    assert f"everybody can replace files in {folder}" in told.err
    assert calls, "nothing was recorded"
    folder.chmod(0o700)
    assert "Careful" not in shipslog("--store", folder / "a.db", "record").err
