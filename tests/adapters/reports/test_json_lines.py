from adapters.reports.json_lines import write_json_lines


def _written(lines):
    pages = []
    return write_json_lines(iter(lines), pages.append), b"".join(pages), len(pages)


def test_every_event_has_its_own_line_and_nothing_else_is_written():
    assert _written([b'{"a":1}', b'{"a":2}']) == (2, b'{"a":1}\n{"a":2}\n', 1)


def test_no_events_give_an_empty_file():
    assert _written([]) == (0, b"", 0)


def test_many_events_are_handed_over_in_parts():
    count, data, parts = _written([b"{}"] * 2500)
    assert (count, data.count(b"\n"), parts) == (2500, 2500, 3)
