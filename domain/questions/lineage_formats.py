"""A lineage as text: a tree for the terminal, Graphviz's DOT, Mermaid."""

from collections import defaultdict
from collections.abc import Iterator

from domain.identity import CONTAINER, IMAGE, short_id
from domain.questions.lineage import Edge, EdgeKind, Lineage, Node
from domain.questions.printing import printable

_DOT_SHAPES = {CONTAINER: "box", IMAGE: "box3d"}
_MERMAID_SHAPES = {CONTAINER: ('["', '"]'), IMAGE: ('[["', '"]]')}
_MERMAID_MEANING = {
    "#": "#35;",
    '"': "#quot;",
    "<": "#lt;",
    ">": "#gt;",
    "&": "#amp;",
    "`": "#96;",
    "\\": "#92;",
}


def as_dot(lineage: Lineage) -> str:
    """The lineage for Graphviz."""
    lines = ["digraph lineage {", "  rankdir=LR;", '  node [fontname="sans-serif"];']
    for node in lineage.nodes:
        shape = _DOT_SHAPES.get(node.kind, "ellipse")
        style = ", style=dashed" if node.removed else ""
        label = "\\n".join(_dot_text(line) for line in _label_lines(node))
        lines.append(f'  n{node.subject} [shape={shape}{style}, label="{label}"];')
    for edge in lineage.edges:
        style = ", style=dashed" if edge.current is False else ""
        label = _dot_text(_edge_label(edge))
        lines.append(f'  n{edge.from_} -> n{edge.to} [label="{label}"{style}];')
    return "\n".join([*lines, "}", ""])


def as_mermaid(lineage: Lineage) -> str:
    """The lineage for Mermaid, which Markdown viewers draw."""
    lines = ["flowchart LR"]
    for node in lineage.nodes:
        before, after = _MERMAID_SHAPES.get(node.kind, ('(["', '"])'))
        label = "<br/>".join(_mermaid_text(line) for line in _label_lines(node))
        lines.append(f"  n{node.subject}{before}{label}{after}")
    for edge in lineage.edges:
        arrow = "-.->" if edge.current is False else "-->"
        lines.append(f'  n{edge.from_} {arrow}|"{_mermaid_text(_edge_label(edge))}"| n{edge.to}')
    return "\n".join([*lines, ""])


def as_tree(lineage: Lineage) -> str:
    """The lineage for a terminal: bases first, what was made from them indented below.

    An image that has both a base and a container that it was committed from stands below the
    base. Every node is printed once.
    """
    return "\n".join([*_Tree(lineage).lines(), ""])


def _dot_text(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace('"', '\\"')


def _mermaid_text(text: str) -> str:
    return "".join(_MERMAID_MEANING.get(each, each) for each in printable(text))


def _label_lines(node: Node) -> list[str]:
    if node.kind == IMAGE:
        short = short_id(node.id)
        return [short] if node.label == short else [node.label, short]
    if node.kind == CONTAINER:
        return [node.label, node.state or "state unknown"]
    return [node.label]


def _edge_label(edge: Edge) -> str:
    if edge.kind is EdgeKind.VERSION:
        return f"version {edge.number}"
    if edge.kind is EdgeKind.BASE:
        return f"base ({edge.evidence})"
    return edge.kind.value


class _Tree:
    """The lines of a tree, without recursion: chains of bases can be as long as they like."""

    def __init__(self, lineage: Lineage) -> None:
        self._nodes = {node.subject: node for node in lineage.nodes}
        self._below: dict[int, list[Edge]] = defaultdict(list)
        self._above: dict[int, Edge] = {}
        self._versions: dict[int, list[Edge]] = defaultdict(list)
        order = {EdgeKind.BASE: 0, EdgeKind.INSTANCE: 1, EdgeKind.COMMIT: 2}
        for edge in lineage.edges:
            if edge.kind is EdgeKind.VERSION:
                self._versions[edge.to].append(edge)
        for edge in sorted(
            (each for each in lineage.edges if each.kind in order), key=lambda e: order[e.kind]
        ):
            if edge.to not in self._above:
                self._above[edge.to] = edge
                self._below[edge.from_].append(edge)

    def lines(self) -> Iterator[str]:
        printed: set[int] = set()
        named = {edge.from_ for edges in self._versions.values() for edge in edges}
        first = [each for each in self._nodes if each not in self._above and each not in named]
        # A circle of parents, which only a forged description can make, has no first node.
        rest = [each for each in self._nodes if each not in named]
        for root in (*first, *rest):
            if root not in printed:
                yield from self._from(root, printed)

    def _from(self, root: int, printed: set[int]) -> Iterator[str]:
        waiting: list[tuple[int, str, str]] = [(root, "", "")]
        while waiting:
            subject, before, indent = waiting.pop()
            if subject in printed:
                continue
            printed.add(subject)
            yield f"{before}{self._text(subject)}"
            below = [edge.to for edge in self._below[subject] if edge.to not in printed]
            for place, child in reversed(list(enumerate(below))):
                last = place == len(below) - 1
                branch, rail = ("└─ ", "   ") if last else ("├─ ", "│  ")
                waiting.append((child, f"{indent}{branch}", f"{indent}{rail}"))

    def _text(self, subject: int) -> str:
        node = self._nodes[subject]
        parts = [f"{node.kind} {printable(node.label)}"]
        short = short_id(node.id)
        if node.label != short and node.kind in (IMAGE, CONTAINER):
            parts.append(short)
        if node.state:
            parts.append(node.state)
        elif node.removed:
            parts.append("removed")
        if edge := self._above.get(subject):
            parts.append(f"[{_edge_label(edge)}]")
        for version in self._versions[subject]:
            reference = printable(self._nodes[version.from_].label)
            mark = "" if version.current else ", past"
            parts.append(f"<- {reference} (version {version.number}{mark})")
        return "  ".join(parts)
