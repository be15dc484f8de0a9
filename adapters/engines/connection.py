"""The one place where Shipslog talks to an engine: the docker SDK's transport, GET only."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import msgspec
import requests
import urllib3
from docker.errors import DockerException
from docker.types.daemon import CancellableStream

from adapters.engines.allowlist import check_path
from adapters.engines.endpoints import Endpoint
from adapters.engines.pipes import PIPE_ERRORS
from adapters.engines.plain_words import plain_words
from adapters.engines.reasons import reason
from adapters.engines.transports import new_client
from domain.errors import ShipslogError

TESTED_API = (1, 51)
"""The newest API version that the tests know (Docker 28.5); a newer engine is spoken to in it."""

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 20.0
_MOST_BYTES_OF_AN_ANSWER = 256 * 1024 * 1024
_PIECE_BYTES = 64 * 1024
_BROKEN: tuple[type[Exception], ...] = (
    urllib3.exceptions.HTTPError,
    OSError,
    ValueError,
    *PIPE_ERRORS,
)
# AttributeError: urllib3 2 meets the file that `close` took away under its reader.
_CUT: tuple[type[Exception], ...] = (*_BROKEN, AttributeError)


class EngineUnreachable(ShipslogError):
    """The engine does not answer at all."""


class EngineRefused(ShipslogError):
    """The engine answered, but not with what was asked for; `status` is the HTTP status."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class StreamEnded(ShipslogError):
    """The event stream is over: `clean` where the engine ended it itself."""

    def __init__(self, sentence: str, *, clean: bool) -> None:
        super().__init__(sentence)
        self.clean = clean


