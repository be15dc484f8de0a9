"""The tables of the cursor's moment; only those in sight are filled, so that scrubbing is fast."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from adapters.readmodel import History
from app.desktop.icons import Icons
from app.desktop.tables.columns import container_columns, image_columns, reference_columns
from app.desktop.tables.state_table import StateTable
from app.desktop.tables.table_model import Moment, TableModel
from app.desktop.theme import Theme
from app.desktop.view_state import ViewState
from domain.identity import CONTAINER, IMAGE, REFERENCE, stream_id

Ask = Callable[[History, int], list[Any]]


class StatePanels(QObject):
    """Fills the tables from the history at the cursor, and joins their selections."""

    def __init__(
        self, state: ViewState, theme: Theme, icons: Icons, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._state = state
        self._history: History | None = None
        self._models: dict[str, TableModel[Any]] = {
            CONTAINER: TableModel(
                container_columns(), lambda row: (row.engine, row.id), icons, self
            ),
            IMAGE: TableModel(image_columns(), lambda row: (row.engine, row.id), icons, self),
            REFERENCE: TableModel(
                reference_columns(), lambda row: (row.engine, row.reference), icons, self
            ),
        }
        self._ask: dict[str, Ask] = {
            CONTAINER: lambda history, at: history.containers_at(at),
            IMAGE: lambda history, at: history.images_at(at),
            REFERENCE: lambda history, at: history.references_at(at),
        }
        self.containers = StateTable(
            self._models[CONTAINER], lambda row: row.name, self.tr("Containers"), theme
        )
        self.images = StateTable(
            self._models[IMAGE], lambda row: ", ".join(row.references), self.tr("Images"), theme
        )
        self.references = StateTable(
            self._models[REFERENCE], lambda row: row.reference, self.tr("References"), theme
        )
        self._tables = {
            CONTAINER: self.containers,
            IMAGE: self.images,
            REFERENCE: self.references,
        }
        self._filled: dict[str, tuple[object, ...]] = {}
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._connect()

    def _connect(self) -> None:
        self._soon.timeout.connect(self.fill_visible)
        self._state.cursor_moved.connect(self._fill_soon)
        self._state.zone_changed.connect(self._fill_soon)
        self._state.selection_changed.connect(self._mark)
        self.containers.object_chosen.connect(self._choose_container)
        self.images.object_chosen.connect(self._choose_image)
        self.references.object_chosen.connect(self._choose_reference)

    def show_history(self, history: History) -> None:
        """Answers from a newer history."""
        self._history = history
        self._fill_soon()

    def use_theme(self, theme: Theme, icons: Icons) -> None:
        """Draws in another theme."""
        for table in self._tables.values():
            table.use_theme(theme, icons)

    def fill_visible(self) -> None:
        """Fills the tables that are in sight for the present moment."""
        if self._history is None:
            return
        at = self._state.cursor
        for kind, table in self._tables.items():
            asked = (id(self._history), self._history.head, at, self._state.zone)
            if not _in_sight(table) or self._filled.get(kind) == asked:
                continue
            self._filled[kind] = asked
            rows = self._ask[kind](self._history, at)
            self._models[kind].show_rows(rows, Moment(at, self._state.zone))

    def count(self, kind: str) -> int:
        """How many rows a table has."""
        return self._models[kind].rowCount()

    def _fill_soon(self) -> None:
        self._soon.start()

    def _mark(self, selected: int) -> None:
        if self._history is None or not 0 <= selected < self._history.count:
            return
        kind, engine, object_id = self._history.identity_of(selected)
        for each, table in self._tables.items():
            table.mark((engine, object_id) if each == kind else None)

    def _choose_container(self, engine: str, object_id: str) -> None:
        self._choose(CONTAINER, engine, object_id)

    def _choose_image(self, engine: str, object_id: str) -> None:
        self._choose(IMAGE, engine, object_id)

    def _choose_reference(self, engine: str, object_id: str) -> None:
        self._choose(REFERENCE, engine, object_id)

    def _choose(self, kind: str, engine: str, object_id: str) -> None:
        if self._history is None:
            return
        number = self._history.object_of(stream_id(kind, engine, object_id))
        if number is not None:
            self._state.select(number)


def _in_sight(widget: QWidget) -> bool:
    return widget.isVisible() and not widget.visibleRegion().isEmpty()
