import subprocess

import pytest

from domain.facts import Origin
from domain.facts.container import (
    Configuration,
    ContainerConfigured,
    ContainerCreated,
    ContainerRemoved,
    Variable,
)
from domain.identity import CONTAINER
from domain.redaction import mark
from tests.app.story import HOSTILE, OLD, WEB_1, Story, engine, image, moment

SHOP = "d5" * 32
UNSEEN = "e6" * 32


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A removed container that needs a variable and had a secret, and one nobody looked at."""
    told = Story()
    engine(told)
    image(told, 2, WEB_1, 2, "shop/web:latest")
    configuration = Configuration(
        command=("sh", "-c", "echo '$HOME'\x1b[2J"),
        variables=(Variable("TOKEN", None, "1"),),
        memory_bytes=64 * 1024 * 1024,
    )
    told.tell(
        CONTAINER,
        SHOP,
        ContainerCreated(
            **moment(10), name="shop", image="shop/web:latest", labels={"api.key": mark("name")}
        ),
        ContainerConfigured(
            **moment(10, origin=Origin.INSPECTED), image_id=WEB_1, configuration=configuration
        ),
        ContainerRemoved(**moment(20)),
    )
    told.tell(CONTAINER, UNSEEN, ContainerCreated(**moment(30), name="unseen", image="x"))
    return told.write(tmp_path_factory.mktemp("recreate") / "shop.db")


def test_the_command_stands_below_comments_and_can_be_run(shipslog, store):
    told = shipslog("--store", store, "recreate", "shop")
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0].startswith(
        "# shop (d5d5d5d5d5d5) on laptop, as last known, from shop/web:latest"
    )
    assert "# Supply these variables: TOKEN" in lines
    assert "# A secret was taken out of the label api.key; put it back." in lines
    assert "  --memory 64m \\" in lines
    assert (
        told.err == "shipslog: 2 things must be supplied; the comments above the text say which.\n"
    )
    script = "docker() { printf '%s\\0' \"$@\"; }\n" + told.out
    ran = subprocess.run(["bash", "-c", script], capture_output=True, check=True)
    words = ran.stdout.decode().split("\0")[:-1]
    assert words[-4:] == [WEB_1, "sh", "-c", "echo '$HOME'\x1b[2J"]


def test_a_terminal_is_told_nothing_to_obey(shipslog, store):
    for way in ("run", "compose"):
        told = shipslog("--store", store, "recreate", "shop", "--as", way).out
        assert all(each.isprintable() or each == "\n" for each in told)


def test_json_has_the_words_and_what_is_missing(shipslog, store):
    told = shipslog("--store", store, "recreate", "shop", "--format", "json").json
    assert told["container"]["id"] == SHOP
    assert told["image"] == {
        "pinned": WEB_1,
        "id": WEB_1,
        "by": "id",
        "reference": "shop/web:latest",
        "version": 1,
    }
    assert told["commands"][0][:3] == ["docker", "run", "--detach"]
    assert told["supply"] == ["TOKEN"]
    assert told["redacted"] == ["the label api.key"]


def test_a_compose_file_can_be_asked_for(shipslog, store):
    told = shipslog("--store", store, "recreate", SHOP[:6], "--as", "compose").out
    assert '    mem_limit: "64m"\n' in told
    assert "      - \"echo '$$HOME'\\x1b[2J\"\n" in told


def test_what_nobody_looked_at_is_a_sentence_and_exit_code_1(shipslog, store):
    told = shipslog("--store", store, "recreate", "unseen")
    assert (told.code, told.out) == (1, "")
    assert "nobody could look at it" in told.err


def test_only_containers_are_made_again(shipslog, store):
    assert shipslog("--store", store, "recreate", "shop/web:latest").code == 1


def test_a_moment_before_its_creation_is_no_moment_of_its_life(shipslog, store):
    told = shipslog("--store", store, "recreate", "shop", "--at", "2026-11-23T08:05:00Z")
    assert told.code == 1
    assert "created at 2026-11-23T08:10:00" in told.err


def test_hostile_names_are_quoted(ask):
    told = ask("recreate", HOSTILE).out
    assert all(each.isprintable() or each == "\n" for each in told)
    assert "\n<script>" not in told


def test_a_container_of_the_story(ask):
    assert "--label com.docker.compose.project=shop" in ask("recreate", OLD).out
