import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity import (
    CONTAINER,
    IMAGE,
    REFERENCE,
    engine_key,
    full_image_id,
    looks_like_id,
    parse_stream_id,
    short_id,
    stream_id,
)

HEX = "0123456789abcdef" * 4


@given(st.sampled_from([CONTAINER, IMAGE, REFERENCE]), st.text())
def test_a_stream_id_gives_its_parts_back(kind, object_id):
    key = engine_key("daemon", "unix:///run/docker.sock")
    assert parse_stream_id(stream_id(kind, key, object_id)) == (kind, key, object_id)


def test_a_stream_id_says_what_it_is_about():
    assert stream_id(REFERENCE, "0123456789ab", "shop/web:1") == "reference/0123456789ab/shop/web:1"


@pytest.mark.parametrize("text", ["", "container", "container/key"])
def test_a_text_with_too_few_parts_is_no_stream_id(text):
    with pytest.raises(ValueError, match="unpack"):
        parse_stream_id(text)


def test_cloned_machines_are_told_apart_by_their_endpoints():
    here = engine_key("daemon", "unix:///run/docker.sock")
    assert here == engine_key("daemon", "unix:///run/docker.sock")
    assert here != engine_key("daemon", "tcp://build-host:2375")
    assert here != engine_key("other", "unix:///run/docker.sock")
    assert len(here) == 12


def test_daemon_id_and_endpoint_do_not_run_into_each_other():
    assert engine_key("a", "bc") != engine_key("ab", "c")


def test_ids_are_compared_by_their_first_twelve_digits():
    assert short_id("sha256:" + HEX) == short_id(HEX) == "0123456789ab"


def test_podmans_image_ids_get_their_algorithm():
    assert full_image_id(HEX) == "sha256:" + HEX
    assert full_image_id("sha256:" + HEX) == "sha256:" + HEX
    assert full_image_id("shop/web:1") == "shop/web:1"
    assert full_image_id("") == ""


@pytest.mark.parametrize("text", ["sha256:" + HEX, HEX, HEX[:12], "sha256:01"])
def test_an_id_looks_like_one(text):
    assert looks_like_id(text)


@pytest.mark.parametrize("text", ["", "web", HEX[:11], HEX + "0", "shop/" + HEX, HEX.upper()])
def test_a_name_does_not_look_like_an_id(text):
    assert not looks_like_id(text)
