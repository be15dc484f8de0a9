"""What a cell of a table looks like, in one value: models answer once instead of per role."""

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPixmap


@dataclass(frozen=True, slots=True)
class Cell:
    """Text that is safe to show, and its looks."""

    text: str
    picture: QPixmap | None = None
    color: QColor | None = None
    fixed_width: bool = False
    to_the_right: bool = False
