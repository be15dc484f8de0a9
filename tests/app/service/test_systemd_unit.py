import json
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.service.description import Program, ServiceDescription, Unwritable
from app.service.systemd_unit import command_of, unit_text
from tests.app.service.words import words
from tests.properties import thorough

# Writes down how it was started.
TELL = (
    "import json, os, sys; open(sys.argv[1], 'w').write(json.dumps("
    "[sys.argv[2:], os.environ.get('DOCKER_HOST'), os.getcwd()]))"
)


@thorough
@given(st.lists(words, max_size=6), words)
def test_a_command_is_read_back_as_it_was_written(arguments, value):
    description = ServiceDescription(
        Program(("/opt/a b%c/shipslog",), Path("/x y%z")), tuple(arguments), (("A", value),)
    )
    assert command_of(unit_text(description)) == description.command


def test_systemd_gives_the_program_exactly_the_words_that_were_written(instance, units, tmp_path):
    runs = iter(range(10_000))
    # A folder that ends with what means something at the end of a line.
    folder = tmp_path / "50% of %h \\"
    folder.mkdir()
    python = tmp_path / "100%h of it" / "python"
    python.parent.mkdir()
    python.symlink_to(sys.executable)

    @settings(max_examples=6, deadline=None)
    @given(st.lists(words, min_size=20, max_size=60), words)
    def given_back(arguments, value):
        told = tmp_path / f"{next(runs)}.json"
        description = ServiceDescription(
            Program((str(python), "-c", TELL, str(told)), folder),
            tuple(arguments),
            (("DOCKER_HOST", value),),
        )
        (units / "told.service").write_text(unit_text(description), encoding="utf-8")
        instance.run("systemctl", "--user", "daemon-reload")
        done = instance.run("systemctl", "--user", "start", "--wait", "told.service")
        assert done.returncode == 0, done.stderr
        assert json.loads(told.read_text()) == [arguments, value, str(folder)]

    given_back()


def test_systemd_finds_nothing_wrong_with_a_unit(instance, units):
    program = Program((sys.executable, "-m", "app.cli"), Path("/tmp"))
    unit = units / "checked.service"
    unit.write_text(unit_text(ServiceDescription(program, ("--store=/x y", "record"))))
    done = instance.run("systemd-analyze", "verify", "--user", unit)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(("code", "becomes"), [(0, "dead"), (1, "auto-restart"), (2, "failed")])
def test_systemd_tries_failures_again_but_not_wrong_usage(instance, units, code, becomes):
    program = Program((sys.executable, "-c", f"import sys; sys.exit({code})"))
    (units / f"ends{code}.service").write_text(unit_text(ServiceDescription(program, ())))
    instance.run("systemctl", "--user", "daemon-reload")
    instance.run("systemctl", "--user", "start", f"ends{code}.service")
    shown = ("systemctl", "--user", "show", f"ends{code}.service", "--property=SubState", "--value")
    deadline = time.monotonic() + 20.0
    while (state := instance.run(*shown).stdout.strip()) == "running":
        assert time.monotonic() < deadline
    instance.run("systemctl", "--user", "stop", f"ends{code}.service")
    assert state == becomes


@pytest.mark.parametrize("path", ["/a$b/shipslog", '/a"b/shipslog', "/a'b/x", "/a\\b/x"])
def test_a_program_that_systemd_cannot_start_is_declined(path):
    with pytest.raises(Unwritable, match="another folder"):
        unit_text(ServiceDescription(Program((path,)), ()))


def test_a_text_without_a_command_has_none():
    assert command_of("[Unit]\n") == ()
