"""The errors that Shipslog raises on purpose; their text is a sentence for the person."""


class ShipslogError(Exception):
    """Something a person can act on: the sentence names the thing and the next step."""


class UsageError(ShipslogError):
    """The request itself is wrong (exit code 2 on the command line)."""
