"""What the timeline asks about single events and spans, to put it in words."""

from typing import Protocol

from app.desktop.timeline.source import Span


class TimelineTexts(Protocol):
    """Names and sentences about what is drawn."""

    def version_of(self, container: int) -> int | None:
        """The image version that a container is made from."""

    def event_lines(self, event: int) -> list[str]:
        """What happened, to whom, when; event numbers start at 0."""

    def span_lines(self, span: Span) -> list[str]:
        """What was so from when to when."""

    def moment_of_event(self, event: int) -> int:
        """When an event occurred."""

    def object_of_event(self, event: int) -> int:
        """The object that an event is about."""
