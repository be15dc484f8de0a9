"""Places for the nodes of a lineage."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.questions.layout import layout
from domain.questions.lineage import Edge, EdgeKind, Lineage, Node, lineage
from tests.domain.questions import story


def node(number: int) -> Node:
    return Node(
        subject=number,
        kind="image",
        id=str(number),
        label=str(number),
        engine="e",
        engine_name="e",
        state=None,
        since=number,
        removed=False,
    )


NUMBERS = st.integers(0, 25)
EDGES = st.builds(Edge, NUMBERS, NUMBERS, st.sampled_from(EdgeKind), st.just(""))
LINEAGES = st.builds(
    lambda count, edges: Lineage([node(number) for number in range(count)], edges),
    st.integers(0, 25),
    st.lists(EDGES, max_size=40),
)


@given(LINEAGES)
def test_every_node_has_a_place_and_no_two_share_one(found: Lineage) -> None:
    places = layout(found)
    assert set(places) == {each.subject for each in found.nodes}
    by_rank: dict[float, list[float]] = {}
    for place in places.values():
        by_rank.setdefault(place.x, []).append(place.y)
    for rows in by_rank.values():
        rows.sort()
        assert all(low + 0.999 <= high for low, high in pairwise(rows))


@given(LINEAGES)
def test_no_row_is_above_the_first_one(found: Lineage) -> None:
    assert min((place.y for place in layout(found).values()), default=0.0) >= -1e-9


@given(LINEAGES)
def test_the_same_lineage_always_has_the_same_places(found: Lineage) -> None:
    assert layout(found) == layout(found)


def test_what_came_of_something_stands_to_the_right_of_it() -> None:
    found = lineage(story.history())
    places = layout(found)
    for edge in found.edges:
        if edge.kind in (EdgeKind.BASE, EdgeKind.INSTANCE):
            assert places[edge.from_].x < places[edge.to].x


def test_a_chain_of_many_generations_is_laid_out() -> None:
    edges = [Edge(each, each + 1, EdgeKind.BASE, "") for each in range(5000)]
    places = layout(Lineage([node(number) for number in range(5001)], edges))
    assert (places[0].x, places[5000].x) == (0, 5000)


def test_a_lineage_of_many_nodes_is_still_tidy() -> None:
    edges = [Edge(each // 7, each, EdgeKind.BASE, "") for each in range(1, 3000)]
    places = layout(Lineage([node(number) for number in range(3000)], edges))
    assert len(set(places.values())) == 3000
