"""Exec sessions: commands that somebody ran inside a container, joined by their exec id."""

from collections.abc import Iterable

import msgspec

from domain.facts.container import ExecCreated, ExecEnded, ExecStarted
from domain.questions.log import Recorded
from domain.questions.writing import Json, written_moment

ExecFact = ExecCreated | ExecStarted | ExecEnded


class ExecSession(msgspec.Struct):
    """One command that was run inside; what was not observed is None."""

    exec_id: str | None
    """None where the engine names none, or a label of the container forges it."""
    command: str = ""
    """Without its secrets; empty where the engine does not tell it."""
    created_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    exit_code: int | None = None
    positions: list[int] = []

    @property
    def lasted(self) -> int | None:
        """From the start to the end, in nanoseconds."""
        if self.started_at is None or self.ended_at is None:
            return None
        return max(0, self.ended_at - self.started_at)


def exec_sessions(events: Iterable[Recorded]) -> list[ExecSession]:
    """The sessions of one container, from its events in the order of time.

    Without ids an end belongs to the oldest session that is open; that can be another one's where
    several ran at once.
    """
    sessions: list[ExecSession] = []
    named: dict[str, ExecSession] = {}
    nameless: list[ExecSession] = []
    for each in events:
        fact = each.fact
        if not isinstance(fact, ExecCreated | ExecStarted | ExecEnded):
            continue
        session = _nameless(nameless, fact) if fact.exec_id is None else named.get(fact.exec_id)
        if session is None:
            session = ExecSession(fact.exec_id)
            sessions.append(session)
            if fact.exec_id is not None:
                named[fact.exec_id] = session
            elif not isinstance(fact, ExecEnded):
                nameless.append(session)
        _note(session, fact, each.position)
    return sessions


def _nameless(waiting: list[ExecSession], fact: ExecFact) -> ExecSession | None:
    """The oldest session without an id that the fact can belong to."""
    if isinstance(fact, ExecEnded):
        return waiting.pop(0) if waiting else None
    if isinstance(fact, ExecStarted):
        return next((each for each in waiting if each.started_at is None), None)
    return None


def _note(session: ExecSession, fact: ExecFact, position: int) -> None:
    session.positions.append(position)
    match fact:
        case ExecCreated():
            session.command, session.created_at = fact.command, fact.occurred_at
        case ExecStarted():
            session.started_at = fact.occurred_at
        case ExecEnded():
            session.ended_at, session.exit_code = fact.occurred_at, fact.exit_code


def to_json(session: ExecSession) -> Json:
    """The session as `shipslog show --format json` prints it."""
    return {
        "exec_id": session.exec_id,
        "command": session.command or None,
        "created_at": written_moment(session.created_at),
        "started_at": written_moment(session.started_at),
        "ended_at": written_moment(session.ended_at),
        "exit_code": session.exit_code,
        "lasted_ns": session.lasted,
        "positions": session.positions,
    }
