"""Why an engine cannot be reached, in words that a person can act on."""

import ssl

from adapters.engines.pipes import PIPE_ERRORS, why_a_pipe_failed
from adapters.engines.plain_words import plain_words
from adapters.engines.ssh import SshEnded

_EXPIRED, _NOT_YET_VALID, _OTHER_NAME, _OTHER_ADDRESS = 10, 9, 62, 64
_PLAIN_PORT = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")
_NO_CLIENT_CERTIFICATE = ("TLSV13_ALERT_CERTIFICATE_REQUIRED", "SSLV3_ALERT_HANDSHAKE_FAILURE")
_CLIENT_CERTIFICATE = "CERTIFICATE"
_UNKNOWN_CLIENT = "TLSV1_ALERT_UNKNOWN_CA"
_OWN_FILES = ("KEY_VALUES_MISMATCH", "NO_START_LINE", "PEM", "BAD_BASE64_DECODE")


def reason(error: BaseException) -> str:
    """The reason behind an error: the SDK wraps an OSError up to five times."""
    innermost = error
    while not isinstance(innermost, (SshEnded, ssl.SSLError, *PIPE_ERRORS)) and (
        deeper := innermost.__cause__ or innermost.__context__
    ):
        innermost = deeper
    if isinstance(innermost, PIPE_ERRORS):
        return why_a_pipe_failed(innermost)
    match innermost:
        case SshEnded():
            return f"ssh: {innermost}"
        case ssl.SSLCertVerificationError():
            return _of_its_certificate(innermost)
        case ssl.SSLError():
            return _of_tls(innermost)
        case FileNotFoundError():
            return "there is no such socket; is the engine running?"
        case PermissionError():
            return "permission denied; are you in the group that may use it (often `docker`)?"
        case ConnectionRefusedError():
            return "connection refused; is the engine running?"
    return plain_words(str(innermost)) or type(innermost).__name__


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
    said = error.reason or str(error)
    if said in _PLAIN_PORT:
        return "it does not speak TLS on this port; use tcp:// without TLS, or its TLS port"
    if said in _NO_CLIENT_CERTIFICATE:
        return (
            "it asks for a client certificate; "
            "set DOCKER_CERT_PATH and DOCKER_TLS_VERIFY, or use a context that has one"
        )
    if any(word in said for word in _OWN_FILES):
        return f"cert.pem and key.pem cannot be used together ({said})"
    if said == _UNKNOWN_CLIENT or _CLIENT_CERTIFICATE in said:
        return f"it does not accept the client certificate ({said})"
    return f"TLS failed: {plain_words(str(error))}"
