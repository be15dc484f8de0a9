"""The platform's own tools that keep services, run to their end."""

import subprocess
from collections.abc import Callable, Sequence
from typing import NamedTuple

from domain.errors import ShipslogError

_PATIENCE_SECONDS = 60.0


class Done(NamedTuple):
    """What a tool came to."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """What it complained of, on one line."""
        return " ".join((self.err or self.out).split()) or f"exit code {self.code}"


Run = Callable[[Sequence[str]], Done]
"""Runs a tool by its words.

Raises:
    ToolMissing: this machine has no such tool.
    ToolFailed: it does not come to an end.
"""


class ToolMissing(ShipslogError):
    """The platform's tool for services is not there."""


class ToolFailed(ShipslogError):
    """The platform's tool refused, with what it said."""


def run(words: Sequence[str]) -> Done:
    """Runs a tool of this machine; see Run."""
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            errors="replace",
            timeout=_PATIENCE_SECONDS,
        )
    except FileNotFoundError:
        raise ToolMissing(f"There is no {words[0]} on this machine.") from None
    except subprocess.TimeoutExpired:
        raise ToolFailed(
            f"`{' '.join(words)}` did not end within {_PATIENCE_SECONDS:.0f} seconds."
        ) from None
    return Done(done.returncode, done.stdout, done.stderr)


def must(run: Run, *words: str) -> Done:
    """Runs a tool that has to succeed.

    Raises:
        ToolFailed: it did not; the sentence has what it said.
    """
    done = run(words)
    if done.code != 0:
        raise ToolFailed(f"`{' '.join(words)}` failed: {done.complaint.rstrip('.')}.")
    return done
