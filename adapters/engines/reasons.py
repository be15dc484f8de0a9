"""Why an engine cannot be reached, in words that a person can act on."""

import socket
import ssl

from urllib3.exceptions import InvalidChunkLength

from adapters.engines.pipes import PIPE_ERRORS, why_a_pipe_failed
from adapters.engines.plain_words import plain_words
from adapters.engines.ssh_socket import SshEnded

_EXPIRED, _NOT_YET_VALID, _OTHER_NAME, _OTHER_ADDRESS = 10, 9, 62, 64
_PLAIN_PORT = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")
_OWN_FILES = ("KEY_VALUES_MISMATCH", "NO_START_LINE", "PEM", "BASE64", "NO_CERTIFICATE_OR_CRL")
_NO_CLIENT_CERTIFICATE = ("CERTIFICATE_REQUIRED", "ALERT_HANDSHAKE_FAILURE")
_CLIENT_REFUSED = ("ALERT_UNKNOWN_CA", "ALERT_BAD_CERTIFICATE", "ALERT_CERTIFICATE")

_TELLING: tuple[type[BaseException], ...] = (
    *(SshEnded, ssl.SSLError, InvalidChunkLength),
    *PIPE_ERRORS,
)


def reason(error: BaseException) -> str:
    """The reason behind an error: the SDK wraps an OSError up to five times."""
    innermost = error
    while not isinstance(innermost, _TELLING) and (deeper := _behind(innermost)) is not None:
        innermost = deeper
    if isinstance(innermost, PIPE_ERRORS):
        return why_a_pipe_failed(innermost)
    match innermost:
        case SshEnded():
            return f"ssh: {str(innermost).removeprefix('ssh: ')}"
        case ssl.SSLCertVerificationError():
            return _of_its_certificate(innermost)
        case ssl.SSLError():
            return _of_tls(innermost)
        case InvalidChunkLength():
            return "the connection was cut"
        case FileNotFoundError():
            return "there is no such socket; is the engine running?"
        case PermissionError():
            return "permission denied; are you in the group that may use it (often `docker`)?"
        case ConnectionRefusedError():
            return "connection refused; is the engine running?"
        case TimeoutError():
            return "it does not answer (timed out)"
        case socket.gaierror():
            return "there is no machine of this name"
        case OSError(strerror=str(words)):
            return plain_words(words)
    return plain_words(str(innermost)) or type(innermost).__name__


def _behind(error: BaseException) -> BaseException | None:
    # urllib3 does not raise its own SSLError from that of ssl, but puts this into it.
    held = next((each for each in error.args if isinstance(each, BaseException)), None)
    return error.__cause__ or error.__context__ or held


def _of_its_certificate(error: ssl.SSLCertVerificationError) -> str:
    if error.verify_code == _EXPIRED:
        return "its TLS certificate has expired; renew it on the engine's machine"
    if error.verify_code == _NOT_YET_VALID:
        return "its TLS certificate is not valid yet; are the clocks of both machines right?"
    if error.verify_code in (_OTHER_NAME, _OTHER_ADDRESS):
        return f"its TLS certificate is for another name: {error.verify_message}"
    return (
        "its TLS certificate is not from an authority that is trusted here "
        f"({error.verify_message}); is ca.pem the engine's own?"
    )


def _of_tls(error: ssl.SSLError) -> str:
    said = error.reason or plain_words(str(error))
    if any(word in said for word in _PLAIN_PORT):
        return "it does not speak TLS on this port; use tcp:// without TLS, or its TLS port"
    if any(word in said for word in _OWN_FILES):
        return f"ca.pem, cert.pem and key.pem are no certificates, or no pair ({said})"
    if any(word in said for word in _NO_CLIENT_CERTIFICATE):
        return (
            "it asks for a client certificate; "
            "set DOCKER_CERT_PATH and DOCKER_TLS_VERIFY, or use a context that has one"
        )
    if any(word in said for word in _CLIENT_REFUSED):
        return "it does not accept the client certificate; is it from the engine's authority?"
    if isinstance(error, ssl.SSLEOFError):
        # Its alert can be lost where it hangs up while the request is still being written.
        return "it broke off TLS; it may want a client certificate, or not accept this one"
    return f"TLS failed: {said}"
