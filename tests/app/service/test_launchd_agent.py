import plistlib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.service.description import Program, ServiceDescription
from app.service.launchd_agent import agent_plist, command_of
from tests.app.service.words import words
from tests.properties import quick

LOG = Path("/Users/me/Library/Logs/shipslog/recorder.log")


@quick
@given(st.lists(words, max_size=6), words)
def test_a_command_is_read_back_as_it_was_written(arguments, value):
    program = Program(("/opt/shipslog",), Path("/a & b"))
    description = ServiceDescription(program, tuple(arguments), (("DOCKER_HOST", value),))
    written = agent_plist(description, LOG)
    assert command_of(written) == description.command
    agent = plistlib.loads(written)
    assert agent["EnvironmentVariables"] == {"DOCKER_HOST": value}
    assert agent["WorkingDirectory"] == "/a & b"


def test_an_agent_starts_at_login_again_after_failures_and_speaks_into_the_log():
    agent = plistlib.loads(agent_plist(ServiceDescription(Program(("/x",)), ("record",)), LOG))
    assert agent == {
        "Label": "shipslog.recorder",
        "ProgramArguments": ["/x", "record"],
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 10,
        "ProcessType": "Background",
        "Umask": 0o077,
        "StandardOutPath": str(LOG),
        "StandardErrorPath": str(LOG),
    }


def test_a_list_that_is_none_has_no_command():
    assert command_of(b"") == ()
    assert command_of(b"<plist><broken") == ()
    assert command_of(plistlib.dumps({})) == ()
