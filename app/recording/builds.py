"""Listening to an engine's history of builds, beside its event stream."""

import logging
import threading
import time
from collections.abc import Callable

from adapters.engines.endpoints import Endpoint
from app.recording.messages import BuildsTold, Built
from domain.errors import ShipslogError
from domain.redaction import KeyedHash, redact

log = logging.getLogger(__name__)

_REST_SECONDS = 10.0


class BuildWatch:
    """Reads the engine's builds, past and coming, until closed; a fault is tried again later.

    `known` has the generation of each record that was read; it outlives this connection.

    What it misses is not lost: the engine keeps its records for days.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        api_version: str,
        keyed: KeyedHash,
        put: Callable[[BuildsTold | Built], None],
        known: dict[str, int],
    ) -> None:
        self._endpoint = endpoint
        self._api_version = api_version
        self._keyed = keyed
        self._put = put
        self._known = known
        self._closing = threading.Event()
        self._close_history: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._watch, name="builds", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends it; the engine may already be gone."""
        self._closing.set()
        self._close_history()

    def _watch(self) -> None:
        while not self._closing.is_set():
            try:
                if not self._listen():
                    return
            except ShipslogError as error:
                if not self._closing.is_set():
                    log.info("the builds of %s: %s", self._endpoint.url, error)
            except Exception:
                # The events go on without the builds; a mistake of ours must not end both.
                log.exception("the builds of %s could not be read", self._endpoint.url)
            self._closing.wait(_REST_SECONDS)

    def _listen(self) -> bool:
        """Reads builds until the connection ends; False where the engine has no history."""
        # gRPC takes a while to load, and engines without a history do not need it.
        from adapters.engines.buildkit.history import Change, NoHistory, open_history

        history = open_history(self._endpoint, self._api_version)
        if isinstance(history, NoHistory):
            log.info("%s", history.reason)
            return False
        self._close_history = history.close
        if self._closing.is_set():
            history.close()
            return False
        try:
            self._put(BuildsTold(time.time_ns()))
            for entry in history.listen():
                news = entry.generation > self._known.get(entry.ref, -1)
                if entry.change is Change.COMPLETED and news:
                    self._known[entry.ref] = entry.generation
                    record = history.read(entry, lambda text: redact(text).text, self._keyed)
                    self._put(Built(record, time.time_ns()))
        finally:
            history.close()
        return True
