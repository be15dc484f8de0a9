"""Crowded images show a few containers and a card that counts the rest."""

from app.desktop.lineage.drawing import Wanted, draw
from app.desktop.lineage.folding import FOLDED, MOST_CONTAINERS, folded, image_of
from domain.identity import CONTAINER
from domain.questions.lineage import EdgeKind, lineage


def test_no_image_shows_more_containers_than_a_person_can_read(fleet_history):
    whole = lineage(fleet_history, None, fleet_history.end)
    drawing = draw(Wanted(fleet_history, None, fleet_history.end))
    shown = {node.subject: node for node in drawing.lineage.nodes}
    assert set(drawing.places) == set(shown)
    assert len(shown) <= len(whole.nodes)
    for number, node in shown.items():
        leaves = [e for e in drawing.lineage.edges
                  if e.from_ == number and e.kind is EdgeKind.INSTANCE]  # fmt: skip
        assert len(leaves) <= MOST_CONTAINERS, node.label


def test_a_card_counts_what_it_stands_for_and_the_one_asked_for_stays(fleet_history):
    images = (n for n in range(fleet_history.count) if fleet_history.identity_of(n).kind == "image")
    image = max(images, key=lambda each: len(fleet_history.containers_of(each)))
    whole = lineage(fleet_history, image, fleet_history.end)
    containers = [n for n in whole.nodes if n.kind == CONTAINER]
    assert len(containers) > MOST_CONTAINERS
    for asked in (None, containers[0].subject, containers[-1].subject):
        answer = folded(whole, asked)
        cards = [n for n in answer.nodes if n.kind == FOLDED]
        left = [n for n in answer.nodes if n.kind == CONTAINER]
        counted = sum(int(card.label.split(" ")[0]) for card in cards)
        assert counted + len(left) == len(containers)
        assert asked is None or asked in {n.subject for n in left}
        assert all(image_of(card.subject) >= 0 for card in cards)
