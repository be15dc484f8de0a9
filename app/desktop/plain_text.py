"""Foreign text made safe to show: no markup, no hidden characters, no megabytes.

Names, labels and messages come from images and containers that anybody may have made.
"""

import html

from adapters.reports.visible import visible

CELL_LIMIT = 200
TOOLTIP_LIMIT = 1_000
PAGE_LIMIT = 4_000


def shown(text: str, limit: int = CELL_LIMIT) -> str:
    """The text on one line: hidden characters as symbols, clamped to `limit` characters."""
    return visible(text if len(text) <= limit else text[: limit - 1] + "…")


def tooltip(*lines: str) -> str:
    """Lines for a tooltip: forced to be one known kind of markup, with nothing live in it."""
    escaped = "<br>".join(html.escape(shown(line, TOOLTIP_LIMIT)) for line in lines if line)
    return f'<p style="white-space: pre-wrap">{escaped}</p>' if escaped else ""
