"""The whole window on a history whose every name and label is made to do harm."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QToolTip,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.desktop.main_window import MainWindow
from app.desktop.plain_text import PAGE_LIMIT
from app.desktop.view_state import ViewState
from tests.app import poisoned
from tests.app.desktop.windows import window_on
from tests.app.story import END, MORNING

OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)
LIVE_MARKUP = re.compile(r"<(?!/?p\b|br>)[a-z/!]", re.IGNORECASE)
KINDS = ("engine", "container", "image", "reference", "network", "volume", "build")


@pytest.fixture
def poisoned_store(tmp_path: Path) -> Path:
    return poisoned.write(tmp_path)


def texts_of(part: QWidget) -> Iterator[str]:
    """What a widget shows, of the kinds that show text as it is."""
    for label in part.findChildren(QLabel):
        if label.objectName() == "qtooltip_label":  # Qt's own, of which the text is looked at
            assert is_harmless_tooltip(label.text())
            continue
        assert label.textFormat() == Qt.TextFormat.PlainText
        yield label.text()
    for field in part.findChildren(QLineEdit):
        yield field.text()
    for page in part.findChildren(QPlainTextEdit):
        yield page.toPlainText()


def cells_of(model: QAbstractItemModel) -> Iterator[tuple[str, str]]:
    """Every cell of a table with its tooltip."""
    for row in range(model.rowCount()):
        for column in range(model.columnCount()):
            index = model.index(row, column)
            yield str(index.data() or ""), str(index.data(Qt.ItemDataRole.ToolTipRole) or "")


def is_plain(text: str) -> bool:
    return OBEYED.search(text) is None and len(text) <= PAGE_LIMIT


def is_harmless_tooltip(text: str) -> bool:
    return OBEYED.search(text) is None and LIVE_MARKUP.search(text) is None


def look_at(window: MainWindow) -> int:
    """Holds every text of the window against what it may be; gives how many there were."""
    count = 0
    for text in texts_of(window):
        assert all(map(is_plain, text.split("\n"))), text
        count += 1
    for part in window.findChildren(QWidget):
        assert is_harmless_tooltip(part.toolTip()), part.toolTip()
        assert not isinstance(part, QTextEdit)
    for view in window.findChildren(QAbstractItemView):
        if view.model() is not None:
            for text, tip in cells_of(view.model()):
                assert is_plain(text), text
                assert is_harmless_tooltip(tip), tip
                count += 1
    for scene_view in window.findChildren(QGraphicsView):
        for item in scene_view.scene().items() if scene_view.scene() else ():
            assert is_harmless_tooltip(item.toolTip()), item.toolTip()
            count += 1
    return count


def hover_over(window: MainWindow, qtbot: QtBot) -> set[str]:
    """The tooltips of the timeline, asked for on a coarse grid."""
    viewport = window.timeline.viewport()
    told = set()
    for x in range(5, viewport.width(), 97):
        for y in range(30, min(viewport.height(), 400), 13):
            place = QPoint(x, y)
            asking = QHelpEvent(QEvent.Type.ToolTip, place, viewport.mapToGlobal(place))
            QApplication.sendEvent(viewport, asking)
            told.add(QToolTip.text())
    return told


def show_tabs(window: MainWindow, state: ViewState, qtbot: QtBot) -> int:
    count = 0
    for number in range(window._tabs.count()):
        window._tabs.setCurrentIndex(number)
        qtbot.wait(60)
        count += look_at(window)
    return count


def test_no_widget_takes_a_foreign_text_for_markup(
    poisoned_store: Path, qtbot: QtBot, settings: QSettings
) -> None:
    with window_on(poisoned_store, qtbot, settings) as (window, state, _):
        history = window.slider._snapshot.history
        assert "<" not in window.windowTitle()
        for kind in KINDS:
            for subject in history.objects_of(kind)[:2]:
                for moment in (MORNING + 91 * 60 * 10**9, END + 10**12):
                    state.move_cursor(moment)
                    state.select(subject)
                    qtbot.wait(30)
                    look_at(window)
        state.move_cursor(history.end)
        assert show_tabs(window, state, qtbot) > 500
        tips = hover_over(window, qtbot)
        assert len(tips) > 3
        assert all(map(is_harmless_tooltip, tips))
        window.events._box.setText(poisoned.HARM)
        qtbot.wait(200)
        assert is_plain(window.events._note.text())
        window.grab()
