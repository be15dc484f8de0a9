import csv
import io

import pytest

from adapters.reports.spreadsheet import COLUMNS, guarded, write_csv


def _event(name="web-1", **data):
    return {
        "position": 1,
        "occurred_at": "2026-11-23T10:00:00.000000000Z",
        "recorded_at": "2026-11-23T10:00:00.100000000Z",
        "engine": "be316c9593f1",
        "engine_name": "laptop",
        "type": "container.created",
        "origin": "reported",
        "subject": {"kind": "container", "id": "a" * 64, "name": name},
        "data": data,
    }


def _written(*events):
    pages = []
    count = write_csv(events, pages.append)
    return count, b"".join(pages)


def _rows(data):
    return list(csv.reader(io.StringIO(data.decode(), newline="")))


def test_there_is_one_row_for_each_event_under_a_heading():
    count, data = _written(_event(), _event())
    heading, *rows = _rows(data)
    assert count == 2
    assert heading == list(COLUMNS)
    assert [row[heading.index("subject_name")] for row in rows] == ["web-1", "web-1"]


def test_lines_end_as_the_standard_for_csv_demands():
    _, data = _written(_event())
    assert data.count(b"\r\n") == 2
    assert data.replace(b"\r\n", b"").count(b"\n") == 0


def test_an_empty_history_gives_the_heading_alone():
    count, data = _written()
    assert count == 0
    assert _rows(data) == [list(COLUMNS)]


@pytest.mark.parametrize(
    "formula",
    ["=cmd|'/c calc'!A1", *"+-@＝＋－＠", "\t=1", "\r=1", "\n=1", "  =1"],
)
def test_a_cell_that_begins_like_a_formula_gets_an_apostrophe(formula):
    assert guarded(formula).startswith("'")
    _, data = _written(_event(name=formula))
    assert _rows(data)[1][COLUMNS.index("subject_name")].startswith("'")


def test_other_cells_stay_as_they_are():
    for text in ("web", "a=b", "1+1", "shop/web:1", "café", ""):
        assert guarded(text) == text


def test_quotes_commas_and_line_ends_stay_inside_their_cell():
    _, data = _written(_event(name='a,"b"', note="x\ny"))
    row = _rows(data)[1]
    assert len(row) == len(COLUMNS)
    assert row[COLUMNS.index("subject_name")] == 'a,"b"'
    assert row[COLUMNS.index("data")] == '{"note":"x\\ny"}'


def test_controls_never_reach_the_file():
    _, data = _written(_event(name="a\0b\x1b[31m"))
    assert b"\0" not in data
    assert b"\x1b" not in data


def test_many_events_are_handed_over_in_parts():
    pages = []
    assert write_csv((_event() for _ in range(2500)), pages.append) == 2500
    assert len(pages) == 3
