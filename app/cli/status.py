"""`status`: who records into the store, which engines it reaches, and where there are gaps."""

import argparse
import math
from pathlib import Path
from typing import Any

from app.cli.command import FINE, Command
from app.cli.history import Opened, opened
from app.cli.moments import length
from app.cli.options import JSON, TABLE, add_format, add_table_options
from app.cli.output import print_json, print_json_line, print_line
from app.cli.tables import Cell, Column, look, print_heading, print_table
from app.locations import store_location
from app.recording.status import EngineStatus, RecorderStatus, read_status
from domain.facts.engine import RecordingStarted
from domain.moments import FOREVER, rfc3339
from domain.questions.answers import EngineAt
from domain.questions.gaps import cause_in_words
from domain.questions.history import DAWN
from domain.questions.recorded import Coverage, coverage

_GAPS_SHOWN = 10


def _run(args: argparse.Namespace) -> int:
    store = store_location(args.store)
    with opened(args) as now:
        answer = _answer(store, now)
    if args.format == TABLE:
        _print(answer, args)
    else:
        (print_json if args.format == JSON else print_json_line)(answer)
    return FINE


def _answer(store: Path, now: Opened) -> dict[str, Any]:
    from adapters.store.lock import holder

    report = read_status(store)
    running = holder(store) is not None
    return {
        "store": str(store.absolute()),
        "events": now.history.head,
        "recorder": _recorder(report, running=running),
        "engines": _engines(now, report, running=running),
        "gaps": _gaps(now),
    }


def _recorder(report: RecorderStatus | None, *, running: bool) -> dict[str, Any] | None:
    if report is None and not running:
        return None
    return {
        "running": running,
        "pid": report.pid if report else None,
        "since": _moment(report.since if report else None),
        "version": report.version if report else None,
        "alive_at": _moment(report.alive_at if report else None),
        "store_fault": (report.store_fault or None) if report and running else None,
    }


def _engines(now: Opened, report: RecorderStatus | None, *, running: bool) -> list[dict[str, Any]]:
    told = {engine.key: engine for engine in (report.engines if report else ())}
    alive = now.now if running or report is None else report.alive_at
    covered = coverage(now.history, now.now, alive, _proven(now))
    known = {engine.key: engine for engine in now.history.engines_at(FOREVER - 1)}
    rows = []
    for key in [*known, *(key for key in told if key not in known)]:
        said = told.get(key)
        named: EngineAt | EngineStatus | None = known.get(key) or said
        connected = running and said is not None and said.connected
        rows.append(
            {
                "name": named.name if named else key,
                "key": key,
                "endpoint": named.endpoint if named else None,
                "connected": connected,
                "lag_ns": said.lag_ns if said and connected else None,
                "since": _moment(said.since) if said and running else None,
                "last_event_at": _moment(said.last_event_at) if said else None,
                "error": (said.error or None) if said else None,
                "coverage": _coverage(covered.get(key)),
            }
        )
    return rows


def _proven(now: Opened) -> set[int]:
    """The positions of the recordings before which nothing was missed."""
    started = now.reader.of_topics([RecordingStarted.TOPIC])
    return {
        recorded.position
        for recorded in started
        if isinstance(recorded.fact, RecordingStarted) and recorded.fact.continues
    }


def _coverage(found: Coverage | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "since": _moment(found.since),
        "recorded_ns": found.recorded_ns,
        "share": round(found.share, 6),
    }


def _gaps(now: Opened) -> list[dict[str, Any]]:
    return [
        {
            "engine": now.history.identity_of(gap.engine).engine,
            "engine_name": now.history.engine_name(now.history.identity_of(gap.engine).engine),
            "from": None if gap.start == DAWN else rfc3339(gap.start),
            "to": None if gap.end == FOREVER else rfc3339(gap.end),
            "cause": gap.cause,
            "position": gap.position,
        }
        for gap in now.history.gaps
    ]


def _moment(value: int | None) -> str | None:
    return None if value is None else rfc3339(value)


def _print(answer: dict[str, Any], args: argparse.Namespace) -> None:
    appearance = look(args)
    print_line(f"store     {answer['store']}")
    print_line(f"events    {answer['events']:,}")
    print_line(f"recorder  {_recorder_line(answer['recorder'])}")
    if answer["recorder"] and answer["recorder"]["store_fault"]:
        print_line(f"          {answer['recorder']['store_fault']}")
    if answer["engines"]:
        print_line()
        columns = (
            Column("ENGINE", fixed=True),
            Column("CONNECTED"),
            Column("LAG", right=True),
            Column("SINCE"),
            Column("COVERED", right=True),
            Column("ENDPOINT"),
        )
        print_table(columns, [_engine_row(engine) for engine in answer["engines"]], appearance)
    gaps = answer["gaps"]
    if gaps:
        print_line()
        shown = gaps[-_GAPS_SHOWN:]
        older = f" (the last {len(shown)} of {len(gaps):,})" if len(gaps) > len(shown) else ""
        print_heading(f"Gaps{older}", appearance)
        print_table(
            (Column("ENGINE"), Column("FROM"), Column("TO"), Column("CAUSE")),
            [
                (g["engine_name"], _cell(g["from"]), _cell(g["to"]), cause_in_words(g["cause"]))
                for g in shown
            ],
            appearance,
        )


def _recorder_line(recorder: dict[str, Any] | None) -> str:
    if recorder is None:
        return "none has recorded here; `shipslog record` starts one"
    if not recorder["running"]:
        return f"not running; it was last alive at {_cell(recorder['alive_at'])}"
    return f"process {recorder['pid'] or 'unknown'}, since {_cell(recorder['since'])}"


def _engine_row(engine: dict[str, Any]) -> tuple[str | Cell, ...]:
    connected = Cell("yes", "green") if engine["connected"] else Cell("no", "yellow")
    lag = "-" if engine["lag_ns"] is None else length(engine["lag_ns"])
    covered = "-" if engine["coverage"] is None else _percent(engine["coverage"]["share"])
    since, endpoint = _cell(engine["since"]), engine["endpoint"] or "-"
    return (engine["name"], connected, lag, since, covered, endpoint)


def _percent(share: float) -> str:
    """Whole only where it is: what is missing must not be rounded away."""
    return f"{math.floor(share * 1000) / 10:g} %"


def _cell(moment: str | None) -> str:
    return "-" if moment is None else f"{moment[:19].replace('T', ' ')}Z"


def _options(parser: argparse.ArgumentParser) -> None:
    add_format(parser)
    add_table_options(parser)


STATUS = Command(
    name="status",
    summary="the recorder, its engines, and the gaps of the history",
    about="Says how many events the history holds, whether a recorder works on it, which engines "
    "it is connected to and how far it lags behind, how much of the time since the first recording "
    "is recorded, and every stretch that nobody recorded.",
    examples=(
        ("status", "at a glance"),
        ("status --format json", "for a monitoring script"),
    ),
    add_options=_options,
    run=_run,
)
