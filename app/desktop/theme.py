"""The one table of colours, light and dark; painters and models read names, never constants.

State colours follow what users of container tools know (running green, paused amber, ...) in
hues that people with colour-blindness tell apart; every state also has its glyph.
"""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette


class Tone(StrEnum):
    """What a colour on the timeline and in the tables stands for."""

    RUNNING = "running"
    CREATED = "created"
    PAUSED = "paused"
    RESTARTING = "restarting"
    EXITED = "exited"
    FAILED = "failed"
    DEAD = "dead"
    REMOVED = "removed"
    UNHEALTHY = "unhealthy"
    STARTING = "starting"
    UNKNOWN = "unknown"
    VERSION_ODD = "version_odd"
    VERSION_EVEN = "version_even"
    RECORDED = "recorded"


TONES: tuple[Tone, ...] = tuple(Tone)
"""The order gives each tone its code in the timeline's arrays."""

TONE_CODE: dict[Tone, int] = {tone: code for code, tone in enumerate(TONES)}


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour of the app, as `#rrggbb`."""

    dark: bool
    window: str
    surface: str
    surface_alt: str
    raised: str
    border: str
    grid: str
    text: str
    text_muted: str
    text_faint: str
    accent: str
    on_accent: str
    accent_soft: str
    selection: str
    gap: str
    gap_ground: str
    event: str
    notable: str
    bad: str
    good: str
    mark_a: str
    mark_b: str
    tones: dict[Tone, str]

    def color(self, tone: Tone) -> QColor:
        """The colour of a tone."""
        return QColor(self.tones[tone])

    def palette(self) -> QPalette:
        """The colours as Qt's own widgets take them."""
        palette = QPalette()
        role = QPalette.ColorRole
        for each, value in (
            (role.Window, self.window),
            (role.WindowText, self.text),
            (role.Base, self.surface),
            (role.AlternateBase, self.surface_alt),
            (role.Text, self.text),
            (role.Button, self.raised),
            (role.ButtonText, self.text),
            (role.BrightText, self.bad),
            (role.Highlight, self.selection),
            (role.HighlightedText, self.text),
            (role.ToolTipBase, self.raised),
            (role.ToolTipText, self.text),
            (role.PlaceholderText, self.text_muted),
            (role.Link, self.accent),
            (role.Accent, self.accent),
            (role.Light, self.surface),
            (role.Midlight, self.surface_alt),
            (role.Mid, self.border),
            (role.Dark, self.border),
            (role.Shadow, self.border),
        ):
            palette.setColor(each, QColor(value))
        off = QPalette.ColorGroup.Disabled
        for each in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(off, each, QColor(self.text_faint))
        return palette


LIGHT = Theme(
    dark=False,
    window="#f3f5f8",
    surface="#ffffff",
    surface_alt="#f7f9fb",
    raised="#ffffff",
    border="#d5dbe3",
    grid="#e8ecf1",
    text="#1a2430",
    text_muted="#566373",
    text_faint="#8793a1",
    accent="#1a66c9",
    on_accent="#ffffff",
    accent_soft="#e3eefb",
    selection="#cfe2f9",
    gap="#8d99a8",
    gap_ground="#eef0f3",
    event="#33414f",
    notable="#925600",
    bad="#c62f2b",
    good="#14835f",
    mark_a="#7a3fc4",
    mark_b="#b0307e",
    tones={
        Tone.RUNNING: "#4fb491",
        Tone.CREATED: "#6cbbe6",
        Tone.PAUSED: "#e8ab3a",
        Tone.RESTARTING: "#3f7fc4",
        Tone.EXITED: "#c3cad3",
        Tone.FAILED: "#e0736b",
        Tone.DEAD: "#9c3a3a",
        Tone.REMOVED: "#c79ac0",
        Tone.UNHEALTHY: "#e08a3c",
        Tone.STARTING: "#9fd0a8",
        Tone.UNKNOWN: "#d9dde3",
        Tone.VERSION_ODD: "#a9b6ea",
        Tone.VERSION_EVEN: "#8698dc",
        Tone.RECORDED: "#b9d3cb",
    },
)

DARK = Theme(
    dark=True,
    window="#14181e",
    surface="#1a1f27",
    surface_alt="#1f252e",
    raised="#252c36",
    border="#343d49",
    grid="#262d37",
    text="#e4e9ef",
    text_muted="#a3afbd",
    text_faint="#717e8d",
    accent="#6aaef6",
    on_accent="#0c1a2b",
    accent_soft="#20344c",
    selection="#28476b",
    gap="#6b7787",
    gap_ground="#20252d",
    event="#cbd5df",
    notable="#f0b04a",
    bad="#ff6f66",
    good="#5fd0a5",
    mark_a="#b894f0",
    mark_b="#f08cc4",
    tones={
        Tone.RUNNING: "#2f8f6f",
        Tone.CREATED: "#3b86b3",
        Tone.PAUSED: "#b5821f",
        Tone.RESTARTING: "#3467a8",
        Tone.EXITED: "#4b5663",
        Tone.FAILED: "#b44a44",
        Tone.DEAD: "#7a2c2c",
        Tone.REMOVED: "#7d5578",
        Tone.UNHEALTHY: "#b06422",
        Tone.STARTING: "#4c7d57",
        Tone.UNKNOWN: "#363f4a",
        Tone.VERSION_ODD: "#4a5a9c",
        Tone.VERSION_EVEN: "#5f71b8",
        Tone.RECORDED: "#35584d",
    },
)


def system_theme() -> Theme:
    """The theme that the desktop asks for; light where it does not say."""
    hints = QGuiApplication.styleHints()
    return DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT


def named_theme(name: str) -> Theme:
    """`light`, `dark`, or anything else for the system's."""
    return {"light": LIGHT, "dark": DARK}.get(name) or system_theme()
