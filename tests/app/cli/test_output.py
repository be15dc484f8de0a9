import json

from app.cli import output


def test_json_is_exact_utf8(capfdbinary):
    output.print_json_line({"name": "café \u202e \x1b"})
    out = capfdbinary.readouterr().out
    assert json.loads(out) == {"name": "café \u202e \x1b"}
    assert "café \u202e".encode() in out


def test_a_lone_surrogate_is_escaped(capfdbinary):
    output.print_json({"path": "/tmp/\udcff", "é": "\ud800"})
    out = capfdbinary.readouterr().out
    assert b"\\udcff" in out
    assert json.loads(out.decode()) == {"path": "/tmp/\udcff", "é": "\ud800"}


def test_an_array_is_written_row_by_row(capfdbinary):
    assert output.print_json_array(iter([b"1", b"2"])) == 2
    assert capfdbinary.readouterr().out == b"[\n1,\n2\n]\n"
    assert output.print_json_array(iter([])) == 0
    assert capfdbinary.readouterr().out == b"[]\n"


def test_many_lines_are_all_written_and_counted(capfdbinary):
    assert output.print_json_lines(b"%d" % number for number in range(1300)) == 1300
    assert capfdbinary.readouterr().out.split() == [b"%d" % number for number in range(1300)]


def test_printing_and_writing_bytes_keep_their_order(capfdbinary):
    output.print_line("first")
    output.write_bytes(b"second\n")
    output.print_line("third")
    output.flush()
    assert capfdbinary.readouterr().out == b"first\nsecond\nthird\n"


def test_what_is_said_is_one_line_on_standard_error(capfdbinary):
    output.say("two\nlines \x1b[2J")
    out, err = capfdbinary.readouterr()
    assert out == b""
    assert err == b"shipslog: two\\nlines \\x1b[2J\n"
