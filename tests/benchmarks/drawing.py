"""A frame of the timeline and a step of the slider, beside pyqtgraph drawing the same events.

In a process of its own, without a display.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests.benchmarks.generate import stored
from tests.benchmarks.table import Row

_DRAW = """
import json, sys
from pathlib import Path
from adapters.readmodel import ReadModel
from adapters.store.opening import open_reader
from tests.app.desktop.bench_timeline import measure
model = ReadModel.open(open_reader(Path(sys.argv[1])), None)
print(json.dumps(measure(model.history)))
"""


def measure(events: int) -> Iterator[Row]:
    """Processor time of the window's thread; 1600 x 900."""
    done = subprocess.run(
        [sys.executable, "-c", _DRAW, str(stored(events))],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    told = {name: value / 1000 for name, value in json.loads(done.stdout.splitlines()[-1]).items()}
    peer = told["peer_frame_ms"]
    yield Row("timeline frame, median", told["frame_median_ms"], "pyqtgraph", peer, "")
    yield Row("timeline frame, p95", told["frame_p95_ms"], "pyqtgraph", peer, "5 ms")
    yield Row("slider step, p95", told["scrub_p95_ms"], "", None, "16.7 ms")
