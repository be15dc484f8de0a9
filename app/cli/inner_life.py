"""What a container is and what was done in it, as `show` prints it above the events."""

from collections.abc import Iterator, Sequence

from app.cli.moments import length, short
from app.cli.output import print_line
from app.cli.tables import Cell, Column, Look, Row, print_table
from domain.facts.container import Configuration
from domain.questions.drifts import Drift, Kind
from domain.questions.execs import ExecSession
from domain.questions.inner_life import InnerLife
from domain.questions.isolation import Lasting, Weight
from domain.questions.recreating.values import cpus, size
from domain.questions.sharing import sentences, sharing

_PATHS_SHOWN = 12
_SIGNS = {Kind.ADDED: "+", Kind.MODIFIED: "~", Kind.DELETED: "-"}
_STYLES = {Weight.HIGH: "bold red", Weight.MEDIUM: "yellow", Weight.LOW: ""}
_EXECS = (
    Column("  STARTED", fixed=True),
    Column("COMMAND"),
    Column("EXIT", fixed=True, right=True),
    Column("LASTED", fixed=True, right=True),
)


def print_inner_life(life: InnerLife, appearance: Look) -> None:
    """Prints the setup, the isolation, visits, probes and drift, each where there is any."""
    if life.configuration is not None:
        _section("setup", _setup(life.configuration))
        _section("of its own", sentences(sharing(life.configuration)))
        _print_isolation(life.isolation, appearance)
    if life.exec_sessions:
        print_line()
        print_line("run inside from outside")
        print_table(_EXECS, [_exec(each) for each in life.exec_sessions], appearance)
    if life.probes is not None:
        told = f"{life.probes.probes}, {life.probes.failed or 'none'} failed"
        when = f"{short(life.probes.first_at)} to {short(life.probes.last_at)}"
        _section("health probes", [("counted", f"{told}, {when}")])
    if life.drift is not None:
        _print_drift(life.drift)


def _section(title: str, rows: Sequence[tuple[str, str]]) -> None:
    if not rows:
        return
    print_line()
    print_line(title)
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print_line(f"  {name:{width}}  {value}")


def _setup(asked: Configuration) -> list[tuple[str, str]]:
    restart = asked.restart_policy
    if asked.restart_retries:
        restart += f", at most {asked.restart_retries} times"
    told = (
        ("entrypoint", " ".join(asked.entrypoint)),
        ("command", " ".join(asked.command)),
        ("user", asked.user),
        ("folder", asked.working_dir),
        ("restart", restart),
        ("limits", ", ".join(_limits(asked))),
        ("variables", ", ".join(each.name for each in asked.variables)),
    )
    return [(name, value) for name, value in told if value]


def _limits(asked: Configuration) -> Iterator[str]:
    if asked.memory_bytes:
        yield f"memory {size(asked.memory_bytes)}"
    if asked.nano_cpus:
        yield f"{cpus(asked.nano_cpus)} processors"
    if asked.pids_limit > 0:
        yield f"{asked.pids_limit} processes"


def _print_isolation(held: Sequence[Lasting], appearance: Look) -> None:
    grave = [each for each in held if each.finding.weight is not Weight.LOW]
    light = [each for each in held if each.finding.weight is Weight.LOW and each.end is None]
    light = light or [each for each in held if each.finding.weight is Weight.LOW]
    if not held:
        return
    print_line()
    print_line("what weakens its isolation (numbers of the CIS Docker Benchmark 1.6)")
    if grave:
        columns = (
            Column("  WEIGHT", fixed=True),
            Column("CIS", fixed=True),
            Column("FINDING"),
            Column("FROM", fixed=True),
            Column("TO", fixed=True),
        )
        print_table(columns, [_finding(each) for each in grave], appearance)
    if light:
        told = [
            f"{each.finding.sentence.rstrip('.')}"
            + (f" ({each.finding.cis})" if each.finding.cis else "")
            for each in light
        ]
        print_line(f"  low: {'; '.join(told)}")


def _finding(held: Lasting) -> Row:
    finding = held.finding
    return (
        Cell(f"  {finding.weight.value}", _STYLES[finding.weight]),
        finding.cis or "-",
        finding.sentence,
        short(held.start),
        "now" if held.end is None else short(held.end),
    )


def _exec(session: ExecSession) -> Row:
    failed = session.exit_code not in (0, None)
    started = session.started_at or session.created_at or session.ended_at
    return (
        f"  {short(started)}",
        session.command or "(not told)",
        Cell("-" if session.exit_code is None else str(session.exit_code), "red" * failed),
        "-" if session.lasted is None else length(session.lasted),
    )


def _print_drift(drift: Drift) -> None:
    rows = [
        ("since", f"{short(drift.since)}, seen last {short(drift.seen_at)}"),
        ("warning", drift.warning),
    ]
    rows += [
        (_SIGNS[each.kind], f"{each.path}  (since {short(each.since)})")
        for each in drift.paths[:_PATHS_SHOWN]
    ]
    if drift.total > _PATHS_SHOWN:
        rows.append(("…", f"{drift.total - min(_PATHS_SHOWN, len(drift.paths))} more"))
    _section("drift from its image", rows)
