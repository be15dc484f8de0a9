"""The timeline's arrays out of a history."""

import numpy as np
import numpy.typing as npt

from adapters.readmodel import History
from adapters.readmodel.codes import NONE, STATE_CODE
from app.desktop.tables.container_tones import tone_of
from app.desktop.theme import TONE_CODE, Tone
from app.desktop.timeline.lane_book import LaneBook
from app.desktop.timeline.source import NO_NOTE, Gap, Spans, TimelineSource
from domain.facts.container import ContainerState
from domain.questions.effects import HEALTHS

_EXITED = STATE_CODE[ContainerState.EXITED]


def source_of(history: History, book: LaneBook) -> TimelineSource:
    """What the timeline draws of a history; the book must not be behind it."""
    lane_of = book.lane_of_object()
    return TimelineSource(
        lanes=list(book.lanes),
        engine_names=dict(history.objects.engine_names),
        event_lane=lane_of[history.subject],
        event_time=history.occurred_at,
        event_severity=history.severity,
        spans=_joined(
            _container_spans(history, lane_of),
            _reference_spans(history, lane_of),
            _engine_spans(history, lane_of),
        ),
        gaps=_gaps(history),
        start=history.start,
        end=history.end,
    )


def _container_spans(history: History, lane_of: npt.NDArray[np.int32]) -> Spans:
    spans = history.container_spans
    rows = np.flatnonzero(spans.end > spans.start)
    state, code, health = spans.state[rows], spans.exit_code[rows], spans.health[rows]
    failed = ((code != 0) & (code != NONE)).astype(np.intp)
    tone = _CONTAINER_TONES[state.astype(np.intp), health.astype(np.intp), failed]
    note = np.where(state == _EXITED, code, NO_NOTE).astype(np.int32)
    subject = spans.object[rows]
    return Spans(lane_of[subject], spans.start[rows], spans.end[rows], tone, subject, note)


def _reference_spans(history: History, lane_of: npt.NDArray[np.int32]) -> Spans:
    spans = history.reference_spans
    rows = np.flatnonzero(spans.end > spans.start)
    number, subject = spans.number[rows], spans.object[rows]
    odd, even = TONE_CODE[Tone.VERSION_ODD], TONE_CODE[Tone.VERSION_EVEN]
    tone = np.where(number % 2 == 1, odd, even).astype(np.uint8)
    return Spans(lane_of[subject], spans.start[rows], spans.end[rows], tone, subject, number)


def _engine_spans(history: History, lane_of: npt.NDArray[np.int32]) -> Spans:
    spans = history.engine_spans
    rows = np.flatnonzero(spans.end > spans.start)
    subject = spans.object[rows]
    tone = np.full(len(rows), TONE_CODE[Tone.RECORDED], np.uint8)
    note = np.full(len(rows), NO_NOTE, np.int32)
    return Spans(lane_of[subject], spans.start[rows], spans.end[rows], tone, subject, note)


def _gaps(history: History) -> list[Gap]:
    identities = history.identities
    return [
        Gap(identities[gap.engine].engine, max(gap.start, 0), gap.end, gap.cause)
        for gap in history.gaps
    ]


def _joined(*parts: Spans) -> Spans:
    return Spans(
        np.concatenate([part.lane for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.tone for part in parts]),
        np.concatenate([part.object for part in parts]),
        np.concatenate([part.note for part in parts]),
    )


def _tone_table() -> npt.NDArray[np.uint8]:
    """`table[state, health, failed]`; the last state and health stand for unknown ones (-1)."""
    states: list[str | None] = [*map(str, ContainerState), None]
    healths: list[str | None] = [*HEALTHS, None]
    table = np.zeros((len(states), len(healths), 2), np.uint8)
    for state_code, state in enumerate(states):
        for health_code, health in enumerate(healths):
            for failed in (0, 1):
                tone = tone_of(state, failed, health)
                table[state_code, health_code, failed] = TONE_CODE[tone]
    return table


_CONTAINER_TONES = _tone_table()
