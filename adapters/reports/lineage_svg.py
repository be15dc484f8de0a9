"""A lineage as a drawing of its own: SVG without scripts, every text escaped."""

from collections.abc import Iterator, Mapping, Sequence

from adapters.reports.html_text import text
from adapters.reports.visible import shortened, visible
from domain.identity import CONTAINER, IMAGE, REFERENCE, short_id
from domain.questions.layout import Place, layout
from domain.questions.lineage import Edge, EdgeKind, Lineage, Node

_COLUMN = 290
_ROW = 60
_WIDE = 200
_TALL = 42
_MARGIN = 24
_MOST_LETTERS = 27

_STYLE = """\
.lineage { --ink: #16202b; --soft: #5a6a7a; --line: #9fb3c8; --panel: #f4f7fa; --page: #ffffff;
  --reference: #0b5fa5; --image: #8e63b8; --container: #1a7f4b; background: var(--page);
  font: 12px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
@media screen and (prefers-color-scheme: dark) { .lineage { --ink: #e4eaf0; --soft: #9aaaba;
  --line: #52677c; --panel: #19222b; --page: #11171d; --reference: #6cb2f0; --image: #b08ad8;
  --container: #57c78b; } }
.lineage text { fill: var(--ink); }
.lineage text.small { fill: var(--soft); font-size: 10.5px; }
.lineage .label { paint-order: stroke; stroke: var(--page); stroke-width: 3px; }
.lineage .node { fill: var(--panel); stroke-width: 1.5; }
.lineage .gone { stroke-dasharray: 4 3; opacity: 0.75; }
.lineage .reference { stroke: var(--reference); } .lineage .image { stroke: var(--image); }
.lineage .container { stroke: var(--container); } .lineage .tip { fill: var(--line); }
.lineage .link { fill: none; stroke: var(--line); stroke-width: 1.4; }
.lineage .past { stroke-dasharray: 4 3; }
"""


def lineage_svg(lineage: Lineage) -> str:
    """The drawing: what came of something stands to the right of it."""
    return "".join(_pieces(lineage, layout(lineage)))


def _pieces(lineage: Lineage, places: Mapping[int, Place]) -> Iterator[str]:
    width = 2 * _MARGIN + _WIDE + _COLUMN * max((place.x for place in places.values()), default=0)
    height = 2 * _MARGIN + _TALL + _ROW * max((place.y for place in places.values()), default=0)
    yield (
        '<svg xmlns="http://www.w3.org/2000/svg" class="lineage" role="img" aria-label="Lineage" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}">\n'
        f"<style>\n{_STYLE}</style>\n"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>\n'
    )
    for edge in lineage.edges:
        if edge.from_ in places and edge.to in places:
            yield from _edge(edge, places[edge.from_], places[edge.to])
    for node in lineage.nodes:
        yield from _node(node, places[node.subject])
    yield "</svg>\n"


def _corner(place: Place) -> tuple[float, float]:
    return _MARGIN + place.x * _COLUMN, _MARGIN + place.y * _ROW


def _node(node: Node, place: Place) -> Iterator[str]:
    x, y = _corner(place)
    rounding = {REFERENCE: _TALL / 2, IMAGE: 3, CONTAINER: 9}.get(node.kind, 3)
    kinds = ["node", node.kind if node.kind in (REFERENCE, IMAGE, CONTAINER) else IMAGE]
    if node.removed:
        kinds.append("gone")
    hint = f"{node.kind} {node.label}, {node.id}, on {node.engine_name}"
    yield (
        f"<g><title>{text(shortened(hint, 400))}</title>"
        f'<rect class="{" ".join(kinds)}" x="{x:.1f}" y="{y:.1f}" width="{_WIDE}" '
        f'height="{_TALL}" rx="{rounding}"/>'
        f'<text x="{x + 14:.1f}" y="{y + 18:.1f}">{text(_fitted(node.label))}</text>'
        f'<text class="small" x="{x + 14:.1f}" y="{y + 33:.1f}">{text(_second_line(node))}</text>'
        "</g>\n"
    )


def _second_line(node: Node) -> str:
    if node.kind == REFERENCE:
        return "reference, removed" if node.removed else "reference"
    state = node.state or ("removed" if node.removed else "")
    return f"{node.kind} {short_id(node.id)}" + (f", {state}" if state else "")


def _edge(edge: Edge, start: Place, end: Place) -> Iterator[str]:
    x1, y1 = _corner(start)
    x2, y2 = _corner(end)
    x1, y1, y2 = x1 + _WIDE, y1 + _TALL / 2, y2 + _TALL / 2
    bend = max((x2 - x1) / 2, 30)
    curve = ((x1, y1), (x1 + bend, y1), (x2 - bend, y2), (x2 - 2, y2))
    label_x, label_y = _last_gap(curve)
    # Several edges may end at one node: each kind has its own height there.
    label_y += -8 if edge.kind is EdgeKind.VERSION else 2
    kind = "link past" if edge.current is False or edge.evidence == "ambiguous" else "link"
    steps = " ".join(f"{x:.1f} {y:.1f}" for x, y in curve[1:])
    yield (
        f'<path class="{kind}" marker-end="url(#tip)" d="M{x1:.1f} {y1:.1f} C{steps}"/>'
        f'<text class="small label" text-anchor="middle" x="{label_x:.1f}" y="{label_y:.1f}">'
        f"{text(_edge_label(edge))}</text>\n"
    )


def _last_gap(curve: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Where the curve is in the middle of the last gap between columns, where no node hides it."""
    wanted = curve[3][0] - (_COLUMN - _WIDE) / 2
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        low, high = (middle, high) if _along(curve, middle, 0) < wanted else (low, middle)
    return _along(curve, high, 0), _along(curve, high, 1)


def _along(curve: Sequence[tuple[float, float]], part: float, axis: int) -> float:
    """The cubic curve's coordinate at a part of its way."""
    rest = 1 - part
    weights = (rest**3, 3 * rest**2 * part, 3 * rest * part**2, part**3)
    return sum(weight * point[axis] for weight, point in zip(weights, curve, strict=True))


def _edge_label(edge: Edge) -> str:
    if edge.kind is EdgeKind.VERSION:
        return f"version {edge.number}"
    return f"{edge.kind.value} ({edge.evidence})" if edge.kind is EdgeKind.BASE else edge.kind.value


def _fitted(label: str) -> str:
    shown = visible(label[: _MOST_LETTERS + 1])
    return shown if len(shown) <= _MOST_LETTERS else f"{shown[: _MOST_LETTERS - 1]}…"
