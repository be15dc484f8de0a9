"""The timeline's arrays out of a history."""

import numpy as np
import numpy.typing as npt

from adapters.readmodel import History
from adapters.readmodel.codes import NONE, STATE_CODE
from adapters.readmodel.spans import SpansView
from app.desktop.tables.container_tones import tone_of
from app.desktop.theme import TONE_CODE, Tone
from app.desktop.timeline.index import TimelineIndex, changed_lanes
from app.desktop.timeline.lane_book import LaneBook
from app.desktop.timeline.source import NO_NOTE, Gap, Spans, TimelineSource
from domain.facts.container import ContainerState
from domain.questions.effects import HEALTHS

Lanes = npt.NDArray[np.int32]
Wanted = npt.NDArray[np.bool_] | None

_EXITED = STATE_CODE[ContainerState.EXITED]


def index_of(history: History, book: LaneBook, older: TimelineIndex | None) -> TimelineIndex:
    """The index of a history, grown from an older one where little is new."""
    lane_of = book.lane_of_object()
    if older is None or not older.can_grow_to(history.head):
        return TimelineIndex(_source(history, book, lane_of, 0, None))
    first = older.sorted_events
    fresh = lane_of[history.subject[first:]]
    wanted = changed_lanes(fresh, len(book.lanes), older.sorted_lanes)
    return TimelineIndex(_source(history, book, lane_of, first, wanted), older)


def _source(
    history: History, book: LaneBook, lane_of: Lanes, first: int, wanted: Wanted
) -> TimelineSource:
    return TimelineSource(
        lane_count=len(book.lanes),
        outline=book.outline(),
        engine_names=dict(history.objects.engine_names),
        event_lane=lane_of[history.subject[first:]],
        event_time=history.occurred_at[first:],
        event_severity=history.severity[first:],
        spans=_joined(
            _container_spans(history, lane_of, wanted),
            _reference_spans(history, lane_of, wanted),
            _engine_spans(history, lane_of, wanted),
        ),
        first_event=first,
        gaps=_gaps(history),
        start=history.start,
        end=history.end,
    )


def _rows(spans: SpansView, lane_of: Lanes, wanted: Wanted) -> npt.NDArray[np.intp]:
    """The spans that count, of wanted lanes."""
    counted = spans.end > spans.start
    if wanted is not None:
        counted &= wanted[lane_of[spans.object]]
    return np.flatnonzero(counted)


def _container_spans(history: History, lane_of: Lanes, wanted: Wanted) -> Spans:
    spans = history.container_spans
    rows = _rows(spans, lane_of, wanted)
    state, code, health = spans.state[rows], spans.exit_code[rows], spans.health[rows]
    failed = ((code != 0) & (code != NONE)).astype(np.intp)
    tone = _CONTAINER_TONES[state.astype(np.intp), health.astype(np.intp), failed]
    note = np.where(state == _EXITED, code, NO_NOTE).astype(np.int32)
    subject = spans.object[rows]
    return Spans(lane_of[subject], spans.start[rows], spans.end[rows], tone, subject, note)


def _reference_spans(history: History, lane_of: Lanes, wanted: Wanted) -> Spans:
    spans = history.reference_spans
    rows = _rows(spans, lane_of, wanted)
    number, subject = spans.number[rows], spans.object[rows]
    odd, even = TONE_CODE[Tone.VERSION_ODD], TONE_CODE[Tone.VERSION_EVEN]
    tone = np.where(number % 2 == 1, odd, even).astype(np.uint8)
    return Spans(lane_of[subject], spans.start[rows], spans.end[rows], tone, subject, number)


def _engine_spans(history: History, lane_of: Lanes, wanted: Wanted) -> Spans:
    spans = history.engine_spans
    rows = _rows(spans, lane_of, wanted)
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
