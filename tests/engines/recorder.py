"""A real recorder beside a real engine, and the command line's answers about its store."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PATIENCE = 20.0
"""Seconds that a recorder may take for what it has to take note of."""


class Shipslog:
    """The `shipslog` command on one store."""

    def __init__(self, store: Path) -> None:
        self.store = store

    def __call__(
        self, *args: str, stdin: bytes | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs a command to its end."""
        return subprocess.run(self.command(*args), input=stdin, capture_output=True, timeout=120)

    def command(self, *args: str) -> list[str]:
        """The words that run a command."""
        return [sys.executable, "-m", "app.cli", "--store", str(self.store), *args]

    def json(self, *args: str) -> Any:
        """The answer of a query as JSON; it must succeed or find nothing."""
        done = self(*args, "--format", "json")
        assert done.returncode in (0, 1), done.stderr.decode()
        return json.loads(done.stdout or b"null")

    def lines(self, *args: str) -> list[Any]:
        """The answer of a query as JSON lines."""
        done = self(*args, "--format", "jsonl")
        assert done.returncode in (0, 1), done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]

    @contextmanager
    def recording(self, *urls: str) -> Iterator[subprocess.Popen[bytes]]:
        """A recorder that is connected; ended with SIGTERM, which it must take well."""
        recorder = self.start_recorder(*urls)
        try:
            yield recorder
        finally:
            if recorder.poll() is None:
                recorder.send_signal(signal.SIGTERM)
                assert recorder.wait(timeout=15) == 0, "the recorder did not end well"

    def start_recorder(self, *urls: str) -> subprocess.Popen[bytes]:
        """Starts a recorder and returns when it is connected and has looked around."""
        log = self.store.with_name(self.store.name + ".log").open("ab")
        began = time.time_ns()
        recorder = subprocess.Popen(
            self.command("record", *(word for url in urls for word in ("--engine", url))),
            stdout=log,
            stderr=log,
            env=os.environ | {"SHIPSLOG_DEBUG": "1"},
        )
        log.close()

        def connected() -> bool:
            assert recorder.poll() is None, log_of(self.store)
            status = self.status_file()
            return bool(
                status
                and status["pid"] == recorder.pid
                and status["alive_at"] >= began
                and all(engine["connected"] for engine in status["engines"])
            )

        until(connected, lambda: f"the recorder is not connected: {log_of(self.store)}")
        return recorder

    def status_file(self) -> dict[str, Any] | None:
        """What the recorder wrote of itself last."""
        try:
            text = self.store.with_name(self.store.name + ".recorder.json").read_text()
            status: dict[str, Any] = json.loads(text)
        except (OSError, ValueError):
            return None
        return status


def until(condition: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Waits for the condition; fails with the words of `otherwise`."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.05)


def log_of(store: Path) -> str:
    """What the recorder printed."""
    return store.with_name(store.name + ".log").read_text()
