"""What goes wrong with the named pipes of Windows, which the docker SDK lets through as it is."""

from adapters.engines.plain_words import plain_words

try:
    from pywintypes import error as _PipeError
except ImportError:
    PIPE_ERRORS: tuple[type[Exception], ...] = ()
    """None of them is an OSError; there are none where there are no such pipes."""
else:
    # A pipe that was closed under its reader is a RuntimeError.
    PIPE_ERRORS = (_PipeError, RuntimeError)

_NO_SUCH_PIPE, _NO_ACCESS = 2, 5


def why_a_pipe_failed(error: BaseException) -> str:
    """The reason in words; pywin32 gives the code of Windows, the function and the sentence."""
    code = error.args[0] if error.args else None
    if code == _NO_SUCH_PIPE:
        return "there is no such pipe; is the engine running?"
    if code == _NO_ACCESS:
        return "access denied; is this account in the group `docker-users`?"
    return plain_words(str(error.args[-1] if error.args else "")) or "the pipe failed"
