"""What goes wrong when build history is read."""

from domain.errors import ShipslogError


class BuildHistoryFault(ShipslogError):
    """The engine's build history could not be read; `code` is gRPC's word for why.

    UNAVAILABLE: the engine ended or the connection broke. DEADLINE_EXCEEDED: it does not answer.
    NOT_FOUND: the engine has not got it any more. DATA_LOSS: the answer makes no sense.
    """

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code
