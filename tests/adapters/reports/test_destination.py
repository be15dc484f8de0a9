import os
import stat

import pytest

from adapters.reports.destination import destination
from domain.errors import ShipslogError


def _write(path, text=b"report", *, force=False):
    with destination(str(path), force=force) as write:
        write(text)


def _names(folder):
    return [path.name for path in folder.iterdir()]


def test_the_file_appears_with_what_was_written(tmp_path):
    _write(tmp_path / "a.html")
    assert (tmp_path / "a.html").read_bytes() == b"report"
    assert _names(tmp_path) == ["a.html"]


def test_an_existing_file_is_refused_and_left_alone(tmp_path):
    target = tmp_path / "a.html"
    target.write_bytes(b"mine")
    with pytest.raises(ShipslogError, match="exists already; --force"):
        _write(target)
    assert target.read_bytes() == b"mine"
    assert _names(tmp_path) == ["a.html"]


def test_force_replaces_an_existing_file(tmp_path):
    target = tmp_path / "a.html"
    target.write_bytes(b"mine")
    _write(target, force=True)
    assert target.read_bytes() == b"report"


def test_a_symbolic_link_is_refused_even_when_it_points_nowhere(tmp_path):
    (tmp_path / "a.html").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ShipslogError, match="symbolic link"):
        _write(tmp_path / "a.html")
    assert not (tmp_path / "elsewhere").exists()


def test_force_replaces_a_link_and_not_what_it_points_to(tmp_path):
    precious = tmp_path / "precious"
    precious.write_bytes(b"mine")
    (tmp_path / "a.html").symlink_to(precious)
    _write(tmp_path / "a.html", force=True)
    assert precious.read_bytes() == b"mine"
    assert not (tmp_path / "a.html").is_symlink()


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path):
    target = tmp_path / "a.html"
    with pytest.raises(ShipslogError, match="exists already"):  # noqa: SIM117
        with destination(str(target), force=False) as write:
            write(b"report")
            target.write_bytes(b"mine")
    assert target.read_bytes() == b"mine"
    assert _names(tmp_path) == ["a.html"]


def test_a_report_that_fails_halfway_leaves_nothing_behind(tmp_path):
    with pytest.raises(ValueError, match="half"):  # noqa: SIM117
        with destination(str(tmp_path / "a.html"), force=False) as write:
            write(b"half")
            raise ValueError("half")
    assert _names(tmp_path) == []


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ShipslogError, match="There is no folder"):
        _write(tmp_path / "missing" / "a.html")


def test_a_folder_is_no_place_for_a_report(tmp_path):
    with pytest.raises(ShipslogError, match="is a folder"):
        _write(tmp_path, force=True)


@pytest.mark.skipif(os.name != "posix", reason="devices are files on POSIX systems only")
def test_a_device_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ShipslogError, match="no ordinary file"):
        _write(tmp_path / "pipe", force=True)
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_dash_means_standard_output(capfdbinary):
    _write("-")
    assert capfdbinary.readouterr().out == b"report"
