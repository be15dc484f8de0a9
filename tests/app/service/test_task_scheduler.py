"""The task scheduler's side, with a schtasks that answers as the real one does."""

import sys
from pathlib import Path

import pytest

from app.service import task_scheduler
from app.service.description import Program, ServiceDescription
from app.service.manager import NotInstalled
from app.service.tool import Done

PROGRAM = Program(("C:\\py\\pythonw.exe", "-m", "app.cli"))
DESCRIPTION = ServiceDescription(PROGRAM, ("--store=C:\\a b\\s.db", "record"))


class Schtasks:
    """Keeps one task, and answers in German."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.xml: str | None = None
        self.result = 0x41301

    def __call__(self, words):
        assert words[0] == "schtasks"
        assert words[2:4] == ("/TN", "Shipslog recorder") or words[3] == "Shipslog recorder"
        self.calls.append(words[1])
        match words[1]:
            case "/Create":
                self.xml = Path(words[5]).read_bytes().decode("utf-16")
            case _ if self.xml is None:
                return Done(1, "", "FEHLER: Das System kann die angegebene Datei nicht finden.")
            case "/Query" if "/XML" in words:
                return Done(0, self.xml, "")
            case "/Query":
                status = "Wird ausgeführt" if self.result == 0x41301 else "Bereit"
                task = f'"PC","\\Shipslog recorder","N/A","{status}","Nur interaktiv"'
                return Done(0, f'{task},"26.11.2026 07:40:00","{self.result}","me"\r\n', "")
            case "/Delete":
                self.xml = None
        return Done(0, "", "")


def test_installing_makes_the_task_anew_and_starts_it():
    schtasks = Schtasks()
    task_scheduler.install(DESCRIPTION, schtasks)
    task_scheduler.install(DESCRIPTION, schtasks)
    assert schtasks.calls == ["/End", "/Create", "/Run"] * 2


def test_the_state_is_read_without_words_of_any_language():
    schtasks = Schtasks()
    assert task_scheduler.state(schtasks) is None
    task_scheduler.install(DESCRIPTION, schtasks)
    running = task_scheduler.state(schtasks)
    assert running is not None
    assert running[:4] == (True, True, None, None)
    assert running.command[-2:] == DESCRIPTION.arguments
    schtasks.result = 1
    assert task_scheduler.state(schtasks)[:4] == (True, False, None, 1)
    schtasks.result = 0x41303
    assert task_scheduler.state(schtasks)[:4] == (True, False, None, None)


def test_removing_ends_the_task_and_deletes_it():
    schtasks = Schtasks()
    with pytest.raises(NotInstalled):
        task_scheduler.remove(schtasks)
    task_scheduler.install(DESCRIPTION, schtasks)
    schtasks.calls.clear()
    task_scheduler.remove(schtasks)
    assert schtasks.calls == ["/Query", "/End", "/Delete"]


def test_the_python_without_a_window_is_taken_where_there_is_one(tmp_path, monkeypatch):
    assert task_scheduler.program("shipslog").words == (sys.executable, "-m", "app.cli")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python.exe"))
    (tmp_path / "pythonw.exe").touch()
    assert task_scheduler.program("shipslog").words[0] == str(tmp_path / "pythonw.exe")
