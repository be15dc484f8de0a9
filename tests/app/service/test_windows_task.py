import subprocess
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from app.service.description import Program, ServiceDescription
from app.service.windows_task import command_of, is_enabled, split_line, task_xml
from tests.app.service.words import words
from tests.properties import quick, thorough

LOG = Path("recorder.log")
PROGRAM = Program(("C:\\Program Files\\Python\\pythonw.exe", "-m", "app.cli"), Path("C:/a & b"))


@thorough
@given(st.lists(words, max_size=6))
def test_a_command_line_is_split_as_it_was_joined(arguments):
    assert split_line(subprocess.list2cmdline(arguments)) == tuple(arguments)


@quick
@given(st.lists(words, max_size=6), words)
def test_a_command_is_read_back_as_it_was_written(arguments, value):
    description = ServiceDescription(PROGRAM, tuple(arguments), (("DOCKER_HOST", value),))
    # The task scheduler gives it back as text that still names its encoding.
    text = task_xml(description, LOG, "HOME\\me").decode("utf-16")
    assert command_of(text) == (
        PROGRAM.words[0],
        *("-m", "app.service.task_start", "recorder.log", f"DOCKER_HOST={value}", "--"),
        *arguments,
    )


def test_a_task_starts_at_logon_and_again_and_is_never_ended_for_its_length():
    xml = task_xml(ServiceDescription(PROGRAM, ("record",)), LOG, "HOME\\me")
    assert xml[:2] in (b"\xff\xfe", b"\xfe\xff")
    task = ElementTree.fromstring(xml)
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
    found = {
        path: task.findtext(f"t:{path.replace('/', '/t:')}", namespaces=space)
        for path in (
            "Triggers/LogonTrigger/UserId",
            "Triggers/LogonTrigger/Repetition/Interval",
            "Settings/MultipleInstancesPolicy",
            "Settings/RestartOnFailure/Interval",
            "Settings/ExecutionTimeLimit",
            "Principals/Principal/RunLevel",
            "Actions/Exec/WorkingDirectory",
        )
    }
    assert list(found.values()) == [
        *("HOME\\me", "PT1M", "IgnoreNew", "PT1M", "PT0S", "LeastPrivilege"),
        str(PROGRAM.folder),
    ]
    assert is_enabled(xml.decode("utf-16"))
    assert not is_enabled(xml.decode("utf-16").replace("<Enabled>true", "<Enabled>false"))


def test_a_task_that_runs_nothing_has_no_command():
    assert command_of("<Task/>") == ()