class Connection:
    """Reads from one engine. Safe to use from several threads, except for one stream each."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        try:
            self._client = new_client(endpoint)
        except (DockerException, *_BROKEN) as error:
            raise EngineUnreachable(
                f"The engine at {endpoint.url} cannot be reached: {reason(error)}"
            ) from error
        self._lock = threading.Lock()
        self._stream: requests.Response | None = None
        self._closed = False
        self.api_version = ""

    def negotiate(self) -> dict[str, Any]:
        """Asks the engine who it is, settles the API version, and returns its `/version`.

        The docker SDK would take the engine's newest version unseen; Shipslog speaks the newest
        that it was tested with, or the engine's own where that is older.
        """
        version = self._json("/version", {}, versioned=False)
        if not isinstance(version, dict) or "ApiVersion" not in version:
            raise EngineRefused(
                f"{self.endpoint.url} does not answer as a container engine does.", 200
            )
        newest = _version_of(version.get("ApiVersion"))
        oldest = _version_of(version.get("MinAPIVersion"))
        chosen = max(min(newest, TESTED_API), oldest)
        self.api_version = ".".join(map(str, chosen))
        self._client._version = self.api_version
        return version

    def get(self, path: str, **query: str) -> Any:
        """The JSON that the engine answers to a GET of the path.

        Raises:
            EngineUnreachable: no answer. EngineRefused: an answer other than 200.
        """
        return self._json(path, query, versioned=True)

    def get_image(self, name: str, what: str) -> Any:
        """The engine's description (`json`) or `history` of an image, by id or reference."""
        return self.get(f"/images/{quote(name, safe='/:@')}/{what}")

    def stream(self, path: str, **query: str) -> Iterator[bytes]:
        """Opens an endless answer; gives its chunks until `close` or the other end ends it.

        The answer has begun when this returns. The iterator always ends with StreamEnded.

        Raises:
            EngineUnreachable, EngineRefused: it does not begin.
        """
        response = self._request(path, query, versioned=True)
        self._wait_without_end(response)
        with self._lock:
            if self._closed:
                response.close()
                raise StreamEnded("The connection was closed.", clean=True)
            self._stream = response
        return self._chunks(response)

    def stream_to_end(self, path: str, **query: str) -> Iterator[bytes]:
        """The chunks of an answer that the engine ends itself.

        Raises:
            EngineUnreachable, EngineRefused: it does not begin. StreamEnded: it broke off.
        """
        response = self._request(path, query, versioned=True)
        try:
            yield from self._chunks(response)
        except StreamEnded as end:
            if not end.clean:
                raise

    def _wait_without_end(self, response: requests.Response) -> None:
        """Lets what follows the head of the answer take as long as it likes."""
        # Where this transport keeps its socket elsewhere, a quiet stream ends and is opened anew.
        with suppress(AttributeError, OSError):
            socket = self._client._get_raw_response_socket(response)
            self._client._disable_socket_timeout(socket)

    def _chunks(self, response: requests.Response) -> Iterator[bytes]:
        raw = response.raw
        try:
            # Whatever size the other end gives its chunks, no more than this is held at once.
            while data := raw.read1(_PIECE_BYTES, decode_content=False):
                yield data
        except _CUT as error:
            if isinstance(error, AttributeError) and not self._closed:
                raise
            raise StreamEnded(f"The event stream broke off: {reason(error)}", clean=False) from (
                error
            )
        finally:
            response.close()
        raise StreamEnded("The engine ended the event stream.", clean=True)

    def close(self) -> None:
        """Ends a stream that another thread is reading, and all connections."""
        with self._lock:
            self._closed = True
            stream, self._stream = self._stream, None
        if stream is not None:
            try:
                CancellableStream(None, stream).close()
            except (AttributeError, DockerException, *_BROKEN):
                # The stream ended by itself in this moment.
                stream.close()
        self._client.close()

    def _json(self, path: str, query: Mapping[str, str], *, versioned: bool) -> Any:
        response = self._request(path, query, versioned=versioned)
        try:
            body = response.raw.read(_MOST_BYTES_OF_AN_ANSWER + 1, decode_content=False)
        except _BROKEN as error:
            raise EngineUnreachable(
                f"The engine at {self.endpoint.url} broke off its answer: {reason(error)}"
            ) from error
        finally:
            response.close()
        if len(body) > _MOST_BYTES_OF_AN_ANSWER:
            raise EngineRefused(f"The engine's answer to {path} is too large.", 0)
        if _is_cut(body, response.headers.get("Content-Length", "")):
            raise EngineUnreachable(f"The engine at {self.endpoint.url} broke off its answer.")
        try:
            return _decoded(body)
        except (ValueError, RecursionError) as error:
            raise EngineRefused(
                f"{self.endpoint.url} does not answer as a container engine does: {error}", 0
            ) from error

    def _request(
        self, path: str, query: Mapping[str, str], *, versioned: bool
    ) -> requests.Response:
        url = self._client._url(check_path(path), versioned_api=versioned)
        if self._closed:
            raise EngineUnreachable(f"The connection to {self.endpoint.url} was closed.")
        try:
            response: requests.Response = self._client.get(
                url,
                params=dict(query),
                stream=True,
                timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS),
                allow_redirects=False,
                # Else requests takes the authorities of REQUESTS_CA_BUNDLE for the engine's.
                verify=self._client.verify,
                # No engine compresses, and what is packed can be of any size unpacked.
                headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            )
        except (requests.RequestException, DockerException, *_BROKEN) as error:
            raise EngineUnreachable(
                f"The engine at {self.endpoint.url} cannot be reached: {reason(error)}"
            ) from error
        if response.status_code != 200:
            raise EngineRefused(
                f"The engine at {self.endpoint.url} refused {path} "
                f"with status {response.status_code}: {_message(_beginning(response))}",
                response.status_code,
            )
        return response


def _is_cut(body: bytes, announced: str) -> bool:
    """Whether the body is shorter than its head announced, if that is a length at all."""
    is_length = announced.isdecimal() and len(announced) < 19
    return is_length and len(body) < int(announced)


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        # msgspec refuses lone surrogates, which a label may hold.
        return json.loads(body)


def _beginning(response: requests.Response) -> str:
    """The beginning of an answer, as text; nothing where it breaks off."""
    try:
        data: bytes = response.raw.read(4096, decode_content=False)
    except _BROKEN:
        return ""
    finally:
        response.close()
    return data.decode(errors="replace").strip()


def _version_of(text: object) -> tuple[int, int]:
    try:
        major, _, minor = str(text).partition(".")
        return int(major), int(minor)
    except ValueError:
        return (1, 24)


def _message(text: str) -> str:
    """The engine's own sentence, where its answer is Docker's error object.

    What stands between, such as a proxy that lets only some requests through, answers otherwise.
    """
    try:
        told = _decoded(text.encode())
    except (ValueError, RecursionError):
        told = text
    if isinstance(told, dict):
        told = told.get("message", told)
    return plain_words(str(told or "")) or "no reason given"
