"""The versions of a reference, each with the containers made from it."""

from adapters.readmodel import History
from app.desktop.detail.particulars import Particular
from app.desktop.moment_text import Zone
from domain.identity import short_id
from domain.questions.versions import ImageVersion, VersionContainer, versions

_MOST_VERSIONS = 20
_MOST_CONTAINERS = 8


def reference_lines(history: History, subject: int, moment: int, zone: Zone) -> list[Particular]:
    """The versions until the moment, the newest first; stale containers before all."""
    told = versions(history, [subject], moment)
    if not told:
        return []
    numbered = told[0].versions
    stale = [one for each in numbered for one in each.containers if one.stale]
    lines: list[Particular] = []
    if stale:
        lines += [
            Particular("Stale"),
            Particular("", f"{_names(stale)} still {_run(stale)} from an older version.",
                       strong=True),
        ]  # fmt: skip
    lines.append(Particular(f"Versions ({len(numbered)})"))
    for each in reversed(numbered[-_MOST_VERSIONS:]):
        lines += _version(history, subject, each, zone)
    if len(numbered) > _MOST_VERSIONS:
        lines.append(Particular("…", f"{len(numbered) - _MOST_VERSIONS} earlier ones"))
    return lines


def _version(history: History, subject: int, version: ImageVersion, zone: Zone) -> list[Particular]:
    position = next(
        (e.position for e in history.versions_of(subject) if e.number == version.number), 0
    )
    since = f"{zone.at(version.from_):%d %b %Y %H:%M}"
    what = f"{version.how} {since}, {short_id(version.image_id)}"
    lines = [Particular(f"v{version.number}", what, event=position)]
    if version.containers:
        lines.append(Particular("from it", _names(version.containers)))
    return lines


def _names(containers: list[VersionContainer]) -> str:
    shown = [f"{one.name} ({one.state or 'unknown'})" for one in containers[-_MOST_CONTAINERS:]]
    more = len(containers) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _run(containers: list[VersionContainer]) -> str:
    return "is" if len(containers) == 1 else "are"
