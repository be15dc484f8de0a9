"""`python -m tests.engines`: engines by hand, for developers; needs root."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from signal import SIGTERM, default_int_handler, pause, signal

from tests.engines import scenario
from tests.engines.roots import EngineUnavailable, root
from tests.engines.running import KINDS, RunningEngine, start
from tests.engines.truth import docker_images, docker_ps


def main(arguments: list[str] | None = None) -> int:
    """Runs one of the commands; gives its exit code."""
    parser = argparse.ArgumentParser("python -m tests.engines", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    prepare = commands.add_parser("prepare", help="build the roots of all engines")
    prepare.set_defaults(run=lambda _: _prepare())

    run = commands.add_parser("start", help="run an engine until Ctrl-C")
    run.set_defaults(run=_start)
    walk = commands.add_parser("scenario", help="walk through the scenario, print each checkpoint")
    walk.set_defaults(run=_scenario)
    walk.add_argument("--events", type=Path, metavar="FILE", help="write what docker events said")
    for command in (run, walk):
        command.add_argument("engine", choices=KINDS)
        command.add_argument("folder", nargs="?", type=Path, help="keeps its data; temporary else")

    chosen = parser.parse_args(arguments)
    signal(SIGTERM, default_int_handler)  # so that the engine ends with this process
    try:
        return int(chosen.run(chosen))
    except EngineUnavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _prepare() -> int:
    result = 0
    for recipe in {kind.recipe.name: kind.recipe for kind in KINDS.values()}.values():
        begun = time.monotonic()
        try:
            print(f"{root(recipe)} ({time.monotonic() - begun:.1f} s)", flush=True)
        except EngineUnavailable as problem:
            print(problem, file=sys.stderr, flush=True)
            result = result if problem.archive_moved else 1
    return result


def _start(chosen: argparse.Namespace) -> int:
    with _engine(chosen) as engine:
        print(f"{engine.name} {engine.version}, process {engine.pid}, log {engine.log}")
        print(f"export DOCKER_HOST={engine.url}", flush=True)
        with suppress(KeyboardInterrupt):
            pause()
    return 0


def _scenario(chosen: argparse.Namespace) -> int:
    with _engine(chosen) as engine, engine.capture() as capture:
        begun = time.monotonic()
        for checkpoint in scenario.walk(engine):
            seconds = time.monotonic() - begun
            print(f"{seconds:6.1f} s  {checkpoint.name}: {checkpoint.what}")
            for container in docker_ps(engine).values():
                image = f"{container['image']} {container['image_id'][7:19]}"
                print(f"    {container['name']:16} {container['state']:10} {image}")
            for reference, id in sorted(docker_images(engine)):
                print(f"    {reference:27} {id[7:19]}")
    print(f"{len(capture.events)} events")
    if chosen.events:
        lines = [json.dumps(event, separators=(",", ":")) for event in capture.events]
        chosen.events.write_text("\n".join(lines) + "\n")
    return 0


@contextmanager
def _engine(chosen: argparse.Namespace) -> Iterator[RunningEngine]:
    with ExitStack() as until:
        folder = chosen.folder or Path(
            until.enter_context(tempfile.TemporaryDirectory(prefix="shipslog-"))
        )
        yield until.enter_context(start(KINDS[chosen.engine], folder))


if __name__ == "__main__":
    sys.exit(main())
