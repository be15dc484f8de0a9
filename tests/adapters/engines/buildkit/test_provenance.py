"""What is read from attestations."""

import base64
import json

import pytest

from adapters.engines.buildkit.provenance import SourceFile, read_provenance
from domain.build_record import BaseImage

DIGEST = {"sha256": "ab" * 32}
SHA = f"sha256:{'ab' * 32}"
FILE = {"filename": "Dockerfile", "data": base64.b64encode(b"FROM scratch\n").decode()}
GIT = {"uri": "https://host/shop.git#main", "digest": {"sha1": "cd" * 20}}

OLD = {
    "builder": {"id": "bob"},
    "materials": [{"uri": "pkg:docker/shop/base@1?platform=linux%2Famd64", "digest": DIGEST}, GIT],
    "invocation": {"configSource": {**GIT, "entryPoint": "Dockerfile"}},
    "metadata": {"https://mobyproject.org/buildkit@v1#metadata": {"source": {"infos": [FILE]}}},
}
NEW = {
    "buildDefinition": {
        "resolvedDependencies": OLD["materials"],
        "externalParameters": {"configSource": {**GIT, "path": "Dockerfile"}},
    },
    "runDetails": {
        "builder": {"id": "bob"},
        "metadata": {"buildkit_metadata": {"source": {"infos": [FILE]}}},
    },
}


@pytest.mark.parametrize("predicate", [OLD, NEW], ids=["v0.2", "v1"])
def test_both_versions_tell_the_same(predicate: object) -> None:
    told = read_provenance(json.dumps(predicate).encode())
    assert told is not None
    assert told.builder == "bob"
    assert told.images == (BaseImage("shop/base:1", SHA),)
    assert told.files == (SourceFile("Dockerfile", b"FROM scratch\n"),)
    assert told.source == "https://host/shop.git"
    assert told.revision == "cd" * 20


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("pkg:docker/alpine@3.20?platform=linux%2Famd64", "alpine:3.20"),
        ("pkg:docker/alpine@latest", "alpine:latest"),
        ("pkg:docker/ghcr.io/shop/web@1", "ghcr.io/shop/web:1"),
        ("pkg:docker/localhost%3A5000/web@1", "localhost:5000/web:1"),
        (f"pkg:docker/web@1?digest={SHA}&platform=linux%2Farm64", "web:1"),
        (f"pkg:docker/web?digest={SHA}", f"web@{SHA}"),
        (f"pkg:docker/web@{SHA}", f"web@{SHA}"),
        ("pkg:docker/web", "web:latest"),
    ],
)
def test_package_urls_are_read_as_references(uri: str, name: str) -> None:
    materials = [{"uri": uri, "digest": DIGEST}]
    told = read_provenance(json.dumps({"materials": materials}).encode())
    assert told is not None
    assert told.images == (BaseImage(name, SHA),)


@pytest.mark.parametrize(
    "blob",
    [
        b"",
        b"[]",
        b'{"materials": 7}',
        b'{"materials": [{"uri": 7}]}',
        b"[" * 100_000,
        b'{"metadata": {"buildkit_metadata": {"source": {"infos": [{"data": "%%"}]}}}}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_provenance_is_none(blob: bytes) -> None:
    assert read_provenance(blob) is None


def test_what_is_left_out_or_null_is_not_missed() -> None:
    blob = b'{"materials": null, "metadata": {"buildkit_metadata": {"source": {"infos": null}}}}'
    told = read_provenance(blob)
    assert told is not None
    assert (told.images, told.files, told.source, told.revision) == ((), (), "", "")
