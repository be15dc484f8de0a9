"""A table view with what all tables here share: sorting, copying, one selection for the app."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QMenu, QTableView, QWidget

from app.desktop.icons import Icons
from app.desktop.tables.cell_delegate import CellDelegate
from app.desktop.tables.table_model import TableModel
from app.desktop.theme import Theme
from domain.identity import short_id


class StateTable(QTableView):
    """Shows a TableModel; tells which object a person chose, by engine key and id."""

    object_chosen = Signal(str, str)

    def __init__(
        self,
        model: TableModel[Any],
        name_of: Callable[[Any], str],
        title: str,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._table = model
        self._name_of = name_of
        self._chosen: tuple[str, str] | None = None
        self._restoring = False
        self.setModel(model)
        self._delegate = CellDelegate(model, self.font(), theme, self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(title)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._shape()
        self._connect()

    def _shape(self) -> None:
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(self.fontMetrics().height() + 10)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSectionsMovable(True)
        for number, column in enumerate(self._table.columns):
            self.setColumnWidth(number, column.width)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)

    def _connect(self) -> None:
        self.customContextMenuRequested.connect(self._offer_copies)
        self.selectionModel().selectionChanged.connect(self._choose)
        self._table.modelReset.connect(self._restore)

    def use_theme(self, theme: Theme, icons: Icons) -> None:
        """Draws in another theme."""
        self._table.use_icons(icons)
        self._delegate.use_theme(theme)
        self.viewport().update()

    def mark(self, identity: tuple[str, str] | None) -> None:
        """Marks an object's row without choosing it anew."""
        self._chosen = identity
        self._restore()

    def _choose(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        rows = self.selectionModel().selectedRows()
        if self._restoring or not rows:
            return
        identity = self._table.identity_at(rows[0].row())
        if identity is not None and identity != self._chosen:
            self._chosen = identity
            self.object_chosen.emit(*identity)

    def _restore(self) -> None:
        row = self._table.row_of(self._chosen) if self._chosen is not None else None
        self._restoring = True
        if row is None:
            self.clearSelection()
            self.setCurrentIndex(QModelIndex())
        elif self.currentIndex().row() != row or not self.selectionModel().hasSelection():
            self.selectRow(row)
        self._restoring = False

    def _offer_copies(self, point: QPoint) -> None:
        row = self.indexAt(point).row()
        if row < 0:
            return
        menu = self.copies_menu(row)
        menu.exec(self.viewport().mapToGlobal(point))
        menu.deleteLater()

    def copies_menu(self, row: int) -> QMenu:
        """What can be copied of a row; the clipboard gets the text exactly as recorded."""
        menu = QMenu(self)
        identity = self._table.identity_at(row)
        if identity is not None:
            for label, text in (
                (self.tr("Copy ID"), short_id(identity[1])),
                (self.tr("Copy full ID"), identity[1]),
                (self.tr("Copy name"), self._name_of(self._table.rows[row])),
            ):
                action = menu.addAction(label)
                action.setData(text)
        menu.triggered.connect(self._copy)
        return menu

    def _copy(self, action: Any) -> None:
        QGuiApplication.clipboard().setText(str(action.data()))
