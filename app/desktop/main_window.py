"""The main window: puts the parts together and carries news from one to the others."""

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from adapters.store.reader import Recorded
from app.desktop.actions import Actions
from app.desktop.detail.detail_pane import DetailPane
from app.desktop.empty_page import EmptyPage
from app.desktop.events.events_view import EventsView
from app.desktop.feed.history_feed import HistoryFeed
from app.desktop.feed.snapshot import Snapshot
from app.desktop.icons import Icons
from app.desktop.keys_dialog import KeysDialog
from app.desktop.lineage.lineage_artist import LineageArtist
from app.desktop.lineage.lineage_panel import LineagePanel
from app.desktop.navigator import Navigator
from app.desktop.palette_dialog import PaletteDialog
from app.desktop.plain_text import shown
from app.desktop.recorder.recorder_button import RecorderButton
from app.desktop.recorder.recorder_control import RecorderControl, RecorderState
from app.desktop.replay_clock import ReplayClock
from app.desktop.state_panels import StatePanels
from app.desktop.status_line import StatusLine
from app.desktop.tables.changes_view import ChangesView
from app.desktop.theme import Theme
from app.desktop.timeline.history_texts import HistoryTexts
from app.desktop.timeline.timeline_view import TimelineView
from app.desktop.transport.time_slider import TimeSlider
from app.desktop.transport.transport_bar import TransportBar
from app.desktop.view_state import ViewState
from app.desktop.window_memory import WindowMemory

_ZOOM = 0.7


