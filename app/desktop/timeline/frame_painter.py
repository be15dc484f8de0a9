"""Paints a frame's lanes: grid, gaps, bars of states, strips of events, marks and captions."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPixmap

from app.desktop.icons import Icons
from app.desktop.static_texts import StaticTexts
from app.desktop.theme import Theme
from app.desktop.timeline.captions import VersionOf, captions
from app.desktop.timeline.frame import Frame
from app.desktop.timeline.index import TimelineIndex
from app.desktop.timeline.lanes import LaneKind, Row, RowKind
from app.desktop.timeline.look import Measures
from app.desktop.timeline.pixels import BAD, NOTABLE
from app.desktop.timeline.strips import StripColors
from app.desktop.timeline.time_axis import Tick

_MOST_ALARMS = 250
_ALARM_SIZE = 10
_COVERAGE = 5
"""Height of an engine's bar, which says when it was recorded."""
_OVERVIEW = 8
"""Height of the events of a heading that stands for many lanes."""


class FramePainter:
    """Draws frames in one theme, font and pixel density."""

    def __init__(self, theme: Theme, icons: Icons, font: QFont, scale: float) -> None:
        self._theme = theme
        self._colors = StripColors(theme, scale)
        self._scale = scale
        small = QFont(font)
        small.setPointSizeF(max(font.pointSizeF() - 1.5, 6.5))
        self._texts = StaticTexts(small)
        self._grounds = {kind: QColor(ground_of(theme, kind)) for kind in RowKind}
        self._selected = QColor(theme.accent_soft)
        self._line, self._major = QColor(theme.grid), QColor(theme.border)
        self._alarm: QPixmap = icons.pixmap("state-failed", theme.bad, _ALARM_SIZE)
        self._hatch = _hatch(theme, scale)
        self._caption_ink = QColor("#10202c" if not theme.dark else "#f2f6fa")

    def paint(
        self,
        painter: QPainter,
        frame: Frame,
        index: TimelineIndex,
        ticks: list[Tick],
        measures: Measures,
        selected: str,
        version_of: VersionOf,
    ) -> None:
        """Draws everything right of the gutter; the painter's origin is the first row."""
        self._ground(painter, frame, measures, selected)
        self._grid(painter, frame, ticks, measures)
        self._gaps(painter, frame, index, measures)
        self._bars(painter, frame, measures)
        self._events(painter, frame, measures)
        self._captions(painter, frame, measures, version_of)
        self._alarms(painter, frame, measures)

    def _ground(self, painter: QPainter, frame: Frame, measures: Measures, selected: str) -> None:
        # Filled boxes of one pixel are painted several times faster than lines.
        width = round(frame.window.width / self._scale) + 1
        for number, row in enumerate(frame.rows):
            top = number * measures.row
            ground = self._selected if row.key == selected else self._grounds[row.kind]
            painter.fillRect(0, top, width, measures.row - 1, ground)
            painter.fillRect(0, top + measures.row - 1, width, 1, self._line)

    def _grid(self, painter: QPainter, frame: Frame, ticks: list[Tick], measures: Measures) -> None:
        height = len(frame.rows) * measures.row
        for tick in ticks:
            x = round(frame.window.x(tick.moment) / self._scale)
            painter.fillRect(x, 0, 1, height, self._major if tick.major else self._line)

    def _gaps(
        self, painter: QPainter, frame: Frame, index: TimelineIndex, measures: Measures
    ) -> None:
        width = frame.window.width / self._scale
        for engine, first, last in _engine_bands(frame.rows):
            top, height = first * measures.row, (last - first + 1) * measures.row
            painted_to = -1.0
            for gap in index.gaps_of(engine):
                left = max(frame.window.x(gap.start) / self._scale, 0.0)
                right = min(frame.window.x(gap.end) / self._scale, width)
                if right < 0 or left > width or right <= painted_to:
                    continue
                band = QRectF(round(left), top, max(round(right - left), 2), height)
                painter.drawTiledPixmap(band, self._hatch, QPointF(band.left(), top))
                painted_to = band.right()

    def _bars(self, painter: QPainter, frame: Frame, measures: Measures) -> None:
        if not frame.rows:
            return
        bars = self._colors.states(frame.tones, measures.bar, "bars")
        for number, row in enumerate(frame.rows):
            top = number * measures.row + measures.bar_top
            if row.kind is RowKind.ENGINE and not row.folded:
                only = frame.tones[number : number + 1]
                slim = self._colors.states(only, _COVERAGE, "coverage")
                slim.paint(painter, 0, top + measures.bar - _COVERAGE)
            elif row.kind is RowKind.LANE:
                bars.paint(painter, number, top)

    def _events(self, painter: QPainter, frame: Frame, measures: Measures) -> None:
        if frame.events is None:
            self._marks(painter, frame, measures)
            return
        thin = self._colors.events(frame.events, measures.strip, "events")
        for number, row in enumerate(frame.rows):
            top, height = _strip_place(row, measures)
            if not row.lanes:
                continue
            if height == _OVERVIEW:
                thick = self._colors.events(frame.events.row(number), height, "overview")
                thick.paint(painter, 0, number * measures.row + top)
            else:
                thin.paint(painter, number, number * measures.row + top)
        for number in sorted(set(frame.alarms[0].tolist())):
            alarms = self._colors.alarms(frame.events.row(number), measures.row - 4, "alarms")
            alarms.paint(painter, 0, number * measures.row + 2)

    def _marks(self, painter: QPainter, frame: Frame, measures: Measures) -> None:
        marks = frame.marks
        if marks is None or not len(marks.rows):
            return
        # numpy computes the places; Qt takes all points of one look in a single call.
        xs = (marks.times - frame.window.start) / frame.window.step / self._scale
        tops = np.array([sum(_strip_place(row, measures)) for row in frame.rows])
        ys = marks.rows * measures.row + tops[marks.rows] - measures.strip / 2
        for severity, size, cap, color in (
            (1, 5.0, Qt.PenCapStyle.RoundCap, self._theme.event),
            (NOTABLE, 6.0, Qt.PenCapStyle.SquareCap, self._theme.notable),
        ):
            chosen = marks.worst == severity if severity > 1 else marks.worst < NOTABLE
            points = [
                QPointF(x, y) for x, y in zip(xs[chosen].tolist(), ys[chosen].tolist(), strict=True)
            ]
            pen = QPen(QColor(color), size if cap == Qt.PenCapStyle.RoundCap else size - 1)
            pen.setCapStyle(cap)
            painter.setPen(pen)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawPoints(points)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(QPen(QColor(self._theme.bad), 2.0))
        for x, row in zip(
            xs[marks.worst == BAD].tolist(), marks.rows[marks.worst == BAD].tolist(), strict=True
        ):
            top = row * measures.row
            painter.drawLine(QPointF(x, top + 2), QPointF(x, top + measures.row - 3))

    def _captions(
        self, painter: QPainter, frame: Frame, measures: Measures, version_of: VersionOf
    ) -> None:
        painter.setFont(self._texts.font)
        painter.setPen(self._caption_ink)
        lift = measures.bar_top + (measures.bar - self._texts.height) / 2
        for caption in captions(frame, self._scale, self._texts.letter, version_of):
            self._texts.paint(painter, caption.x, caption.row * measures.row + lift, caption.text)

    def _alarms(self, painter: QPainter, frame: Frame, measures: Measures) -> None:
        rows, columns = frame.alarms
        if len(rows) > _MOST_ALARMS:
            return
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            x = column / self._scale - _ALARM_SIZE / 2
            y = (row + 1) * measures.row - _ALARM_SIZE - 1
            painter.drawPixmap(QPointF(x, y), self._alarm)


