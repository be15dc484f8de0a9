"""By which two images are known to have the same content, whatever their ids.

An engine with the containerd store gives a rebuild that found everything cached a new id, since its
record of the build has other times; and one image has other ids in other stores. What does not
change is what is in it: the diff ids of its layers, the texts of its history, and how it is set up.
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from domain.facts.image import Description, Instruction

_MARK_BYTES = 12


def content_mark(description: Description) -> str:
    """A text that images with the same content share; empty where the history is not known.

    Values of environment variables count by their digests, which only one store compares.
    """
    if not description.history:
        return ""
    check = description.healthcheck
    told: Any = (
        description.layers,
        [each.text for each in description.history],
        description.os,
        description.architecture,
        sorted(description.labels.items()),
        description.entrypoint,
        description.command,
        sorted((each.name, each.digest) for each in description.variables),
        description.user,
        description.working_dir,
        description.exposed_ports,
        description.volumes,
        description.stop_signal,
        check,
    )
    return _mark(told)


def step_marks(description: Description) -> tuple[str, ...]:
    """A text for each instruction of the history, first to last; the same for the same step.

    Two images that share a base share the marks of its steps, for a step that was carried out
    again was carried out at another moment.
    """
    return tuple(map(_step_mark, description.history))


def _step_mark(step: Instruction) -> str:
    return _mark((step.text, step.created_at))


def _mark(told: Any) -> str:
    return blake2b(msgspec.msgpack.encode(told), digest_size=_MARK_BYTES).hexdigest()


def same_content(marks: Mapping[int, str], image: int) -> list[int]:
    """The other images with the content of this one, of those whose marks are given."""
    mark = marks.get(image)
    return [each for each, other in marks.items() if mark and other == mark and each != image]
