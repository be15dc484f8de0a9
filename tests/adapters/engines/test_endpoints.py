"""Which engine is meant: by URL, socket, context, DOCKER_HOST, or none of these."""

import hashlib
import json
import shutil
import socket
import subprocess

import pytest

from adapters.engines.discovery import candidates
from adapters.engines.endpoints import Endpoint, UnknownEngine, endpoint

CONFIGURING = ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    """A Docker configuration of its own, without any context."""
    for name in CONFIGURING:
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "docker"
    folder.mkdir()
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    return folder


def make_context(config, name, host, *, current=False, skip_tls_verify=False):
    """Writes a context as the docker command line does."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    folder = config / "contexts" / "meta" / digest
    folder.mkdir(parents=True)
    endpoints = {"docker": {"Host": host, "SkipTLSVerify": skip_tls_verify}} if host else {}
    meta = {"Name": name, "Metadata": {}, "Endpoints": endpoints}
    (folder / "meta.json").write_text(json.dumps(meta))
    if current:
        (config / "config.json").write_text(json.dumps({"currentContext": name}))


# --- what the person names ---


@pytest.mark.parametrize(
    "url",
    [
        "unix:///run/docker.sock",
        "tcp://build-host:2375",
        "https://build-host:2376",
        "npipe:////./pipe/docker_engine",
        "ssh://user@build-host",
    ],
)
def test_a_url_is_taken_as_it_is(url):
    assert endpoint(url) == Endpoint("", url)


def test_a_path_is_that_of_a_socket(tmp_path, monkeypatch):
    assert endpoint("/run/podman/podman.sock").url == "unix:///run/podman/podman.sock"
    monkeypatch.chdir(tmp_path)
    assert endpoint("./docker.sock").url == f"unix://{tmp_path / 'docker.sock'}"


def test_a_socket_in_this_folder_needs_no_slash(short_folder, monkeypatch):
    monkeypatch.chdir(short_folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("docker.sock")
        assert endpoint("docker.sock").url == f"unix://{short_folder.resolve() / 'docker.sock'}"


def test_a_context_is_found_by_its_name(config):
    make_context(config, "build-host", "tcp://build-host:2375")
    assert endpoint("build-host") == Endpoint("build-host", "tcp://build-host:2375")


def test_a_name_that_is_no_context_is_refused_with_a_way_out(config):
    make_context(config, "build-host", "tcp://build-host:2375")
    with pytest.raises(
        UnknownEngine, match=r"no Docker context named 'build-hots'.*docker context ls"
    ):
        endpoint("build-hots")


def test_a_context_without_an_engine_is_refused(config):
    make_context(config, "kubernetes", "")
    with pytest.raises(UnknownEngine, match="'kubernetes' names no engine"):
        endpoint("kubernetes")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"Name": 7}', "\xff"])
def test_a_broken_context_is_refused_with_a_sentence(config, content):
    make_context(config, "broken", "unix:///run/docker.sock")
    (meta,) = config.glob("contexts/meta/*/meta.json")
    meta.write_bytes(content.encode("latin-1"))
    with pytest.raises(UnknownEngine, match="broken"):
        endpoint("broken")


# --- what the environment names ---


def test_docker_host_comes_first(config, monkeypatch):
    make_context(config, "build-host", "tcp://build-host:2375", current=True)
    monkeypatch.setenv("DOCKER_CONTEXT", "build-host")
    monkeypatch.setenv("DOCKER_HOST", "unix:///elsewhere.sock")
    assert endpoint(None) == Endpoint("", "unix:///elsewhere.sock")
    assert endpoint("build-host").url == "tcp://build-host:2375"


def test_a_docker_host_without_a_scheme_is_tcp(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "build-host:2375")
    assert endpoint(None).url == "tcp://build-host:2375"


def test_docker_context_comes_before_the_current_context(config, monkeypatch):
    make_context(config, "one", "tcp://one:2375", current=True)
    make_context(config, "two", "tcp://two:2375")
    assert endpoint(None) == Endpoint("one", "tcp://one:2375")
    monkeypatch.setenv("DOCKER_CONTEXT", "two")
    assert endpoint(None) == Endpoint("two", "tcp://two:2375")


def test_without_any_word_it_is_dockers_own_socket():
    assert endpoint(None) == Endpoint("", "unix:///var/run/docker.sock")
    assert endpoint("default") == Endpoint("", "unix:///var/run/docker.sock")


def test_a_current_context_that_is_not_there_is_refused_with_a_sentence(config):
    (config / "config.json").write_text(json.dumps({"currentContext": "gone"}))
    with pytest.raises(UnknownEngine, match=r"gone.*docker context ls"):
        endpoint(None)


def test_tls_without_certificates_is_refused_with_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("DOCKER_HOST", "tcp://build-host:2376")
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
    with pytest.raises(UnknownEngine, match="certificates"):
        endpoint(None)


@pytest.mark.skipif(shutil.which("docker") is None, reason="the docker command is not here")
def test_a_context_made_by_the_docker_command_is_understood(config):
    create = ["docker", "context", "create", "shop", "--docker", "host=tcp://shop:2375"]
    subprocess.run(create, check=True, capture_output=True)
    assert endpoint("shop") == Endpoint("shop", "tcp://shop:2375")
    assert endpoint(None).url == "unix:///var/run/docker.sock"
    subprocess.run(["docker", "context", "use", "shop"], check=True, capture_output=True)
    assert endpoint(None) == Endpoint("shop", "tcp://shop:2375")


# --- looking round ---


def test_every_context_and_docker_host_is_tried_once(config, monkeypatch, fake_engine):
    make_context(config, "fake", fake_engine.url)
    make_context(config, "nobody", "unix:///no/such.sock")
    monkeypatch.setenv("DOCKER_HOST", fake_engine.url)
    found = {candidate.url: candidate for candidate in candidates()}
    here = found[fake_engine.url]
    assert (here.name, here.reachable) == ("", True)
    assert here.detail.startswith("version 28.5")
    nobody = found["unix:///no/such.sock"]
    assert (nobody.name, nobody.reachable) == ("nobody", False)
    assert "no such socket" in nobody.detail


def test_a_broken_current_context_does_not_hide_the_other_engines(config, fake_engine):
    make_context(config, "fake", fake_engine.url)
    (config / "config.json").write_text(json.dumps({"currentContext": "gone"}))
    found = candidates()
    assert any(candidate.url == fake_engine.url and candidate.reachable for candidate in found)
    assert any("gone" in candidate.detail for candidate in found)
