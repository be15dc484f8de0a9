"""Addresses of engines on other machines, and the command that leads to one.

The command is that of docker's own command line.
"""

import re
import shlex
from typing import NamedTuple
from urllib.parse import unquote

SCHEME = "ssh://"

_URL = re.compile(
    r"ssh://(?:(?P<user>[^@/]+)@)?(?P<host>\[[0-9A-Fa-f:.%]+\]|[^][\s:/@?#]+)"
    r"(?::(?P<port>\d{1,5}))?(?P<path>/[^?#]*)?"
)

_OPTIONS = {
    # Nobody is there to type a password, or to say yes to an unknown host.
    "BatchMode": "yes",
    # Less than an answer is waited for, so that ssh's own words come first.
    "ConnectTimeout": "15",
    # A peer that is gone is noticed after a minute, also by a stream on which nothing happens.
    "ServerAliveInterval": "30",
    "ServerAliveCountMax": "2",
    # The first of several connections must not carry the others: closing it would cut them all.
    "ControlMaster": "no",
    # Ports that the person's configuration forwards can be bound once only.
    "ClearAllForwardings": "yes",
}


class SshAddress(NamedTuple):
    """What an `ssh://` URL says; `socket` is a path on the other machine, or empty."""

    host: str
    user: str = ""
    port: int | None = None
    socket: str = ""

    def command(self) -> list[str]:
        """The command whose standard input and output are a connection to the engine."""
        options = [word for option in _OPTIONS.items() for word in ("-o", "=".join(option))]
        user = ["-l", self.user] if self.user else []
        port = ["-p", str(self.port)] if self.port else []
        # The other machine's shell reads these words once more.
        where = ["--host", shlex.quote(f"unix://{self.socket}")] if self.socket else []
        dial = ["docker", *where, "system", "dial-stdio"]
        return ["ssh", *options, "-T", *user, *port, "--", self.host, *dial]


def ssh_address(url: str) -> SshAddress:
    """Reads `ssh://[user@]host[:port][/path/of/docker.sock]`.

    Raises:
        ValueError: it is none, or has what only a password or an option of ssh could be.
    """
    match = _URL.fullmatch(url)
    if match is None:
        raise ValueError("an engine over ssh is named ssh://[user@]host[:port][/path/of/its.sock]")
    host, user = match["host"].strip("[]"), unquote(match["user"] or "")
    if ":" in user:
        raise ValueError("an ssh address takes no password; use a key")
    if host.startswith("-") or user.startswith("-"):
        raise ValueError("neither the host nor the user may begin with a hyphen")
    port = int(match["port"]) if match["port"] else None
    return SshAddress(host, user, port, unquote(match["path"] or "").rstrip("/"))
