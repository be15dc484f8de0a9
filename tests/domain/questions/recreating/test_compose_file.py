"""The compose file says the same as the `docker run` line, in compose's words."""

import ast
import re

from hypothesis import given
from hypothesis import strategies as st

from domain.facts.container import Configuration, Endpoint, Healthcheck, Mount, Variable
from domain.facts.image import Description
from domain.questions.recreating.recreation import COMPOSE, comments, recreate
from domain.questions.recreating.yaml_text import yaml_text
from tests.adapters.readmodel.memory import image_id
from tests.domain.questions.containers import PLAIN, UNSAID, Asked, described, made
from tests.properties import thorough

PROJECT = {
    "com.docker.compose.project": "shop",
    "com.docker.compose.service": "web",
    "com.docker.compose.container-number": "1",
    "com.docker.compose.config-hash": "0",
}


def file(configuration=PLAIN, description=UNSAID, **more):
    asked = Asked(described(description), made(configuration, **more))
    return recreate(asked.history, asked.subject(), asked.reading, way=COMPOSE)


def text(*arguments, **more):
    return file(*arguments, **more).text


def test_a_plain_container_is_a_service_of_its_image():
    assert text() == (
        "name: web\n"
        "services:\n"
        "  web:\n"
        f'    image: "{image_id(1)}"\n'
        "    container_name: web\n"
        "    network_mode: bridge\n"
    )


def test_a_container_of_a_project_goes_back_into_it():
    asked = Configuration(
        network_mode="shop_default",
        networks=("other", "shop_default"),
        endpoints=(Endpoint("shop_default", aliases=("web",), ipv4="10.0.0.2"),),
    )
    told = text(asked, labels=PROJECT | {"vendor": "shop"}, name="shop-web-1")
    assert told == (
        "name: shop\n"
        "services:\n"
        "  web:\n"
        f'    image: "{image_id(1)}"\n'
        "    labels:\n"
        "      vendor: shop\n"
        "    networks:\n"
        "      default:\n"
        "        priority: 1\n"
        "        aliases:\n"
        "          - web\n"
        '        ipv4_address: "10.0.0.2"\n'
        "      other: {}\n"
        "networks:\n"
        "  default:\n"
        "    name: shop_default\n"
        "  other:\n"
        "    name: other\n"
        "    external: true\n"
    )


def test_a_dollar_is_doubled_and_variables_are_passed_on():
    asked = Configuration(
        command=("sh", "-c", "echo $HOME ${x}"),
        variables=(Variable("ALLOWED", "a$b", "d1"), Variable("NEW", None, "d2")),
    )
    told = text(asked)
    assert '- "echo $$HOME $${x}"\n' in told
    assert '    environment:\n      "ALLOWED": "a$$b"\n      "NEW":\n' in told


def test_mounts_name_volumes_that_must_be_there():
    asked = Configuration(
        mounts=(
            Mount("volume", "/b", name="kept", form="volume", options=("ro",)),
            Mount("bind", "/d", source="/x", writable=False, form="mount"),
            Mount("tmpfs", "/e", form="mount", options=("tmpfs-size=64", "tmpfs-mode=700")),
            Mount("volume", "/f", name="v", form="mount", options=("volume-opt=type=nfs",)),
        )
    )
    told = file(asked)
    assert (
        "    volumes:\n"
        '      - "kept:/b:ro"\n'
        "      - type: bind\n"
        '        source: "/x"\n'
        '        target: "/d"\n'
        "        read_only: true\n"
        "        bind:\n"
        "          create_host_path: false\n"
        "      - type: tmpfs\n"
        '        target: "/e"\n'
        "        tmpfs:\n"
        "          size: 64\n"
        "          mode: 448\n"
    ) in told.text
    assert "volumes:\n  kept:\n    name: kept\n    external: true\n" in told.text
    assert any("volume-opt=type=nfs of the mount /f" in each for each in told.lost)
    assert "These volumes must be there first: kept, v." in told.remarks


def test_limits_and_the_rest_in_their_words():
    asked = Configuration(
        nano_cpus=1_500_000_000,
        memory_bytes=1024,
        ulimits=("nofile=1:2",),
        sysctls=("net.core.somaxconn=9",),
        blkio_limits=("device-read-bps=/dev/sda:10", "blkio-weight-device=/dev/sdb:20"),
        security_options=('seccomp={"a":1}', "no-new-privileges"),
        system_paths_unconfined=True,
        devices=("/dev/null:/dev/null:rwm",),
        log_driver="local",
        device_requests=('driver=nvidia,count=-1,"capabilities=gpu,utility"',),
        healthcheck=Healthcheck(test=("NONE",)),
        auto_remove=True,
    )
    told = file(asked)
    for lines in (
        '    cpus: 1.5\n    mem_limit: "1k"\n',
        "    ulimits:\n      nofile:\n        soft: 1\n        hard: 2\n",
        '    sysctls:\n      net.core.somaxconn: "9"\n',
        '      device_read_bps:\n        - path: "/dev/sda"\n          rate: 10\n',
        '      weight_device:\n        - path: "/dev/sdb"\n          weight: 20\n',
        '      - "seccomp:./seccomp.json"\n      - no-new-privileges\n',
        '      - "systempaths=unconfined"\n',
        '    devices:\n      - "/dev/null"\n',
        "    healthcheck:\n      disable: true\n",
        "            - driver: nvidia\n              count: all\n",
    ):
        assert lines in told.text, lines
    assert "--rm, for which compose files have no word" in told.lost


def test_no_label_can_leave_its_place():
    hostile = {"a: b\n  image": 'x"\n    privileged: true #', "- y": "\x1b[2J\u2028", "yes": "no"}
    told = text(labels=hostile)
    assert "\n    privileged: true" not in told
    assert '      "yes": "no"\n' in told
    assert all(each.isprintable() or each == "\n" for each in told)


def test_an_entrypoint_that_was_taken_away_stays_away():
    told = text(Configuration(command=("sh",)), Description(entrypoint=("run",)))
    assert "    entrypoint: []\n    command:\n      - sh\n" in told


def test_the_comments_stand_above():
    assert comments(file())[0] == ("# web (000000000000) on here, as last known, from shop/web:1")


@thorough
@given(st.text())
def test_every_text_comes_back_from_its_scalar(value):
    value = "".join(each for each in value if not "\ud800" <= each <= "\udfff")
    line = yaml_text({"key": value})
    assert line.count("\n") == 1
    scalar = line.removeprefix("key: ").rstrip("\n")
    # What is escaped means the same in Python; what is plain is what YAML has no other word for.
    assert (ast.literal_eval(scalar) if scalar.startswith('"') else scalar) == value
    if not scalar.startswith('"'):
        assert re.fullmatch(r"[a-z][a-z0-9_./-]*", scalar)


def test_words_that_yaml_takes_for_something_else_are_quoted():
    special = (
        "yes",
        "no",
        "on",
        "off",
        "y",
        "n",
        "null",
        "true",
        "false",
        "1",
        "1e3",
        "~",
        "",
        "-",
    )
    for word in special:
        assert yaml_text({"key": word}) == f'key: "{word}"\n'
