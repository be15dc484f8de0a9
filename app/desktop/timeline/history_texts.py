"""Names and sentences for the timeline, out of a history."""

from adapters.readmodel import History
from app.desktop.events.wording import Wording
from app.desktop.moment_text import length
from app.desktop.theme import TONES
from app.desktop.timeline.captions import words
from app.desktop.timeline.source import Span
from app.desktop.view_state import ViewState
from domain.identity import CONTAINER, REFERENCE, short_id
from domain.moments import FOREVER


class HistoryTexts:
    """Says what is drawn; versions are kept, as each frame asks for the same ones."""

    def __init__(self, history: History, state: ViewState) -> None:
        self._history = history
        self._state = state
        self._wording = Wording(history)

    def version_of(self, container: int) -> int | None:
        """The image version that a container is made from."""
        number = self._history.bound_of(container)[2]
        return number if number > 0 else None

    def object_of_event(self, event: int) -> int:
        """The object that an event is about."""
        return int(self._history.subject[event])

    def moment_of_event(self, event: int) -> int:
        """When an event occurred."""
        return int(self._history.occurred_at[event])

    def event_lines(self, event: int) -> list[str]:
        """What happened, to whom, when."""
        wording = self._wording
        moment = int(self._history.occurred_at[event])
        return [
            f"{wording.topic(event)}  #{event + 1}",
            f"{wording.subject(event)}: {wording.details(event)}",
            self._state.zone.exact(moment),
        ]

    def span_lines(self, span: Span) -> list[str]:
        """What was so from when to when."""
        history, zone = self._history, self._state.zone
        kind = history.identity_of(span.object).kind
        name = history.name_of(span.object, span.start)
        until = history.end if span.end == FOREVER else span.end
        lasted = f"from {zone.absolute(span.start)}, {length(max(until - span.start, 0))}"
        if span.end == FOREVER:
            lasted += " so far"
        if kind == CONTAINER:
            text = words(TONES[span.tone], span.note, None)
            return [f"{name}: {text}", self._image(span.object), lasted]
        if kind == REFERENCE:
            return [f"{name}, version {span.note}", self._pointed_to(span), lasted]
        return [f"{name}: recorded", lasted]

    def _image(self, container: int) -> str:
        image, reference, number = self._history.bound_of(container)
        if image < 0:
            return "image id not known"
        image_id = short_id(self._history.identity_of(image).object_id)
        if reference < 0:
            return f"image {image_id}"
        return f"image {image_id}, {self._history.name_of(reference)} version {number}"

    def _pointed_to(self, span: Span) -> str:
        spans = self._history.reference_spans
        for row in spans.of(span.object).tolist():
            if int(spans.start[row]) == span.start:
                image = int(spans.image[row])
                return f"image {short_id(self._history.identity_of(image).object_id)}"
        return ""
