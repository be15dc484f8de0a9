"""The requests that Shipslog ever makes of an engine: GET, on these paths, nothing else.

GET alone would not be read-only: engines route exports, archives, logs and swarm keys by it too.
"""

import re

from domain.errors import ShipslogError

_NAME = r"[A-Za-z0-9][A-Za-z0-9_.:/@-]*"
_ALLOWED = re.compile(
    r"(?:/v1\.\d+)?/(?:"
    r"_ping|version|info|events"
    r"|containers/json|containers/[0-9a-f]{12,64}/(?:json|changes)"
    rf"|images/json|images/{_NAME}/(?:json|history)"
    r")"
)


class ForbiddenRequest(ShipslogError):
    """A request that Shipslog must not make; a mistake in Shipslog itself."""


def check_path(path: str) -> str:
    """Gives the path back if it may be requested.

    Raises:
        ForbiddenRequest: the path is not on the list.
    """
    if _ALLOWED.fullmatch(path) is None or ".." in path:
        raise ForbiddenRequest(f"Shipslog only reads engines and never requests {path!r}.")
    return path
