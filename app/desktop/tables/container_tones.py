"""Which tone and words a container's state has, the same in tables and on the timeline."""

from app.desktop.theme import Tone

_TONES: dict[str, Tone] = {
    "running": Tone.RUNNING,
    "created": Tone.CREATED,
    "paused": Tone.PAUSED,
    "restarting": Tone.RESTARTING,
    "dead": Tone.DEAD,
    "removed": Tone.REMOVED,
}


def tone_of(state: str | None, exit_code: int | None, health: str | None) -> Tone:
    """The tone of a container in a state; bad health outweighs that it runs."""
    if state == "exited":
        return Tone.EXITED if exit_code in (0, None) else Tone.FAILED
    if state == "running" and health == "unhealthy":
        return Tone.UNHEALTHY
    if state == "running" and health == "starting":
        return Tone.STARTING
    return _TONES.get(state or "", Tone.UNKNOWN)


def state_words(state: str | None, exit_code: int | None) -> str:
    """The state as one says it, with the exit code where there is one: `exited (137)`."""
    if state is None:
        return "unknown"
    return f"{state} ({exit_code})" if state == "exited" and exit_code is not None else state
