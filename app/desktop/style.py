"""The little style sheet of the window, made from a theme's colours."""

from app.desktop.theme import Theme


def sheet(theme: Theme) -> str:
    """Spacing and borders that the Fusion style does not give."""
    return f"""
QMainWindow, QDockWidget {{ background: {theme.window}; }}
QMainWindow::separator {{ background: {theme.border}; width: 1px; height: 1px; }}
QMainWindow::separator:hover {{ background: {theme.accent}; }}
QToolTip {{ background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.border};
    padding: 5px; }}
TransportBar {{ background: {theme.raised}; border: none;
    border-bottom: 1px solid {theme.border}; }}
StatusLine {{ background: {theme.raised}; border: none; border-top: 1px solid {theme.border}; }}
QToolButton {{ border: 1px solid transparent; border-radius: 5px; padding: 4px 6px;
    color: {theme.text}; }}
QToolButton:hover {{ background: {theme.accent_soft}; }}
QToolButton:checked {{ background: {theme.accent_soft}; border-color: {theme.accent};
    color: {theme.accent}; }}
QToolButton:focus {{ border-color: {theme.accent}; }}
QLineEdit {{ background: {theme.surface}; border: 1px solid {theme.border};
    border-radius: 5px; padding: 3px 7px; color: {theme.text};
    selection-background-color: {theme.selection}; selection-color: {theme.text}; }}
QLineEdit:focus {{ border-color: {theme.accent}; }}
QHeaderView {{ background: {theme.surface_alt}; border: none; }}
QHeaderView::section {{ background: {theme.surface_alt}; color: {theme.text_muted}; border: none;
    border-bottom: 1px solid {theme.border}; padding: 4px 8px; }}
QTableView {{ background: {theme.surface}; alternate-background-color: {theme.surface_alt};
    border: none; selection-background-color: {theme.selection};
    selection-color: {theme.text}; }}
QTabBar {{ background: {theme.window}; }}
QTabBar::tab {{ background: transparent; color: {theme.text_muted}; padding: 6px 14px;
    border: none; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {theme.text}; border-bottom-color: {theme.accent}; }}
QTabBar::tab:hover {{ color: {theme.text}; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {theme.border}; }}
QPushButton {{ background: {theme.raised}; border: 1px solid {theme.border}; border-radius: 5px;
    padding: 5px 14px; color: {theme.text}; }}
QPushButton:hover {{ border-color: {theme.accent}; }}
QPushButton:default {{ background: {theme.accent}; color: {theme.on_accent};
    border-color: {theme.accent}; }}
QPushButton:flat {{ background: transparent; border-color: transparent;
    color: {theme.text_muted}; padding: 3px 10px; }}
QPushButton:flat:checked {{ background: {theme.accent_soft}; color: {theme.text}; }}
QScrollBar:vertical {{ background: {theme.surface}; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: {theme.surface}; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {theme.border}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 24px; }}
QScrollBar::handle:horizontal {{ min-width: 24px; }}
QScrollBar::handle:hover {{ background: {theme.text_faint}; }}
QAbstractScrollArea::corner {{ background: {theme.surface}; border: none; }}
QLineEdit[readOnly="true"] {{ background: transparent; border: none; padding: 0; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSplitter::handle {{ background: {theme.border}; }}
QScrollArea, #portrait, DetailPane {{ background: {theme.surface}; }}
QMenu {{ background: {theme.raised}; border: 1px solid {theme.border}; color: {theme.text}; }}
QMenu::item:selected {{ background: {theme.accent_soft}; }}
"""
