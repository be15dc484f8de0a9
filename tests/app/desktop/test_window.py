"""What a person does with the window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget

from adapters.readmodel import History
from app.desktop.theme import DARK, LIGHT
from app.desktop.timeline.history_texts import HistoryTexts
from app.desktop.timeline.timeline_view import TimelineView
from app.desktop.view_state import ViewState
from domain.moments import MINUTE
from tests.app.desktop.windows import snapshot_of, window_on
from tests.app.story import END, HOSTILE_NAME, MORNING


@pytest.fixture
def timeline(state: ViewState, fleet_history: History, qtbot) -> TimelineView:
    """A shown timeline of the fleet, all of it in view."""
    view = TimelineView(state, LIGHT)
    qtbot.addWidget(view)
    view.resize(1200, 600)
    view.show()
    snapshot = snapshot_of(fleet_history)
    texts = HistoryTexts(fleet_history, state)
    view.show_index(snapshot.index, texts, snapshot.lane_of_object)
    view.fit()
    return view


def wheel(view: TimelineView, point: QPointF, notches: int, modifier: Qt.KeyboardModifier) -> None:
    """Turns the wheel over the timeline."""
    event = QWheelEvent(
        point, view.viewport().mapToGlobal(point), QPoint(), QPoint(0, notches * 120),
        Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def test_the_wheel_zooms_around_the_pointer(timeline, state):
    point = QPointF(700, 300)
    before, held = state.range, timeline.hit(point).moment
    wheel(timeline, point, 3, NONE)
    assert state.range.length < before.length
    assert abs(timeline.hit(point).moment - held) <= state.range.length // 500


def test_shift_and_wheel_move_along(timeline, state):
    wheel(timeline, QPointF(700, 300), 6, NONE)
    before = state.range
    wheel(timeline, QPointF(700, 300), -1, SHIFT)
    assert state.range.length == before.length
    assert state.range.start > before.start


def test_dragging_moves_along_and_does_not_select(timeline, state, qtbot):
    wheel(timeline, QPointF(700, 300), 6, NONE)
    before, cursor = state.range, state.cursor
    port = timeline.viewport()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(700, 300))
    for x in range(690, 600, -10):
        qtbot.mouseMove(port, QPoint(x, 300))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(600, 300))
    assert state.range.start > before.start
    assert state.cursor == cursor


def test_a_click_on_a_bar_selects_and_goes_there(timeline, state, fleet_history, qtbot):
    row = next(n for n, row in enumerate(timeline.rows) if row.title == "shop-web-1")
    measures = timeline.measures
    timeline.verticalScrollBar().setValue(0)
    y = measures.axis + row * measures.row + measures.bar_top + 3
    qtbot.mouseClick(timeline.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(800, y))
    assert fleet_history.names_of(state.selection) == ["shop-web-1"]
    assert abs(state.cursor - timeline.window_of_range().moment(800 - 220)) < 40 * MINUTE


def test_pressing_on_the_axis_drags_the_cursor(timeline, state, qtbot):
    port = timeline.viewport()
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=QPoint(500, 10))
    qtbot.mouseMove(port, QPoint(640, 12))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=QPoint(640, 12))
    expected = timeline.window_of_range().moment(640 - 220)
    assert abs(state.cursor - expected) <= timeline.window_of_range().step


def test_a_click_on_a_heading_folds_it(timeline, qtbot):
    before = len(timeline.rows)
    heading = next(n for n, row in enumerate(timeline.rows) if row.label == "shop")
    measures = timeline.measures
    y = measures.axis + heading * measures.row + measures.row // 2
    qtbot.mouseClick(timeline.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, y))
    assert len(timeline.rows) == before - 9


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_the_timeline_is_painted_at_the_screens_own_density(timeline, monkeypatch, scale):
    monkeypatch.setattr(timeline, "devicePixelRatioF", lambda: scale)
    timeline.use_theme(LIGHT)
    painted = timeline.render_lanes()
    assert painted.devicePixelRatio() == scale
    assert painted.width() == round(timeline.viewport().width() * scale)


def test_a_gap_is_explained_with_cause_and_length(timeline, state, fleet_history):
    gap = next(each for each in fleet_history.gaps if each.start > 0)
    middle = (gap.start + gap.end) // 2
    x = 220 + timeline.window_of_range().x(middle)
    lines = timeline._gestures._lines(timeline.hit(QPointF(x, timeline.measures.axis + 5)), False)
    assert any("the recorder was off" in line for line in lines)
    assert any("(3h)" in line for line in lines)


def test_opening_shows_the_whole_history_at_its_newest_moment(fleet_store, qtbot, settings):
    with window_on(fleet_store, qtbot, settings) as (window, state, _):
        history = window.slider._snapshot.history
        assert state.range.start <= history.start < history.end <= state.range.end
        assert state.cursor == history.end
        assert window.slider.value() == window.slider.maximum()


def test_keys_play_step_and_jump(fleet_store, qtbot, settings):
    with window_on(fleet_store, qtbot, settings) as (window, state, clock):
        history = window.slider._snapshot.history
        window.activateWindow()
        window.timeline.setFocus()
        qtbot.keyClick(window, Qt.Key.Key_Home)
        assert state.cursor == history.start
        qtbot.keyClick(window, Qt.Key.Key_Right)
        assert state.cursor == int(history.times_sorted[history.times_sorted > history.start][0])
        qtbot.keyClick(window, Qt.Key.Key_Space)
        assert clock.playing
        qtbot.keyClick(window, Qt.Key.Key_Space)
        assert not clock.playing
        qtbot.keyClick(window, Qt.Key.Key_End)
        assert state.cursor == history.end


def test_the_slider_moves_everything_to_its_moment(fleet_store, qtbot, settings):
    with window_on(fleet_store, qtbot, settings) as (window, state, _):
        window.slider.setValue(window.slider.maximum() // 2)
        history = window.slider._snapshot.history
        assert abs(state.cursor - (history.start + history.end) // 2) < MINUTE
        qtbot.waitUntil(
            lambda: window.tables.count("container") == len(history.containers_at(state.cursor))
        )


@pytest.mark.parametrize("text", ["#100", "2026-11-24T06:00:00Z"])
def test_a_typed_moment_is_gone_to(fleet_store, qtbot, settings, text):
    with window_on(fleet_store, qtbot, settings) as (window, state, _):
        window.transport.moment_typed.emit(text)
        assert state.cursor == window.slider._snapshot.history.parse_time(text, 0)


def test_a_typed_moment_that_is_none_is_explained(fleet_store, qtbot, settings):
    with window_on(fleet_store, qtbot, settings) as (window, state, _):
        before = state.cursor
        window.transport.moment_typed.emit("soon")
        assert "is not a time" in window.transport._problem.text()
        assert state.cursor == before


def test_the_filter_box_narrows_the_list(fleet_store, qtbot, settings):
    with window_on(fleet_store, qtbot, settings) as (window, _, _):
        whole = window.events._model.rowCount()
        window.actions_.filter.trigger()
        qtbot.keyClicks(window.events._box, "event=die")
        qtbot.waitUntil(lambda: 0 < window.events._model.rowCount() < whole, timeout=5_000)
        window.events._box.setText("colour=red")
        qtbot.waitUntil(lambda: "no filter" in window.events._note.text(), timeout=5_000)


def test_a_click_on_an_event_moves_the_cursor_and_selects_its_object(fleet_store, qtbot, settings):
    with window_on(fleet_store, qtbot, settings) as (window, state, _):
        history = window.slider._snapshot.history
        window.events._table.selectRow(40)
        event = window.events._model.rows.event(40)
        assert state.cursor == history.occurred_at[event]
        assert state.selection == history.subject[event]
        assert state.selected_event == event + 1


def test_marks_a_and_b_show_what_changed_between(fleet_store, qtbot, settings):
    with window_on(fleet_store, qtbot, settings) as (window, _, _):
        window.actions_.first.trigger()
        window.actions_.mark_a.trigger()
        window.actions_.last.trigger()
        window.actions_.mark_b.trigger()
        qtbot.waitUntil(lambda: window.changes._model.rowCount() > 20, timeout=5_000)
        assert {row.how for row in window.changes._model.rows} >= {"added"}


def test_the_lineage_of_a_container_names_its_image_and_reference(fleet_store, qtbot, settings):
    with window_on(fleet_store, qtbot, settings) as (window, state, _):
        history = window.slider._snapshot.history
        row = next(r for r in history.containers_at(state.cursor) if r.name == "shop-web-1")
        window._tabs.setCurrentWidget(window.lineage)
        state.select(history.object_of(f"container/{row.engine}/{row.id}"))
        qtbot.waitUntil(lambda: len(window.lineage._view._nodes) >= 3, timeout=5_000)
        kinds = {item.node.kind for item in window.lineage._view._nodes.values()}
        assert kinds == {"container", "image", "reference"}


def test_details_follow_the_cursor(fleet_store, qtbot, settings):
    with window_on(fleet_store, qtbot, settings) as (window, state, _):
        history = window.slider._snapshot.history
        row = next(r for r in history.containers_at(state.cursor) if r.name == "shop-web-1")
        state.select(history.object_of(f"container/{row.engine}/{row.id}"))
        qtbot.waitUntil(lambda: window.details._name.text() == "shop-web-1")
        assert "running" in window.details._subtitle.text()
        state.move_cursor(history.start)
        qtbot.waitUntil(lambda: "not there" in window.details._subtitle.text())


def test_a_hostile_name_is_plain_text_in_every_part(story_store, qtbot, settings):
    with window_on(story_store, qtbot, settings) as (window, state, _):
        history = window.slider._snapshot.history
        hostile = next(
            each for each in history.objects_of("container")
            if HOSTILE_NAME in history.names_of(each)
        )  # fmt: skip
        state.move_cursor(MORNING + 91 * MINUTE)
        state.select(hostile)
        for number in range(window._tabs.count()):
            window._tabs.setCurrentIndex(number)
            qtbot.wait(80)
        for label in window.findChildren(QLabel):
            assert label.textFormat() == Qt.TextFormat.PlainText or not label.text()
            assert "\x1b" not in label.text()
            assert "\u202e" not in label.text()
        for field in window.findChildren(QLineEdit):
            assert "\u202e" not in field.text()
        assert "\\x1b[2J" in window.details._name.text()
        window.grab()


def test_a_history_made_of_nothing_but_its_end_is_drawn(story_store, qtbot, settings):
    with window_on(story_store, qtbot, settings) as (window, state, _):
        state.move_cursor(END)
        state.show_range(END, END + 1)
        window.grab()
        state.show_range(0, 2**62)
        window.grab()


def test_the_theme_changes_what_is_painted(fleet_store, qtbot, settings):
    with window_on(fleet_store, qtbot, settings) as (window, _, _):
        light = window.timeline.grab().toImage().pixelColor(900, 300).lightness()
        window.use_theme(DARK)
        dark = window.timeline.grab().toImage().pixelColor(900, 300).lightness()
        assert dark < light


def test_custom_parts_have_names_for_screen_readers(fleet_store, qtbot, settings):
    with window_on(fleet_store, qtbot, settings) as (window, _, _):
        parts: list[QWidget] = [
            window.timeline, window.slider, window.events._table, window.events._box,
            window.details, window.lineage._view, window.tables.containers, window.tables.images,
        ]  # fmt: skip
        assert all(part.accessibleName() for part in parts)


def test_the_windows_shape_and_zone_are_remembered(fleet_store, qtbot, settings):
    with window_on(fleet_store, qtbot, settings) as (window, _, _):
        window.resize(760, 640)
        window.actions_.utc.trigger()
    with window_on(fleet_store, qtbot, settings) as (window, state, _):
        assert window.size().width() == pytest.approx(760, abs=200)
        assert state.zone.utc


def contrast(first: str, second: str) -> float:
    """The contrast of two colours as WCAG reckons it."""

    def luminance(color: str) -> float:
        channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        bright = ((channels + 0.055) / 1.055) ** 2.4
        linear = np.where(channels <= 0.03928, channels / 12.92, bright)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(theme):
    for ground in (theme.window, theme.surface, theme.surface_alt, theme.raised):
        for ink in (theme.text, theme.text_muted, theme.bad, theme.notable):
            assert contrast(ink, ground) >= 4.5, (ink, ground)
        assert contrast(theme.text, ground) >= 7


def test_a_selected_event_shows_what_the_engine_said(story_store, qtbot, settings):
    with window_on(story_store, qtbot, settings) as (window, state, _):
        window.events._box.setText("event=die worker")
        qtbot.waitUntil(lambda: window.events._model.rowCount() == 1, timeout=5_000)
        table = window.events._table
        place = table.visualRect(table.model().index(0, 1)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
        qtbot.waitUntil(
            lambda: "container die" in {each.text() for each in window.findChildren(QLineEdit)},
            timeout=5_000,
        )
        texts = {each.text() for each in window.details.findChildren(QLabel)}
        assert {"Said by the engine", "137", "exit code"} <= texts
        assert state.cursor == MORNING + 30 * MINUTE
