"""Events in words, made from the read model's columns alone."""

from adapters.readmodel import History
from adapters.readmodel.codes import NONE, TOPICS, exit_code_of
from adapters.readmodel.particulars import VALUE_IS_EXIT_CODE, VALUE_IS_IMAGE, VALUE_IS_TEXT
from domain.identity import short_id

_PHRASES: dict[str, str] = {
    "container.created": "created as {}",
    "container.found": "found, named {}",
    "container.configured": "bound to image {}",
    "container.observed": "inspected",
    "container.exited": "exited with code {}",
    "container.exec_ended": "command inside ended with code {}",
    "container.renamed": "renamed to {}",
    "container.signalled": "sent signal {}",
    "container.committed": "committed to image {}",
    "container.health_changed": "health check: {}",
    "container.network_connected": "joined network {}",
    "container.network_disconnected": "left network {}",
    "container.volume_mounted": "volume {} mounted",
    "container.volume_unmounted": "volume {} unmounted",
    "container.oom": "ran out of memory",
    "reference.pointed": "points to image {} from now on",
    "image.tagged": "tagged {}",
    "image.untagged": "lost tag {}",
    "build.started": "started by {}",
    "build.finished": "failed: {}",
    "engine.observed": "is {}",
    "engine.pruned": "{} pruned",
    "recording.started": "recording began ({})",
    "recording.stopped": "recording ended: {}",
    "recording.gap": "not recorded: {}",
    "recording.clock_stepped": "the clock of the {} jumped",
}
"""What is said where the value is known; else the topic's own word is enough."""

_NOUNS: dict[str, str] = {"oom": "out of memory", "exec_ended": "command inside ended"}


class Wording:
    """Puts the events of one state of the history in words."""

    def __init__(self, history: History) -> None:
        self._history = history

    def topic(self, event: int) -> str:
        """The event's short name, `container.started`."""
        return TOPICS[int(self._history.topic[event])]

    def subject(self, event: int) -> str:
        """The name of the object at that moment."""
        history = self._history
        return history.name_of(int(history.subject[event]), int(history.occurred_at[event]))

    def engine(self, event: int) -> str:
        """The name of the engine."""
        history = self._history
        return history.engine_name(history.identity_of(int(history.subject[event])).engine)

    def details(self, event: int) -> str:
        """What happened, with its one particular."""
        topic = self.topic(event)
        value = self._value(event)
        phrase = _PHRASES.get(topic)
        if phrase is not None and "{}" not in phrase:
            return phrase
        if value is None:
            noun = topic.partition(".")[2]
            return _NOUNS.get(noun, noun.replace("_", " "))
        if phrase is None:
            return f"{topic.partition('.')[2].replace('_', ' ')}: {value}"
        return phrase.replace("{}", value)

    def _value(self, event: int) -> str | None:
        history = self._history
        topic, value = int(history.topic[event]), int(history.value[event])
        if value == NONE:
            return None
        if VALUE_IS_TEXT[topic]:
            return history.texts[value]
        if VALUE_IS_EXIT_CODE[topic]:
            return str(exit_code_of(value))
        if VALUE_IS_IMAGE[topic]:
            return short_id(history.identity_of(value).object_id)
        return None
