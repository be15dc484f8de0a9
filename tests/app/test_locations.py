from pathlib import Path

import pytest

from app.locations import default_store, recorder_status_file, store_location
from domain.errors import ShipslogError


def test_what_is_given_wins_over_the_environment():
    assert store_location("a.db", {"SHIPSLOG_STORE": "b.db"}) == Path("a.db")


def test_the_environment_wins_over_the_default():
    assert store_location(None, {"SHIPSLOG_STORE": "b.db"}) == Path("b.db")


def test_nothing_given_means_the_platforms_folder():
    assert store_location(None, {}) == store_location("", {"SHIPSLOG_STORE": ""}) == default_store()
    assert default_store().name == "shipslog.db"


def test_a_tilde_means_the_home_folder():
    assert store_location("~/s.db", {}) == Path.home() / "s.db"


@pytest.mark.parametrize("address", ["postgresql://u:geheim@h/d", "postgres://h/d"])
def test_a_database_server_is_declined_without_repeating_its_password(address):
    with pytest.raises(ShipslogError) as raised:
        store_location(address, {})
    assert "geheim" not in str(raised.value)


def test_the_recorders_status_lies_beside_its_store():
    assert recorder_status_file(Path("/x/s.db")) == Path("/x/s.db.recorder.json")
