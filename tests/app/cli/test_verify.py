import shutil
import sqlite3

import pytest

from adapters.store.opening import create_or_open
from tests.app.story import MORNING, story


@pytest.fixture
def copy(told, tmp_path):
    """The story's store, to be spoilt."""
    return shutil.copy(told, tmp_path / "copy.db")


def test_a_sealed_history_is_verified(ask):
    answer = ask("verify", "--format", "json")
    assert answer.code == 0
    assert answer.json["result"] == "VERIFIED, NOT WITNESSED"
    assert answer.json["first_bad"] is None
    assert answer.json["witness"] is None
    assert answer.json["events"] == answer.json["sealed"] == len(story().entries)
    assert answer.json["unsealed"] == 0


def test_the_keys_of_the_answer_are_those_of_the_design(ask):
    keys = {"result", "events", "sealed", "unsealed", "first_bad", "witness"}
    assert keys <= set(ask("verify", "--format", "json").json)


def test_the_result_is_also_told_in_words(ask):
    told = ask("verify")
    assert told.code == 0
    assert told.out.startswith("VERIFIED, NOT WITNESSED\n")


def test_the_store_may_be_named_as_the_argument(shipslog, told):
    assert shipslog("verify", told).code == 0


def test_a_witness_can_be_required(ask):
    told = ask("verify", "--require-witness")
    assert told.code == 3
    assert "--require-witness" in told.err


def test_a_changed_event_is_found(shipslog, copy):
    with sqlite3.connect(copy) as spoilt:
        spoilt.execute(
            "UPDATE stored_events SET state = CAST(replace(state, 'web-1', 'web-9') AS BLOB)"
        )
    answer = shipslog("verify", copy, "--format", "json")
    assert answer.code == 5
    assert answer.json["result"] == "TAMPERED"
    assert answer.json["first_bad"] > 0


def test_events_after_the_last_seal_make_it_incomplete(shipslog, tmp_path):
    writer = create_or_open(tmp_path / "s.db", now=MORNING, keys=tmp_path / "keys")
    writer.append(story().entries)
    answer = shipslog("verify", tmp_path / "s.db", "--format", "json")
    writer.close()
    assert answer.code == 4
    assert answer.json["result"] == "INCOMPLETE"
    assert answer.json["unsealed"] == len(story().entries)


@pytest.mark.parametrize("head", ["", "7", "7 xyz", "x AAAA"])
def test_a_head_that_is_none_is_wrong_usage(ask, head):
    told = ask("verify", "--head", head)
    assert told.code == 2
    assert "--head" in told.err


def test_a_key_that_is_none_is_wrong_usage(ask):
    told = ask("verify", "--key", "nonsense")
    assert told.code == 2
    assert "--key" in told.err


def test_a_head_of_another_history_is_found(ask):
    head = f"3 {'A' * 43}="
    assert ask("verify", "--head", head).code == 5
