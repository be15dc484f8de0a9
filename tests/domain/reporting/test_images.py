import pytest

from domain.engine_event import parse_engine_event
from domain.facts.image import How
from domain.identity import IMAGE, REFERENCE
from domain.inspection import Inquiry
from tests.domain.world import A, B, World, at, event, topics
from tests.recordings import DOCKERS, event_lines

BARE = "a" * 64


def tagged(*names: str, image_id: str = A) -> World:
    world = World()
    for name in names:
        world.hears(event("image tag", image_id, 0, name=name))
    return world


# --- tags ---


def test_a_tag_points_its_reference_to_the_image():
    world = tagged("shop/web:1")
    assert topics(world.facts) == ["image.tagged", "reference.pointed"]
    said, pointed = world.facts
    assert said.reference == "shop/web:1"
    assert (pointed.image_id, pointed.how, pointed.said) == (A, How.TAGGED, None)
    assert pointed.occurred_at == said.occurred_at == at(0)


def test_a_tag_that_changes_nothing_is_no_new_version():
    world = tagged("shop/web:1", "shop/web:1")
    assert topics(world.facts) == ["image.tagged", "reference.pointed", "image.tagged"]


def test_a_tag_moves_without_a_word_about_the_image_that_loses_it():
    world = tagged("shop/web:latest")
    world.hears(event("image tag", B, 1, name="shop/web:latest"))
    assert world.pointings("shop/web:latest") == [A, B]
    assert world.reference("shop/web:latest").image_versions == 2
    assert world.book.presence.pointing_to("0123456789ab", A) == []


def test_podmans_names_and_ids_are_the_familiar_ones():
    world = World()
    world.hears(event("image tag", BARE, 0, name="docker.io/shop/web:1"))
    assert world.pointings("shop/web:1") == [A]


def test_a_tag_of_a_digest_points_nothing():
    world = World()
    world.hears(event("image tag", A, 0, name=f"moby-dangling@{A}"))
    assert topics(world.facts) == ["image.tagged"]


def test_a_tag_without_a_name_names_no_reference():
    world = World()
    world.hears(event("image tag", A, 0))
    assert topics(world.facts) == ["image.tagged"]
    assert world.facts[0].reference == ""


# --- untags ---


def test_an_untag_that_names_the_reference_unpoints_it():
    world = tagged("shop/web:1", "shop/web:2")
    world.hears(event("image untag", A, 1, name="shop/web:1"))
    assert world.of(IMAGE, A)[-1].reference == "shop/web:1"
    assert world.pointings("shop/web:1") == [A, None]
    assert world.pointings("shop/web:2") == [A]


def test_an_untag_that_names_the_image_means_its_only_reference():
    world = tagged("shop/web:1")
    world.hears(event("image untag", A, 1, name=A))
    assert world.of(IMAGE, A)[-1].reference == "shop/web:1"
    assert world.pointings("shop/web:1") == [A, None]


def test_an_untag_that_could_mean_several_references_asks_which_are_left():
    world = tagged("shop/web:1", "shop/web:2")
    inquiries = world.hears(event("image untag", A, 1, name=A))
    assert world.of(IMAGE, A)[-1].reference is None
    assert world.pointings("shop/web:1") == [A]
    believed = frozenset({"shop/web:1", "shop/web:2"})
    assert inquiries == [Inquiry(IMAGE, A, "untag", at(1), believed)]


def test_an_untag_of_a_reference_that_moved_on_leaves_it():
    world = tagged("shop/web:1")
    world.hears(event("image tag", B, 1, name="shop/web:1"))
    world.hears(event("image untag", A, 2, name="shop/web:1"))
    assert world.pointings("shop/web:1") == [A, B]


def test_an_untag_of_a_dangling_name_is_kept_as_said():
    world = tagged("shop/web:1")
    world.hears(event("image untag", A, 1, name=f"moby-dangling@{A}"))
    assert world.of(IMAGE, A)[-1].reference is None
    assert world.pointings("shop/web:1") == [A]


# --- the end of an image ---


def test_a_deletion_unpoints_all_references():
    world = tagged("shop/web:1", "shop/web:2")
    world.hears(event("image delete", A, 1, name=A))
    assert world.pointings("shop/web:1") == world.pointings("shop/web:2") == [A, None]
    assert not world.image(A).present
    assert world.image_topics(A)[-1] == "removed"


def test_a_deletion_leaves_the_references_of_other_images():
    world = tagged("shop/web:1")
    world.hears(event("image tag", B, 1, name="shop/web:2"))
    world.hears(event("image delete", A, 2, name=A))
    assert world.pointings("shop/web:2") == [B]


