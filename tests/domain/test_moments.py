from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UsageError
from domain.moments import (
    DAY,
    FOREVER,
    HOUR,
    MINUTE,
    SECOND,
    from_rfc3339,
    parse_duration,
    parse_moment,
    plausible,
    rfc3339,
)
from tests.properties import quick, thorough

NOW = 1_795_435_200 * SECOND
YEAR_10000 = 253_402_300_800 * SECOND

real_moments = st.integers(1, YEAR_10000 - 1)


@thorough
@given(real_moments)
def test_a_moment_survives_being_written_to_the_nanosecond(moment):
    assert from_rfc3339(rfc3339(moment)) == moment
    assert parse_moment(rfc3339(moment), NOW) == moment


@quick
@given(real_moments)
def test_a_moment_is_written_with_nine_digits_in_utc_and_sorts_as_text(moment):
    text = rfc3339(moment)
    assert len(text) == len("2026-11-23T12:00:00.000000000Z")
    assert text.endswith("Z")
    if moment > SECOND:
        assert rfc3339(moment - SECOND) < text


@quick
@given(real_moments)
def test_the_written_moment_is_the_one_that_python_means(moment):
    seconds = moment // SECOND
    written = datetime(1970, 1, 1, tzinfo=UTC).timestamp() + seconds
    assert datetime.fromisoformat(rfc3339(moment)[:19] + "+00:00").timestamp() == written


@quick
@given(st.integers(DAY, YEAR_10000 - DAY), st.integers(-1439, 1439))
def test_an_offset_is_taken_off(moment, minutes):
    sign = "-" if minutes < 0 else "+"
    offset = f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    local = rfc3339(moment + minutes * MINUTE).removesuffix("Z")
    assert from_rfc3339(local + offset) == moment
    assert from_rfc3339(local + offset.replace(":", "")) == moment


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00.000000000Z",
        "",
        "never",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-23T24:61:00Z",
        "2026-11-23T10:00:00+99:99",
        "2026-11-23",
        "1969-12-31T23:59:59Z",
        " 2026-11-23T10:00:00Z",
    ],
)
def test_an_engines_zero_time_and_noise_are_no_moment(text):
    assert from_rfc3339(text) is None


@pytest.mark.parametrize(
    ("text", "seconds", "nanoseconds"),
    [
        ("2026-11-23T12:00:00Z", 0, 0),
        ("2026-11-23T12:00:00.5Z", 0, 500_000_000),
        ("2026-11-23T12:00:00.000000001Z", 0, 1),
        ("2026-11-23T12:00:00.1234567891Z", 0, 123_456_789),
        ("2026-11-23t13:00:00.25+01:00", 0, 250_000_000),
        ("2026-11-23 12:00:01z", 1, 0),
        ("2026-11-23T12:01Z", 60, 0),
    ],
)
def test_engines_write_as_many_digits_as_they_like(text, seconds, nanoseconds):
    assert from_rfc3339(text) == NOW + seconds * SECOND + nanoseconds


@given(st.text())
def test_reading_an_engines_time_never_fails(text):
    assert from_rfc3339(text) is None or from_rfc3339(text) > 0


@given(st.integers(-(2**70), 2**70))
def test_every_number_can_be_printed(moment):
    assert rfc3339(moment)


def test_a_moment_outside_the_calendar_prints_as_its_number():
    assert rfc3339(FOREVER) == "2262-04-11T23:47:16.854775807Z"
    assert rfc3339(10**30) == str(10**30)
    assert rfc3339(-SECOND) == "1969-12-31T23:59:59.000000000Z"


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("10m", 10 * MINUTE),
        ("1h30m", HOUR + 30 * MINUTE),
        ("45s", 45 * SECOND),
        ("2d", 2 * DAY),
        ("1d2h3m4s", DAY + 2 * HOUR + 3 * MINUTE + 4 * SECOND),
        ("0s", 0),
    ],
)
def test_durations_are_read_as_docker_writes_them(text, duration):
    assert parse_duration(text) == duration


@pytest.mark.parametrize("text", ["", "10", "m", "30m1h", "1.5h", "-10m", "10 m", "9" * 5000 + "s"])
def test_what_is_no_duration_gives_none(text):
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("now", NOW),
        ("10m", NOW - 10 * MINUTE),
        (" 1h30m ", NOW - 90 * MINUTE),
        ("0", 0),
        ("1795435200", NOW),
        ("1795435200.000000007", NOW + 7),
        ("2026-11-23", NOW - 12 * HOUR),
        ("2026-11-23T12:00", NOW),
        ("2026-11-23T12:00:00", NOW),
        ("2026-11-23T14:00:00+02:00", NOW),
    ],
)
def test_people_write_moments_in_many_ways(text, moment):
    assert parse_moment(text, NOW) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-02-30",
        "25:00",
        "10 minutes",
        "1e9",
        "#5",
        "9" * 5000,
        "9" * 5000 + "s",
    ],
)
def test_what_is_no_moment_is_refused_with_a_sentence_that_helps(text):
    with pytest.raises(UsageError, match=r"is not a time; write .* 10m or 1h30m ago"):
        parse_moment(text, NOW)


@given(st.text())
def test_any_text_is_a_moment_or_a_usage_error(text):
    with suppress(UsageError):
        assert isinstance(parse_moment(text, NOW), int)


def test_only_moments_from_1970_to_9999_can_be_drawn():
    assert plausible(NOW)
    assert plausible(1)
    assert not plausible(0)
    assert not plausible(-1)
    assert plausible(YEAR_10000 - 1)
    assert not plausible(YEAR_10000)
