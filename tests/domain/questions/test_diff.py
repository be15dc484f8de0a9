"""What changed between two moments."""

from domain.facts import container
from domain.questions.diff import diff, to_json
from tests.adapters.readmodel.memory import image_id
from tests.domain.questions import story
from tests.domain.questions.story import moment


def test_what_came_and_what_went_is_told_apart() -> None:
    found = diff(story.history(), moment(50), moment(135))
    assert [each.name for each in found.containers.added] == ["web-2"]
    assert [each.name for each in found.containers.removed] == ["web"]
    assert [each.reference for each in found.references.added] == ["saved:1"]
    assert [each.id for each in found.images.added] == [image_id(3), image_id(4)]


def test_what_is_otherwise_names_each_part_that_changed() -> None:
    found = diff(story.history(), moment(20), moment(130))
    (changed,) = found.containers.changed
    assert {each.part: (each.before, each.after) for each in changed.changes} == {
        "state": ("created", "exited"),
        "exit_code": (None, 137),
        "started_at": (None, moment(21)),
        "finished_at": (None, moment(130)),
    }


def test_a_moved_tag_is_a_changed_reference_and_changes_its_images() -> None:
    found = diff(story.history(), moment(50), moment(105))
    (moved,) = found.references.changed
    assert {each.part: (each.before, each.after) for each in moved.changes} == {
        "image_id": (image_id(2), image_id(3)),
        "version": (1, 2),
    }
    (image,) = found.images.changed
    assert [(each.part, each.before, each.after) for each in image.changes] == [
        ("references", ("shop/web:1",), ())
    ]


def test_between_a_moment_and_itself_nothing_changed() -> None:
    found = diff(story.history(), moment(50), moment(50))
    for changes in (found.containers, found.images, found.references):
        assert not (changes.added or changes.removed or changes.changed)


def test_backwards_what_came_is_what_went() -> None:
    history = story.history()
    there, back = diff(history, moment(1), moment(139)), diff(history, moment(139), moment(1))
    assert there.containers.added == back.containers.removed
    assert there.images.removed == back.images.added


def test_a_renamed_container_is_the_same_container() -> None:
    renamed = story.of_container(160, 2, container.ContainerRenamed, name="front")
    (changed,) = diff(story.history([renamed]), moment(155), moment(165)).containers.changed
    assert [(each.part, each.before, each.after) for each in changed.changes] == [
        ("name", "web-2", "front")
    ]


def test_a_diff_is_written_with_the_keys_that_scripts_rely_on() -> None:
    written = to_json(diff(story.history(), moment(20), moment(130)))
    assert list(written) == ["from", "to", "containers", "images", "references"]
    assert written["from"] == "2026-09-21T14:13:40.000000000Z"
    (changed,) = written["containers"]["changed"]
    assert changed["name"] == "web"
    assert changed["changes"]["started_at"] == {
        "from": None,
        "to": "2026-09-21T14:13:41.000000000Z",
    }
