"""Two versions of a reference side by side, and versions that changed nothing."""

import pytest

from adapters.readmodel import ReadModel
from domain.errors import ShipslogError
from domain.facts.container import Variable
from domain.facts.image import Instruction
from domain.questions.comparison import compare, to_json
from domain.questions.show import show
from domain.questions.show import to_json as life_to_json
from domain.questions.versions import versions
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import MemoryStore, image_id
from tests.domain.questions import story
from tests.domain.questions.story import created, described, moment, pointed, subject

WEB = memory.reference("shop/web:1")
STEPS = tuple(Instruction(f"RUN {n}", created_at=moment(n)) for n in range(4))


def asked(*told):
    store = MemoryStore(told)
    return ReadModel.open(store, None).history, store.at


def both(**after):
    """Two versions, the second one with other parts."""
    before = {
        "history": STEPS[:2],
        "variables": (Variable("A", None, "d1"), Variable("B", None, "d2")),
        "labels": {"x": "1", "y": "2"},
        "user": "root",
    }
    return [
        described(1, 1, "ab", **before),
        pointed(1, "shop/web:1", 1),
        *created(2, 1, "web", "shop/web:1", 1),
        described(10, 2, "ac", **{**before, **after}),
        pointed(10, "shop/web:1", 2),
    ]


def compared(*told, numbers=(1, 2)):
    history, reading = asked(*told)
    return compare(history, subject(history, WEB), numbers, reading, None)


def test_all_that_differs_is_told():
    told = to_json(
        compared(
            *both(
                history=(STEPS[0], STEPS[2]),
                variables=(Variable("A", None, "d9"), Variable("C", None, "d3")),
                labels={"x": "9", "z": "3"},
                user="1000",
                command=("run",),
            )
        )
    )
    assert told["from"] == {"number": 1, "image_id": image_id(1)}
    assert told["layers"] == {"added": ["c"], "removed": ["b"], "shared": ["a"]}
    assert told["history"] == {"added": ["RUN 2"], "removed": ["RUN 1"]}
    assert told["configuration"]["user"] == {"from": "root", "to": "1000"}
    assert told["configuration"]["command"] == {"from": [], "to": ["run"]}
    assert told["variables"] == {"added": ["C"], "removed": ["B"], "changed": ["A"]}
    assert told["labels"] == {
        "added": {"z": "3"},
        "removed": {"y": "2"},
        "changed": {"x": {"from": "1", "to": "9"}},
    }
    assert told["size"] == {"from": 1000, "to": 2000}
    assert [each["name"] for each in told["containers"]["from"]] == ["web"]
    assert told["containers"]["to"] == []
    assert told["same_content"] is False


def test_a_cached_rebuild_changed_nothing():
    rebuilt = described(10, 2, "ab", history=STEPS[:2])
    told = [described(1, 1, "ab", history=STEPS[:2]), pointed(1, "shop/web:1", 1)]
    told += [rebuilt, pointed(10, "shop/web:1", 2)]
    assert compared(*told).same_content is True
    history, reading = asked(*told)
    (answer,) = versions(history)
    assert [each.same_content_as_before for each in answer.versions] == [None, True]
    life = life_to_json(show(history, subject(history, memory.image(1)), reading))
    assert life["same_content_as"] == [image_id(2)]


def test_another_content_is_another():
    history, _ = asked(*both(user="1000"))
    (answer,) = versions(history)
    assert [each.same_content_as_before for each in answer.versions] == [None, False]


def test_without_histories_it_cannot_be_told():
    for answer in versions(story.history()):
        assert all(each.same_content_as_before is None for each in answer.versions)


def test_a_version_that_is_not_there_is_a_sentence():
    with pytest.raises(ShipslogError, match=r"no version 7; the last one is 2"):
        compared(*both(), numbers=(1, 7))


def test_an_image_that_nobody_looked_at_is_a_sentence():
    with pytest.raises(ShipslogError, match=r"Nobody could look at the image of version 1"):
        compared(pointed(1, "shop/web:1", 1), pointed(2, "shop/web:1", 2))
