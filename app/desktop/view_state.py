"""What all views look at together: the moment, the visible range, the filter, the selection."""

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from app.desktop.moment_text import Zone

_SHORTEST_RANGE = 1_000_000  # a millisecond
_MOST_STEPS_BACK = 50


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of time that is on the screen."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """Nanoseconds from start to end."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Look:
    """What going back restores."""

    range: Range
    filter: str


class ViewState(QObject):
    """The one state that every view follows; views change it and hear of it, never each other.

    Moments travel as Python objects: Qt's own int signal has 32 bits.
    """

    cursor_moved = Signal(object)
    range_changed = Signal()
    filter_changed = Signal(str)
    selection_changed = Signal(int)
    event_selected = Signal(int)
    zone_changed = Signal()
    following_changed = Signal(bool)
    marks_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cursor = 0
        self._look = Look(Range(0, _SHORTEST_RANGE), "")
        self._back: list[Look] = []
        self._selection = -1
        self._event = 0
        self._zone = Zone()
        self._following = False
        self._marks: tuple[int | None, int | None] = (None, None)

    @property
    def cursor(self) -> int:
        """The moment that tables, lineage and details show."""
        return self._cursor

    @property
    def range(self) -> Range:
        """The stretch that the timeline shows."""
        return self._look.range

    @property
    def filter(self) -> str:
        """The text in the filter box."""
        return self._look.filter

    @property
    def selection(self) -> int:
        """The selected object's index in the history, -1 for none."""
        return self._selection

    @property
    def selected_event(self) -> int:
        """The selected event's position, 0 for none."""
        return self._event

    @property
    def zone(self) -> Zone:
        """In which zone moments are shown."""
        return self._zone

    @property
    def following(self) -> bool:
        """Whether the cursor stays on the newest event."""
        return self._following

    @property
    def marks(self) -> tuple[int | None, int | None]:
        """The moments marked A and B."""
        return self._marks

    def move_cursor(self, moment: int) -> None:
        """Goes to a moment and stops following the newest event."""
        self.follow(False)
        self.advance_cursor(moment)

    def advance_cursor(self, moment: int) -> None:
        """Goes to a moment, following or not."""
        if moment != self._cursor:
            self._cursor = moment
            self.cursor_moved.emit(moment)

    def show_range(self, start: int, end: int) -> None:
        """Shows another stretch of time."""
        if end - start < _SHORTEST_RANGE:
            middle = (start + end) // 2
            start, end = middle - _SHORTEST_RANGE // 2, middle + _SHORTEST_RANGE // 2
        if (start, end) != (self.range.start, self.range.end):
            self._look = replace(self._look, range=Range(start, end))
            self.range_changed.emit()

    def keep_up(self, known: Range, whole: Range) -> None:
        """Shows the newest of a history that has grown.

        Who saw all of what was `known` sees all of the `whole`; who looked closer looks as closely
        at its end.
        """
        shown = self.range
        if shown.start <= known.start and shown.end >= known.end:
            self.show_range(min(shown.start, whole.start), max(shown.end, whole.end))
        elif whole.end > shown.end:
            self.show_range(whole.end - shown.length, whole.end)

    def set_filter(self, text: str) -> None:
        """Shows only the events that the text lets through."""
        if text != self.filter:
            self.remember()
            self._look = replace(self._look, filter=text)
            self.filter_changed.emit(text)

    def select(self, object_index: int) -> None:
        """Shows an object's details."""
        if object_index != self._selection:
            self._selection = object_index
            self.selection_changed.emit(object_index)

    def select_event(self, position: int) -> None:
        """Points at an event."""
        if position != self._event:
            self._event = position
            self.event_selected.emit(position)

    def show_utc(self, utc: bool) -> None:
        """Shows moments in UTC, or in local time."""
        if utc != self._zone.utc:
            self._zone = Zone(utc)
            self.zone_changed.emit()

    def follow(self, following: bool) -> None:
        """Keeps the cursor on the newest event, or lets it go."""
        if following != self._following:
            self._following = following
            self.following_changed.emit(following)

    def mark(self, first: int | None, second: int | None) -> None:
        """Marks two moments to compare."""
        if (first, second) != self._marks:
            self._marks = (first, second)
            self.marks_changed.emit()

    def remember(self) -> None:
        """Keeps the present range and filter as a step to go back to."""
        if not self._back or self._back[-1] != self._look:
            self._back.append(self._look)
            del self._back[:-_MOST_STEPS_BACK]

    def go_back(self) -> None:
        """Restores the range and filter before the last change."""
        while self._back:
            look = self._back.pop()
            if look != self._look:
                before, self._look = self._look, look
                if before.range != look.range:
                    self.range_changed.emit()
                if before.filter != look.filter:
                    self.filter_changed.emit(look.filter)
                return
