"""The history report as one HTML file: no scripts, nothing loaded, readable for years.

The page's policy forbids every load, so that what a container's author wrote into a name can
neither run nor call out even if the escaping failed.
"""

from collections.abc import Callable, Iterator
from importlib.resources import files

from adapters.reports import html_sections as sections
from adapters.reports.document import HistoryReport
from adapters.reports.html_text import short_moment, text

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_ENOUGH = 65_536


def write_html(report: HistoryReport, write: Callable[[bytes], object]) -> None:
    """Writes the report as a page."""
    waiting: list[str] = []
    size = 0
    for piece in page(report):
        waiting.append(piece)
        size += len(piece)
        if size >= _ENOUGH:
            write("".join(waiting).encode())
            waiting.clear()
            size = 0
    write("".join(waiting).encode())


def page(report: HistoryReport) -> Iterator[str]:
    """The page, piece by piece, as text that UTF-8 can carry."""
    scope = report.scope
    period = f"{short_moment(scope.since)} to {short_moment(scope.until)} UTC"
    style = files("resources").joinpath("templates/report.css").read_text(encoding="utf-8")
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>Container history, {text(period)}</title>\n<style>\n{style}</style>\n</head>\n"
        "<body>\n<header>\n"
        '<div class="kicker">Shipslog</div>\n<h1>Container history</h1>\n'
        f'<div class="period">{text(period)}</div>\n</header>\n<main>\n'
    )
    yield from sections.contents()
    yield from sections.cards(report)
    for name, title, section in sections.ORDER:
        yield f'<section id="{name}">\n<h2>{title}</h2>\n'
        yield from section(report)
        yield "</section>\n"
    yield (
        f"</main>\n<footer>Made by Shipslog {text(scope.release)} at "
        f"{short_moment(scope.made_at)} UTC from the history {text(scope.store_id)}.</footer>\n"
        "</body>\n</html>\n"
    )
