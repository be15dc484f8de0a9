"""The tables' models: sound for Qt, sorted, and plain for whatever text they get."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester

from adapters.readmodel import History
from app.desktop.events.event_rows import EventRows
from app.desktop.events.events_model import EventsModel
from app.desktop.icons import Icons
from app.desktop.moment_text import Zone
from app.desktop.tables.columns import container_columns, image_columns, reference_columns
from app.desktop.tables.state_table import StateTable
from app.desktop.tables.table_model import Moment, TableModel
from app.desktop.theme import LIGHT
from domain.questions.answers import ContainerAt
from domain.questions.filters import Filter, parse_filter

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def container(name: str, **more: object) -> ContainerAt:
    """A container with a name."""
    values: dict[str, object] = {
        "id": f"{abs(hash(name)):064x}"[:64], "name": name, "engine": "e" * 12,
        "engine_name": "laptop", "state": "running", "image_id": "sha256:" + "1" * 64,
        "reference": "shop/web:latest", "version": 2, "service": "web", "project": None,
        "health": None, "exit_code": None, "created_at": None, "started_at": None,
        "finished_at": None, "restarts": 0, "origin": "reported", "labels": {},
    }  # fmt: skip
    return ContainerAt(**{**values, **more})  # type: ignore[arg-type]


def containers_model(icons: Icons) -> TableModel[ContainerAt]:
    """An empty model of containers."""
    return TableModel(container_columns(), lambda row: (row.engine, row.id), icons)


def texts(model: TableModel[ContainerAt], column: int) -> list[str]:
    """What a column shows."""
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_models_pass_qts_own_tester(icons, fleet_history: History):
    at = fleet_history.end - 10**12
    moment = Moment(at, Zone())
    for columns, rows in (
        (container_columns(), fleet_history.containers_at(at)),
        (image_columns(), fleet_history.images_at(at)),
        (reference_columns(), fleet_history.references_at(at)),
    ):
        model = TableModel(columns, lambda row: (row.engine, str(row)), icons)
        tester = QAbstractItemModelTester(model, FATAL)
        model.show_rows(rows, moment)
        for column in range(model.columnCount()):
            model.sort(column, Qt.SortOrder.DescendingOrder)
        model.show_rows(rows[:3], moment)
        model.show_rows([], moment)
        assert tester.model() is model


def test_the_events_model_passes_qts_own_tester(icons, fleet_history: History):
    model = EventsModel(LIGHT, icons)
    tester = QAbstractItemModelTester(model, FATAL)
    whole = EventRows.of(fleet_history, Filter())
    model.show_rows(EventRows(fleet_history, Filter(), whole.events[:50]))
    model.show_rows(EventRows(fleet_history, Filter(), whole.events[:80]))
    model.show_rows(EventRows.of(fleet_history, parse_filter("event=die")))
    assert tester.model() is model


def test_newest_events_come_first_and_new_ones_on_top(icons, fleet_history: History):
    model = EventsModel(LIGHT, icons)
    whole = EventRows.of(fleet_history, Filter())
    inserted: list[tuple[int, int]] = []
    model.rowsInserted.connect(lambda parent, first, last: inserted.append((first, last)))
    model.show_rows(EventRows(fleet_history, Filter(), whole.events[:-3]))
    model.show_rows(whole)
    assert inserted == [(0, 2)]
    times = [fleet_history.occurred_at[whole.event(row)] for row in range(20)]
    assert times == sorted(times, reverse=True)


def test_sorting_puts_unknown_values_last_both_ways(icons):
    model = containers_model(icons)
    health = next(i for i, each in enumerate(model.columns) if each.title == "Health")
    rows = [container("a", health="healthy"), container("b"), container("c", health="unhealthy")]
    model.show_rows(rows, Moment(0, Zone()))
    model.sort(health, Qt.SortOrder.AscendingOrder)
    assert texts(model, health) == ["healthy", "unhealthy", "—"]
    model.sort(health, Qt.SortOrder.DescendingOrder)
    assert texts(model, health) == ["unhealthy", "healthy", "—"]


def test_a_state_has_a_glyph_besides_its_colour(icons):
    model = containers_model(icons)
    model.show_rows([container("a"), container("b", state="paused")], Moment(0, Zone()))
    pictures = [model.index(row, 0).data(Qt.ItemDataRole.DecorationRole) for row in (0, 1)]
    images = [picture.pixmap(14, 14).toImage() for picture in pictures]
    alphas = [
        [image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(14)]
        for image in images
    ]
    assert alphas[0] != alphas[1]


HOSTILE = ("<img src=http://evil/x.png>", "a\u202egnp.exe", "x\x1b[2J\r\n", "é" * 1_000_000)


@pytest.mark.parametrize("name", HOSTILE, ids=["markup", "bidi", "controls", "megabyte"])
def test_hostile_names_are_shown_as_plain_short_text(icons, name):
    model = containers_model(icons)
    model.show_rows([container(name)], Moment(0, Zone()))
    cell = model.index(0, 1)
    shown, tip = cell.data(), cell.data(Qt.ItemDataRole.ToolTipRole)
    assert len(shown) <= 250
    assert shown.isprintable()
    assert "<img" not in tip
    assert len(tip) < 10_000


def test_what_is_copied_is_exact(icons, qtbot):
    model = containers_model(icons)
    table = StateTable(model, lambda row: row.name, "Containers", LIGHT)
    qtbot.addWidget(table)
    model.show_rows([container(HOSTILE[0])], Moment(0, Zone()))
    menu = table.copies_menu(0)
    for action, expected in zip(
        menu.actions(), (model.rows[0].id[:12], model.rows[0].id, HOSTILE[0]), strict=True
    ):
        action.trigger()
        assert QGuiApplication.clipboard().text() == expected
