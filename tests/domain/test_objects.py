"""Images, references, engines and builds: what is known of them after their facts."""

import msgspec
import pytest

from domain import build, engine, image, reference
from domain.facts import build as build_facts
from domain.facts import engine as engine_facts
from domain.facts import image as image_facts
from domain.facts.image import Description, How
from tests.domain.world import A, B, at


def moment(seconds: float) -> dict[str, int]:
    return {"occurred_at": at(seconds), "recorded_at": at(seconds)}


def after(module, *happened):
    known = None
    for number, fact in enumerate(happened, start=1):
        known = module.evolve(known, "kind/engine/id", fact)
        assert known.version == number
    return known


# --- images ---


@pytest.mark.parametrize(
    "fact",
    [
        image_facts.ImageFound(**moment(1)),
        image_facts.ImageTagged(**moment(1), reference="web:1"),
        image_facts.ImageCreated(**moment(1)),
        image_facts.ImageLoaded(**moment(1)),
        image_facts.ImageImported(**moment(1)),
        image_facts.ImageSaved(**moment(1)),
        image_facts.ImageDescribed(**moment(1), description=Description()),
    ],
)
def test_what_happens_to_an_image_that_is_there_says_that_it_is(fact):
    assert after(image, fact).present
    assert after(image, fact, image_facts.ImageRemoved(**moment(2)), fact).present


@pytest.mark.parametrize(
    "fact",
    [
        image_facts.ImageUntagged(**moment(1)),
        image_facts.ImageReported(**moment(1), action="mount"),
    ],
)
def test_what_may_be_its_end_does_not(fact):
    assert not after(image, fact).present


def test_an_image_keeps_its_description_when_it_is_gone():
    described = image_facts.ImageDescribed(**moment(1), description=Description(size=7))
    gone = after(image, described, image_facts.ImageRemoved(**moment(2)))
    assert not gone.present
    assert gone.description == Description(size=7)


# --- references ---

TO_A = image_facts.ReferencePointed(**moment(1), image_id=A, how=How.BUILT)
TO_B = image_facts.ReferencePointed(**moment(2), image_id=B, how=How.PULLED)
TO_NOTHING = image_facts.ReferenceRemoved(**moment(3), image_id=B)


def test_each_image_that_a_reference_points_to_is_a_version():
    known = after(reference, TO_A, TO_B)
    assert (known.image_id, known.image_versions) == (B, 2)


def test_pointing_again_to_the_same_image_is_no_version():
    assert after(reference, TO_A, TO_A).image_versions == 1


def test_a_removed_reference_points_to_nothing_and_may_come_back():
    assert after(reference, TO_A, TO_B, TO_NOTHING).image_id is None
    back = after(reference, TO_A, TO_B, TO_NOTHING, TO_B)
    assert (back.image_id, back.image_versions) == (B, 3)


def test_a_pull_alone_says_nothing_of_where_a_reference_points():
    assert after(reference, image_facts.ImagePulled(**moment(1))).image_id is None


# --- engines ---

OBSERVED = engine_facts.EngineObserved(
    **moment(1),
    name="laptop",
    endpoint="unix:///run/docker.sock",
    daemon_id="daemon-1",
    flavour="docker",
    version="28.5.2",
)
STARTED = engine_facts.RecordingStarted(**moment(2), recorder="shipslog")
STOPPED = engine_facts.RecordingStopped(**moment(3), reason="stopped")


def test_a_recording_is_open_until_it_is_stopped():
    assert not after(engine, OBSERVED).recording
    assert after(engine, OBSERVED, STARTED).recording
    assert not after(engine, OBSERVED, STARTED, STOPPED).recording
    assert after(engine, OBSERVED, STARTED, STOPPED, STARTED).recording


def test_an_engine_remembers_that_it_was_recorded_before():
    assert not after(engine, OBSERVED).recorded_before
    assert after(engine, OBSERVED, STARTED, STOPPED).recorded_before


def test_an_engine_that_describes_itself_as_before_says_nothing_new():
    known = after(engine, OBSERVED)
    later = msgspec.structs.replace(OBSERVED, occurred_at=at(9), recorded_at=at(9))
    assert engine.says_something_new(None, OBSERVED)
    assert not engine.says_something_new(known, later)
    assert engine.says_something_new(known, msgspec.structs.replace(later, version="29.0.0"))


def test_other_facts_of_an_engine_change_nothing_but_its_version():
    known = after(engine, OBSERVED, engine_facts.EngineReconfigured(**moment(2)))
    assert msgspec.structs.replace(known, version=1) == after(engine, OBSERVED)


# --- builds ---


def test_a_build_ends_with_images_or_with_an_error():
    started = build_facts.BuildStarted(**moment(1), builder="buildkit")
    assert not after(build, started).finished
    done = build_facts.BuildFinished(**moment(2), builder="buildkit", image_ids=(A,))
    assert after(build, started, done).image_ids == (A,)
    failed = build_facts.BuildFinished(**moment(2), builder="buildkit", error="exit code 1")
    assert after(build, started, failed).error == "exit code 1"
    assert after(build, started, failed).finished
