import sys
from pathlib import Path

import pytest

from app.service.description import Program, Unwritable, describe, recorded, this_program
from domain.errors import ShipslogError
from tests.app.cli.conftest import ROOT

PROGRAM = Program(("/opt/shipslog",))


def test_the_command_names_the_store_and_every_engine_by_what_lasts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    described = describe(Path("my.db"), ["./docker.sock", "tcp://h:2375"], PROGRAM, {})
    assert described.command == (
        "/opt/shipslog",
        f"--store={tmp_path}/my.db",
        "record",
        f"--engine=unix://{tmp_path}/docker.sock",
        "--engine=tcp://h:2375",
    )


def test_what_it_records_is_read_back_from_the_command():
    command = describe(Path("/a b/s.db"), ["tcp://h:1", "tcp://h:2"], PROGRAM, {}).command
    assert recorded(command) == ("/a b/s.db", ("tcp://h:1", "tcp://h:2"))
    assert recorded(()) == (None, ())


def test_an_engine_that_is_no_context_is_declined():
    with pytest.raises(ShipslogError, match="no Docker context named 'nowhere'"):
        describe(Path("/s.db"), ["nowhere"], PROGRAM, {})


def test_only_variables_that_decide_what_is_recorded_are_carried_over(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    environment = {
        "DOCKER_HOST": "unix:///run/x.sock",
        "DOCKER_CERT_PATH": "certs",
        "DOCKER_TLS_VERIFY": "",
        "SHIPSLOG_KEEP_ENV": "TZ,LANG",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    assert describe(Path("/s.db"), [], PROGRAM, environment).environment == (
        ("SHIPSLOG_KEEP_ENV", "TZ,LANG"),
        ("DOCKER_HOST", "unix:///run/x.sock"),
        ("DOCKER_CERT_PATH", f"{tmp_path}/certs"),
    )


@pytest.mark.parametrize("name", ["a\nb", "a\x00b", "a\x1bb", "a\udcffb", "a\uffffb"])
def test_what_no_definition_can_hold_is_declined(name):
    with pytest.raises(Unwritable, match="holds a character"):
        describe(Path("/x") / name, [], PROGRAM, {})
    with pytest.raises(Unwritable):
        describe(Path("/x"), [], PROGRAM, {"DOCKER_HOST": name})


def test_the_script_beside_the_interpreter_is_run_where_there_is_one(tmp_path):
    interpreter = tmp_path / "bin" / "python"
    interpreter.parent.mkdir()
    as_module = ((str(interpreter), "-m", "app.cli"), ROOT)
    assert this_program("shipslog", str(interpreter)) == as_module
    script = interpreter.with_name("shipslog")
    script.touch()
    assert this_program(str(script), str(interpreter)) == ((str(script),), None)
    assert this_program(f"{ROOT}/app/cli/__main__.py", str(interpreter)) == as_module


def test_the_interpreter_is_named_by_an_absolute_path():
    assert Path(this_program("__main__.py").words[0]) == Path(sys.executable).absolute()
