"""launchd's side, with a launchctl that answers as the real one does."""

import os
import sys
from pathlib import Path

import pytest

from app.service import launchd
from app.service.description import Program, ServiceDescription
from app.service.manager import NotInstalled
from app.service.tool import Done, ToolFailed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="accounts have no number there")

DESCRIPTION = ServiceDescription(Program(("/opt/shipslog",)), ("--store=/s.db", "record"))
TARGET = "shipslog.recorder"
PRINTED = """\
gui/501/shipslog.recorder = {
	active count = 1
	path = /Users/me/Library/LaunchAgents/shipslog.recorder.plist
	state = running

	program = /opt/shipslog
	domain = gui/501 [100005]
	runs = 2
	pid = 4711
	last exit code = 1

	event channels = {
		state = waiting
	}
}
"""


class Launchctl:
    """Keeps one agent; ends it only a moment after it was told to."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.loaded = False
        self.ending = 0
        self.refusal = ""

    def __call__(self, words):
        assert words[0] == "launchctl"
        self.calls.append(" ".join(words[1:]).replace(f"gui/{os.getuid()}", "gui"))
        match words[1]:
            case "bootout":
                self.ending = 2 if self.loaded else 0
                return Done(0 if self.loaded else 3, "", "Boot-out failed: 3: No such process")
            case "print" if self.ending:
                self.ending -= 1
                self.loaded = self.ending > 0
                return Done(0, PRINTED, "")
            case "print":
                return Done(0, PRINTED, "") if self.loaded else Done(113, "", "Could not find")
            case "bootstrap":
                self.loaded = not self.refusal
                return Done(5, "", self.refusal) if self.refusal else Done(0, "", "")
            case "print-disabled":
                return Done(0, 'disabled services = {\n\t"shipslog.recorder" => enabled\n}\n', "")
        return Done(0, "", "")


@pytest.fixture
def launchctl(monkeypatch):
    monkeypatch.setattr(launchd, "_PAUSE_SECONDS", 0)
    return Launchctl()


def test_installing_writes_the_agent_and_starts_it(launchctl, tmp_path):
    launchd.install(DESCRIPTION, launchctl)
    agent = tmp_path / "Library" / "LaunchAgents" / "shipslog.recorder.plist"
    assert agent.stat().st_mode & 0o777 == 0o600
    assert launchctl.calls == [
        f"bootout gui/{TARGET}",
        f"print gui/{TARGET}",
        f"enable gui/{TARGET}",
        f"bootstrap gui {agent}",
    ]


def test_installing_again_waits_for_the_older_one_to_end(launchctl):
    launchd.install(DESCRIPTION, launchctl)
    launchctl.calls.clear()
    launchd.install(DESCRIPTION, launchctl)
    assert [call.split()[0] for call in launchctl.calls] == [
        *("bootout", "print", "print", "print", "enable", "bootstrap")
    ]


def test_what_launchd_refuses_is_told(launchctl):
    launchctl.refusal = "Bootstrap failed: 125: Domain does not support specified action"
    with pytest.raises(ToolFailed, match="125: Domain does not support"):
        launchd.install(DESCRIPTION, launchctl)


def test_an_agent_that_does_not_end_is_told(launchctl, monkeypatch):
    launchd.install(DESCRIPTION, launchctl)
    monkeypatch.setattr(launchd, "_PATIENCE_SECONDS", 0)
    with pytest.raises(ToolFailed, match="does not end"):
        launchd.remove(launchctl)


def test_the_state_is_what_launchd_prints_of_the_agent_itself(launchctl):
    assert launchd.state(launchctl) is None
    launchd.install(DESCRIPTION, launchctl)
    state = launchd.state(launchctl)
    assert state == (True, True, 4711, 1, DESCRIPTION.command)
    launchctl.loaded = False
    assert launchd.state(launchctl) == (True, False, None, None, DESCRIPTION.command)


@pytest.mark.parametrize(
    ("printed", "code"),
    [
        ("\tlast exit code = (never exited)\n", None),
        ("\tlast exit code = 0\n", 0),
        ("\tlast exit code = 78: EX_CONFIG\n", 78),
        ("\tlast terminating signal = Killed: 9\n", 137),
    ],
)
def test_the_last_exit_is_read(launchctl, printed, code):
    launchd.install(DESCRIPTION, launchctl)
    state = launchd.state(lambda _: Done(0, printed, ""))
    assert state is not None
    assert state.last_exit == code


def test_removing_ends_the_agent_and_deletes_it(launchctl):
    with pytest.raises(NotInstalled):
        launchd.remove(launchctl)
    launchd.install(DESCRIPTION, launchctl)
    launchd.remove(launchctl)
    assert not launchctl.loaded
    assert not Path(launchd.agent_file()).exists()