def test_podman_says_delete_also_of_a_name_while_the_image_lives_on():
    world = tagged("shop/web:1", "shop/web:2")
    world.hears(
        event("image untag", BARE, 1, name="docker.io/shop/web:1"),
        event("image delete", BARE, 0.9, name="docker.io/shop/web:1"),
    )
    assert world.image(A).present
    assert world.pointings("shop/web:1") == [A, None]
    assert world.pointings("shop/web:2") == [A]


def test_podmans_delete_of_the_last_name_is_the_end_of_the_image():
    world = tagged("shop/web:1")
    world.hears(
        event("image untag", BARE, 1, name="docker.io/shop/web:1"),
        event("image delete", BARE, 0.9, name="docker.io/shop/web:1"),
    )
    assert not world.image(A).present


def test_podmans_delete_without_a_name_is_the_end_of_the_image():
    world = World()
    world.hears(event("image delete", BARE, 1, name=""))
    assert world.image_topics(A) == ["removed"]


# --- pulls and pushes ---


@pytest.mark.parametrize(
    "actor", ["127.0.0.1:5055/org/demo:1", f"127.0.0.1:5055/org/demo@{A}", "docker.io/shop/web:1"]
)
def test_the_actor_of_a_pull_is_a_reference_and_which_image_it_meant_is_asked(actor):
    world = World()
    inquiries = world.hears(event("image pull", actor, 1, name="127.0.0.1:5055/org/demo"))
    ((kind, name),) = world.streams()
    assert (kind, name) == (REFERENCE, actor.removeprefix("docker.io/"))
    assert topics(world.facts) == ["reference.pulled"] or topics(world.facts) == ["image.pulled"]
    assert inquiries == [Inquiry(IMAGE, actor, "pull", at(1))]
    assert world.reference(name).image_id is None


def test_podmans_pull_has_the_image_for_an_actor_and_names_the_reference():
    world = World()
    inquiries = world.hears(event("image pull", BARE, 1, name="docker.io/shop/web:1", podId=""))
    assert world.streams() == [(REFERENCE, "shop/web:1")]
    assert topics(world.facts) == ["image.pulled"]
    assert world.facts[0].said.actor == BARE
    assert inquiries == [Inquiry(IMAGE, BARE, "pull", at(1))]


def test_a_push_asks_nothing():
    world = World()
    assert world.hears(event("image push", "shop/web:1", 1, name="shop/web")) == []
    assert topics(world.facts) == ["image.pushed"]


def test_podmans_failed_pull_is_kept_as_said():
    world = World()
    world.hears(event("image pull-error", "", 1, name="no/such:1", error="unreachable"))
    assert topics(world.facts) == ["engine.reported"]
    assert world.facts[0].said.attributes["error"] == "unreachable"


# --- the rest ---


@pytest.mark.parametrize(
    ("action", "topic"),
    [
        ("create", "image.created"),
        ("load", "image.loaded"),
        ("import", "image.imported"),
        ("save", "image.saved"),
        ("loadfromarchive", "image.loaded"),
        ("mount", "image.reported"),
        ("something new", "image.reported"),
    ],
)
def test_each_action_has_its_fact(action, topic):
    world = World()
    world.hears(event(f"image {action}", A, 1, name=A, tier="front"))
    assert topics(world.facts) == [topic]
    assert world.facts[0].said.attributes == {"name": A, "tier": "front"}


@pytest.mark.parametrize("action", ["tag", "create", "load", "loadfromarchive", "import", "untag"])
def test_an_image_is_looked_at_when_something_happens_to_it(action):
    (inquiry,) = World().hears(event(f"image {action}", A, 1, name=A))
    assert (inquiry.kind, inquiry.name, inquiry.occurred_at) == (IMAGE, A, at(1))


@pytest.mark.parametrize("action", ["save", "delete", "push"])
def test_an_image_is_not_looked_at_when_nothing_new_can_be_seen(action):
    assert World().hears(event(f"image {action}", A, 1, name=A)) == []


# --- what real engines said ---


@pytest.mark.parametrize("engine", DOCKERS)
def test_after_a_real_engines_events_its_references_are_known(engine):
    world = World()
    world.hears(*map(parse_engine_event, event_lines(engine)))
    references = world.book.presence.references["0123456789ab"]
    left = {"shipslog/base:1", "shop/web:1", "shop/web:2"}
    if engine in ("docker-28.5", "docker-28.5-containerd"):
        left.add("shop/web:built-1")
    if "containerd" not in engine:
        # These name the image in an untag, and it had two references.
        left.add("shop/web:latest")
    assert left <= set(references)
    assert references["shop/web:1"] == references["shipslog/base:1"]
    assert references["shop/web:2"] != references["shop/web:1"]
    assert "shop/web:built-0" not in references
