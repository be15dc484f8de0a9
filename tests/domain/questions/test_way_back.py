"""The way back to earlier versions, and what holds the disk."""

import pytest

from domain.facts import Origin, engine, image
from domain.facts.container import Configuration
from domain.facts.image import Description, How, Instruction
from domain.questions.disk import Disk, disk_at, to_json
from domain.questions.layer_sizes import layer_sizes
from domain.questions.way_back import WayBack, WaysBack
from tests.adapters.readmodel import memory
from tests.adapters.readmodel.memory import image_id
from tests.domain.questions import story
from tests.domain.questions.services_story import Told
from tests.domain.questions.story import moment


def found(told: Told, seconds: float, number: int, digests: tuple[str, ...] = ()) -> Told:
    """An image is on the engine from now on."""
    description = Description(repo_digests=digests)
    kind = image.ImageDescribed
    return told.add(memory.image(number), seconds, kind, description=description)


def two() -> Told:
    """A reference that moved on from its first version."""
    told = found(Told(), 1, 1).points(1, "shop/web:1", 1)
    return found(told, 50, 2).points(50, "shop/web:1", 2)


def way(told: Told, number: int = 1, seconds: float | None = None) -> WayBack:
    history, reading = told.history()
    reference = story.subject(history, memory.reference("shop/web:1"))
    at = None if seconds is None else moment(seconds)
    return WaysBack(history, reading, at).of_reference(reference)[number]


def removed(told: Told, seconds: float, **parts: object) -> Told:
    return told.add(memory.image(1), seconds, image.ImageRemoved, **parts)


def pruned(told: Told, seconds: float, kind: str = "image", size: int | None = 0) -> Told:
    parts = {"kind": kind, "reclaimed_bytes": size}
    return told.add(memory.engine(), seconds, engine.ResourcesPruned, **parts)


def test_the_current_version_is_there_by_its_own_name() -> None:
    now = way(two(), 2)
    assert (now.present, now.reference, now.gone_since) == (True, "shop/web:1", None)


def test_an_earlier_version_without_a_name_is_there_by_its_id() -> None:
    assert way(two()) == WayBack(True, None, None, None, None)


def test_an_earlier_version_may_be_there_by_another_name() -> None:
    assert way(two().points(2, "shop/web:1.0.0", 1)).reference == "shop/web:1.0.0"


def test_an_image_that_lost_its_name_right_before_it_went_was_removed_by_name() -> None:
    told = two().add(memory.image(1), 69.9, image.ImageUntagged, reference="shop/web:1.0.0")
    gone = way(removed(told, 70))
    assert (gone.present, gone.gone_since, gone.gone_by) == (False, moment(70), "rmi")


def test_a_nameless_image_that_goes_before_a_prune_is_told_was_pruned() -> None:
    assert way(pruned(removed(two(), 70), 72)).gone_by == "prune"
    assert way(pruned(removed(two(), 70), 72, kind="container")).gone_by == "rmi"
    assert way(pruned(removed(two(), 70), 60)).gone_by == "rmi"


def test_a_prune_of_all_images_takes_names_away_like_a_removal() -> None:
    told = two().add(memory.image(1), 69.9, image.ImageUntagged, reference="shop/web:1.0.0")
    assert way(pruned(removed(told, 70), 72)).gone_by == "rmi_or_prune"


@pytest.mark.parametrize(("store", "flavour"), [("containerd", "docker"), ("", "podman")])
def test_engines_that_tell_of_no_prune_leave_it_open(store: str, flavour: str) -> None:
    assert (
        way(removed(two().engine(image_store=store, flavour=flavour), 70)).gone_by == "rmi_or_prune"
    )


def test_what_nobody_recorded_has_no_cause() -> None:
    told = removed(two().gap(60, 80), 80, origin=Origin.RECONCILED)
    assert way(told).gone_by == "unknown"


def test_an_image_that_came_back_is_there() -> None:
    told = removed(two(), 70).add(memory.image(1), 90, image.ImageLoaded)
    assert way(told).present is True


def test_an_image_that_is_only_a_step_of_another_is_still_there() -> None:
    told = two().add(memory.image(1), 70, image.ImageUnlisted)
    assert way(told).present is True


def test_an_image_of_which_nothing_was_recorded_is_not_known() -> None:
    told = Told().points(1, "shop/web:1", 1).points(2, "shop/web:1", 2)
    assert way(told).present is None


def test_as_of_a_moment_it_was_still_there() -> None:
    told = removed(two(), 70)
    assert (way(told, seconds=60).present, way(told).present) == (True, False)


def test_a_digest_of_a_registry_is_a_way_back() -> None:
    digests = ("other/name@sha256:cd", "shop/web@sha256:ab")
    told = found(Told(), 1, 1, digests).points(1, "shop/web:1", 1)
    assert way(told).pull == "shop/web@sha256:ab"


def test_the_containerd_store_gives_digests_to_what_was_only_built() -> None:
    digests = ("shop/web@sha256:ab",)
    told = found(Told().engine(image_store="containerd"), 1, 1, digests).points(1, "shop/web:1", 1)
    assert way(told).pull is None
    told.add(memory.reference("shop/web:1"), 20, image.ImagePushed)
    assert way(told).pull == "shop/web@sha256:ab"


def test_a_pulled_image_of_the_containerd_store_can_be_pulled_again() -> None:
    told = found(Told().engine(image_store="containerd"), 1, 1, ("shop/web@sha256:ab",))
    parts = {"image_id": image_id(1), "how": How.PULLED}
    told.add(memory.reference("shop/web:1"), 1, image.ReferencePointed, **parts)
    assert way(told).pull == "shop/web@sha256:ab"


