import xml.etree.ElementTree as ElementTree

from adapters.reports.lineage_svg import lineage_svg
from domain.questions.lineage import Edge, EdgeKind, Lineage, Node
from tests.adapters.reports.samples import HOSTILE

_NAMES = {"s": "http://www.w3.org/2000/svg"}


def _node(subject, kind, label, **changes):
    values = {"id": "a1" * 32, "engine": "k", "engine_name": "laptop", "state": None}
    values |= {"since": None, "removed": False} | changes
    return Node(subject=subject, kind=kind, label=label, **values)


def _lineage(label="web-1"):
    nodes = [
        _node(0, "reference", label),
        _node(1, "image", label),
        _node(2, "container", label, state="running"),
        _node(3, "container", label, state="removed", removed=True),
    ]
    edges = [
        Edge(0, 1, EdgeKind.VERSION, "reported", number=2, current=False),
        Edge(1, 2, EdgeKind.INSTANCE, "inspected"),
        Edge(1, 3, EdgeKind.INSTANCE, "typed"),
    ]
    return Lineage(nodes, edges)


def _drawn(lineage):
    return ElementTree.fromstring(lineage_svg(lineage))


def test_every_node_and_link_is_drawn():
    drawing = _drawn(_lineage())
    assert len(drawing.findall("s:g", _NAMES)) == 4
    assert len(drawing.findall("s:path", _NAMES)) == 3


def test_what_is_no_more_is_dashed():
    classes = [one.get("class") for one in _drawn(_lineage()).iter() if one.get("class")]
    assert "node container gone" in classes
    assert "link past" in classes


def test_hostile_names_stay_text():
    drawing = _drawn(_lineage(HOSTILE))
    tags = {one.tag.rpartition("}")[2] for one in drawing.iter()}
    assert tags == {"svg", "style", "defs", "marker", "path", "g", "title", "rect", "text"}
    assert "\x1b" not in lineage_svg(_lineage(HOSTILE))


def test_a_huge_name_does_not_make_a_huge_drawing():
    assert len(lineage_svg(_lineage("x" * 1_000_000))) < 20_000


def test_nothing_is_an_empty_drawing():
    assert _drawn(Lineage([], [])).findall("s:g", _NAMES) == []


def test_no_node_lies_outside_the_drawing():
    drawing = _drawn(_lineage())
    width, height = float(drawing.get("width")), float(drawing.get("height"))
    for box in drawing.iter("{http://www.w3.org/2000/svg}rect"):
        assert 0 <= float(box.get("x")) <= width - float(box.get("width"))
        assert 0 <= float(box.get("y")) <= height - float(box.get("height"))
