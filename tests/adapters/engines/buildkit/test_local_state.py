"""Which folder was built, from what buildx keeps."""

import json
from pathlib import Path

import pytest

from adapters.engines.buildkit.local_state import buildx_folder, built_folder

REF = "8kftjobe1lyj4ikxm2hhr3xlh"


def state(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "refs" / "default" / "default" / REF
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/srv/shop/web", "web"),
        ("/srv/shop/web/", "web"),
        ("https://skipper:pw@host/shop.git#main:sub", ""),
        ("/https:/skipper:pw@host/shop.git#main:sub", ""),
        ("-", ""),
        ("/-", ""),
        ("", ""),
    ],
)
def test_the_last_part_of_the_folder_is_told(tmp_path: Path, path: str, name: str) -> None:
    told = json.dumps({"Target": "default", "LocalPath": path, "DockerfilePath": ""})
    assert built_folder(REF, state(tmp_path, told)) == name


@pytest.mark.parametrize("text", ["", "{", "[]", '{"LocalPath": 7}'])
def test_a_broken_file_tells_nothing(tmp_path: Path, text: str) -> None:
    assert built_folder(REF, state(tmp_path, text)) == ""


@pytest.mark.parametrize("ref", ["unknown", "../../../etc/passwd", "*", ""])
def test_a_build_that_is_not_there_tells_nothing(tmp_path: Path, ref: str) -> None:
    assert built_folder(ref, state(tmp_path, '{"LocalPath": "/srv/web"}')) == ""


def test_the_folder_is_found_as_buildx_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BUILDX_CONFIG", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", "/srv/docker")
    assert buildx_folder() == Path("/srv/docker/buildx")
    monkeypatch.delenv("DOCKER_CONFIG")
    assert buildx_folder() == Path.home() / ".docker" / "buildx"
    monkeypatch.setenv("BUILDX_CONFIG", "/srv/buildx")
    assert buildx_folder() == Path("/srv/buildx")
