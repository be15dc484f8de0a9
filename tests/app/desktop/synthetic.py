"""Timeline sources made from random numbers, of any size, without a store."""

import numpy as np

from app.desktop.theme import TONE_CODE, Tone
from app.desktop.timeline.lanes import REFERENCES, Lane, LaneKind, outline_of
from app.desktop.timeline.source import NO_NOTE, Gap, Span, Spans, TimelineSource
from domain.moments import HOUR, MINUTE

START = 1_780_000_000_000_000_000
_STATES = (Tone.RUNNING, Tone.EXITED, Tone.FAILED, Tone.PAUSED, Tone.CREATED)


def lanes_of(count: int) -> list[Lane]:
    """An engine's own lane, container lanes of several projects, some references."""
    lanes = [Lane(0, LaneKind.ENGINE, "aaaaaaaaaaaa", "", "engine")]
    for number in range(1, count):
        if number % 8 == 7:
            lanes.append(
                Lane(number, LaneKind.REFERENCE, "aaaaaaaaaaaa", REFERENCES, f"app{number}:latest")
            )
        else:
            project = f"project-{number % 12}"
            name = f"{project}-service{number}-1"
            lanes.append(Lane(number, LaneKind.CONTAINER, "aaaaaaaaaaaa", project, name))
    return lanes


def source(events: int, lanes: int, days: float = 30, seed: int = 1) -> TimelineSource:
    """Bursts of events on lanes, each lane with states from one of its events to the next."""
    random = np.random.default_rng(seed)
    duration = int(days * 24 * HOUR)
    lane = random.integers(0, lanes, events).astype(np.int32)
    bursts = random.integers(0, duration, max(events // 40, 1))
    times = START + bursts[random.integers(0, len(bursts), events)]
    times = np.sort(times + random.integers(0, 5 * MINUTE, events)).astype(np.int64)
    severity = random.choice([0, 1, 2, 3], events, p=[0.3, 0.5, 0.195, 0.005]).astype(np.uint8)
    chosen = np.flatnonzero(random.random(events) < 0.3)
    order = chosen[np.lexsort((times[chosen], lane[chosen]))]
    ends = np.append(times[order][1:], 2**63 - 1)
    last = np.append(lane[order][1:] != lane[order][:-1], True)
    ends[last] = 2**63 - 1
    codes = np.array([TONE_CODE[tone] for tone in _STATES], np.uint8)
    kept = ends > times[order]
    order, ends = order[kept], ends[kept]
    spans = Spans(
        lane[order],
        times[order],
        ends,
        random.choice(codes, len(order), p=[0.6, 0.2, 0.05, 0.05, 0.1]),
        lane[order],
        np.full(len(order), NO_NOTE, np.int32),
    )
    gaps = [
        Gap("aaaaaaaaaaaa", 0, START + HOUR, "before_first_recording"),
        Gap(
            "aaaaaaaaaaaa", START + duration // 3, START + duration // 3 + 20 * HOUR, "recorder_off"
        ),
    ]
    names = {"aaaaaaaaaaaa": "workstation"}
    end = START + duration
    return TimelineSource(
        lanes, outline_of(lanes_of(lanes)), names, lane, times, severity, spans, 0, gaps, START, end
    )


class NumberedTexts:
    """Words for made-up objects."""

    def version_of(self, container: int) -> int | None:
        """Some version."""
        return container % 9 + 1

    def moment_of_event(self, event: int) -> int:
        """Some moment."""
        return START + event

    def event_lines(self, event: int) -> list[str]:
        """The event's number."""
        return [f"event {event}"]

    def span_lines(self, span: Span) -> list[str]:
        """The span's object."""
        return [f"object {span.object}"]

    def object_of_event(self, event: int) -> int:
        """Some object."""
        return event
