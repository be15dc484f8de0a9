"""An engine, or what pretends to be one, whose answers have no end: given up in little memory."""

import itertools
import socket
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from adapters.engines.connection import Connection, EngineRefused, EngineUnreachable, StreamEnded
from adapters.engines.endpoints import Endpoint
from adapters.engines.events import LineTooLong, split_lines

MEGABYTE = 1024 * 1024
MOST = 32 * MEGABYTE
GIGABYTES_5 = 5 * 1024 * MEGABYTE
PIECE = b"x" * MEGABYTE
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def serving(folder, answer: Callable[[], Iterator[bytes]]) -> Iterator[Connection]:
    """A connection to what gives every request this answer, until it is not listened to."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(f"{folder}/s.sock")
        door.listen()

        def serve() -> None:
            connection, _ = door.accept()
            with connection, suppress(OSError):
                connection.recv(65_536)
                for piece in answer():
                    connection.sendall(piece)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        connection = Connection(Endpoint("", f"unix://{folder}/s.sock"))
        connection.api_version = connection._client._version = "1.41"
        yield connection
        connection.close()
        thread.join(10)
        assert not thread.is_alive()


@contextmanager
def little_memory() -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST


def one_chunk_of_five_gigabytes() -> Iterator[bytes]:
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % GIGABYTES_5
    yield from itertools.repeat(PIECE, 5 * 1024)


def many_chunks() -> Iterator[bytes]:
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    yield from itertools.repeat(b"100000\r\n" + PIECE + b"\r\n")


def no_chunks_at_all() -> Iterator[bytes]:
    yield HEAD + b"\r\n"
    yield from itertools.repeat(PIECE)


def a_chunks_size_without_end() -> Iterator[bytes]:
    yield HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    yield from itertools.repeat(b"1" * MEGABYTE)


@pytest.mark.parametrize("answer", [one_chunk_of_five_gigabytes, many_chunks, no_chunks_at_all])
def test_a_line_without_end_is_given_up_in_little_memory(short_folder, answer):
    passed_over = []
    with serving(short_folder, answer) as connection, little_memory():
        lines = split_lines(connection.stream("/events"), too_long=lambda: passed_over.append(1))
        with pytest.raises(LineTooLong):
            list(lines)
    assert passed_over == [1]


def test_the_size_of_a_chunk_has_an_end(short_folder):
    with serving(short_folder, a_chunks_size_without_end) as connection, little_memory():
        with pytest.raises(StreamEnded) as end:
            list(connection.stream("/events"))
        assert not end.value.clean


def test_a_head_has_an_end(short_folder):
    def head_without_end() -> Iterator[bytes]:
        yield HEAD
        yield from itertools.repeat(b"X: " + b"x" * 1000 + b"\r\n")

    refused = pytest.raises(EngineUnreachable)
    with serving(short_folder, head_without_end) as connection, little_memory(), refused:
        connection.get("/info")


def test_what_is_packed_is_not_unpacked(short_folder):
    import gzip

    bomb = gzip.compress(b"[" + b" " * (64 * MEGABYTE) + b"]")

    def packed() -> Iterator[bytes]:
        yield HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
        yield bomb

    refused = pytest.raises(EngineRefused, match="not answer as a container engine")
    with serving(short_folder, packed) as connection, little_memory(), refused:
        connection.get("/info")


def test_a_line_of_five_gigabytes_in_a_file_is_passed_over_and_the_rest_is_read():
    passed_over = []
    chunks = itertools.chain(itertools.repeat(PIECE, 5 * 1024), [b"\n{}\nlast"])
    with little_memory():
        lines = list(split_lines(chunks, keep_last=True, too_long=lambda: passed_over.append(1)))
    assert lines == [b"{}", b"last"]
    assert passed_over == [1]
