"""Texts kept once: names, references and labels repeat in almost every event."""

from array import array
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray


class Vocabulary:
    """Texts by number and numbers by text."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self.texts: list[str] = list(texts)
        self._codes = {text: code for code, text in enumerate(self.texts)}

    def code(self, text: str) -> int:
        """The number of the text, a new one where it was never seen."""
        code = self._codes.get(text)
        if code is None:
            code = self._codes[text] = len(self.texts)
            self.texts.append(text)
        return code


class LabelPairs:
    """Pairs of label and value by number; a container's labels are a few numbers."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs: list[tuple[str, str]] = [(key, value) for key, value in pairs]
        self._codes = {pair: code for code, pair in enumerate(self.pairs)}

    def codes(self, labels: Mapping[str, str]) -> tuple[int, ...]:
        """The numbers of the labels' pairs."""
        return tuple(self._code(pair) for pair in labels.items())

    def labels(self, codes: Iterable[int]) -> dict[str, str]:
        """The labels that the numbers stand for."""
        return dict(map(self.pairs.__getitem__, codes))

    def _code(self, pair: tuple[str, str]) -> int:
        code = self._codes.get(pair)
        if code is None:
            code = self._codes[pair] = len(self.pairs)
            self.pairs.append(pair)
        return code


class Pairs:
    """Pairs of an object and the code of a text that it goes by."""

    def __init__(self) -> None:
        self._objects = array("i")
        self._codes = array("i")

    def add(self, subject: int, code: int) -> None:
        """Adds a pair; one more of the same does no harm."""
        self._codes.append(code)
        self._objects.append(subject)

    def columns(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """(objects, codes), shape (n,) each; copies, so that both can grow meanwhile."""
        count = len(self._objects)
        return np.array(self._objects[:count], np.int32), np.array(self._codes[:count], np.int32)
