"""The filter over events, as a person writes it."""

import pytest

from domain.errors import UsageError
from domain.questions.filters import Candidate, Filter, filter_of, matches, parse_filter

DIED = Candidate(
    topic="container.exited",
    kind="container",
    id="4cb1" + "0" * 60,
    names=("old", "shop-web-1"),
    value="exit code 137",
    images=("shop/web", "sha256:ab" + "0" * 62, "shop/web:latest"),
    labels={"com.docker.compose.project": "shop", "empty": ""},
)


def test_terms_with_one_key_are_alternatives_and_keys_must_all_hold() -> None:
    assert parse_filter("type=container event=die event=oom") == Filter(
        {"type": ("container",), "event": ("die", "oom")}
    )
    assert matches(parse_filter("event=oom event=die type=container"), DIED)
    assert not matches(parse_filter("event=die type=image"), DIED)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "container=shop-web",
        "container=/shop-web-1",
        "container=old",
        "container=4cb1",
        "image=shop/web",
        "image=shop/web:latest",
        "image=docker.io/shop/web",
        "image=ab00",
        f"image=sha256:ab{'0' * 62}",
        "event=die",
        "event=exited",
        "event=container.exited",
        "label=com.docker.compose.project",
        "label=com.docker.compose.project=shop",
        "label=empty=",
        "scope=local",
        "SHOP-web",
        "web 137",
        "/^shop-web-\\d$/",
        '"exit code"',
        "/exit code 1[34]/",
        "'container=shop-web-1'",
    ],
)
def test_this_lets_the_exit_of_a_shop_container_through(text: str) -> None:
    assert matches(parse_filter(text), DIED)


@pytest.mark.parametrize(
    "text",
    [
        "container=web",
        "image=shop/web:2",
        "image=web",
        "image=shop",
        "event=start",
        "event=di",
        "label=com.docker.compose.project=other",
        "label=empty=x",
        "label=nothing",
        "network=shop-web-1",
        "volume=shop",
        "scope=swarm",
        "nothing",
        "web nothing",
        "/^web/",
    ],
)
def test_this_does_not(text: str) -> None:
    assert not matches(parse_filter(text), DIED)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("colour=red", "'colour' is no filter"),
        ('"unclosed', "quote"),
        ("/[/", "no regular expression"),
        (f"/{'x' * 501}/", "longer than"),
    ],
)
def test_what_is_wrong_with_a_filter_is_said_in_a_sentence(text: str, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        parse_filter(text)


def test_single_terms_need_no_quotes() -> None:
    assert filter_of(["event=health_status: unhealthy", "it's"]) == Filter(
        {"event": ("health_status: unhealthy",)}, ("it's",)
    )


@pytest.mark.parametrize(
    "text",
    [
        "event=health_status",
        '"event=health_status: unhealthy"',
        "event=health_status: unhealthy",
    ],
)
def test_a_health_is_found_as_docker_writes_it(text: str) -> None:
    sick = Candidate("container.health_changed", "container", "1", (), "unhealthy")
    assert matches(parse_filter(text), sick)
    assert not matches(parse_filter('"event=health_status: healthy"'), sick)


def test_a_text_with_slashes_inside_is_no_expression() -> None:
    assert parse_filter("shop/web /srv").texts == ("shop/web", "/srv")
    assert parse_filter("/a b/ c") == Filter({}, ("c",), ("a b",))


def test_a_filter_without_terms_is_empty() -> None:
    assert not parse_filter("   ")
    assert parse_filter("x")
