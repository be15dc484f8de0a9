"""Where a time axis has its ticks, and what they say."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.desktop.moment_text import Zone
from app.desktop.timeline.pixels import Window
from domain.moments import DAY, HOUR, MINUTE, SECOND

_MILLISECOND = 1_000_000
_FIXED = (
    *(each * _MILLISECOND for each in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
    *(each * SECOND for each in (1, 2, 5, 10, 15, 30)),
    *(each * MINUTE for each in (1, 2, 5, 10, 15, 30)),
)
_HOURS = (1, 2, 3, 6, 12)
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 3, 6, 12, 24, 60, 120)
_MOST_TICKS = 400


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark of the axis; a major one says the day as well."""

    moment: int
    label: str
    major: bool


def ticks(window: Window, zone: Zone, spacing: int = 90) -> list[Tick]:
    """Ticks at round moments of the zone, at least `spacing` pixels apart."""
    step = window.step * spacing
    for fixed in _FIXED:
        if fixed >= step:
            return _fixed_ticks(window, zone, fixed)
    for hours in _HOURS:
        if hours * HOUR >= step:
            return _hour_ticks(window, zone, hours)
    for days in _DAYS:
        if days * DAY >= step:
            return _day_ticks(window, zone, days)
    for months in _MONTHS:
        if months * 30 * DAY >= step:
            return _month_ticks(window, zone, months)
    return []


def _fixed_ticks(window: Window, zone: Zone, step: int) -> list[Tick]:
    first = -(-window.start // step) * step
    moments = range(first, window.end, step)[:_MOST_TICKS]
    return [Tick(moment, _clock(zone.at(moment), moment, step), False) for moment in moments]


def _clock(at: datetime, moment: int, step: int) -> str:
    if step < SECOND:
        return f"{at:%H:%M:%S}.{moment // _MILLISECOND % 1000:03d}"
    return f"{at:%H:%M:%S}" if step < MINUTE else f"{at:%H:%M}"


def _hour_ticks(window: Window, zone: Zone, hours: int) -> list[Tick]:
    at = zone.at(window.start).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    at = at.replace(hour=at.hour - at.hour % hours)
    result: list[Tick] = []
    while (moment := zone.moment(at)) < window.end and len(result) < _MOST_TICKS:
        if moment >= window.start:
            midnight = at.hour == 0
            result.append(Tick(moment, f"{at:%a %d %b}" if midnight else f"{at:%H:%M}", midnight))
        at += timedelta(hours=hours)
    return result


def _day_ticks(window: Window, zone: Zone, days: int) -> list[Tick]:
    at = zone.at(window.start).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    at -= timedelta(days=at.toordinal() % days)
    result: list[Tick] = []
    while (moment := zone.moment(at)) < window.end and len(result) < _MOST_TICKS:
        if moment >= window.start:
            result.append(Tick(moment, f"{at:%a %d %b}" if days == 1 else f"{at:%d %b}", False))
        at += timedelta(days=days)
    return result


def _month_ticks(window: Window, zone: Zone, months: int) -> list[Tick]:
    start = zone.at(window.start)
    number = start.year * 12 + start.month - 1
    number -= number % months
    result: list[Tick] = []
    while len(result) < _MOST_TICKS and number // 12 < 9999:
        at = datetime(max(number // 12, 1970), number % 12 + 1, 1)
        moment = zone.moment(at)
        if moment >= window.end:
            break
        if moment >= window.start:
            january = at.month == 1
            result.append(Tick(moment, f"{at:%Y}" if january else f"{at:%b %Y}", january))
        number += months
    return result