class MainWindow(QMainWindow):
    """Timeline above; tables, events and details of the cursor's moment below."""

    sample_wanted = Signal()
    theme_wanted = Signal()

    def __init__(
        self,
        title: str,
        store: str,
        state: ViewState,
        clock: ReplayClock,
        feed: HistoryFeed,
        recorder: RecorderControl | None,
        artist: LineageArtist,
        settings: QSettings,
        theme: Theme,
    ) -> None:
        super().__init__()
        self._state = state
        self._clock = clock
        self._feed = feed
        self._recorder = recorder
        self._artist = artist
        self._settings = settings
        self._theme = theme
        self._snapshot: Snapshot | None = None
        self._question = 0
        self._icons = Icons(theme, self.devicePixelRatioF())
        self.actions_ = Actions(self)
        self.actions_.use_icons(theme, self._icons)
        self.timeline = TimelineView(state, theme, self)
        self.slider = TimeSlider(state, theme, self)
        self.transport = TransportBar(state, clock, self.actions_, theme, self)
        self.tables = StatePanels(state, theme, self._icons, self)
        self.lineage = LineagePanel(state, artist, theme, self._icons, self)
        self.changes = ChangesView(state, theme, self._icons, self)
        self.events = EventsView(state, theme, self._icons, self)
        self.details = DetailPane(state, theme, self._icons, self)
        self.status = StatusLine(state, theme, self._icons, self)
        self.empty = EmptyPage(store, theme, self)
        self._record_button = RecorderButton(self.actions_.record, theme, self._icons, self)
        self._navigator = Navigator(state, clock, self)
        self._pages = QStackedWidget(self)
        self._tabs = QTabWidget(self)
        self._events_tabs = QTabWidget(self)
        self._details_tabs = QTabWidget(self)
        self._below = QSplitter(Qt.Orientation.Horizontal, self)
        self._middle = QSplitter(Qt.Orientation.Vertical, self)
        self._memory = WindowMemory(settings, self, {"middle": self._middle, "below": self._below})
        self.setWindowTitle(shown(title))
        self._arrange()
        self._restore()
        self._connect()

    def _arrange(self) -> None:
        self.transport.add_at_end(self._record_button)
        self._record_button.setVisible(self._recorder is not None)
        self._tabs.setDocumentMode(True)
        parts: tuple[tuple[QWidget, str], ...] = (
            (self.tables.containers, self.tr("Containers")),
            (self.tables.images, self.tr("Images")),
            (self.tables.references, self.tr("References")),
            (self.lineage, self.tr("Lineage")),
            (self.changes, self.tr("Changes")),
        )
        for part, title in parts:
            self._tabs.addTab(part, title)
        self._below.addWidget(self._tabs)
        self._events_tabs.addTab(self.events, self.tr("Events"))
        self._details_tabs.addTab(self.details, self.tr("Details"))
        self._details_tabs.addTab(self.details.life, self.tr("Its events"))
        for tabs in (self._events_tabs, self._details_tabs):
            tabs.setDocumentMode(True)
            self._below.addWidget(tabs)
        self._use_tab_icons()
        self._below.setSizes([600, 500, 420])
        upper = QWidget(self)
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.timeline, 1)
        column.addWidget(self.slider)
        self._middle.addWidget(upper)
        self._middle.addWidget(self._below)
        self._middle.setSizes([470, 380])
        for splitter in (self._below, self._middle):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        page = QWidget(self)
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.transport)
        whole.addWidget(self._middle, 1)
        whole.addWidget(self.status)
        self._pages.addWidget(page)
        self._pages.addWidget(self.empty)
        self.setCentralWidget(self._pages)
        self.resize(1500, 920)

    def _connect(self) -> None:
        actions = self.actions_
        actions.fit.triggered.connect(self.timeline.fit)
        actions.zoom_in.triggered.connect(self._zoom_in)
        actions.zoom_out.triggered.connect(self._zoom_out)
        actions.theme.triggered.connect(self.theme_wanted)
        actions.filter.triggered.connect(self.events.focus_filter)
        actions.events.triggered.connect(self.events.focus_list)
        actions.refresh.triggered.connect(self._feed.reread)
        actions.palette.triggered.connect(self._show_palette)
        actions.shortcuts.triggered.connect(self._show_keys)
        actions.record.triggered.connect(self._toggle_recording)
        actions.quit.triggered.connect(self.close)
        self._navigator.connect_actions(actions)
        self._navigator.marked.connect(self._show_changes)
        self._navigator.understood.connect(self.transport.tell)
        self.transport.moment_typed.connect(self._navigator.go_to_text)
        self.empty.recording_wanted.connect(self._toggle_recording)
        self.empty.sample_wanted.connect(self.sample_wanted)
        self._clock.playing_changed.connect(self._show_playing)
        self._state.filter_changed.connect(self._feed.choose)
        self._tabs.currentChanged.connect(self._fill_tab)
        self._feed.snapshot_arrived.connect(self.show_snapshot)
        self._feed.rows_arrived.connect(self.events.show_rows)
        self._feed.account_arrived.connect(self.details.show_account)
        self.details.account_wanted.connect(self._feed.tell)
        self._feed.facts_arrived.connect(self._show_facts)
        self._state.event_selected.connect(self._fetch_event)
        self._feed.filter_refused.connect(self.events.refuse_filter)
        self._feed.store_missing.connect(self._show_empty)
        self._feed.failed.connect(self._show_failure)
        if self._recorder is not None:
            self._recorder.state_changed.connect(self._show_recorder)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Takes a newer history and hands it to every view."""
        first = self._snapshot is None or not self._snapshot.history.head
        self._snapshot = snapshot
        history = snapshot.history
        if not history.head:
            self._show_empty()
            return
        self._pages.setCurrentIndex(0)
        self._clock.use_steps(snapshot)
        self._navigator.use_history(history)
        texts = HistoryTexts(history, self._state)
        known = self.timeline.whole
        self.timeline.show_index(snapshot.index, texts, snapshot.lane_of_object)
        self.slider.show_snapshot(snapshot)
        self.status.show_snapshot(snapshot)
        self.tables.show_history(history)
        self.lineage.show_history(history)
        self.changes.show_history(history)
        self.details.show_history(history)
        self.events.show_rows(snapshot.rows)
        if first:
            whole = self.timeline.whole
            self._state.show_range(whole.start, whole.end)
            self._state.advance_cursor(history.end)
            self._state.follow(self._recorder is not None and self._recorder.state.recording)
        elif self._state.following:
            # First: the timeline brings a cursor that moves into what it shows.
            self._state.keep_up(known, self.timeline.whole)
            self._state.advance_cursor(history.end)

    def use_theme(self, theme: Theme) -> None:
        """Draws everything in another theme."""
        self._theme = theme
        self._icons = Icons(theme, self.devicePixelRatioF())
        self.actions_.use_icons(theme, self._icons)
        self.actions_.show_playing(self._clock.playing, self._icons)
        for plain in (self.timeline, self.slider, self.transport, self.empty):
            plain.use_theme(theme)
        for each in (self.tables, self.changes, self.lineage, self.events, self.details):
            each.use_theme(theme, self._icons)
        self.status.use_theme(theme, self._icons)
        self._record_button.use_theme(theme, self._icons)
        self._use_tab_icons()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keeps the window's shape and ends the threads; the recorder goes on."""
        self._clock.pause()
        self._memory.keep()
        self._settings.setValue("view/skip_quiet", self.actions_.skip_quiet.isChecked())
        self._settings.setValue("view/utc", self._state.zone.utc)
        self._artist.stop()
        self._feed.stop()
        super().closeEvent(event)

    def _use_tab_icons(self) -> None:
        for tabs, names in (
            (self._tabs, ("container", "image", "reference", "lineage", "changes")),
            (self._events_tabs, ("event",)),
            (self._details_tabs, ("details", "event")),
        ):
            for number, name in enumerate(names):
                tabs.setTabIcon(number, self._icons.icon(name, self._theme.text_muted))

    def _restore(self) -> None:
        self._memory.restore()
        utc, skips = (
            self._memory.flag("view/utc", False),
            self._memory.flag("view/skip_quiet", True),
        )
        self._state.show_utc(utc)
        self.actions_.utc.setChecked(utc)
        self._clock.skip_quiet(skips)
        self.actions_.skip_quiet.setChecked(skips)

    def _show_empty(self) -> None:
        self._pages.setCurrentIndex(1)

    def _fetch_event(self, position: int) -> None:
        if position > 0:
            self._question = self._feed.fetch([position])

    def _show_facts(self, question: int, facts: list[Recorded]) -> None:
        if question == self._question and facts:
            self.details.show_event(facts[0])

    def _show_failure(self, reason: str) -> None:
        self.status.tell(reason)
        if self._snapshot is None:
            self.empty.refuse(reason)
            self._show_empty()

    def _show_recorder(self, state: RecorderState) -> None:
        self.status.show_recorder(state)
        self._record_button.show_state(state)
        self.empty.tell(state.problem)

    def _show_playing(self, playing: bool) -> None:
        self.actions_.show_playing(playing, self._icons)

    def _fill_tab(self) -> None:
        self.tables.fill_visible()

    def _zoom_in(self) -> None:
        self.timeline.zoom(_ZOOM)

    def _zoom_out(self) -> None:
        self.timeline.zoom(1 / _ZOOM)

    def _show_changes(self) -> None:
        self._tabs.setCurrentWidget(self.changes)

    def _toggle_recording(self) -> None:
        if self._recorder is None:
            return
        if self._recorder.state.recording:
            self._recorder.stop()
        else:
            self._recorder.start()
            self._state.follow(True)

    def _show_palette(self) -> None:
        PaletteDialog(self.actions_.all, self).open()

    def _show_keys(self) -> None:
        KeysDialog(self.actions_.all, self).open()