def ground_of(theme: Theme, kind: RowKind) -> str:
    """The ground behind a kind of row."""
    return {RowKind.ENGINE: theme.window, RowKind.GROUP: theme.surface_alt}.get(kind, theme.surface)


def _hatch(theme: Theme, scale: float) -> QPixmap:
    """A tile of diagonal lines, opaque and large: small and clear ones take ten times as long."""
    period, size = 8, 256
    tile = QImage(round(size * scale), round(size * scale), QImage.Format.Format_RGB32)
    tile.setDevicePixelRatio(scale)
    tile.fill(QColor(theme.gap_ground))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    line = QColor(theme.gap)
    line.setAlphaF(0.5)
    painter.setPen(QPen(line, 1.0))
    for shift in range(-size, size, period):
        painter.drawLine(QPointF(shift - 1, size + 1), QPointF(shift + size + 1, -1))
    painter.end()
    return QPixmap.fromImage(tile)


def _strip_place(row: Row, measures: Measures) -> tuple[int, int]:
    """Top and height of a row's strip of events."""
    if row.folded or row.lane_kind is LaneKind.IMAGES:
        return (measures.row // 2 - _OVERVIEW // 2, _OVERVIEW)
    return (measures.strip_top, measures.strip)


def _engine_bands(rows: list[Row]) -> list[tuple[str, int, int]]:
    """The stretches of rows that belong to one engine."""
    bands: list[tuple[str, int, int]] = []
    for number, row in enumerate(rows):
        if bands and bands[-1][0] == row.engine:
            bands[-1] = (row.engine, bands[-1][1], number)
        else:
            bands.append((row.engine, number, number))
    return bands
