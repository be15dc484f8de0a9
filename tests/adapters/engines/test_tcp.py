"""Engines over TCP, plain and with TLS: what works, and one sentence for each thing that fails."""

import re
import shutil
import socket
import ssl
import threading
import warnings
from contextlib import contextmanager, suppress

import pytest
from urllib3.exceptions import SSLError as HeldError

from adapters.engines.connection import Connection, EngineRefused, EngineUnreachable, StreamEnded
from adapters.engines.endpoints import UnknownEngine, endpoint
from adapters.engines.events import split_lines
from adapters.engines.reasons import reason
from domain.engine_event import parse_engine_event
from tests.adapters.engines.test_endpoints import config, make_context
from tests.fakes.tcp import Authority, tls_relay

__all__ = ["config"]


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Certificates for the engine and for a client, good ones and others."""
    folder = tmp_path_factory.mktemp("certificates")
    ours, others = Authority("ours"), Authority("others")
    ours.issue(folder / "engine")
    ours.issue(folder / "client")
    ours.issue(folder / "expired", days=-1)
    ours.issue(folder / "elsewhere", address="127.0.0.2")
    others.issue(folder / "stranger")
    return folder


def use(monkeypatch, folder, port):
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(folder))
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{port}")


def complaint(where):
    with pytest.raises(EngineUnreachable) as unreachable:
        Connection(where).negotiate()
    sentence = str(unreachable.value)
    assert sentence.startswith(f"The engine at {where.url} cannot be reached: ")
    assert "\n" not in sentence
    assert "_ssl.c" not in sentence
    return sentence


def assert_readable(where, fake_engine):
    """Asks, streams, and closes the stream from another thread."""
    connection = Connection(where)
    connection.negotiate()
    assert connection.get("/info")["ID"] == fake_engine.daemon_id
    lines = split_lines(connection.stream("/events", since="1"))
    fake_engine.create("web")
    assert parse_engine_event(next(filter(None, lines))).action == "create"
    ended = []

    def read():
        with pytest.raises(StreamEnded) as end:
            list(lines)
        ended.append(end.value)

    reader = threading.Thread(target=read)
    reader.start()
    connection.close()
    reader.join(5)
    assert len(ended) == 1


# --- what works ---


def test_an_engine_is_read_over_tls_as_the_environment_wants_it(issued, fake_engine, monkeypatch):
    with tls_relay(fake_engine.socket, issued / "engine", issued / "client") as port:
        use(monkeypatch, issued / "client", port)
        assert_readable(endpoint(None), fake_engine)
        assert_readable(endpoint(f"tcp://127.0.0.1:{port}"), fake_engine)


def test_an_engine_that_wants_no_client_certificate_needs_none(
    issued, fake_engine, monkeypatch, tmp_path
):
    shutil.copy(issued / "client" / "ca.pem", tmp_path / "ca.pem")
    with tls_relay(fake_engine.socket, issued / "engine") as port:
        use(monkeypatch, tmp_path, port)
        assert_readable(endpoint(None), fake_engine)


def context_with(config, certificates, port, *, skip=False):
    make_context(config, "far", f"tcp://127.0.0.1:{port}", skip_tls_verify=skip)
    (meta,) = config.glob("contexts/meta/*/meta.json")
    shutil.copytree(certificates, config / "contexts" / "tls" / meta.parent.name / "docker")
    return endpoint("far")


def test_a_context_brings_its_certificates(config, issued, fake_engine, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(issued / "stranger" / "ca.pem"))
    with tls_relay(fake_engine.socket, issued / "engine", issued / "client") as port:
        assert_readable(context_with(config, issued / "client", port), fake_engine)


def test_a_context_may_want_no_proof_of_the_engine(config, issued, fake_engine, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(issued / "client" / "ca.pem"))
    with tls_relay(fake_engine.socket, issued / "stranger") as port, warnings.catch_warnings():
        warnings.simplefilter("error")
        where = context_with(config, issued / "client", port, skip=True)
        assert_readable(where, fake_engine)


# --- what fails ---


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("stranger", "not from an authority that is trusted here"),
        ("expired", "its TLS certificate has expired"),
        ("elsewhere", "its TLS certificate is for another name: .*127.0.0.1"),
    ],
)
def test_a_certificate_that_is_not_right_is_told(issued, fake_engine, monkeypatch, server, words):
    with tls_relay(fake_engine.socket, issued / server) as port:
        use(monkeypatch, issued / "client", port)
        with pytest.raises(EngineUnreachable, match=words):
            Connection(endpoint(None)).negotiate()
        complaint(endpoint(None))
    assert fake_engine.requests == []


def test_a_client_certificate_that_is_missing_is_told(issued, fake_engine, monkeypatch, tmp_path):
    shutil.copy(issued / "client" / "ca.pem", tmp_path / "ca.pem")
    with tls_relay(fake_engine.socket, issued / "engine", issued / "client") as port:
        use(monkeypatch, tmp_path, port)
        assert re.search(r"asks for a client|may want a client", complaint(endpoint(None)))


def test_a_client_certificate_from_elsewhere_is_told(issued, fake_engine, monkeypatch, tmp_path):
    for part in ("cert.pem", "key.pem"):
        shutil.copy(issued / "stranger" / part, tmp_path / part)
    shutil.copy(issued / "client" / "ca.pem", tmp_path / "ca.pem")
    with tls_relay(fake_engine.socket, issued / "engine", issued / "client") as port:
        use(monkeypatch, tmp_path, port)
        assert re.search(r"not accept (the client|this one)", complaint(endpoint(None)))


def test_a_key_of_another_certificate_is_told(issued, fake_engine, monkeypatch, tmp_path):
    for part, owner in (("ca", "client"), ("cert", "client"), ("key", "stranger")):
        shutil.copy(issued / owner / f"{part}.pem", tmp_path / f"{part}.pem")
    with tls_relay(fake_engine.socket, issued / "engine", issued / "client") as port:
        use(monkeypatch, tmp_path, port)
        assert "are no certificates, or no pair (KEY_VALUES_MISMATCH)" in complaint(endpoint(None))


def test_files_that_are_no_certificates_are_told(issued, fake_engine, monkeypatch, tmp_path):
    for part in ("ca", "cert", "key"):
        (tmp_path / f"{part}.pem").write_text("no certificate")
    with tls_relay(fake_engine.socket, issued / "engine", issued / "client") as port:
        use(monkeypatch, tmp_path, port)
        assert "ca.pem, cert.pem and key.pem are no certificates" in complaint(endpoint(None))


@pytest.mark.parametrize(
    ("alert", "words"),
    [
        ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "asks for a client certificate"),
        ("SSLV3_ALERT_HANDSHAKE_FAILURE", "asks for a client certificate"),
        ("SSLV3_ALERT_BAD_CERTIFICATE", "does not accept the client certificate"),
        ("TLSV1_ALERT_UNKNOWN_CA", "does not accept the client certificate"),
        ("TLSV1_ALERT_PROTOCOL_VERSION", "TLS failed: TLSV1_ALERT_PROTOCOL_VERSION"),
    ],
)
def test_each_alert_of_an_engine_has_its_words(alert, words):
    told = ssl.SSLError(1, f"[SSL: {alert}] whatever (_ssl.c:1)")
    told.reason = alert
    assert words in reason(HeldError(told))


@contextmanager
def plain_port(answer):
    """A port that gives this answer to whatever it hears."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve():
            with suppress(OSError):
                while True:
                    connection, _ = door.accept()
                    with connection:
                        connection.recv(65_536)
                        connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_tls_to_a_plain_port_is_told(issued, monkeypatch):
    with plain_port(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") as port:
        use(monkeypatch, issued / "client", port)
        assert "it does not speak TLS on this port" in complaint(endpoint(None))


def test_a_plain_word_to_a_tls_port_is_answered_in_the_engines_words():
    words = b"Client sent an HTTP request to an HTTPS server.\n"
    with (
        plain_port(b"HTTP/1.0 400 Bad Request\r\n\r\n" + words) as port,
        pytest.raises(EngineRefused, match="status 400: Client sent an HTTP request"),
    ):
        Connection(endpoint(f"tcp://127.0.0.1:{port}")).negotiate()


def test_an_authority_that_is_missing_is_told_before_anything_is_asked(monkeypatch, tmp_path):
    use(monkeypatch, tmp_path, 2376)
    with pytest.raises(UnknownEngine, match=r"no certificates in .*DOCKER_CERT_PATH"):
        endpoint(None)
    assert endpoint("unix:///run/docker.sock").tls is None


# --- peers that are gone ---


def assert_watched(connection):
    """That the system itself asks the peer whether it is there, at least once a minute."""
    response = connection._request("/version", {}, versioned=False)
    peer = connection._client._get_raw_response_socket(response)
    peer = getattr(peer, "_sock", peer)
    assert peer.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
    told = [
        peer.getsockopt(socket.IPPROTO_TCP, option)
        for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    ]
    idle, interval, count = told
    assert idle + interval * count <= 60
    response.close()
    connection.close()


def test_a_peer_that_is_gone_is_noticed_within_a_minute(issued, fake_engine, monkeypatch):
    with tls_relay(fake_engine.socket, issued / "engine") as port:
        use(monkeypatch, issued / "client", port)
        assert_watched(Connection(endpoint(None)))
    monkeypatch.delenv("DOCKER_TLS_VERIFY")
    with plain_port(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as port:
        assert_watched(Connection(endpoint(f"tcp://127.0.0.1:{port}")))


def test_passwords_that_are_kept_for_its_machine_are_not_sent_to_an_engine(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login sailor password S3cr3t\n")
    monkeypatch.setenv("NETRC", str(netrc))
    heads = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen():
            connection, _ = server.accept()
            heads.append(connection.recv(65_536))
            connection.close()

        listening = threading.Thread(target=listen)
        listening.start()
        with pytest.raises(EngineUnreachable):
            Connection(endpoint(f"tcp://127.0.0.1:{server.getsockname()[1]}")).negotiate()
        listening.join(5)
    assert heads[0].startswith(b"GET /version")
    assert b"Authorization" not in heads[0]
