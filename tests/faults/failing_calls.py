"""A recording in which the n-th call to the system fails, for every n.

Run as `python -m tests.faults.failing_calls CALL FIRST STEP OWN_SQLITE` under strace, which lets
the `_FAILS`-th call of each process fail. Each n has a process of its own: it makes as many calls
in vain as bring its n-th real one there. What came of each is told as a line of JSON.
"""

import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from tests.faults.appending import append, opened, use_own_sqlite
from tests.faults.reading import everything

_Seen = TypeVar("_Seen")

_FAILS = 400
_BATCHES = (1, 3, 40, 2, 300, 1)


class Story(msgspec.Struct):
    """What came of one failing call."""

    call: int
    happened: bool = True
    """Whether there were so many calls at all."""
    sentences: list[str] = []
    """What the person was told, an entry for each time."""
    wrong: str = ""
    """What was not as it should be at the end."""


def with_each_call_failing(
    call: str, error: str, *, in_a_row: int = 1, step: int = 1, own_sqlite: bool = False
) -> list[Story]:
    """Records once for each call, or for every `step`-th, that fails.

    Args:
        call: the name of a call to the system: `pwrite64`, `fsync`, `fdatasync`, `ftruncate`,
            `unlink`.
        error: what it fails with, as `EIO`.
        in_a_row: how many calls fail one after the other.
        step: 1 tries every call, 7 every seventh.
        own_sqlite: whether to use Python's own SQLite although a sound one is installed.
    """
    when = f"{_FAILS}..{_FAILS + in_a_row - 1}"
    strace = ("strace", "-f", "-qq", "--seccomp-bpf", "-o", os.devnull, f"--trace={call}")
    python = (sys.executable, "-m", "tests.faults.failing_calls")
    arguments = (call, "1", str(step), str(int(own_sqlite)))
    ran = subprocess.run(
        [*strace, f"--inject={call}:error={error}:when={when}", *python, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        timeout=600,
    )
    return [msgspec.json.decode(line, type=Story) for line in ran.stdout.splitlines()]


def _in_vain(call: str, times: int) -> int:
    """Makes calls that change nothing; gives how many of them failed."""
    failed = 0
    with tempfile.TemporaryFile() as file:
        for _ in range(times):
            try:
                match call:
                    case "pwrite64":
                        os.pwrite(file.fileno(), b"-", 0)
                    case "fsync":
                        os.fsync(file.fileno())
                    case "fdatasync":
                        os.fdatasync(file.fileno())
                    case "ftruncate":
                        os.ftruncate(file.fileno(), 1)
                    case "unlink":
                        _make_and_remove()
                    case _:
                        raise NotImplementedError(call)
            except OSError:
                failed += 1
    return failed


def _make_and_remove() -> None:
    descriptor, path = tempfile.mkstemp()
    os.close(descriptor)
    Path(path).unlink()


def _story(call: str, number: int) -> Story:
    story = Story(number)
    with tempfile.TemporaryDirectory() as folder:
        _in_vain(call, _FAILS - number)
        _record(Path(folder), story)
        story.happened = _in_vain(call, number) == 0
    return story


def _record(folder: Path, story: Story) -> None:
    from adapters.store.verification import Result, verify
    from tests.adapters.store.sample import entries

    stored = 0
    for _ in range(2):
        writer = opened(folder, story.sentences.append)
        for count in _BATCHES:
            append(writer, count, stored, story.sentences.append)
            stored += count
        writer.close()
    place = folder / "history" / "log.db"
    found = _at_last(lambda: verify(place, key_folder=folder / "keys", thorough=True), story)
    if found.result not in (Result.NOT_WITNESSED, Result.INCOMPLETE) or found.events != stored:
        story.wrong = f"{found.result}, {found.events} of {stored} events: {found.reason}"
    elif _at_last(lambda: everything(place), story) != entries(stored):
        story.wrong = "other events than those that were appended"


def _at_last(look: Callable[[], _Seen], story: Story) -> _Seen:
    """What a reader sees; it undoes what was interrupted, and may meet the fault in that."""
    from adapters.store.errors import StoreUnwritable

    while True:
        try:
            return look()
        except StoreUnwritable as error:
            story.sentences.append(str(error))


def _each(call: str, first: int, step: int) -> None:
    for number in range(first, _FAILS, step):
        receiving, sending = os.pipe()
        if (process := os.fork()) == 0:
            _tell(call, number, sending)
        os.close(sending)
        with os.fdopen(receiving, "rb") as pipe:
            told = pipe.read()
        os.waitpid(process, 0)
        story = msgspec.json.decode(told, type=Story)
        if not story.happened:
            return
        sys.stdout.buffer.write(told + b"\n")


def _tell(call: str, number: int, sending: int) -> None:
    try:
        story = _story(call, number)
    except BaseException:  # noqa: BLE001 - whatever it is, the other process must hear of it
        story = Story(number, wrong=traceback.format_exc())
    os.write(sending, msgspec.json.encode(story))
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[4] == "1":
        use_own_sqlite()
    from adapters.store import writer as _imported  # noqa: F401 - so that no process has to

    _each(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
