"""The one POST: what is sent, and what engines may answer."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import pytest

from adapters.engines.buildkit import upgrade
from adapters.engines.buildkit.faults import BuildHistoryFault
from adapters.engines.buildkit.upgrade import UpgradeRefused, upgraded
from adapters.engines.endpoints import Endpoint


@contextmanager
def answering(answer: bytes, close: bool = True) -> Iterator[tuple[Endpoint, list[bytes]]]:
    """A socket that gives every request this answer; gives its endpoint and what was sent to it."""
    sent: list[bytes] = []
    with TemporaryDirectory(prefix="shipslog-") as folder, socket.socket(socket.AF_UNIX) as door:
        door.bind(f"{folder}/s")
        door.listen()

        def serve() -> None:
            connection, _ = door.accept()
            sent.append(connection.recv(65_536))
            connection.sendall(answer)
            if not close:
                connection.recv(1)
            connection.close()

        thread = Thread(target=serve)
        thread.start()
        yield Endpoint("", f"unix://{folder}/s"), sent
        thread.join(10)
        assert not thread.is_alive()


def test_the_request_has_no_body_and_the_answer_is_not_read_too_far() -> None:
    head = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    with answering(head + b"first bytes of gRPC") as (endpoint, sent):
        connection = upgraded(endpoint)
        assert connection.recv(100) == b"first bytes of gRPC"
        assert connection.gettimeout() is None
        connection.close()
    assert sent == [
        b"POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    ]


@pytest.mark.parametrize("status", [200, 403, 404, 500])
def test_any_other_status_is_a_refusal(status: int) -> None:
    with answering(b"HTTP/1.1 %d No\r\n\r\n" % status) as (endpoint, _):
        with pytest.raises(UpgradeRefused) as refused:
            upgraded(endpoint)
        assert refused.value.status == status


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 101 UPGRADED\r\n", b"hello\r\n\r\n", b"HTTP/2 101\r\n\r\n"]
)
def test_what_is_no_answer_is_a_fault(answer: bytes) -> None:
    with (
        answering(answer) as (endpoint, _),
        pytest.raises(BuildHistoryFault, match="is no HTTP") as fault,
    ):
        upgraded(endpoint)
    assert fault.value.code == "UNAVAILABLE"


def test_an_endless_head_is_given_up() -> None:
    with (
        answering(b"HTTP/1.1 101 X\r\n" + b"x" * 20_000) as (endpoint, _),
        pytest.raises(BuildHistoryFault),
    ):
        upgraded(endpoint)


def test_an_engine_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade, "_SECONDS", 0.1)
    with (
        answering(b"HTTP/1.1 101", close=False) as (endpoint, _),
        pytest.raises(BuildHistoryFault) as fault,
    ):
        upgraded(endpoint)
    assert fault.value.code == "DEADLINE_EXCEEDED"


def test_no_engine_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(BuildHistoryFault, match="no such socket") as fault:
        upgraded(Endpoint("", f"unix://{tmp_path}/none"))
    assert fault.value.code == "UNAVAILABLE"
