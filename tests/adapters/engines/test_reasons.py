"""The words for what goes wrong on the way to an engine."""

import socket

import pytest
import urllib3

from adapters.engines.reasons import reason


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FileNotFoundError(2, "x"), "there is no such socket; is the engine running?"),
        (PermissionError(13, "x"), "permission denied; are you in the group that may use it"),
        (ConnectionRefusedError(111, "x"), "connection refused; is the engine running?"),
        (TimeoutError("timed out"), "it does not answer (timed out)"),
        (socket.gaierror(-2, "Name or service not known"), "there is no machine of this name"),
        (OSError(113, "No route to host"), "No route to host"),
        (ValueError("a\nb"), "a b"),
        (ValueError(), "ValueError"),
    ],
)
def test_each_failure_has_its_words_however_deep_it_is_wrapped(error, words):
    assert reason(error).startswith(words)
    assert reason(urllib3.exceptions.ProtocolError("Connection aborted.", error)).startswith(words)
    with pytest.raises(RuntimeError) as wrapped:
        try:
            raise error
        except Exception as inner:
            raise RuntimeError("wrapped") from inner
    assert reason(wrapped.value).startswith(words)