# The disk.


def layered(told: Told, number: int, *layers: tuple[str, int], parent: str = "") -> Told:
    """An image of these layers, each with its bytes."""
    description = Description(
        size=sum(size for _, size in layers),
        layers=tuple(name for name, _ in layers),
        history=tuple(Instruction(f"COPY {name} /", size=size) for name, size in layers),
        parent=parent,
    )
    return told.add(memory.image(number), 1, image.ImageDescribed, description=description)


def disk(told: Told, seconds: float = 1000) -> Disk:
    history, reading = told.history()
    (only,) = disk_at(history, reading, moment(seconds))
    return only


def shop() -> Told:
    """A base, two images on it of which one runs, one without a name."""
    told = layered(Told(), 1, ("a", 100))
    layered(told, 2, ("a", 100), ("b", 10))
    layered(told, 3, ("a", 100), ("c", 7))
    layered(told, 4, ("a", 100), ("c", 7), ("d", 3))
    told.points(2, "base:1", 1).points(2, "shop/web:1", 2).points(2, "shop/api:1", 3)
    return told.created(10, 1, "web", made_from=2, setup=Configuration())


def test_images_say_why_they_are_kept_and_what_only_they_have() -> None:
    kept = {each.name: (each.kept, each.size, each.own_size) for each in disk(shop()).images}
    assert kept == {
        "base:1": ("unused", 100, 0),
        "shop/web:1": ("in_use", 110, 10),
        "shop/api:1": ("unused", 107, 0),
        image_id(4)[7:19]: ("dangling", 110, 3),
    }


def test_an_image_names_the_containers_that_need_it_stopped_ones_too() -> None:
    told = shop().stopped(20, 1)
    web = next(each for each in disk(told).images if each.kept == "in_use")
    assert [(each.name, each.state) for each in web.needed_by] == [("web", "exited")]
    assert not [each for each in disk(told.removed(30, 1)).images if each.kept == "in_use"]


def test_a_prune_frees_what_nothing_that_stays_has() -> None:
    found = disk(shop())
    assert (found.all_images.images, found.all_images.size) == (4, 120)
    assert (found.dangling.images, found.dangling.size, found.dangling.at_most) == (1, 3, 110)
    # The base's layer stays: the image that runs has it.
    assert (found.unused.images, found.unused.size, found.unused.at_most) == (3, 10, 317)


def test_an_image_that_another_was_built_on_is_no_dangling_one() -> None:
    told = layered(Told(), 1, ("a", 1))
    layered(told, 2, ("a", 1), ("b", 2), parent=image_id(1)).points(2, "shop/web:1", 2)
    assert {each.kept for each in disk(told).images} == {"step", "unused"}


def test_layers_of_unknown_size_leave_only_an_upper_bound() -> None:
    told = layered(Told(), 1, ("a", 5))
    bare = Description(size=9, layers=("a", "x"))
    told.add(memory.image(2), 1, image.ImageDescribed, description=bare)
    found = disk(told)
    assert (found.dangling.size, found.dangling.at_most) == (None, 14)
    assert [each.own_size for each in found.images] == [None, 0]


def test_what_prunes_took_is_told_the_newest_first() -> None:
    told = pruned(pruned(shop(), 30, size=5), 40, kind="builder", size=None)
    found = disk(told)
    assert [(each.at, each.what, each.reclaimed_bytes) for each in found.pruned] == [
        (moment(40), "builder", None),
        (moment(30), "image", 5),
    ]
    assert disk(told, 35).pruned == found.pruned[1:]


def test_two_engines_hold_their_disks_apart() -> None:
    told = shop()
    stream = memory.image(1, "f" * 12)
    told.add(stream, 1, image.ImageDescribed, description=Description(size=1))
    history, reading = told.history()
    assert [len(each.images) for each in disk_at(history, reading, moment(99))] == [4, 1]


def test_it_is_written_with_the_keys_that_scripts_rely_on() -> None:
    told = to_json([disk(pruned(shop(), 30, size=5))], moment(40), 9)
    assert (told["at"], told["position"]) == ("2026-09-21T14:14:00.000000000Z", 9)
    (only,) = told["engines"]
    assert set(only) >= {"engine", "engine_name", "images", "dangling", "unused", "pruned"}
    assert only["pruned"][0]["at"] == "2026-09-21T14:13:50.000000000Z"
    assert only["unused"] == {"images": 3, "size": 10, "at_most": 317}


@pytest.mark.parametrize(
    ("instructions", "layers", "sizes"),
    [
        ([("COPY a /", 5), ("ENV A=1", 0), ("RUN x", 3)], "ab", {"a": 5, "b": 3}),
        ([("COPY a /", 5), ("CMD run", 0), ("RUN true", 0)], "ab", {"a": 5, "b": 0}),
        ([("/bin/sh -c #(nop) ADD f /", 5), ("/bin/sh -c true", 0)], "ab", {"a": 5, "b": 0}),
        ([("|1 A=b /bin/sh -c #(nop) COPY x /", 0), ("sh", 0)], "a", {"a": 0}),
        ([("import", 5), ("sh -c committed", 0)], "ab", {"a": 5, "b": 0}),
        ([("COPY a /", 5)], "abc", {}),
        ([], "", {}),
    ],
)
def test_the_sizes_of_layers_follow_from_the_instructions(
    instructions: list[tuple[str, int]], layers: str, sizes: dict[str, int]
) -> None:
    history = tuple(Instruction(text, size=size) for text, size in instructions)
    assert layer_sizes(Description(layers=tuple(layers), history=history)) == sizes
